"""The API of one's own notices."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.notices import store
from web.kit.auth import InPerson
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.listing.declaration import ListQuery
from web.kit.listing.page import fetch
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.notices.listing import NOTICES
from web.notices.shapes import NoticeList, NoticeShape, ReadShape, show_notice

router = APIRouter(prefix="/notices", tags=["Notifications"])


@router.get("")
def list_notices(
    request: Request, query: Annotated[ListQuery, Depends(asked(NOTICES))]
) -> NoticeList:
    """List one's own notices, newest first unless another order is asked for."""
    with context_of(request).database.begin() as session:
        page = fetch(session, NOTICES, query)
        unread, _ = store.counted(session, query.who.user.id)
    return NoticeList(items=list(page.items), next=page.next, unread=unread)


@router.post("/read")
def read_all(request: Request, who: InPerson) -> ReadShape:
    """Mark all notices as read."""
    with context_of(request).database.begin() as session:
        return ReadShape(read=store.mark_all_read(session, who.user.id, now()))


@router.post("/{notice}/read")
def read_notice(request: Request, notice: IdPath, who: InPerson) -> NoticeShape:
    """Mark a notice as read."""
    with context_of(request).database.begin() as session:
        return show_notice(store.mark_read(session, who.user.id, notice, now()), reader_of(request))
