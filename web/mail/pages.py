"""The pages of mail: the outbox, a test mail, and the user's own choice of notices by mail."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as FormData
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import HotlineError, InvalidError
from crm.mail import store
from crm.mail.mail import MailPreference, MailState
from crm.mail.store import MailFilter
from crm.people.person import SignedIn
from web.account.tabs import account_tabs
from web.kit.auth import InPerson
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import read_table
from web.kit.posted import Posted, read_posted
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.mail import actions
from web.mail.actions import TestMail
from web.mail.api import MailKeeper
from web.mail.listing import MAILS
from web.mail.words import WANTED

router = APIRouter()
add_export(router, MAILS, "/mail/export")


@router.get("/mail")
def mail_page(request: Request, who: MailKeeper) -> Response:
    """Show the outbox, and the form for a test."""
    return _page(request, who)


@router.post("/mail/test")
def send_test(
    request: Request, who: MailKeeper, address: Annotated[str, FormData()] = ""
) -> Response:
    """Send a test at once and show the server's answer."""
    try:
        tried = actions.send_test(request, who, address.strip()[:300])
    except HotlineError as error:
        return _page(request, who, typed=address, error=error)
    return _page(request, who, typed=address, tried=tried)


@router.post("/mail/send-again")
async def send_again(request: Request, who: MailKeeper) -> Response:
    """Send chosen mails again, or all that were given up."""
    return await run_in_threadpool(_again, request, who, await read_posted(request))


@router.get("/account/mail")
def choice_page(request: Request, who: InPerson, saved: str = "") -> Response:
    """Show which notices the user gets by mail."""
    with context_of(request).database.begin() as session:
        chosen = store.mail_preference(session, who.user.id)
    form = _choice_form(reader_of(request), chosen)
    form.saved = bool(saved)
    return _choice_page(request, who, form)


@router.post("/account/mail")
def change_choice(
    request: Request, who: InPerson, notices: Annotated[str, FormData()] = ""
) -> Response:
    """Choose which notices the user gets by mail."""
    if notices not in set(MailPreference):
        form = _choice_form(reader_of(request), notices)
        form.blame(reader_of(request), InvalidError("This is not valid.", field="notices"))
        return _choice_page(request, who, form, 422)
    with context_of(request).database.begin() as session:
        actions.choose(session, request, who, MailPreference(notices))
    return RedirectResponse("/account/mail?saved=1", 303)


def _again(request: Request, who: SignedIn, posted: Posted) -> Response:
    ids = posted.ids("ids")[:500]
    wanted = MailFilter(ids=tuple(ids)) if ids else MailFilter(MailState.DEAD)
    with context_of(request).database.begin() as session:
        actions.send_again(session, request, who, wanted)
    return RedirectResponse("/mail", 303)


def _page(
    request: Request,
    who: SignedIn,
    *,
    typed: str = "",
    tried: TestMail | None = None,
    error: HotlineError | None = None,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    form = _test_form(reader, typed or who.user.email)
    if error:
        form.blame(reader, _as_invalid(error))
    with context.database.begin() as session:
        table = read_table(session, request, who, MAILS)
    shown = {
        "table": table,
        "form": form,
        "tried": tried,
        "server": actions.present_server(request),
        "dead": request.query_params.get("state") == MailState.DEAD,
    }
    return context.pages.page(request, "mail.html", shown, status=422 if error else table.status)


def _test_form(reader: Reader, address: str) -> Form:
    say = reader.gettext
    field = Field("address", say(N_("To")), "email", address, required=True, maxlength=254)
    return Form("/mail/test", [field], name="test", submit=say(N_("Send a test mail")), columns=1)


def _choice_form(reader: Reader, chosen: str) -> Form:
    say = reader.gettext
    field = Field(
        "notices",
        say(N_("Notices that come by mail")),
        "radio",
        chosen,
        options=[Choice(key=one.value, name=say(WANTED[one])) for one in MailPreference],
        help=say(N_("Urgent are a failed backup, a call engine that is away, and the like.")),
    )
    return Form("/account/mail", [field], name="mail", columns=1)


def _choice_page(request: Request, who: SignedIn, form: Form, status: int = 200) -> Response:
    shown = {
        "form": form,
        "tabs": account_tabs(request, who),
        "address": who.user.email,
        "on": actions.present_server(request) is not None,
    }
    return context_of(request).pages.page(request, "account-mail.html", shown, status=status)


def _as_invalid(error: HotlineError) -> InvalidError:
    if isinstance(error, InvalidError):
        return error
    return InvalidError(error.sentence, "", **error.values)
