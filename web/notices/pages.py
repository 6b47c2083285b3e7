"""Notices: what a person should know of, until he has seen it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from crm.notices import store
from web.kit.auth import Anybody
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.request import context_of, reader_of, safe_next
from web.notices.shapes import show_notice

router = APIRouter(prefix="/notices")

IN_THE_MENU = 12
ON_THE_PAGE = 100


@router.get("")
def notices_page(request: Request, who: Anybody) -> Response:
    """Show one's notices: as a page, or as the list in the bell's menu."""
    return _show(request, who.user.id)


@router.post("/read")
def read_all(request: Request, who: Anybody) -> Response:
    """Note that one has read all of them."""
    with context_of(request).database.begin() as session:
        store.mark_all_read(session, who.user.id, now())
    return _show(request, who.user.id) if _in_menu(request) else RedirectResponse("/notices", 303)


@router.post("/{notice}/read")
def read_notice(request: Request, notice: IdPath, who: Anybody) -> Response:
    """Note that one has read one of them, and go where it leads."""
    with context_of(request).database.begin() as session:
        read = store.mark_read(session, who.user.id, notice, now())
    return RedirectResponse(safe_next(read.url or "/notices"), 303)


def _show(request: Request, user: int) -> Response:
    context, reader, menu = context_of(request), reader_of(request), _in_menu(request)
    with context.database.begin() as session:
        limit = IN_THE_MENU if menu else ON_THE_PAGE
        found = store.notices(session, user, limit=limit)
        unread, _ = store.counted(session, user)
    shown = {
        "notices": [show_notice(one, reader) for one in found],
        "unread": unread,
        "in_menu": menu,
    }
    template = "fragments/notices.html" if menu else "notices.html"
    return context.pages.page(request, template, shown)


def _in_menu(request: Request) -> bool:
    """Whether the bell asks, and not somebody who goes to the page."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-target") not in {None, "main"}
