"""The web's connection to the engine's Unix socket: changes come in, requests go out.

The connection is made again whenever it breaks; meanwhile every request raises EngineAwayError at
once, so that a desk can show it. No request is repeated automatically: one without an answer may
have been carried out.
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Mapping
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
from web.kit.errors import EngineAwayError
from web.live.mirror import GapError, Mirror

log = structlog.get_logger()

SHORTEST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
# A snapshot is one line: 10,000 agents and 2,000 calls are about 6 MB.
LONGEST_LINE_BYTES = 64 * 1024 * 1024


ERRORS: Mapping[str, type[HotlineError]] = {
    "conflict": ConflictError,
    "missing": MissingError,
    "refused": RefusedError,
    "invalid": InvalidError,
}


class EngineLink:
    """One connection to the engine, kept alive by `run`."""

    def __init__(self, path: Path, mirror: Mirror, answer_seconds: float = ANSWER_SECONDS) -> None:
        """`path` is the engine's socket; `mirror` is filled from its messages."""
        self.mirror = mirror
        self._path = path
        self._answer_seconds = answer_seconds
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._ids = itertools.count(1)

    @property
    def away(self) -> bool:
        """Whether the engine cannot be reached now."""
        return self.mirror.away

    async def ask(self, name: str, **fields: object) -> Mapping[str, Any]:
        """Send a request to the engine and give its answer's value.

        Raises the error that the engine names, or EngineAwayError when there is no answer.
        """
        if self._writer is None or self.mirror.away:
            raise EngineAwayError
        id_ = f"w{next(self._ids)}"
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[id_] = answer
        line = json.dumps({"id": id_, "ask": name, **fields}, ensure_ascii=False)
        try:
            async with asyncio.timeout(self._answer_seconds):
                self._writer.write(line.encode() + b"\n")
                await self._writer.drain()
                return _value(await answer)
        except (TimeoutError, OSError) as error:
            log.warning("the engine did not answer", ask=name, why=type(error).__name__)
            raise EngineAwayError from None
        finally:
            self._waiting.pop(id_, None)

    async def run(self) -> None:
        """Connect, read, and reconnect, until cancelled."""
        wait = SHORTEST_WAIT_SECONDS
        while True:
            try:
                if await self._connected():
                    wait = SHORTEST_WAIT_SECONDS
            finally:
                self._drop()
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    async def _connected(self) -> bool:
        """Read until the connection breaks; True if a snapshot has come."""
        try:
            reader, self._writer = await asyncio.open_unix_connection(
                self._path, limit=LONGEST_LINE_BYTES
            )
            while line := await reader.readline():
                self._read(json.loads(line))
        except GapError as error:
            log.warning("a change of the engine was lost", gap=str(error))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            # ValueError: no JSON, or a line without end; the others: JSON of another shape.
            log.info("no link to the engine", why=type(error).__name__)
        return not self.mirror.away

    def _read(self, message: Mapping[str, Any]) -> None:
        if "reply" in message:
            answer = self._waiting.get(str(message["reply"]))
            if answer is not None and not answer.done():
                answer.set_result(message)
        elif "hello" in message:
            self.mirror.greet(message["hello"])
            log.info("linked to the engine", boot=self.mirror.boot)
        else:
            self.mirror.apply(message)

    def _drop(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()
        self.mirror.lose()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError())


def _value(message: Mapping[str, Any]) -> Mapping[str, Any]:
    if message.get("ok"):
        value: Mapping[str, Any] = message.get("value") or {}
        return value
    error = message.get("error") or {}
    kind = ERRORS.get(str(error.get("type")))
    if kind is None:
        raise EngineAwayError
    values = {str(key): value for key, value in (error.get("values") or {}).items()}
    made = error_of(kind, str(error.get("sentence", "")), values)
    if isinstance(made, InvalidError):
        made.field = str(error.get("field", ""))
    raise made


def error_of(kind: type[HotlineError], sentence: str, values: Mapping[str, object]) -> HotlineError:
    """Make an error from the parts of an answer, which may be wrong."""
    try:
        return kind(sentence, **values)
    except (KeyError, IndexError, ValueError, TypeError):
        # A place without a value, or a value with a reserved name: the sentence is still shown.
        return kind(sentence.replace("{", "").replace("}", ""))
