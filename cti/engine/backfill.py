"""Facts of the time when no engine ran, found in Asterisk's CEL and in calls left open."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import structlog

from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from cti.asterisk import cel
from cti.asterisk.emergency import emergency_calls, going_on, is_emergency, rest_of
from cti.core.commands import Fact, NoteCall
from cti.core.facts import own_name
from cti.core.leg import LegId
from cti.core.past_talks import past_talks
from cti.core.seen import Dialect
from cti.core.state import SwitchState
from cti.core.times import is_past
from cti.engine.journal import Journal
from cti.engine.records import Records

FAR_BACK_SECONDS = 86400.0
PATIENCE_SECONDS = 20.0

log = structlog.get_logger(__name__)


class Backfill:
    """Finds missing facts; one search at a time."""

    def __init__(
        self,
        records: Records,
        journal: Journal,
        cel_file: Path,
        dialect: Dialect,
        agent_of: Callable[[str], tuple[AgentId, str] | None],
    ) -> None:
        """`agent_of` gives the agent that has a phone's endpoint."""
        self._records = records
        self._journal = journal
        self._cel_file = cel_file
        self._dialect = dialect
        self._agent_of = agent_of
        self._searching = False
        self.unfinished = False
        """Calls that go on in the dialplan: search again for their end."""

    async def find(
        self, until: float, state: SwitchState, ended: Collection[CallId | LegId] = ()
    ) -> list[Fact] | None:
        """Facts of calls that began before `until` and are over; None: not possible now, try again.

        Facts on their way to the database would be noted twice, so those taken until now must be
        there. Calls that are live, or have `ended` since this engine started, are complete already.
        """
        if self._searching:
            return None
        self._searching = True
        known = {*state.calls, *ended}
        try:
            if not await self._delivered():
                return None
            notes = await asyncio.to_thread(self._search, until, known)
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log.info("the gap could not be filled yet", why=str(error)[:200])
            return None
        finally:
            self._searching = False
        sounds = [note for note in notes if note.kind is Kind.LEG_SOUND]
        rest = (note for note in notes if note.kind is not Kind.LEG_SOUND)
        over = [note for note in rest if note.call not in state.calls and note.call not in ended]
        return [*over, *past_talks(over, state.agents.get), *sounds]

    async def _delivered(self) -> bool:
        """Wait until earlier facts are in the database; later facts do not prolong the wait."""
        taken, end = self._journal.taken, time.monotonic() + PATIENCE_SECONDS
        while self._journal.given < taken:
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.05)
        return True

    def _search(self, until: float, alive: set[str]) -> list[NoteCall]:
        rows = cel.read_tail(self._cel_file, until - FAR_BACK_SECONDS)
        before = [row for row in rows if is_past(row.at, until)]
        notes = cel.unseen_calls(before, self._records.known, self._dialect, self._agent_of)
        notes += emergency_calls(before, self._records.known, self._agent_of)
        alone = going_on(rows, until)
        self.unfinished = bool(alone)
        for record in self._records.open_calls():
            began = record.started_at.timestamp()
            if record.id in alive or record.id in alone or not is_past(began, until):
                continue
            if is_emergency(rows, record.id):
                notes += rest_of(record.id, rows, self._agent_of)
                continue
            seconds = record.ivr_seconds + record.wait_seconds
            seconds += record.talk_seconds + record.hold_seconds
            talked = record.answered_at is not None
            last = began + seconds
            notes += cel.ending(rows, record.id, last, self._agent_of, talked=talked)
        return [*notes, *self._sounds(before, {note.call for note in notes})]

    def _sounds(self, rows: Iterable[cel.CELRow], noted: set[CallId]) -> list[NoteCall]:
        """Give the sound quality of legs of known calls that ended while no engine ran."""
        found = {name: note for note in cel.sounds(rows) if (name := own_name(note)) is not None}
        if not found:
            return []
        calls = {note.call for note in found.values()}
        known = self._records.known(sorted(calls)) | noted
        told = self._records.known_facts(list(found))
        return [note for name, note in found.items() if name not in told and note.call in known]
