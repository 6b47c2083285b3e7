"""The pages of number lists: all lists, one list, and the entries that wait for approval."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError
from crm.number_lists import store
from crm.people.person import SignedIn
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.clock import now
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page, read_table
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.number_lists import actions, entry_actions
from web.number_lists.api import ListEditor, ListReader
from web.number_lists.entry_pages import router as entry_router
from web.number_lists.entry_pages import tabs
from web.number_lists.forms import entries_form, list_form, read_entries
from web.number_lists.listing import LIST_ENTRIES, LISTS
from web.number_lists.shapes import ListBody, ListChange, ListForm, ListShape
from web.number_lists.words import KIND_TONES, KINDS

router = APIRouter(prefix="/number-lists")
router.include_router(entry_router)

WAITS = N_("Added. Another user must approve the entries before they take effect.")
ADDED = N_("Entries added.")
LEFT_OUT = N_("Entries added; numbers that the list already had were left out.")

add_export(router, LISTS)
add_export(router, LIST_ENTRIES, "/{number_list}/entries/export")


@router.get("")
def lists_page(request: Request, who: ListReader) -> Response:
    """List the number lists."""
    with context_of(request).database.begin() as session:
        shown = {"tabs": tabs(session, reader_of(request), "/number-lists")}
    return list_page(request, who, LISTS, shown=shown)


@router.get("/new")
def new_list(request: Request, _who: ListEditor) -> Response:
    """Show the form for a new list."""
    with context_of(request).database.begin() as session:
        form = list_form(session, reader_of(request), None)
    return _show_form(request, None, form)


@router.post("")
def add_list(request: Request, who: ListEditor, sent: SentForm) -> Response:
    """Add a list."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = list_form(session, reader, None)

        def write() -> int:
            return actions.make_list(session, request, who, read_body(ListBody, sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _show_form(request, None, form, made.status)
    return saved(f"/number-lists/{made}")


@router.get("/{number_list}")
def list_of_entries_page(request: Request, number_list: IdPath, who: ListReader) -> Response:
    """Show a list: its entries, and the form that adds some."""
    with context_of(request).database.begin() as session:
        return _page(session, request, who, number_list)


@router.get("/{number_list}/edit")
def edit_list(request: Request, number_list: IdPath, _who: ListEditor) -> Response:
    """Show the form of a list."""
    return _edit(request, number_list)


@router.post("/{number_list}")
def change_list(request: Request, number_list: IdPath, who: ListEditor, sent: SentForm) -> Response:
    """Change a list, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.number_list_to_change(session, number_list)
        before = actions.show_list(session, number_list)
        form = list_form(session, reader, before)

        def write() -> None:
            body = ListChange(**dict(read_body(ListForm, sent)))
            actions.write_list(session, request, who, number_list, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show_form(request, before, form, outcome.status)
    return saved(f"/number-lists/{number_list}")


@router.post("/{number_list}/remove")
def remove_list(request: Request, number_list: IdPath, who: ListEditor) -> Response:
    """Remove a list with all its entries."""

    def remove(session: Session) -> None:
        actions.remove_list(session, request, who, number_list)

    def again(error: HotlineError) -> Response:
        return _edit(request, number_list, error)

    return carry_out(request, remove, "/number-lists", again, N_("Number list deleted."))


@router.post("/{number_list}/entries")
def add_entries(request: Request, number_list: IdPath, who: ListEditor, sent: SentForm) -> Response:
    """Add numbers to a list."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_list(session, number_list)
        form = entries_form(session, reader, shape, None)

        def write() -> entry_actions.Added:
            body = read_entries(sent, reader)
            return entry_actions.make_entries(session, request, who, number_list, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(session, request, who, number_list, form, outcome.status)
    toast = WAITS if outcome.waiting else LEFT_OUT if outcome.left_out else ADDED
    return done(f"/number-lists/{number_list}", toast)


def _page(  # noqa: PLR0913, PLR0917 - what a page shows
    session: Session,
    request: Request,
    who: SignedIn,
    list_: int,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    shape = actions.show_list(session, list_)
    table = read_table(session, request, who, LIST_ENTRIES, number_list=list_)
    if form is None:
        form = entries_form(session, reader, shape, entry_actions.default_expiry(session, now()))
    shown = {
        "list": shape,
        "kind": reader.gettext(KINDS[shape.kind]),
        "tone": KIND_TONES[shape.kind],
        "table": table,
        "form": form,
        "tabs": tabs(session, reader, ""),
    }
    status = max(status, table.status)
    return context_of(request).pages.page(request, "number-list.html", shown, status=status)


def _edit(request: Request, list_: int, error: HotlineError | None = None) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_list(session, list_)
        form = list_form(session, reader, shape)
    form.error = reader.error(error) if error else ""
    return _show_form(request, shape, form, 409 if error else 200)


def _show_form(
    request: Request, shape: ListShape | None, form: Form, status: int = 200
) -> Response:
    shown = {"list": shape, "form": form}
    pages = context_of(request).pages
    return pages.page(request, "number-list-form.html", shown, status=status)
