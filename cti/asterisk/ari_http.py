"""HTTP/1.1 to Asterisk: a few connections that stay open and take several requests at once.

A call makes some fifteen requests, and aiohttp's client takes 0.4 ms of CPU for each, mostly for
things that ARI never uses: cookies, redirects, compressed answers. Asterisk's answers give their
length. Requests that belong together are sent in one write, because each write costs as much again.
While every connection waits for answers, further requests are sent behind the earlier ones: a slow
link would carry very little otherwise.
"""

import asyncio
import re
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast
from urllib.parse import quote, urlsplit

IDLE_SECONDS = 10.0
"""A connection idle for longer is not used again: Asterisk closes one after 30 seconds, and it
would be unknown whether a request sent just then was carried out."""

LARGEST_HEAD = 65_536
_ALLOWED = "/:?&=@,;~+%"  # in a path and its query, beside letters, digits and "-._"
_PLAIN = re.compile(rf"[A-Za-z0-9\-._{re.escape(_ALLOWED)}]*")
_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding|connection)[ \t]*:[ \t]*([^\r\n]*)")


def authorization(login: tuple[str, str]) -> str:
    """Give HTTP's header for a user and their password."""
    return f"Basic {b64encode(':'.join(login).encode()).decode()}"


class NoAnswerError(Exception):
    """No readable answer came; the request may have been carried out."""


class HTTPRequest(NamedTuple):
    """One request; its path is below the pool's URL."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HTTPAnswer:
    """One answer of Asterisk's."""

    status: int
    body: bytes


class HTTPPool:
    """The connections to one Asterisk; with `most` open, requests queue behind earlier ones."""

    def __init__(self, url: str, login: tuple[str, str], most: int, seconds: float) -> None:
        """`url` is the prefix of all paths; an answer takes `seconds` at most."""
        place = urlsplit(url)
        self._host, self._port = place.hostname or "127.0.0.1", place.port or 80
        self._below = place.path
        self._head = f"Host: {place.netloc}\r\nAuthorization: {authorization(login)}\r\n"
        self._most = most
        self._seconds = seconds
        self._open: list[_Connection] = []
        self.received = 0  # pieces of answers received so far

    async def send(self, method: str, path: str, body: bytes = b"") -> HTTPAnswer:
        """Send one request and give its answer, whatever the status.

        Raises WireError, OSError or TimeoutError when none came.
        """
        (answer,) = await self.send_all([HTTPRequest(method, path, body)])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def send_all(self, asked: Sequence[HTTPRequest]) -> list[HTTPAnswer | Exception]:
        """Send requests together; Asterisk carries out each one, even after one that failed.

        Gives each one's answer, or the error in place of a missing answer.
        """
        if not asked:
            return []
        connection = self._choose()
        batch = connection.ask(b"".join(map(self._encode, asked)), len(asked))
        try:
            async with asyncio.timeout(self._seconds):
                await batch.over
        except (NoAnswerError, OSError, TimeoutError) as error:
            return [*batch.answers, *[error] * (len(asked) - len(batch.answers))]
        finally:
            if not batch.whole:
                connection.close_when_answered()  # late answers still belong to this batch
        return [*batch.answers]

    def close(self) -> None:
        """Close all connections; waiting requests fail."""
        while self._open:
            self._open.pop().close()

    def _encode(self, one: HTTPRequest) -> bytes:
        kind = "Content-Type: application/json\r\n" if one.body else ""
        path = self._below + one.path
        if not _PLAIN.fullmatch(path):
            path = quote(path, _ALLOWED)
        first = f"{one.method} {path} HTTP/1.1\r\n"
        return (
            f"{first}{self._head}{kind}Content-Length: {len(one.body)}\r\n\r\n".encode() + one.body
        )

    def _choose(self) -> "_Connection":
        """Give the connection used last, a new one, or the one with the fewest open answers."""
        now = asyncio.get_running_loop().time()
        for connection in self._open:
            if not connection.owed and now - connection.used >= IDLE_SECONDS:
                connection.close()
        self._open = [one for one in self._open if not one.closed]
        usable = [one for one in self._open if one.usable]
        best = min(usable, key=lambda one: (len(one.owed), -one.used), default=None)
        if best is not None and (not best.owed or len(usable) >= self._most):
            return best
        self._open.append(_Connection(self._host, self._port, self._note))
        return self._open[-1]

    def _note(self) -> None:
        self.received += 1


@dataclass(slots=True)
class _Batch:
    """Requests sent together, and their answers."""

    wanted: int
    over: asyncio.Future[None]
    answers: list[HTTPAnswer] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return len(self.answers) == self.wanted


class _Connection(asyncio.Protocol):
    """One connection: requests, and their answers in the same order."""

    def __init__(self, host: str, port: int, received: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._note = received
        self._transport: asyncio.Transport | None = None
        self._unsent = bytearray()  # until the connection is made
        self._received = bytearray()
        self.owed: deque[_Batch] = deque()
        self.used = self._loop.time()
        self.usable = True  # for new requests
        self.closed = False
        self._making = asyncio.create_task(self._make(host, port))

    async def _make(self, host: str, port: int) -> None:
        try:
            await self._loop.create_connection(lambda: self, host, port)
        except OSError as error:
            self._fail(error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the requests that waited for the connection."""
        self._transport = cast("asyncio.Transport", transport)
        if self.closed:
            transport.close()
        else:
            self._transport.write(bytes(self._unsent))

    def ask(self, requests: bytes, wanted: int) -> _Batch:
        """Send requests behind those under way."""
        batch = _Batch(wanted, self._loop.create_future())
        self.owed.append(batch)
        if self._transport is None:
            self._unsent += requests
        else:
            self._transport.write(requests)
        return batch

    def data_received(self, data: bytes) -> None:
        """Take some bytes; a batch is done when its last answer is complete."""
        self._note()
        self._received += data
        last = False
        try:
            while self.owed and not last and (read := _read(self._received)) is not None:
                answer, length, last = read
                del self._received[:length]
                self._answered(answer)
        except ValueError as error:
            self._fail(NoAnswerError(f"an answer cannot be read: {error}"))
            return
        if last or (not self.owed and (self._received or not self.usable)):
            self.close()  # Asterisk closes it, or sent an answer without a request

    def _answered(self, answer: HTTPAnswer) -> None:
        batch = self.owed[0]
        batch.answers.append(answer)
        if batch.whole:
            self.owed.popleft()
            self.used = self._loop.time()
            if not batch.over.done():
                batch.over.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """Fail the requests that wait."""
        self._fail(NoAnswerError(str(error) if error else "Asterisk closed the connection"))

    def close_when_answered(self) -> None:
        """Take no new requests, and close when the open answers have come."""
        self.usable = False
        if all(batch.over.done() for batch in self.owed):
            self.close()

    def close(self) -> None:
        """Close the connection."""
        self._fail(NoAnswerError("the connection was closed"))

    def _fail(self, error: Exception) -> None:
        self.usable, self.closed = False, True
        self._making.cancel()
        if self._transport is not None:
            self._transport.close()
        while self.owed:
            over = self.owed.popleft().over
            if not over.done():
                over.set_exception(error)


def _read(received: bytearray) -> tuple[HTTPAnswer, int, bool] | None:
    """Read an answer: itself, its bytes, whether the connection ends with it; None if incomplete.

    Raises ValueError for data that is no answer of Asterisk's.
    """
    end = received.find(b"\r\n\r\n")
    if end < 0:
        if len(received) > LARGEST_HEAD:
            raise ValueError("its head has no end")
        return None
    head = bytes(received[:end]).lower()
    if not head.startswith(b"http/1."):
        raise ValueError("it is not HTTP")
    fields: dict[bytes, bytes] = dict(_FRAMING.findall(head))
    if b"transfer-encoding" in fields:
        raise ValueError("it is in pieces")
    whole = end + 4 + int(fields.get(b"content-length", b"0"))
    if len(received) < whole:
        return None
    last = fields.get(b"connection", b"").strip() == b"close"
    return HTTPAnswer(int(head[9:12]), bytes(received[end + 4 : whole])), whole, last
