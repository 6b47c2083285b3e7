"""The pages of entries of all lists, and of what is done with some of them."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError
from crm.number_lists.entries import store as entry_store
from crm.number_lists.entries.store import EntryFilter
from crm.number_lists.lists import EntryState
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import Requirement, check_required
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.editing import carry_out
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.number_lists import entry_actions
from web.number_lists.api import ListApprover, ListEditor, ListReader
from web.number_lists.listing import ENTRIES

router = APIRouter(prefix="/entries")
WAITING = "/number-lists/entries?state=waiting"
APPROVED, REJECTED, REMOVED = N_("Approved."), N_("Rejected."), N_("Removed.")
SOME_APPROVED = N_("Approved, except entries that you added yourself or that were not pending.")
SOME_REJECTED = N_("Rejected, except entries that you added yourself or that were not pending.")

add_export(router, ENTRIES, "/export")


def tabs(session: Session, reader: Reader, here: str) -> list[dict[str, object]]:
    """Give the tabs of all pages of number lists; the last one counts what waits."""
    waiting = entry_store.count_entries(session, EntryFilter(state=EntryState.WAITING), now())
    counted = reader.say(N_("Pending approval ({count})"), count=reader.number(waiting))
    labels = {
        "/number-lists": reader.gettext(N_("Number lists")),
        "/number-lists/entries": reader.gettext(N_("All entries")),
        WAITING: counted,
    }
    return [{"url": url, "label": name, "current": url == here} for url, name in labels.items()]


@router.get("")
def entries_page(request: Request, who: ListReader) -> Response:
    """List the entries of all lists, newest first unless another order is asked for."""
    return _page(request, who)


@router.post("/approve")
def approve_entries(request: Request, who: ListApprover, sent: SentForm) -> Response:
    """Approve the chosen entries that wait and were added by other users."""
    return _decide(request, who, sent.ids("ids"), approve=True)


@router.post("/reject")
def reject_entries(request: Request, who: ListApprover, sent: SentForm) -> Response:
    """Reject the chosen entries that wait and were added by other users."""
    return _decide(request, who, sent.ids("ids"), approve=False)


@router.post("/remove")
def remove_entries(request: Request, who: ListEditor, sent: SentForm) -> Response:
    """Remove the chosen entries from their lists."""
    ids = sent.ids("ids")

    def remove(session: Session) -> None:
        _check_chosen(ids)
        entry_actions.remove_entries(session, request, who, ids)

    return _carry_out(request, who, remove, "/number-lists/entries", REMOVED)


@router.post("/{entry}")
def change_entry(request: Request, entry: IdPath, who: ListReader, sent: SentForm) -> Response:
    """Approve, reject or remove one entry, as the pressed button says."""
    with context_of(request).database.begin() as session:
        list_ = entry_actions.show_entry(session, entry).list.id
    here = f"/number-lists/{list_}"
    match sent.one("do"):
        case "approve" | "reject" as decision:
            check_required(request, who, Requirement(frozenset({Right.LISTS_APPROVE})))
            return _decide(request, who, [entry], approve=decision == "approve", url=here)
        case "remove":
            check_required(request, who, Requirement(frozenset({Right.LISTS_EDIT})))
        case other:
            raise InvalidError(N_("“{key}” is not one of the options."), "do", key=other[:50])

    def remove(session: Session) -> None:
        entry_actions.remove_entries(session, request, who, [entry])

    return _carry_out(request, who, remove, here, REMOVED)


def _decide(
    request: Request, who: SignedIn, ids: list[int], *, approve: bool, url: str = WAITING
) -> Response:
    try:
        _check_chosen(ids)
        with context_of(request).database.begin() as session:
            count = entry_actions.decide_entries(session, request, who, ids, approve=approve)
    except HotlineError as error:
        return _page(request, who, error)
    if count < len(set(ids)):
        return done(url, SOME_APPROVED if approve else SOME_REJECTED)
    return done(url, APPROVED if approve else REJECTED)


def _check_chosen(ids: list[int]) -> None:
    if not ids:
        raise InvalidError(N_("Select the entries first."))


def _carry_out(
    request: Request,
    who: SignedIn,
    do: Callable[[Session], object],
    url: str,
    toast: str,
) -> Response:
    return carry_out(request, do, url, lambda error: _page(request, who, error), toast)


def _page(request: Request, who: SignedIn, error: HotlineError | None = None) -> Response:
    reader = reader_of(request)
    waiting = request.query_params.get("state") == EntryState.WAITING
    with context_of(request).database.begin() as session:
        shown = {
            "tabs": tabs(session, reader, WAITING if waiting else "/number-lists/entries"),
            "error": reader.error(error) if error else "",
        }
    refused = 422 if isinstance(error, InvalidError) else 409
    status = refused if error else 0
    return list_page(request, who, ENTRIES, "number-list-entries.html", shown, status)
