"""How good the sound of a call is: the E-model of ITU-T G.107, simplified, and its words.

R = 93.2 - Id - Ie,eff. 93.2 is R with all defaults of G.107 (a good handset in a quiet room). Id is
the delay impairment as Cole and Rosenbluth simplified it ("Voice over IP performance monitoring",
2001): 0.024 d + 0.11 (d - 177.3) beyond 177.3 ms. Ie,eff is the loss impairment of G.107, clause
3.5, for losses by chance: Ie + (95 - Ie) Ppl / (Ppl + Bpl), Ppl in percent. MOS follows from R by
G.107, annex B.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

R_DEFAULT = 93.2
R_MOST = 100.0
WORST_MOS, BEST_MOS = 1.0, 4.5
PACKET_MS = 30.0
"""Delay that every talk has beside its path: a packet of 20 ms, and what is done with it."""

BUFFER_OF_JITTER = 2.0
"""A phone's buffer waits about twice the mean deviation of the packets."""

GOOD_MOS, FAIR_MOS, POOR_MOS = 4.0, 3.5, 2.6
"""G.109: from R 80 on users are satisfied; below R 68 many are not, below R 50 nearly all."""

WARN_MOS, WARN_LOSS = FAIR_MOS, 0.03
"""Worse than these, a talk has bad sound."""


class Quality(StrEnum):
    """The sound in a word."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class CodecRating:
    """What a codec costs without loss (Ie), and how well it stands loss (Bpl)."""

    impairment: float
    robustness: float


# G.113, appendix I. Telephones and browsers conceal lost packets of G.711 (its appendix I).
G711 = CodecRating(0.0, 25.1)
G729 = CodecRating(11.0, 19.0)
CODECS: Mapping[str, CodecRating] = {
    "ulaw": G711,
    "alaw": G711,
    "g722": G711,
    "g729": G729,
    "gsm": CodecRating(20.0, 10.0),
    "g723": CodecRating(15.0, 16.1),
    # G.113 has no values for Opus. Without loss it is at least as clear as G.711; what it conceals
    # lies between G.729 and G.711, so the cautious one of the two is taken.
    "opus": CodecRating(0.0, 19.0),
}


@dataclass(frozen=True, slots=True)
class SoundStretch:
    """A stretch of sound in one direction."""

    loss: float  # share of the packets, 0 to 1
    jitter_ms: float = 0.0  # mean deviation of the packets' spacing (RFC 3550)
    round_trip_ms: float = 0.0


def r_factor(codec: str, sound: SoundStretch) -> float:
    """Rate a stretch, 0 to 93.2. A codec that is not known counts as G.711."""
    known = CODECS.get(codec, G711)
    percent = 100.0 * min(max(sound.loss, 0.0), 1.0)
    lost = (95.0 - known.impairment) * percent / (percent + known.robustness)
    delay = sound.round_trip_ms / 2 + BUFFER_OF_JITTER * sound.jitter_ms + PACKET_MS
    return max(0.0, R_DEFAULT - _delay_impairment(delay) - known.impairment - lost)


def mos_of(r: float) -> float:
    """Give the mean opinion score of an R factor, 1 to 4.5 (G.107, annex B)."""
    if r <= 0:
        return WORST_MOS
    if r >= R_MOST:
        return BEST_MOS
    return max(WORST_MOS, 1.0 + 0.035 * r + 7e-6 * r * (r - 60.0) * (100.0 - r))


def mos(codec: str, sound: SoundStretch) -> float:
    """Give the mean opinion score of a stretch."""
    return mos_of(r_factor(codec, sound))


def word_of(score: float) -> Quality:
    """Give the word for a mean opinion score."""
    for least, word in (
        (GOOD_MOS, Quality.GOOD),
        (FAIR_MOS, Quality.FAIR),
        (POOR_MOS, Quality.POOR),
    ):
        if score >= least:
            return word
    return Quality.BAD


def is_bad(codec: str, sound: SoundStretch) -> bool:
    """Whether people should be warned of a stretch."""
    return sound.loss > WARN_LOSS or mos(codec, sound) < WARN_MOS


def _delay_impairment(delay_ms: float) -> float:
    beyond = max(0.0, delay_ms - 177.3)
    return 0.024 * delay_ms + 0.11 * beyond
