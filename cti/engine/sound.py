"""Watches the sound quality of legs by reports over AMI, a few a second for each hundred talks.

The core hears only of sound that becomes bad, or good again. The totals that Asterisk tells at a
leg's end are a fact; an engine that was away finds them in CEL (`cti.engine.backfill`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from crm.calls.leg_sound import DirectionTotals, detail_of
from crm.calls.record import CallId, Kind
from cti.asterisk.rtcp import read_report, read_totals
from cti.core.commands import Fact, NoteCall
from cti.core.events import Event
from cti.core.leg import Leg, LegId, LegState, SoundTrouble
from cti.core.quality import Report, SoundSide, Window
from cti.core.sound_events import SoundChanged

LOOK_SECONDS = 5.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Heard:
    """What is known of one leg."""

    codec: str = ""
    windows: dict[SoundSide, Window] = field(
        default_factory=lambda: {one: Window() for one in SoundSide}
    )
    round_trip_ms: float = 0.0
    told: SoundTrouble = field(default_factory=SoundTrouble)

    @property
    def trouble(self) -> SoundTrouble:
        return SoundTrouble(
            self.windows[SoundSide.RECEIVED].trouble,
            self.windows[SoundSide.SENT].trouble,
        )


class SoundWatch:
    """Keeps a window for each leg that talks."""

    def __init__(
        self,
        legs: Callable[[LegId], Leg | None],
        handle: Callable[[Event], None],
        note: Callable[[tuple[Fact, ...], float], None],
        clock: Callable[[], float],
        codec_of: Callable[[LegId], Awaitable[str]],
    ) -> None:
        """`codec_of` asks Asterisk, and gives "" where it does not know."""
        self._leg = legs
        self._handle = handle
        self._note = note
        self._clock = clock
        self._codec_of = codec_of
        self._heard: dict[LegId, _Heard] = {}
        self._asking: set[asyncio.Task[None]] = set()

    def on_ami_event(self, event: Mapping[str, str]) -> None:
        """Take a report, or the totals of a leg that has ended; every other event is ignored."""
        now = self._clock()
        try:
            report, totals = read_report(event, now), read_totals(event)
        except (KeyError, ValueError):
            log.info("a report on sound was not understood", type=event.get("Event", "")[:50])
            return
        if report is not None:
            self._reported(*report)
        elif totals is not None:
            leg, call, counted = totals
            known = self._heard.pop(leg, None)
            if known is not None:
                counted = replace(
                    counted,
                    received=_with_worst(counted.received, known.windows[SoundSide.RECEIVED]),
                    sent=_with_worst(counted.sent, known.windows[SoundSide.SENT]),
                )
            self._note((sound_fact(call, leg, detail_of(counted)),), now)

    async def run(self) -> None:
        """Forget what is old, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Forget legs that are gone, and reports that say nothing of the present any more."""
        now = self._clock()
        for leg, known in list(self._heard.items()):
            known.windows = {side: one.forgotten(now) for side, one in known.windows.items()}
            last = max((one.last.at for one in known.windows.values() if one.last), default=now)
            if self._leg(leg) is not None:
                self._tell(leg, known)
            elif now - last > LOOK_SECONDS * 2:
                # Its totals come right after its end. If they do not, CEL has them.
                del self._heard[leg]

    def _reported(self, leg_id: LegId, side: SoundSide, report: Report) -> None:
        leg = self._leg(leg_id)
        if leg is None or leg.state is not LegState.UP:
            return
        known = self._heard.get(leg_id)
        if known is None:
            known = self._heard[leg_id] = _Heard()
            self._ask_codec(leg_id, known)
        if report.round_trip is not None:
            known.round_trip_ms = 1000 * report.round_trip
        window = known.windows[side].heard(report, known.codec, known.round_trip_ms)
        known.windows[side] = window
        self._tell(leg_id, known)

    def _tell(self, leg: LegId, known: _Heard) -> None:
        if known.trouble != known.told:
            known.told = known.trouble
            self._handle(SoundChanged(leg, known.told))

    def _ask_codec(self, leg: LegId, known: _Heard) -> None:
        async def ask() -> None:
            known.codec = await self._codec_of(leg)

        task = asyncio.get_running_loop().create_task(ask())
        self._asking.add(task)
        task.add_done_callback(self._asked)

    def _asked(self, task: asyncio.Task[None]) -> None:
        self._asking.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.info("a codec could not be asked for", why=str(task.exception())[:100])


def sound_fact(
    call: CallId, leg: LegId, detail: Mapping[str, str | float], at: float | None = None
) -> NoteCall:
    """Make the fact of how a leg sounded; one with a time of its own is read in CEL."""
    return NoteCall(call, Kind.LEG_SOUND, {"leg": leg, **detail}, at, inferred=at is not None)


def _with_worst(counted: DirectionTotals | None, window: Window) -> DirectionTotals | None:
    if counted is None or window.worst is None:
        return counted
    return replace(counted, worst_mos=window.worst)
