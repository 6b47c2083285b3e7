"""The live state as server-sent events, resumable."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import RefusedError
from crm.people.rights import Right
from web.kit.auth import Anybody
from web.kit.errors import NotSignedInError
from web.kit.request import context_of
from web.live.changes import write
from web.live.context import live_of
from web.live.schema import LIVE_KINDS
from web.live.scope import read_cursor
from web.live.sockets import find_viewer
from web.live.subscriptions import LiveEvent, Subscription, Topic

router = APIRouter(tags=["Live"])

EVENT_STREAM = "text/event-stream"
_ITEMS = [{"kind": one.kind, "id": one.kind, "value": one.example} for one in LIVE_KINDS.values()]
_SNAPSHOT = write({"snapshot": {"boot": "19af3c", "number": 812, "items": _ITEMS}})
_CHANGE = write({"number": 813, "items": _ITEMS[:1]})
SHOWN = (
    f"event: snapshot\nid: 19af3c.812.all\ndata: {_SNAPSHOT}\n\n"
    f"event: change\nid: 19af3c.813.all\ndata: {_CHANGE}\n\n"
)


class EventStream(StreamingResponse):
    """A stream of server-sent events, as the API's description names it."""

    media_type = EVENT_STREAM


@router.get(
    "/live/events",
    response_class=EventStream,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}, "example": SHOWN}}}},
)
async def follow_live(
    request: Request,
    who: Anybody,
    topics: Topic | None = None,
    cursor: Annotated[str, Query(max_length=200)] = "",
    last_event_id: Annotated[str, Header(max_length=200)] = "",
) -> EventStream:
    """Follow the live state: a snapshot, then changes; pings in between.

    Messages of the floor come at most ten times a second: an item that changed more than once
    between two of them is sent once, with its newest value. Use webhooks for events that must not
    be missed.

    A client that reconnects with the last event's id continues from there, without a gap and
    without repetition; if that is too long ago it gets a snapshot.
    """
    if topics is Topic.FLOOR and not who.may(Right.FLOOR_SEE):
        raise RefusedError("You don't have permission to do this.")
    seen = await run_in_threadpool(find_viewer, request)
    if seen is None:
        raise NotSignedInError
    if not seen.shows(topics):
        raise RefusedError("You don't have permission to do this.")
    place = read_cursor(last_event_id or cursor)
    subscription = Subscription(
        live_of(request).mirror, seen, topics, place, context_of(request).build
    )
    return EventStream(
        _events(request, subscription),
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


async def _events(request: Request, subscription: Subscription) -> AsyncIterator[str]:
    sockets = live_of(request).sockets
    sockets.add(subscription)
    try:
        async with contextlib.aclosing(subscription.events(lambda: find_viewer(request))) as events:
            async for event in events:
                yield _line(event)
    finally:
        sockets.remove(subscription)


def _line(event: LiveEvent) -> str:
    id_ = f"id: {event.cursor}\n" if event.cursor else ""
    return f"event: {event.name}\n{id_}data: {event.text}\n\n"
