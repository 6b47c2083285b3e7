"""The WebSockets of the live state, for pages and programs."""

import contextlib
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from anyio.abc import TaskGroup
from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect

from acd.agent import AgentState
from crm.notices.store import counted
from crm.people.person import SessionKind, SignedIn
from crm.people.rights import NOBODY, Right
from web.kit.auth import find_session, reach_of
from web.kit.request import context_of, same_origin
from web.live.changes import write
from web.live.context import live_of
from web.live.schema import ItemKind
from web.live.scope import floor_of, read_cursor
from web.live.subscriptions import Subscription, Topic, Viewer

router = APIRouter()

SESSION_OVER = 4401
NOT_ALLOWED = 4403
TRY_LATER = 1013
LONGEST_MESSAGE = 200
AT_WORK = frozenset({*AgentState} - {AgentState.SIGNED_OUT, AgentState.PAUSED})


@router.websocket("/live")
async def live_page(socket: WebSocket) -> None:
    """Serve the socket of a page, by cookie."""
    await _serve(socket, frozenset({SessionKind.BROWSER}))


@router.websocket("/api/v1/live/stream")
async def live_stream(socket: WebSocket) -> None:
    """Serve the socket of a program, by bearer token or cookie; never by a token in the address."""
    await _serve(socket, frozenset(SessionKind))


def find_viewer(connection: HTTPConnection, *, acted: bool = False) -> Viewer | None:
    """Find a subscriber's session and rights; None without a session. Called in a thread.

    An open page does not keep a session alive; its user's actions do, and so does taking calls.
    """

    def is_used(who: SignedIn) -> bool:
        return acted or who.kind is not SessionKind.BROWSER or _at_work(connection, who)

    who = find_session(connection, is_used)
    if who is None:
        return None
    if connection.state.password_due:
        # A new password must be chosen first; until then nothing is shown.
        return Viewer(who, None, hidden=True)
    with context_of(connection).database.begin() as session:
        sees = who.may(Right.FLOOR_SEE)
        floor = floor_of(reach_of(session, who, Right.FLOOR_SEE).people) if sees else None
        picks_up = who.may(Right.CALLS_PICKUP)
        pick_up = reach_of(session, who, Right.CALLS_PICKUP) if picks_up else NOBODY
        unread, newest = counted(session, who.user.id)
    return Viewer(who, floor, unread, newest, pick_up=pick_up)


def _at_work(connection: HTTPConnection, who: SignedIn) -> bool:
    """Whether the user is taking calls; an agent who has left misses a call and is then paused."""
    agent = live_of(connection).mirror.value(ItemKind.AGENT, who.user.id)
    return agent is not None and agent.get("state") in AT_WORK


def topic_of(word: object) -> Topic | None:
    """Read a topic; None for an unknown one."""
    return next((topic for topic in Topic if topic.value == word), None)


async def _serve(socket: WebSocket, kinds: frozenset[SessionKind]) -> None:
    if not same_origin(socket):
        await socket.close(1008)  # before accept: the browser gets 403
        return
    try:
        seen = await run_in_threadpool(find_viewer, socket)
    except SQLAlchemyError:
        await socket.accept()
        await socket.close(TRY_LATER)
        return
    # Accepted first even without a session: a browser hides the reason of a refusal.
    await socket.accept()
    if seen is None or seen.who.kind not in kinds:
        await socket.close(SESSION_OVER)
        return
    live, build = live_of(socket), context_of(socket).build
    cursor = read_cursor(socket.query_params.get("cursor", ""))
    topic = topic_of(socket.query_params.get("topics"))
    if not seen.shows(topic):
        await socket.close(NOT_ALLOWED)
        return
    subscription = Subscription(live.mirror, seen, topic, cursor, build)
    live.sockets.add(subscription)
    try:
        await _serve_page(socket, subscription)
    finally:
        live.sockets.remove(subscription)


async def _serve_page(socket: WebSocket, subscription: Subscription) -> None:
    """Send and receive until the page goes away or the session ends."""
    acted = threading.Event()

    def look_again() -> Viewer | None:
        was = acted.is_set()
        acted.clear()
        return find_viewer(socket, acted=was)

    async def send() -> None:
        async with contextlib.aclosing(subscription.events(look_again)) as events:
            async for event in events:
                await socket.send_text(event.text)

    async def listen() -> None:
        await _receive(socket, subscription, acted)

    async with anyio.create_task_group() as group:
        for part in (send, listen):
            group.start_soon(_first_to_end, part, group)
    if subscription.over:
        with contextlib.suppress(RuntimeError, OSError):
            await socket.close(SESSION_OVER)


async def _receive(socket: WebSocket, subscription: Subscription, acted: threading.Event) -> None:
    """Receive a page's messages; `acted` is set when its user did something."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        heard = _read(message.get("text"))
        if heard.get("used"):
            acted.set()
        if topic := topic_of(heard.get("topics")):
            subscription.choose(topic)
        if isinstance(heard.get("lamps"), bool):
            subscription.show_lamps(on=heard["lamps"])
        if isinstance(heard.get("ping"), (int, float, str)):
            await socket.send_text(write({"pong": heard["ping"]}))


async def _first_to_end(part: Callable[[], Awaitable[None]], group: TaskGroup) -> None:
    """Run one part of a socket; when it ends, the others are cancelled."""
    # A page may be gone between any two messages; a message to it then does not matter.
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
        await part()
    group.cancel_scope.cancel()


def _read(text: object) -> dict[str, Any]:
    """Read a page's message; empty if it is not a short JSON object."""
    if not isinstance(text, str) or len(text) > LONGEST_MESSAGE:
        return {}
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
