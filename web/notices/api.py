"""Notices to a person: what he should know of until he has seen it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from crm.notices import store
from web.kit.auth import Anybody
from web.kit.bodies import IdPath, Limit
from web.kit.clock import now
from web.kit.request import context_of, reader_of
from web.notices.shapes import NoticeShape, show_notice

router = APIRouter(prefix="/notices", tags=["Notices"])


class NoticeList(BaseModel):
    """A page of notices, newest first, and how many were not read of all."""

    items: list[NoticeShape]
    next: str | None
    unread: int


class ReadShape(BaseModel):
    """How many notices were new and are read now."""

    read: int


@router.get("")
def list_notices(
    request: Request,
    who: Anybody,
    cursor: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    *,
    limit: Limit = 50,
    unread: bool = False,
) -> NoticeList:
    """List one's own notices, newest first."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        user = who.user.id
        found = store.notices(session, user, before=cursor, unread=unread, limit=limit + 1)
        count, _ = store.counted(session, user)
    more = str(found[limit - 1].id) if len(found) > limit else None
    shown = [show_notice(notice, reader) for notice in found[:limit]]
    return NoticeList(items=shown, next=more, unread=count)


@router.post("/read")
def read_all(request: Request, who: Anybody) -> ReadShape:
    """Note that one has read all of them."""
    with context_of(request).database.begin() as session:
        return ReadShape(read=store.mark_all_read(session, who.user.id, now()))


@router.post("/{notice}/read")
def read_notice(request: Request, notice: IdPath, who: Anybody) -> NoticeShape:
    """Note that one has read one of them."""
    with context_of(request).database.begin() as session:
        return show_notice(store.mark_read(session, who.user.id, notice, now()), reader_of(request))
