"""The supervisor's socket: requests of the same user only, one line of JSON each way.

The web checks permissions; the folder of the socket is private.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from crm.kernel.errors import ConflictError
from web.kit.i18n import N_

Answer = Mapping[str, Any]
Do = Callable[[Mapping[str, Any]], Awaitable[Answer]]

LONGEST_LINE_BYTES = 10_000
PATIENCE_SECONDS = 5.0
AWAY = N_("The process supervisor is not responding. Was Hotline started with bin/up?")

log = structlog.get_logger(__name__)


class SupervisorAwayError(ConflictError):
    """No supervisor listens on the socket."""

    def __init__(self) -> None:
        """Take the sentence for an administrator."""
        super().__init__(AWAY)


async def listen(path: Path, do: Do) -> asyncio.Server:
    """Serve requests, one per connection; the socket of a dead process is replaced."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, asyncio.LimitOverrunError, TimeoutError):
            asked = json.loads(await asyncio.wait_for(reader.readline(), PATIENCE_SECONDS))
            answer = await do(asked) if isinstance(asked, dict) else {"ok": False}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    path.unlink(missing_ok=True)  # noqa: ASYNC240 - a moment, once
    server = await asyncio.start_unix_server(serve, path, limit=LONGEST_LINE_BYTES)
    path.chmod(0o600)  # noqa: ASYNC240
    return server


def ask(path: Path, do: str, **fields: str) -> Answer:
    """Send a request to the supervisor; called in a thread. A refusal is a ConflictError."""
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(PATIENCE_SECONDS)
            wire.connect(str(path))
            wire.sendall(json.dumps({"do": do, **fields}).encode() + b"\n")
            with wire.makefile("rb") as file:
                answer = json.loads(file.readline())
    except (OSError, ValueError) as error:
        log.info("the supervisor was not reached", why=type(error).__name__)
        raise SupervisorAwayError from None
    if not isinstance(answer, dict):
        raise SupervisorAwayError
    if not answer.get("ok"):
        raise ConflictError(str(answer.get("why") or AWAY), name=str(answer.get("name", "")))
    return answer
