"""The API of mail: the outbox, a test mail, and the user's own choice of notices by mail."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.mail import store
from crm.mail.mail import MailState
from crm.mail.store import MailFilter
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import InPerson, needs
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.mail import actions
from web.mail.listing import MAILS
from web.mail.shapes import AgainBody, MailChoice, MailCount, Mails, TestMailBody, TestMailResult

router = APIRouter(tags=["mail"])
MailKeeper = Annotated[SignedIn, Depends(needs(Right.PARAMETERS_EDIT))]


@router.get("/mail")
def list_mails(request: Request, query: Annotated[ListQuery, Depends(asked(MAILS))]) -> Mails:
    """List mails that wait, that were sent in the last month, or given up."""
    return answer_page(request, MAILS, query, Mails)


@router.post("/mail/test")
def send_test(request: Request, body: TestMailBody, who: MailKeeper) -> TestMailResult:
    """Send a test mail at once and give the mail server's answer."""
    tried = actions.send_test(request, who, body.address)
    return TestMailResult(well=tried.well, sentence=tried.sentence, said=tried.said)


@router.post("/mail/send-again")
def send_again(request: Request, body: AgainBody, who: MailKeeper) -> MailCount:
    """Send mails again: the named ones or all that were given up; none is sent twice."""
    wanted = MailFilter(ids=tuple(body.ids)) if body.ids else MailFilter(MailState.DEAD)
    with context_of(request).database.begin() as session:
        return MailCount(count=actions.send_again(session, request, who, wanted))


@router.get("/account/mail", tags=["account"])
def read_choice(request: Request, who: InPerson) -> MailChoice:
    """Show which notices the user gets by mail."""
    with context_of(request).database.begin() as session:
        return MailChoice(notices=store.mail_preference(session, who.user.id))


@router.put("/account/mail", tags=["account"])
def change_choice(request: Request, body: MailChoice, who: InPerson) -> MailChoice:
    """Choose which notices the user gets by mail."""
    with context_of(request).database.begin() as session:
        actions.choose(session, request, who, body.notices)
    return body
