"""Mail: what is on its way, and a test of the way."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from crm.mail import store
from crm.mail.mail import Mail, MailFailure, MailKind, MailPreference, MailState
from crm.mail.store import MailFilter
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import InPerson, needs
from web.kit.bodies import Body
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of
from web.mail import actions
from web.mail.letter import subject_of
from web.mail.words import FAILURES
from web.people.shapes import Id

router = APIRouter(tags=["mail"])
MailKeeper = Annotated[SignedIn, Depends(needs(Right.PARAMETERS_EDIT))]
Address = Annotated[str, Field(max_length=254)]


class MailQuery(BaseModel):
    """What the list of mails is narrowed to."""

    state: MailState | None = None
    kind: MailKind | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=500)] = ""


class MailShape(BaseModel):
    """A mail in the outbox; its words are not kept."""

    id: int
    kind: MailKind
    subject: str
    address: str
    user: int | None
    state: MailState
    attempts: int
    created_at: datetime
    due_at: datetime | None  # of one that waits: its next attempt
    done_at: datetime | None
    failure: MailFailure | None
    failure_name: str
    answer: str  # what the server said last


class Mails(BaseModel):
    """A page of mails, the newest first."""

    items: list[MailShape]
    next: str | None


class TestBody(Body):
    """Where a test goes; without an address to whoever asks."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"address": "it@example.com"}]}
    )

    address: Address = ""


class Tested(BaseModel):
    """How a test came out; `said` are the server's own words."""

    well: bool
    sentence: str
    said: str


class AgainBody(Body):
    """Which mails go out again: these, or all that were given up."""

    ids: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list)


class Count(BaseModel):
    """How many there were."""

    count: int


class MailChoice(Body):
    """Which notices come by mail."""

    notices: MailPreference


@router.get("/mail")
def list_mails(request: Request, query: Annotated[MailQuery, Query()], _who: MailKeeper) -> Mails:
    """List mails that are on their way, were handed over in the last month, or given up."""
    with context_of(request).database.begin() as session:
        page = store.mails(
            session,
            MailFilter(query.state, query.kind),
            limit=query.limit,
            cursor=query.cursor or None,
        )
    reader = reader_of(request)
    return Mails(items=[show_mail(one, reader) for one in page.items], next=page.next)


@router.post("/mail/test")
def send_test(request: Request, body: TestBody, who: MailKeeper) -> Tested:
    """Send a test mail at once and tell what the mail server said."""
    tried = actions.send_test(request, who, body.address)
    return Tested(well=tried.well, sentence=tried.sentence, said=tried.said)


@router.post("/mail/send-again")
def send_again(request: Request, body: AgainBody, who: MailKeeper) -> Count:
    """Let mails go out again, those named or all that were given up; none is sent twice."""
    wanted = MailFilter(ids=tuple(body.ids)) if body.ids else MailFilter(MailState.DEAD)
    with context_of(request).database.begin() as session:
        return Count(count=actions.send_again(session, request, who, wanted))


@router.get("/account/mail", tags=["account"])
def read_choice(request: Request, who: InPerson) -> MailChoice:
    """Tell which notices come to oneself by mail."""
    with context_of(request).database.begin() as session:
        return MailChoice(notices=store.mail_preference(session, who.user.id))


@router.put("/account/mail", tags=["account"])
def change_choice(request: Request, body: MailChoice, who: InPerson) -> MailChoice:
    """Choose which notices come to oneself by mail."""
    with context_of(request).database.begin() as session:
        actions.choose(session, request, who, body.notices)
    return body


def show_mail(one: Mail, reader: Reader) -> MailShape:
    """Show a mail in the reader's language."""
    return MailShape(
        id=one.id,
        kind=one.kind,
        subject=subject_of(one, reader),
        address=one.address,
        user=one.user,
        state=one.state,
        attempts=one.attempts,
        created_at=one.created_at,
        due_at=one.due_at if one.state is MailState.WAITING else None,
        done_at=one.done_at,
        failure=one.failure,
        failure_name=reader.gettext(FAILURES[one.failure]) if one.failure else "",
        answer=one.answer,
    )
