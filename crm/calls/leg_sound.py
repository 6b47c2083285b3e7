"""How a leg sounded, from what Asterisk counted until the leg's end (the fact `leg sound`)."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.calls.quality import SoundStretch, mos

FEWEST_PACKETS = 50
"""A second of sound; from fewer packets nothing follows."""


@dataclass(frozen=True, slots=True)
class DirectionTotals:
    """What was counted of one direction."""

    packets: int  # that came
    lost: int
    jitter_ms: float  # mean
    worst_mos: float | None = None  # of ten seconds, if an engine saw it


@dataclass(frozen=True, slots=True)
class SoundTotals:
    """What was counted of a leg. None: nothing came, or the phone has reported nothing."""

    codec: str
    received: DirectionTotals | None
    sent: DirectionTotals | None
    round_trip_ms: float  # mean; 0: not measured


@dataclass(frozen=True, slots=True)
class LegSound:
    """How a leg sounded. Losses are shares; None: not known."""

    codec: str = ""
    received_loss: float | None = None  # what others heard of the party
    received_jitter_ms: float | None = None
    received_mos: float | None = None
    received_worst_mos: float | None = None
    sent_loss: float | None = None  # what the party heard
    sent_jitter_ms: float | None = None
    sent_mos: float | None = None
    sent_worst_mos: float | None = None
    round_trip_ms: float | None = None


def detail_of(totals: SoundTotals) -> dict[str, str | float]:
    """Give the members of the fact; what is not known is left out."""
    detail: dict[str, str | float] = {"codec": totals.codec}
    for side, counted in (("received", totals.received), ("sent", totals.sent)):
        if counted is not None:
            detail |= {
                f"{side}_packets": counted.packets,
                f"{side}_lost": counted.lost,
                f"{side}_jitter_ms": round(counted.jitter_ms, 2),
            }
            if counted.worst_mos is not None:
                detail[f"{side}_worst_mos"] = round(counted.worst_mos, 2)
    if totals.round_trip_ms:
        detail["round_trip_ms"] = round(totals.round_trip_ms, 2)
    return detail


def read_sound(detail: Mapping[str, str | float]) -> LegSound:
    """Rate the sound of a leg by its fact."""
    codec, trip = str(detail.get("codec", "")), detail.get("round_trip_ms")
    round_trip = None if trip is None else float(trip)
    received = _rated(codec, "received", detail, round_trip)
    sent = _rated(codec, "sent", detail, round_trip)
    return LegSound(codec, *received, *sent, round_trip)


def worse(one: float | None, other: float | None) -> float | None:
    """Give the lower of two scores; None is not known."""
    known = [score for score in (one, other) if score is not None]
    return min(known, default=None)


def _rated(
    codec: str, side: str, detail: Mapping[str, str | float], round_trip: float | None
) -> tuple[float | None, float | None, float | None, float | None]:
    """Give loss, jitter, score and worst score of one direction."""
    if f"{side}_packets" not in detail:
        return None, None, None, None
    packets, lost = int(detail[f"{side}_packets"]), int(detail[f"{side}_lost"])
    loss = lost / max(1, packets + lost)
    jitter = float(detail.get(f"{side}_jitter_ms", 0.0))
    score = round(mos(codec, SoundStretch(loss, jitter, round_trip or 0.0)), 2)
    told = detail.get(f"{side}_worst_mos")
    return round(loss, 4), jitter, score, worse(score, None if told is None else float(told))
