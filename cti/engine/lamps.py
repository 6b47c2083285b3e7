"""Shows on each agent's desk phone how many voicemails wait.

The figures are read when messages, boxes or groups have changed; a phone whose figure is another
than before is told. After a new link Asterisk may have been started again: all are told.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import structlog

from crm.voicemail.by_phone.access import NewMessages
from cti.asterisk.ari import ARIError

SETTLE_SECONDS = 0.2
LINKED_SECONDS = 1.0
"""After a new link calls come first."""

AGAIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


class LampRecords(Protocol):
    """The figures in the database; called in a thread."""

    def new_messages(self) -> Mapping[str, NewMessages]:
        """Count the messages that wait, by extension; of every agent who has a box."""
        ...


class PhoneLamps(Protocol):
    """The lamps of an Asterisk's phones."""

    async def show(self, extension: str, new: int, heard: int) -> None:
        """Show a figure on the phone of an extension."""
        ...


class LampWatch:
    """Keeps the lamps in step with the database."""

    def __init__(self, records: LampRecords, lamps: PhoneLamps) -> None:
        """Read from `records`, show on `lamps`."""
        self._records = records
        self._lamps = lamps
        self._shown: dict[str, NewMessages] = {}
        self._due = asyncio.Event()
        self._linked = False
        self._wait = SETTLE_SECONDS

    def changed(self) -> None:
        """Note that figures may have changed."""
        self._due.set()

    def on_ari_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        """Tell all phones after a connect."""
        self._linked = up
        self._shown.clear()
        self._wait = LINKED_SECONDS
        if up:
            self._due.set()

    async def run(self) -> None:
        """Tell phones whenever something has changed."""
        while True:
            await self._due.wait()
            await asyncio.sleep(self._wait)
            self._due.clear()
            self._wait = SETTLE_SECONDS
            if not self._linked:
                continue
            try:
                await self._tell(await asyncio.to_thread(self._records.new_messages))
            except Exception as error:  # noqa: BLE001 - the database or Asterisk is away
                log.info("lamps could not be told", why=str(error)[:200])
                self._wait = AGAIN_SECONDS
                self._due.set()

    async def _tell(self, wanted: Mapping[str, NewMessages]) -> None:
        """Tell what differs; the lamp of an agent who has no box any more goes out."""
        gone = {one: NewMessages() for one in self._shown.keys() - wanted.keys()}
        for extension, figures in {**gone, **wanted}.items():
            if self._shown.get(extension) == figures:
                continue
            try:
                await self._lamps.show(extension, figures.new, figures.heard)
            except ARIError as error:
                if not error.status:
                    raise
                log.info("a lamp could not be told", extension=extension, why=str(error))
            self._shown[extension] = figures
        for extension in gone:
            del self._shown[extension]
