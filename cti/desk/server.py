"""The engine's Unix socket for the web: live items go out, requests come in.

JSON, one object per line. A web process first gets a snapshot with its number, then every change
with the next number. Each request has an id and gets one reply. A process that reads too slowly is
disconnected and reconnects for a fresh snapshot. The socket is private to the machine's user: the
web checks the permissions.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from crm.kernel.errors import (
    ConflictError,
    HotlineError,
    InvalidError,
    MissingError,
    RefusedError,
)

Item = dict[str, Any]
Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]

SLOW_BYTES = 8_000_000
GATHER_SECONDS = 0.01
"""How long a change may wait for others: writing one line costs as much as making several."""
_TYPES: tuple[tuple[type[HotlineError], str], ...] = (
    (MissingError, "missing"),
    (ConflictError, "conflict"),
    (RefusedError, "refused"),
    (InvalidError, "invalid"),
)

# Made once: json.dumps makes a new encoder for each message with options of its own.
_text = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":")).encode

log = structlog.get_logger(__name__)


class DeskServer:
    """Serves any number of web processes."""

    def __init__(
        self, path: Path, boot: str, hello: Callable[[], dict[str, Any]], ask: Ask
    ) -> None:
        """`hello` gives the time as `now`, and `items` that are fresher than the ones shown last.

        `ask` carries one request out.
        """
        self._path = path
        self._boot = boot
        self._hello = hello
        self._ask = ask
        self._number = 0
        self._patience = SLOW_BYTES
        # The last JSON of each item, kept as text: the greeting of a web process with ten thousand
        # agents only joins these lines.
        self._shown: dict[tuple[str, str], str] = {}
        self._gathered: list[str] = []  # lines that are not sent to the listeners yet
        self._listeners: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def listeners(self) -> int:
        """How many web processes listen."""
        return len(self._listeners)

    async def open(self) -> None:
        """Listen. A socket file that a dead engine left behind is replaced."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=1_000_000)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Stop listening and close every connection."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._listeners):
            writer.close()
        self._path.unlink(missing_ok=True)

    def show(self, items: list[Item]) -> None:
        """Send changes to every listener in a moment; changes made meanwhile go with them."""
        if not items:
            return
        self._number += 1
        texts = [self._keep(item) for item in items]
        if not self._listeners:
            return  # a process that connects later gets all of it in its greeting
        if not self._gathered:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._send_gathered)
        self._gathered.append(f'{{"number":{self._number},"items":[{",".join(texts)}]}}\n')

    def _send_gathered(self) -> None:
        if not self._gathered:
            return
        lines = "".join(self._gathered).encode()
        self._gathered.clear()
        for writer in list(self._listeners):
            if writer.transport.get_write_buffer_size() > self._patience:
                log.warning("a web process reads too slowly and is cut off")
                self._listeners.discard(writer)
                writer.transport.abort()
                continue
            writer.write(lines)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._send_gathered()  # in the greeting already, so it must not follow it
        greeting = self._greeting()
        # The greeting of a large installation alone has some megabytes: that is not a slow reader.
        self._patience = SLOW_BYTES + len(greeting)
        writer.write(greeting)
        self._listeners.add(writer)
        try:
            while line := await reader.readline():
                task = asyncio.create_task(self._answer(line, writer))
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
        except (ConnectionError, ValueError, asyncio.LimitOverrunError) as error:
            log.info("a web process is gone", why=str(error))
        finally:
            self._listeners.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _keep(self, item: Item) -> str:
        text, key = _text(item), (item["kind"], item["id"])
        if item["value"] is None:
            self._shown.pop(key, None)
        elif "answer" not in item["value"]:  # an answer is sent once and not kept
            self._shown[key] = text
        return text

    def _greeting(self) -> bytes:
        said = self._hello()
        for item in said["items"]:
            self._keep(item)
        about = f'"boot":{_text(self._boot)},"number":{self._number},"now":{_text(said["now"])}'
        return f'{{"hello":{{{about},"items":[{",".join(self._shown.values())}]}}}}\n'.encode()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            asked = json.loads(line)
            name, key = str(asked.pop("ask")), str(asked.pop("id"))
        except (ValueError, KeyError, AttributeError, TypeError):
            log.warning("a request of the web could not be read")
            return
        reply: dict[str, Any]
        try:
            reply = {"reply": key, "ok": True, "value": await self._ask(name, asked)}
        except HotlineError as error:
            kind = next((t for cls, t in _TYPES if isinstance(error, cls)), "conflict")
            reply = {"reply": key, "ok": False, "error": {
                "type": kind,
                "sentence": error.sentence,
                "values": {k: str(v) for k, v in error.values.items()},
            }}  # fmt: skip
            if isinstance(error, InvalidError) and error.field:
                reply["error"]["field"] = error.field
        except Exception:
            log.exception("a request of the web failed", ask=name)
            sentence = "The telephone system did not answer. Try again in a moment."
            error_ = {"type": "away", "sentence": sentence, "values": {}}
            reply = {"reply": key, "ok": False, "error": error_}
        if not writer.is_closing():
            self._send_gathered()  # the requester sees the effect of the request before its answer
            writer.write(_line(reply))


def _line(message: dict[str, Any]) -> bytes:
    return _text(message).encode() + b"\n"
