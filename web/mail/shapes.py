"""Bodies and answers of the API of mail."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.mail.mail import Mail, MailFailure, MailKind, MailPreference, MailState
from web.kit.bodies import Body, Email, Id
from web.kit.body_form import Input
from web.kit.i18n import N_, Reader
from web.kit.shapes import Items
from web.mail.letter import subject_of
from web.mail.words import FAILURES, WANTED


class MailShape(BaseModel):
    """A mail in the outbox; its text is not stored."""

    id: int
    kind: MailKind
    subject: str
    address: str
    user: int | None
    state: MailState
    attempts: int
    created_at: datetime
    due_at: datetime | None  # the next attempt of one that waits
    done_at: datetime | None
    failure: MailFailure | None
    failure_name: str
    answer: str  # the server's last answer


class Mails(Items[MailShape]):
    """A page of mails, the newest first."""


class TestMailBody(Body):
    """The address for a test mail; by default the user's own."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"address": "it@example.com"}]}
    )

    address: Annotated[Email, Input(N_("To"), "email")] = ""


class TestMailResult(BaseModel):
    """The result of a test; `said` are the server's own words."""

    well: bool
    sentence: str
    said: str


class AgainBody(Body):
    """The mails to send again: these, or all that were given up."""

    ids: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list)


class MailCount(BaseModel):
    """The number of mails."""

    count: int


class MailChoice(Body):
    """The notices that come by mail."""

    notices: Annotated[
        MailPreference,
        Input(
            N_("Email notifications"),
            "radio",
            help=N_("Urgent: a failed backup, the call engine not responding, and similar."),
            names=WANTED,
        ),
    ]


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
