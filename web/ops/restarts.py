"""Requested restarts of single processes, one at a time, and their results."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import structlog

from web.kit.i18n import N_
from web.ops.children import Child
from web.ops.failure_reason import reason_of
from web.ops.setup.steps import SetupError

START_SECONDS = 120.0
# The web must be able to answer the page that requested its restart.
BEFORE_SECONDS = 0.3

log = structlog.get_logger(__name__)


class RestartResult(StrEnum):
    """The progress of a restart."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RestartProgress:
    """The last requested restart."""

    name: str
    result: RestartResult
    at: float  # seconds since 1970
    seconds: float = 0.0
    why: str = ""  # a sentence to be translated, and its values
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restartable:
    """A child, the check that it is well again, and perhaps a reload instead of a restart."""

    child: Child
    well: Callable[[], Awaitable[bool]]
    reload: Callable[[], None] | None = None


class Restarts:
    """Carries out one restart at a time; other requests are refused meanwhile."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """`changed` is called whenever `work` is replaced."""
        self.work: RestartProgress | None = None
        self._known: dict[str, Restartable] = {}
        self._changed = changed
        self._task: asyncio.Task[None] | None = None

    def know(self, one: Restartable) -> None:
        """Add a child that can be restarted."""
        self._known[one.child.plan.name] = one

    def begin(self, name: str) -> dict[str, Any]:
        """Start a restart, or give why not; the answer goes over the socket."""
        one = self._known.get(name)
        if one is None:
            return {"ok": False, "why": N_("There is no service “{name}”."), "name": name[:50]}
        if self._task is not None and not self._task.done():
            busy = self.work.name if self.work else ""
            return {"ok": False, "why": N_("“{name}” is restarting. Please wait."), "name": busy}
        self._set(RestartProgress(name, RestartResult.BEGUN, time.time()))
        self._task = asyncio.create_task(self._restart(one), name=f"restart {name}")
        return {"ok": True}

    def as_json(self) -> Mapping[str, Any] | None:
        """Give the last restart for the status file."""
        return asdict(self.work) if self.work else None

    async def close(self) -> None:
        """Stop a restart that is in progress."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _restart(self, one: Restartable) -> None:
        name, began = one.child.plan.name, time.monotonic()
        await asyncio.sleep(BEFORE_SECONDS)
        log.info("a restart was asked for", name=name)
        try:
            if one.reload is not None:
                await asyncio.to_thread(one.reload)
                one.child.hang_up()
            else:
                await one.child.restart()
            async with asyncio.timeout(START_SECONDS):
                while not (one.child.pid and await one.well()):  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.05)
        except (TimeoutError, OSError, SetupError) as error:
            why = reason_of(error)
            log.warning("a restart failed", name=name, why=str(why))
            self._set(
                RestartProgress(
                    name, RestartResult.FAILED, time.time(), 0.0, why.sentence, why.values
                )
            )
            return
        seconds = round(time.monotonic() - began, 1)
        self._set(RestartProgress(name, RestartResult.DONE, time.time(), seconds))

    def _set(self, work: RestartProgress) -> None:
        self.work = work
        with contextlib.suppress(OSError):
            self._changed()
