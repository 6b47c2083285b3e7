"""The pages of phones: the list, one extension, new extensions, and their files."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError
from crm.people.person import SignedIn
from web.bans.words import tabs
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save
from web.kit.forms import Form
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page, read_table
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.people.sip_actions import sip_settings
from web.phones import actions
from web.phones.api import PhoneManager
from web.phones.files import phones_file
from web.phones.forms import phones_form
from web.phones.listing import PHONES
from web.phones.provisioning import SUFFIX, Vendor
from web.phones.shapes import MadePhone, PhonesBody, PhonesForm, ResetPhone
from web.phones.words import FILES, VENDORS

router = APIRouter(prefix="/phones")
add_export(router, PHONES)


@router.get("")
def phones_page(request: Request, who: PhoneManager) -> Response:
    """List all extensions with what is registered as them; the rows are loaded again and again."""
    shown = {
        "tabs": tabs(reader_of(request), "/phones"),
        "apart": False,
        "query": request.url.query,
    }
    return list_page(request, who, PHONES, "phones.html", shown)


@router.get("/rows")
def phone_rows(request: Request, who: PhoneManager) -> Response:
    """Give the rows of the list alone, as they are now."""
    context = context_of(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, PHONES)
    shown = {"table": table, "apart": True, "query": request.url.query}
    return context.pages.page(request, "phone-rows.html", shown)


@router.get("/new")
def new_phones(request: Request, who: PhoneManager) -> Response:
    """Show the form for new extensions."""
    with context_of(request).database.begin() as session:
        form = phones_form(session, reader_of(request), who)
    return _new_page(request, form)


@router.post("")
def add_phones(request: Request, who: PhoneManager, sent: SentForm) -> Response:
    """Make extensions and show their secrets, only this once."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = phones_form(session, reader, who)

        def write() -> list[MadePhone]:
            typed = read_body(PhonesForm, sent)
            newcomers = actions.read_people(typed.people)
            body = PhonesBody(start=typed.start, users=typed.users, people=newcomers)
            return actions.make_phones(session, request, who, body)

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _new_page(request, form, status=made.status)
    return _new_page(request, None, made)


@router.post("/file")
def download(request: Request, who: PhoneManager, sent: SentForm) -> Response:
    """Give a file of the new phones that the page shows; nothing of it is stored."""
    with context_of(request).database.begin() as session:
        return phones_file(
            session,
            request,
            who,
            sent.one("file"),
            _by_user(sent, "secret_"),
            _by_user(sent, "password_"),
        )


@router.get("/{user}")
def phone_page(request: Request, user: IdPath, who: PhoneManager) -> Response:
    """Show an extension."""
    with context_of(request).database.begin() as session:
        return _page(session, request, who, user)


@router.post("/{user}/secret")
def reset_secret(request: Request, user: IdPath, who: PhoneManager) -> Response:
    """Make a new password for the desk phone; show it with the configurations, only this once."""
    context = context_of(request)
    try:
        with context.database.begin() as session:
            reset = actions.reset_phone(session, request, who, user)
            return _page(session, request, who, user, reset=reset)
    except HotlineError as error:
        with context.database.begin() as session:
            return _page(session, request, who, user, error=error)


def _by_user(sent: Posted, prefix: str) -> dict[int, str]:
    return {
        int(name.removeprefix(prefix)): sent.one(name)[:200]
        for name in sent.fields
        if name.startswith(prefix)
        and name.removeprefix(prefix).isascii()
        and name.removeprefix(prefix).isdecimal()
        and len(name) < 28  # noqa: PLR2004 - PostgreSQL's bigint
    }


def _new_page(
    request: Request, form: Form | None, made: list[MadePhone] | None = None, status: int = 200
) -> Response:
    reader = reader_of(request)
    files = [
        {"key": key, "label": reader.say(label, vendor=_vendor_name(key))}
        for key, label in FILES.items()
    ]
    shown = {"form": form, "made": made, "files": files}
    return context_of(request).pages.page(request, "phones-new.html", shown, status=status)


def _vendor_name(key: str) -> str:
    return VENDORS[Vendor(key)] if key in set(Vendor) else ""


def _page(
    session: Session,
    request: Request,
    _who: SignedIn,
    user: int,
    *,
    reset: ResetPhone | None = None,
    error: HotlineError | None = None,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    phone = actions.show_phone(session, request.app.state, user)
    shown = {
        "phone": phone,
        "sip": sip_settings(context.settings, phone.extension),
        "reset": reset,
        "vendors": [(one.value, name, SUFFIX[one]) for one, name in VENDORS.items()],
        "local_phones": not context.settings.external_address,
        "error": reader.error(error) if error else "",
    }
    status = 409 if error else 200
    return context.pages.page(request, "phone.html", shown, status=status)
