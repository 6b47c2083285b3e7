"""What a desk may ask, and watch: the engine's Unix socket to the web.

JSON, one object a line. First a snapshot with its number, then every change with the next number;
asks come in with an id and get one reply. A listener that reads too slowly is cut off and comes
back for a fresh snapshot. Whoever may ask for what is the web's to check: this socket is private.
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

# An encoder is made once: json.dumps makes one for each message with wishes of its own.
_text = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":")).encode

log = structlog.get_logger(__name__)


class Desk:
    """Serves any number of web processes."""

    def __init__(
        self, path: Path, boot: str, hello: Callable[[], dict[str, Any]], ask: Ask
    ) -> None:
        """`hello` gives the time as `now`, and `items` fresher than those that were shown.

        `ask` carries one request out.
        """
        self._path = path
        self._boot = boot
        self._hello = hello
        self._ask = ask
        self._number = 0
        self._patience = SLOW_BYTES
        # What was shown last of each thing, as it was written then: to greet a web process costs
        # ten thousand agents no more than putting it together.
        self._shown: dict[tuple[str, str], str] = {}
        self._gathered: list[str] = []  # lines that no listener was told yet
        self._listeners: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def listeners(self) -> int:
        """How many web processes listen."""
        return len(self._listeners)

    async def open(self) -> None:
        """Listen. A socket file left by one who died is replaced."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=1_000_000)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Stop listening and let everybody go."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._listeners):
            writer.close()
        self._path.unlink(missing_ok=True)

    def show(self, items: list[Item]) -> None:
        """Tell every listener of a change, in a moment: what comes together is told together."""
        if not items:
            return
        self._number += 1
        texts = [self._keep(item) for item in items]
        if not self._listeners:
            return  # whoever comes is greeted with all of it
        if not self._gathered:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell)
        self._gathered.append(f'{{"number":{self._number},"items":[{",".join(texts)}]}}\n')

    def _tell(self) -> None:
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
        self._tell()  # what the greeting holds must not follow it
        greeting = self._greeting()
        # A large house's greeting alone is some megabytes, and is no sign of slowness.
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
        elif "answer" not in item["value"]:  # that is an order to the desk, for this once
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
        except Exception:
            log.exception("a request of the web failed", ask=name)
            sentence = "The telephone system did not answer. Try again in a moment."
            error_ = {"type": "away", "sentence": sentence, "values": {}}
            reply = {"reply": key, "ok": False, "error": error_}
        if not writer.is_closing():
            self._tell()  # who has an answer has heard before what came of his request
            writer.write(_line(reply))


def _line(message: dict[str, Any]) -> bytes:
    return _text(message).encode() + b"\n"
