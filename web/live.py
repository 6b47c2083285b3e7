"""The live sockets: what is alive, told to each page as far as its person may see it."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import structlog
from anyio.abc import TaskGroup
from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from crm.people.person import Role, SessionKind, SignedIn
from web.auth import find_session
from web.clock import now
from web.mirror import Change, Listener, Mirror, Scope
from web.request import house_of, same_origin

log = structlog.get_logger()
router = APIRouter()

PING_SECONDS = 15.0
SESSION_OVER = 4401
TRY_LATER = 1013


class Sockets:
    """The open sockets by session, so that signing out closes them at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: dict[int, set[LiveSocket]] = defaultdict(set)

    def add(self, socket: "LiveSocket") -> None:
        """Remember a socket."""
        self._open[socket.session].add(socket)

    def remove(self, socket: "LiveSocket") -> None:
        """Forget it."""
        self._open[socket.session].discard(socket)
        if not self._open[socket.session]:
            del self._open[socket.session]

    def end(self, session: int) -> None:
        """Close all sockets of a session that ended; call it on the event loop."""
        for socket in self._open.get(session, ()):
            socket.end()


class LiveSocket:
    """One socket: a listener of the mirror, a scope, and the pings that keep it honest."""

    def __init__(self, socket: WebSocket, mirror: Mirror, who: SignedIn, build: str) -> None:
        """`who` decides what may be seen."""
        self.session = who.id
        self._socket = socket
        self._mirror = mirror
        self._build = build
        self._listener: Listener = mirror.listen()
        self._scope = Scope(who.user.id if who.user.role is Role.AGENT else None)
        self._over = False
        self._pings = 0

    def end(self) -> None:
        """Close soon, and say that the session is over."""
        self._over = True
        self._listener.wake()

    async def serve(self, still_open: Callable[[], bool]) -> None:
        """Tell and listen until the page goes away or the session ends.

        `still_open` asks the database whether the session lives; for a thread.
        """
        parts = (self._tell, self._hear, partial(self._ping, still_open))
        try:
            async with anyio.create_task_group() as group:
                for part in parts:
                    group.start_soon(_first_to_end, part, group)
        finally:
            self._mirror.forget(self._listener)
        if self._over:
            with contextlib.suppress(RuntimeError, OSError):
                await self._socket.close(SESSION_OVER)

    async def _tell(self) -> None:
        first, was_away = True, False
        while not self._over:
            changes = self._listener.take()
            away = self._mirror.away
            if away != was_away or (first and away):
                await self._send({"away": away} | ({"build": self._build} if first else {}))
            first, was_away = False, away
            if self._listener.stale and not away:
                self._listener.stale = False
                await self._send(self._snapshot())
            elif not away:
                await self._tell_changes(changes)
            await self._listener.wait()

    async def _tell_changes(self, changes: list[Change]) -> None:
        for change in changes:
            items = self._scope.changes(change.items, self._mirror)
            if items is None:
                # The snapshot is of now: it holds the changes behind this one as well.
                await self._send(self._snapshot())
                return
            if items:
                await self._send({"number": change.number, "items": items})

    def _snapshot(self) -> dict[str, Any]:
        return snapshot(self._mirror, self._scope) | {"build": self._build, "away": False}

    async def _hear(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if (ping := _ping_of(message.get("text"))) is not None:
                await self._send({"pong": ping})

    async def _ping(self, still_open: Callable[[], bool]) -> None:
        while not self._over:
            await asyncio.sleep(PING_SECONDS)
            self._pings += 1
            await self._send({"ping": self._pings})
            try:
                if not await run_in_threadpool(still_open):
                    self.end()
            except SQLAlchemyError:
                # The database is away: nobody can have been signed out in the meantime.
                log.info("a live session could not be checked")

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_text(json.dumps(message, ensure_ascii=False, default=str))


async def _first_to_end(part: Callable[[], Awaitable[None]], group: TaskGroup) -> None:
    """Run one part of a socket; when it ends, the others have nothing left to do."""
    # A page may be gone between any two messages; what is sent to it then is nobody's loss.
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
        await part()
    group.cancel_scope.cancel()


def snapshot(mirror: Mirror, scope: Scope) -> dict[str, Any]:
    """Give everything that may be seen, as the first message of a socket has it."""
    return {
        "snapshot": {
            "boot": mirror.boot,
            "number": mirror.number,
            "now": now().isoformat(),
            "items": scope.snapshot(mirror),
        }
    }


@router.websocket("/live")
async def live_page(socket: WebSocket) -> None:
    """Serve a page's socket; the cookie says whose it is."""
    await _serve(socket, frozenset({SessionKind.BROWSER}))


@router.websocket("/api/v1/live/stream")
async def live_stream(socket: WebSocket) -> None:
    """Serve a script's socket, by bearer token or cookie; never by a token in the address."""
    await _serve(socket, frozenset(SessionKind))


async def _serve(socket: WebSocket, kinds: frozenset[SessionKind]) -> None:
    if not same_origin(socket):
        await socket.close(1008)  # before accept: the browser sees 403
        return
    try:
        who = await run_in_threadpool(find_session, socket)
    except SQLAlchemyError:
        await socket.accept()
        await socket.close(TRY_LATER)
        return
    # Accepted first even when nobody is signed in: a browser hides a refusal's reason.
    await socket.accept()
    if who is None or who.kind not in kinds:
        await socket.close(SESSION_OVER)
        return
    house = house_of(socket)
    live = LiveSocket(socket, house.mirror, who, house.build)
    house.sockets.add(live)
    try:
        await live.serve(lambda: find_session(socket) is not None)
    finally:
        house.sockets.remove(live)


def _ping_of(text: object) -> object:
    """Read `{"ping": n}`; None for anything else, whatever a page may send."""
    if not isinstance(text, str) or len(text) > 200:  # noqa: PLR2004
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = message.get("ping") if isinstance(message, dict) else None
    return found if isinstance(found, (int, float, str)) else None
