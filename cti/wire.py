"""HTTP/1.1 to Asterisk: a few connections that stay open, and take several requests at once.

A call makes some fifteen requests, and aiohttp's client takes 0.4 ms of CPU for each, most of it
for what ARI never uses: cookies, redirects, compressed answers. Asterisk's tell their length.
Requests that belong one after the other go out together: each writing costs as much again.
"""

import asyncio
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast
from urllib.parse import quote, urlsplit

IDLE_SECONDS = 10.0
"""A connection idle for longer is not used again: Asterisk closes one after 30 seconds, and a
request sent just then would be lost without anybody knowing whether it was carried out."""

LARGEST_HEAD = 65_536
_ALLOWED = "/:?&=@,;~+%"  # of a path and its query, beside letters, digits and "-._"
_PLAIN = re.compile(rf"[A-Za-z0-9\-._{re.escape(_ALLOWED)}]*")
_TOLD = re.compile(rb"\r\n(content-length|transfer-encoding|connection)[ \t]*:[ \t]*([^\r\n]*)")


class WireError(Exception):
    """No answer came, or none that can be read; what was asked may have been done."""


class Asked(NamedTuple):
    """A request: its path is below the one that all have in common."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Asterisk answers."""

    status: int
    body: bytes


class Wires:
    """The connections to one Asterisk; at most `most` at once, others wait for their turn."""

    def __init__(self, url: str, login: tuple[str, str], most: int, seconds: float) -> None:
        """`url` is what all paths are below; an answer takes `seconds` at most."""
        place = urlsplit(url)
        self._host, self._port = place.hostname or "127.0.0.1", place.port or 80
        self._below = place.path
        word = b64encode(":".join(login).encode()).decode()
        self._head = f"Host: {place.netloc}\r\nAuthorization: Basic {word}\r\n"
        self._turns = asyncio.Semaphore(most)
        self._seconds = seconds
        self._idle: list[_Connection] = []

    async def send(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Send one request and give its answer, whatever the status.

        Raises WireError, OSError or TimeoutError when none came.
        """
        (answer,) = await self.send_all([Asked(method, path, body)])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def send_all(self, asked: Sequence[Asked]) -> list[Answer | Exception]:
        """Send requests together; Asterisk does one after the other, whatever came of the first.

        Gives each one's answer, or the error in the place of one that did not come.
        """
        answers: list[Answer] = []
        if not asked:
            return []
        try:
            async with asyncio.timeout(self._seconds), self._turns:
                connection = self._rested() or await self._connect()
                try:
                    await connection.ask(b"".join(map(self._spelt, asked)), len(asked), answers)
                except BaseException:
                    # Its answers may come yet, and would be taken for the next request's.
                    connection.close()
                    raise
                if connection.usable:
                    self._idle.append(connection)
        except (WireError, OSError, TimeoutError) as error:
            return [*answers, *[error] * (len(asked) - len(answers))]
        return [*answers]

    def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop().close()

    def _spelt(self, one: Asked) -> bytes:
        kind = "Content-Type: application/json\r\n" if one.body else ""
        path = self._below + one.path
        if not _PLAIN.fullmatch(path):
            path = quote(path, _ALLOWED)
        first = f"{one.method} {path} HTTP/1.1\r\n"
        return (
            f"{first}{self._head}{kind}Content-Length: {len(one.body)}\r\n\r\n".encode() + one.body
        )

    def _rested(self) -> "_Connection | None":
        """Give the connection that was used last, if it may still be used."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and now - connection.used < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(_Connection, self._host, self._port)
        return made


class _Connection(asyncio.Protocol):
    """One connection: some requests, their answers, the next."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._heard = bytearray()
        self._over: asyncio.Future[None] | None = None
        self._answers: list[Answer] = []
        self._wanted = 0
        self.used = self._loop.time()
        self.usable = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what can be written to."""
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, requests: bytes, wanted: int, answers: list[Answer]) -> None:
        """Send requests and fill `answers`, as many as are wanted."""
        if self._transport is None or not self.usable:
            raise WireError("the connection is closed")
        self._over, self._answers, self._wanted = self._loop.create_future(), answers, wanted
        self._transport.write(requests)
        try:
            await self._over
        finally:
            self._over, self._answers, self._wanted = None, [], 0
            self.used = self._loop.time()

    def data_received(self, data: bytes) -> None:
        """Take some bytes; who waits goes on when the last answer is whole."""
        self._heard += data
        last = False
        try:
            while len(self._answers) < self._wanted and (read := _read(self._heard)) is not None:
                answer, length, last = read
                del self._heard[:length]
                self._answers.append(answer)
        except ValueError as error:
            self._fail(WireError(f"an answer cannot be read: {error}"))
            return
        if len(self._answers) < self._wanted:
            return
        if last or self._heard:
            self.close()  # Asterisk wants no more of it, or says what nobody asked for
        if self._over is not None and not self._over.done():
            self._over.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        self._fail(WireError(str(error) if error else "Asterisk closed the connection"))

    def close(self) -> None:
        """Hang up."""
        self.usable = False
        if self._transport is not None:
            self._transport.close()

    def _fail(self, error: WireError) -> None:
        self.close()
        if self._over is not None and not self._over.done():
            self._over.set_exception(error)


def _read(heard: bytearray) -> tuple[Answer, int, bool] | None:
    """Read an answer: itself, its bytes, whether it is the connection's last; None if not whole.

    Raises ValueError for what is no answer of Asterisk's.
    """
    end = heard.find(b"\r\n\r\n")
    if end < 0:
        if len(heard) > LARGEST_HEAD:
            raise ValueError("its head has no end")
        return None
    head = bytes(heard[:end]).lower()
    if not head.startswith(b"http/1."):
        raise ValueError("it is not HTTP")
    fields: dict[bytes, bytes] = dict(_TOLD.findall(head))
    if b"transfer-encoding" in fields:
        raise ValueError("it is in pieces")
    whole = end + 4 + int(fields.get(b"content-length", b"0"))
    if len(heard) < whole:
        return None
    last = fields.get(b"connection", b"").strip() == b"close"
    return Answer(int(head[9:12]), bytes(heard[end + 4 : whole])), whole, last
