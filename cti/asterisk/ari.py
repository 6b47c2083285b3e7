"""Asterisk's REST interface: commands over HTTP, events over a WebSocket that reconnects.

A thin client of our own, because `ari` is Python 2 code and the others never reconnect. Events go
at once into the engine's inbox, because Asterisk drops a listener that keeps it waiting. The socket
can live while the subscription is lost, so a probe asks Asterisk whether it still knows our
application.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import aiohttp
import structlog

from cti.asterisk.ari_http import HTTPAnswer, HTTPPool, HTTPRequest, authorization
from cti.asterisk.orders import Request, event_filter, subscription
from cti.asterisk.translate import APPLICATION, Json

CONNECTIONS = 16  # far below Asterisk's `sessionlimit`
ANSWER_SECONDS = 10.0
PROBE_SECONDS = 1.0
SILENCE_SECONDS = 4.5  # nothing came, and an answer is due: the link is dead
CHECK_SECONDS = 0.5
CLOSE_SECONDS = 1.0
SUBSCRIBED_AT_ONCE = 50
EVENTS_IN_A_ROW = 20
SLICE = 100  # objects of a listing before other tasks get their turn
PAUSE_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)

T = TypeVar("T")
_DECODER = json.JSONDecoder()

log = structlog.get_logger(__name__)


class ARIError(Exception):
    """Asterisk refused a request, or gave no answer; the message gives the reason."""

    def __init__(self, why: str, status: int = 0) -> None:
        """Keep the HTTP status; 0 when there was none."""
        super().__init__(why)
        self.status = status


NO_ANSWER = "no answer"


def why_failed(error: ARIError) -> str:
    """Why a request failed: refused, or not answered at all."""
    return str(error) if error.status else f"{NO_ANSWER}: {error}".removesuffix(": ")


def is_refused(why: str) -> bool:
    """Whether Asterisk refused an order; else it may not have heard of it."""
    return not why.startswith(NO_ANSWER)


class ARIClient:
    """The link to one Asterisk. `run` keeps the event socket; `ask` sends a request."""

    def __init__(
        self,
        url: str,
        login: tuple[str, str],
        *,
        on_event: Callable[[Json], None],
        on_link: Callable[[bool], None],
    ) -> None:
        """`url` is ARI's base without a final slash; `on_link` gets each change of the socket."""
        self._url = url
        self._login = login
        self._on_event = on_event
        self._on_link = on_link
        self._http = HTTPPool(url, login, CONNECTIONS, ANSWER_SECONDS)
        self._closed = False
        self._events = 0
        self.answered_in = 0.0  # seconds, at the last probe

    async def run(self) -> None:
        """Keep the event socket open, and reopen it after every loss, until `close`."""
        losses = 0
        async with aiohttp.ClientSession(
            headers={"Authorization": authorization(self._login)},
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
        ) as session:
            while not self._closed:
                try:
                    await self._listen(session)
                    losses = 0
                except (aiohttp.ClientError, OSError, TimeoutError) as error:
                    log.info("ARI is away", why=str(error) or type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS[min(losses, len(PAUSE_SECONDS) - 1)])
                losses += 1

    def close(self) -> None:
        """End `run` when its socket ends."""
        self._closed = True
        self._http.close()

    async def ask(self, request: Request) -> Any:
        """Send one request and give the JSON it answers with, or None. Raises ARIError."""
        return await self.send(request.method, request.path, request.body, request.missing_is_fine)

    async def ask_all(self, requests: Sequence[Request]) -> list[ARIError | None]:
        """Send requests together, carried out in order; give each one's error, or None.

        A failed request does not keep the later ones from being carried out.
        """
        asked = [HTTPRequest(one.method, one.path, _encode(one.body)) for one in requests]
        failures: list[ARIError | None] = []
        for request, answer in zip(requests, await self._http.send_all(asked), strict=True):
            try:
                _text(answer, missing_is_fine=request.missing_is_fine)
            except ARIError as error:
                failures.append(error)
            else:
                failures.append(None)
        return failures

    async def get(self, path: str) -> Any:
        """Read a resource."""
        return await self.send("GET", path, {}, missing_is_fine=False)

    async def each(self, path: str, read: Callable[[Json], T]) -> list[T]:
        """Read a long listing object by object; other tasks get their turn in between."""
        text = await self._send("GET", path, {}, missing_is_fine=False)
        found: list[T] = []
        at = text.find("{")
        while at >= 0:
            one, end = _DECODER.raw_decode(text, at)
            found.append(read(one))
            at = text.find("{", end)
            if len(found) % SLICE == 0:
                await asyncio.sleep(0)
        return found

    async def subscribe(self, channels: Sequence[str]) -> None:
        """Subscribe to the events of channels outside our application, or there before the link."""
        for at in range(0, len(channels), SUBSCRIBED_AT_ONCE):
            some = channels[at : at + SUBSCRIBED_AT_ONCE]
            try:
                await self.ask(subscription(*some))
            except ARIError:
                # One of them is gone, and those behind it were not subscribed.
                asked = (self.ask(subscription(channel)) for channel in some)
                await asyncio.gather(*asked, return_exceptions=True)

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        missing_is_fine: bool,  # noqa: FBT001
    ) -> Any:
        """Send one request; with `missing_is_fine`, 404 means the thing is done already."""
        text = await self._send(method, path, body, missing_is_fine=missing_is_fine)
        return json.loads(text) if text else None

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any], *, missing_is_fine: bool
    ) -> str:
        (answer,) = await self._http.send_all([HTTPRequest(method, path, _encode(body))])
        return _text(answer, missing_is_fine=missing_is_fine)

    async def _listen(self, session: aiohttp.ClientSession) -> None:
        url = f"{self._url}/events?app={APPLICATION}"
        async with session.ws_connect(
            url,
            heartbeat=2 * ANSWER_SECONDS,  # its answer may take half of that
            max_msg_size=0,
        ) as socket:
            log.info("ARI is here")
            try:
                await self.ask(event_filter())
            except ARIError as error:
                log.info("ARI sends all events, which only costs more", why=str(error))
            self._on_link(True)
            try:
                await self._until_lost(socket)
            finally:
                self._http.close()  # a waiting request would never be answered
                self._on_link(False)
                with contextlib.suppress(TimeoutError):
                    # Events that keep coming would keep its own time-out from passing.
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await socket.close()

    async def _until_lost(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        tasks = asyncio.create_task(self._receive(socket)), asyncio.create_task(self._probe())
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            self._events += 1
            if self._events % EVENTS_IN_A_ROW == 0:
                await asyncio.sleep(0)  # reading data already there gives no other task a turn
            if message.type is aiohttp.WSMsgType.TEXT:
                self._read(message.data)

    def _read(self, text: str) -> None:
        try:
            event = json.loads(text)
        except ValueError:
            log.warning("an ARI event was no JSON", length=len(text))
            return
        self._on_event(event)

    async def _probe(self) -> None:
        """Probe until Asterisk is silent, or no longer knows our application."""
        try:
            while True:
                await asyncio.sleep(PROBE_SECONDS)
                await self._await_answer()
        except (ARIError, TimeoutError) as error:
            log.warning("ARI does not answer for our application", why=str(error))

    async def _await_answer(self) -> None:
        """Wait for the answer while any data arrives: a slow link is not a dead one.

        Silence is counted in checks, not timed: an engine that was frozen itself has received
        nothing, and finds all data waiting when it goes on.
        """
        began = asyncio.get_running_loop().time()
        answer = asyncio.create_task(self.get(f"/applications/{APPLICATION}"))
        received, silent = self._received, 0.0
        try:
            while not (await asyncio.wait({answer}, timeout=CHECK_SECONDS))[0]:
                silent = silent + CHECK_SECONDS if received == self._received else 0.0
                received = self._received
                if silent >= SILENCE_SECONDS:
                    raise TimeoutError(f"nothing was received for {silent:g} s")
            answer.result()
        finally:
            answer.cancel()
        self.answered_in = asyncio.get_running_loop().time() - began

    @property
    def _received(self) -> int:
        return self._events + self._http.received


def _encode(body: Mapping[str, Any]) -> bytes:
    said = {name: value for name, value in body.items() if value is not None}
    return json.dumps(said).encode() if said else b""


def _text(answer: HTTPAnswer | Exception, *, missing_is_fine: bool) -> str:
    """Give the answer's text; raise ARIError for a refusal or a missing answer."""
    if isinstance(answer, Exception):
        raise ARIError(str(answer) or type(answer).__name__) from answer
    text = answer.body.decode(errors="replace")
    if answer.status < 300:  # noqa: PLR2004 - HTTP's successes
        return text
    if missing_is_fine and answer.status in {404, 409, 422}:
        return ""
    raise ARIError(f"{answer.status}: {text[:200]}", answer.status)
