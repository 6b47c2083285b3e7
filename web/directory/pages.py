"""The pages of the address book: colleagues, contacts, and the form of a contact."""

from typing import Any

from fastapi import APIRouter, Request, Response

from crm.directory import store
from crm.people.rights import Right
from web.directory.actions import add, change, remove
from web.directory.api import BookEditor, BookReader
from web.directory.forms import contact_form, read_contact
from web.directory.listing import COLLEAGUES, CONTACTS
from web.directory.shapes import ContactChange, ContactShape
from web.directory.views import show_contact
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, save
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page, read_table
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done

router = APIRouter(prefix="/address-book")
PLACE = "/address-book/contacts"


add_export(router, COLLEAGUES)
add_export(router, CONTACTS, "/contacts/export")


@router.get("")
def colleagues_page(request: Request, who: BookReader) -> Response:
    """List colleagues who take calls; their states are loaded again every few seconds."""
    tabs = _tabs(reader_of(request), COLLEAGUES.url)
    shown = {"tabs": tabs, "apart": False, "query": request.url.query}
    return list_page(request, who, COLLEAGUES, "colleagues.html", shown)


@router.get("/rows")
def colleague_rows(request: Request, who: BookReader) -> Response:
    """Give the list of colleagues alone, as it is now."""
    context = context_of(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, COLLEAGUES)
    shown = {"table": table, "apart": True, "query": request.url.query}
    return context.pages.page(request, "colleague-rows.html", shown)


@router.get("/contacts")
def contacts_page(request: Request, who: BookReader) -> Response:
    """List the contacts."""
    return list_page(
        request, who, CONTACTS, shown={"tabs": _tabs(reader_of(request), CONTACTS.url)}
    )


@router.get("/contacts/new")
def new_contact(request: Request, _who: BookEditor) -> Response:
    """Show the form for a new contact."""
    return _form_page(request, contact_form(reader_of(request)))


@router.post("/contacts")
def add_contact(request: Request, who: BookEditor, sent: SentForm) -> Response:
    """Add a contact."""
    context, reader = context_of(request), reader_of(request)
    region, form = context.settings.region, contact_form(reader)
    with context.database.begin() as session:

        def write() -> int:
            return add(session, request, who, read_contact(sent, region), region).id

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _form_page(request, form, made.status)
    return done(f"{PLACE}/{made}", N_("Contact added."))


@router.get("/contacts/{contact}")
def contact_page(request: Request, contact: IdPath, who: BookReader) -> Response:
    """Show a contact."""
    with context_of(request).database.begin() as session:
        shown = show_contact(store.contact(session, contact))
    values = {"contact": shown, "may_edit": who.may(Right.DIRECTORY_EDIT)}
    return context_of(request).pages.page(request, "contact.html", values)


@router.get("/contacts/{contact}/edit")
def edit_contact(request: Request, contact: IdPath, _who: BookEditor) -> Response:
    """Show the form with a contact."""
    with context_of(request).database.begin() as session:
        shown = show_contact(store.contact(session, contact))
    return _form_page(request, contact_form(reader_of(request), shown), shown=shown)


@router.post("/contacts/{contact}")
def change_contact(request: Request, contact: IdPath, who: BookEditor, sent: SentForm) -> Response:
    """Change a contact, unless another person changed it in the meantime."""
    context, reader = context_of(request), reader_of(request)
    region = context.settings.region
    with context.database.begin() as session:
        old = store.contact_to_change(session, contact)
        form = contact_form(reader, show_contact(old))

        def write() -> None:
            body = read_contact(sent, region)
            given = ContactChange(**dict(body))
            change(session, request, who, old, given, region)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _form_page(request, form, outcome.status, show_contact(old))
    return done(f"{PLACE}/{contact}", N_("Contact saved."))


@router.post("/contacts/{contact}/remove")
def remove_contact(request: Request, contact: IdPath, who: BookEditor) -> Response:
    """Remove a contact."""
    with context_of(request).database.begin() as session:
        remove(session, request, who, store.contact_to_change(session, contact))
    return done(PLACE, N_("Contact deleted."))


def _tabs(reader: Reader, current: str) -> list[dict[str, Any]]:
    return [
        {"url": url, "label": reader.gettext(label), "current": url == current}
        for url, label in ((COLLEAGUES.url, N_("Colleagues")), (CONTACTS.url, N_("Contacts")))
    ]


def _form_page(
    request: Request, form: Form, status: int = 200, shown: ContactShape | None = None
) -> Response:
    values = {"form": form, "contact": shown}
    return context_of(request).pages.page(request, "contact-edit.html", values, status=status)
