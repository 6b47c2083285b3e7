"""The page of one's own notices, and the list in the bell's menu."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from crm.notices import store
from crm.people.person import SignedIn
from web.kit.auth import InPerson
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.listing.export import add_export
from web.kit.listing.page import read_table
from web.kit.request import context_of, reader_of, safe_next
from web.notices.listing import NOTICES
from web.notices.shapes import show_notice

router = APIRouter(prefix="/notices")
add_export(router, NOTICES)

IN_THE_MENU = 12


@router.get("")
def notices_page(request: Request, who: InPerson) -> Response:
    """Show one's notices: as a page, or as the list in the bell's menu."""
    return _show(request, who)


@router.post("/read")
def read_all(request: Request, who: InPerson) -> Response:
    """Mark all notices as read."""
    with context_of(request).database.begin() as session:
        store.mark_all_read(session, who.user.id, now())
    return _show(request, who) if _in_menu(request) else RedirectResponse("/notices", 303)


@router.post("/{notice}/read")
def read_notice(request: Request, notice: IdPath, who: InPerson) -> Response:
    """Mark a notice as read, and go to its page."""
    with context_of(request).database.begin() as session:
        read = store.mark_read(session, who.user.id, notice, now())
    return RedirectResponse(safe_next(read.url or "/notices"), 303)


def _show(request: Request, who: SignedIn) -> Response:
    context, reader, user = context_of(request), reader_of(request), who.user.id
    with context.database.begin() as session:
        unread, _ = store.counted(session, user)
        if not _in_menu(request):
            table = read_table(session, request, who, NOTICES)
            shown = {"table": table, "unread": unread}
            return context.pages.page(request, "notices.html", shown, status=table.status)
        found = store.notices(session, user, limit=IN_THE_MENU).items
    shown = {"notices": [show_notice(one, reader) for one in found], "unread": unread}
    return context.pages.page(request, "fragments/notices.html", shown)


def _in_menu(request: Request) -> bool:
    """Whether the request is for the bell's menu and not for the page."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-target") not in {None, "main"}
