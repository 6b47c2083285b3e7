"""Sound quality as Asterisk reports it: its reports, those of phones, the totals at a leg's end.

AMI's RTCPSent is what Asterisk reports of the sound that it receives, RTCPReceived what a phone
reports of the sound that it receives. The totals come from `hotline-leg-ended` in extensions.conf.
"""

from collections.abc import Mapping

from crm.calls.leg_sound import FEWEST_PACKETS, DirectionTotals, SoundTotals
from crm.calls.record import CallId
from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.translate import read_account_code, read_variable
from cti.core.leg import LegId
from cti.core.quality import Report, SoundSide

SIDES = {"RTCPSent": SoundSide.RECEIVED, "RTCPReceived": SoundSide.SENT}
TOTALS = "HotlineSound"
TOTALS_ROW = "HOTLINE_SOUND"  # the type of the line in CEL
CYCLE = 1 << 16
NATIVE = "CHANNEL(audionativeformat)"

AmiEvent = Mapping[str, str]


class Codecs:
    """Asks Asterisk for the codecs of legs."""

    def __init__(self, ari: ARIClient) -> None:
        """Ask through this client."""
        self._ari = ari

    async def __call__(self, leg: LegId) -> str:
        """Give the name of a leg's codec, as Asterisk has it; "" for a leg that is gone."""
        try:
            answer = await self._ari.get(f"/channels/{leg}/variable?variable={NATIVE}")
        except ARIError:
            return ""
        return read_variable(answer).strip("()").partition("|")[0]


def read_report(event: AmiEvent, now: float) -> tuple[LegId, SoundSide, Report] | None:
    """Read a report on the sound of a leg; None for any other event, and for one without sound."""
    side = SIDES.get(event.get("Event", ""))
    source = event.get("Report0SourceSSRC", "")
    if side is None or not int(source or "0", 16):
        return None
    cycles = int(event.get("Report0SequenceNumberCycles", 0))
    trip = float(event.get("RTT", 0)) if side is SoundSide.SENT else None
    report = Report(
        now,
        source,
        cycles * CYCLE + int(event["Report0HighestSequence"]),
        int(event["Report0CumulativeLost"]),
        int(event.get("Report0IAJitter", 0)),
        trip or None,
    )
    return LegId(event["Uniqueid"]), side, report


def read_totals(event: AmiEvent) -> tuple[LegId, CallId, SoundTotals] | None:
    """Read the totals of a leg that has ended; None for any other event or a leg without sound."""
    if event.get("Event") != "UserEvent" or event.get("UserEvent") != TOTALS:
        return None
    leg, code = LegId(event["Uniqueid"]), read_account_code(event.get("AccountCode", ""))
    totals = totals_of(event.get("Sound", ""))
    if code is None or totals is None:
        return None
    return leg, code[1] or CallId(leg), totals


def totals_of(text: str) -> SoundTotals | None:
    """Read `codec/name=value;…/name=value;…`; None where nothing was heard in either direction."""
    codec, _, rest = text.partition("/")
    values = _values(rest)
    received = _counted(values, "rx", values.get("lp", 0.0))
    # Without any report of the phone all of this is 0, which must not pass for good sound.
    told = any(values.get(name) for name in ("maxrtt", "rlp", "maxtxjitter"))
    sent = _counted(values, "tx", values.get("rlp", 0.0)) if told else None
    if received is None and sent is None:
        return None
    return SoundTotals(codec.partition("|")[0], received, sent, 1000 * values.get("avgrtt", 0.0))


def _counted(values: Mapping[str, float], side: str, lost: float) -> DirectionTotals | None:
    packets, gone = int(values.get(f"{side}count", 0)), max(0, int(lost))
    # Asterisk counts what it sends, of which the phone misses some.
    came = packets if side == "rx" else max(0, packets - gone)
    if came + gone < FEWEST_PACKETS:
        return None
    return DirectionTotals(came, gone, 1000 * values.get(f"avg{side}jitter", 0.0))


def _values(text: str) -> dict[str, float]:
    found = {}
    for part in text.replace("/", ";").split(";"):
        name, _, value = part.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            continue
    return found
