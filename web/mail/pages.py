"""The pages of mail: the outbox, a test mail, and the user's own choice of notices by mail."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.mail import store
from crm.mail.mail import MailState
from crm.mail.store import MailFilter
from crm.people.person import SignedIn
from web.account.tabs import account_tabs
from web.kit.auth import InPerson
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, save, saved, submit
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.mail import actions
from web.mail.actions import TestMail
from web.mail.api import MailKeeper
from web.mail.listing import MAILS
from web.mail.shapes import MailChoice, TestMailBody

router = APIRouter()
add_export(router, MAILS, "/mail/export")


@router.get("/mail")
def mail_page(request: Request, who: MailKeeper) -> Response:
    """Show the outbox, and the form for a test."""
    return _page(request, who, _test_form(reader_of(request), who.user.email))


@router.post("/mail/test")
def send_test(request: Request, who: MailKeeper, sent: SentForm) -> Response:
    """Send a test at once and show the server's answer."""
    form = _test_form(reader_of(request), who.user.email)

    def write() -> TestMail:
        return actions.send_test(request, who, read_body(TestMailBody, sent).address)

    tried = submit(reader_of(request), form, sent, write)
    if isinstance(tried, NotSaved):
        return _page(request, who, form, status=422)
    return _page(request, who, form, tried)


@router.post("/mail/send-again")
def send_again(request: Request, who: MailKeeper, sent: SentForm) -> Response:
    """Send chosen mails again, or all that were given up."""
    ids = sent.ids("ids")[:500]
    wanted = MailFilter(ids=tuple(ids)) if ids else MailFilter(MailState.DEAD)
    with context_of(request).database.begin() as session:
        actions.send_again(session, request, who, wanted)
    return done("/mail", N_("The emails will be sent again."))


@router.get("/account/mail")
def choice_page(request: Request, who: InPerson) -> Response:
    """Show which notices the user gets by mail."""
    with context_of(request).database.begin() as session:
        form = _choice_form(session, reader_of(request), who)
    return _choice_page(request, who, form)


@router.post("/account/mail")
def change_choice(request: Request, who: InPerson, sent: SentForm) -> Response:
    """Choose which notices the user gets by mail."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = _choice_form(session, reader, who)

        def write() -> None:
            actions.choose(session, request, who, read_body(MailChoice, sent).notices)

        outcome = save(session, reader, form, sent, write)
    if isinstance(outcome, NotSaved):
        return _choice_page(request, who, form, outcome.status)
    return saved("/account/mail")


def _page(
    request: Request,
    who: SignedIn,
    form: Form,
    tried: TestMail | None = None,
    *,
    status: int = 0,
) -> Response:
    shown = {
        "form": form,
        "tried": tried,
        "server": actions.present_server(request),
        "dead": request.query_params.get("state") == MailState.DEAD,
    }
    return list_page(request, who, MAILS, "mail.html", shown, status)


def _test_form(reader: Reader, address: str) -> Form:
    fields = fields_of(TestMailBody, reader, {"address": address}, {})
    fields[0].required = True
    submit_word = reader.gettext(N_("Send test email"))
    return Form("/mail/test", fields, name="test", submit=submit_word, columns=1)


def _choice_form(session: Session, reader: Reader, who: SignedIn) -> Form:
    chosen = store.mail_preference(session, who.user.id)
    fields = fields_of(MailChoice, reader, {"notices": chosen}, {})
    return Form("/account/mail", fields, name="mail", columns=1)


def _choice_page(request: Request, who: SignedIn, form: Form, status: int = 200) -> Response:
    shown = {
        "form": form,
        "tabs": account_tabs(request, who),
        "address": who.user.email,
        "on": actions.present_server(request) is not None,
    }
    return context_of(request).pages.page(request, "account-mail.html", shown, status=status)
