"""When the sound of a leg is bad: a window over the reports of Asterisk and of the phone (RTCP).

Each report counts the packets of one direction since the leg began. Two of them that follow each
other make an interval with a loss of its own. Sound is bad when the last ten seconds were, taken
together; it is good again when each interval of the last ten seconds was good.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm.calls.quality import SoundStretch, is_bad, mos
from cti.core.leg import BadSound

WINDOW_SECONDS = 10.0
SLACK_SECONDS = 1.0
"""Reports come about every five seconds, not exactly."""

FEWEST_PACKETS = 100
"""Two seconds of sound; a leg on hold or without sound is not judged."""

LONGEST_GAP_SECONDS = 20.0
"""After so long without a report nothing is known of the sound."""

CLOCK_HZ = 8000
OPUS_HZ = 48000
MOST_PACKETS = 10_000
"""More of them between two reports is another count: the phone has begun anew."""


class SoundSide(StrEnum):
    """The direction of the sound, as seen from Asterisk."""

    RECEIVED = "received"  # from the phone: what others hear of the party
    SENT = "sent"  # to the phone: what the party hears


@dataclass(frozen=True, slots=True)
class Report:
    """What is counted of one direction since the leg began."""

    at: float
    source: str  # of the packets; another one begins another count
    packets: int  # extended highest sequence number
    lost: int
    jitter: int  # in units of the codec's clock
    round_trip: float | None = None  # seconds; None: not measured


@dataclass(frozen=True, slots=True)
class ReportInterval:
    """One direction between two reports."""

    began: float
    ended: float
    packets: int
    lost: int
    jitter_ms: float
    round_trip_ms: float


@dataclass(frozen=True, slots=True)
class Window:
    """The last seconds of one direction of a leg."""

    last: Report | None = None
    intervals: tuple[ReportInterval, ...] = field(default=())
    trouble: BadSound | None = None
    worst: float | None = None  # the lowest score of ten seconds since the leg began

    def heard(self, report: Report, codec: str, round_trip_ms: float = 0.0) -> "Window":
        """The window after a report. `round_trip_ms` is used where the report has none."""
        last = self.last
        if last is None or last.source != report.source or report.at <= last.at:
            return replace(self, last=report, intervals=())
        packets, lost = report.packets - last.packets, report.lost - last.lost
        if not 0 <= packets <= MOST_PACKETS or report.at - last.at > LONGEST_GAP_SECONDS:
            return replace(self, last=report, intervals=())
        if not packets:
            return self
        hertz = OPUS_HZ if codec == "opus" else CLOCK_HZ
        trip = round_trip_ms if report.round_trip is None else report.round_trip * 1000
        # Packets that came twice make the loss negative.
        lost = min(max(lost, 0), packets)
        new = ReportInterval(last.at, report.at, packets, lost, report.jitter * 1000 / hertz, trip)
        since = report.at - WINDOW_SECONDS
        intervals = (*(one for one in self.intervals if one.ended > since), new)
        return _judged(replace(self, last=report, intervals=intervals), codec)

    def forgotten(self, now: float) -> "Window":
        """The window without what is too old to say anything of the present."""
        if self.last is None or now - self.last.at <= LONGEST_GAP_SECONDS:
            return self
        return replace(self, intervals=(), trouble=None)


def _judged(window: Window, codec: str) -> Window:
    """Give the window with what its intervals say of the sound."""
    intervals = window.intervals
    span = intervals[-1].ended - intervals[0].began
    if sum(one.packets for one in intervals) < FEWEST_PACKETS:
        return window
    if span < WINDOW_SECONDS - SLACK_SECONDS:
        return window
    whole = together(intervals)
    score = mos(codec, whole)
    worst = score if window.worst is None else min(window.worst, score)
    trouble = window.trouble
    if is_bad(codec, whole):
        trouble = BadSound(round(whole.loss, 2), round(score, 1))
    elif not any(is_bad(codec, together((one,))) for one in intervals):
        trouble = None
    return replace(window, trouble=trouble, worst=worst)


def together(intervals: tuple[ReportInterval, ...]) -> SoundStretch:
    """Give several intervals as one stretch; jitter and round trip are means by packets."""
    packets = sum(one.packets for one in intervals)
    return SoundStretch(
        sum(one.lost for one in intervals) / packets,
        sum(one.jitter_ms * one.packets for one in intervals) / packets,
        sum(one.round_trip_ms * one.packets for one in intervals) / packets,
    )
