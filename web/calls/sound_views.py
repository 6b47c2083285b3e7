"""How the parties of a call sounded, in words with the numbers beside them."""

from crm.calls.leg import CallLeg
from crm.calls.quality import word_of
from crm.calls.record import Detail
from web.calls.leg_words import (
    HEARD_BADLY,
    HEARD_WELL,
    HEARS_BADLY,
    HEARS_WELL,
    PARTY,
    QUALITIES,
    ROLES,
    ROUND_TRIP,
    SOUND_NUMBERS,
)
from web.calls.shapes import DirectionShape, LegSoundShape
from web.kit.i18n import Reader

RECEIVED = "received"  # the direction from the party to us


def show_sound(leg: CallLeg, say: Reader) -> LegSoundShape | None:
    """Show how a leg sounded; None where nothing is known."""
    way = [leg.codec] if leg.codec else []
    if leg.round_trip_ms is not None:
        way.insert(0, say.say(ROUND_TRIP, ms=say.number(round(leg.round_trip_ms))))
    received = _direction(
        (leg.received_mos, leg.received_worst_mos), leg.received_loss, leg.received_jitter_ms, say
    )
    sent = _direction((leg.sent_mos, leg.sent_worst_mos), leg.sent_loss, leg.sent_jitter_ms, say)
    if received is None and sent is None:
        return None
    for one in (received, sent):
        if one is not None:
            one.text = " · ".join((one.text, *way))
    return LegSoundShape(
        codec=leg.codec, round_trip_ms=leg.round_trip_ms, received=received, sent=sent
    )


def _direction(
    scores: tuple[float | None, float | None],
    loss: float | None,
    jitter: float | None,
    say: Reader,
) -> DirectionShape | None:
    mos, worst = scores
    if mos is None or loss is None:
        return None
    lowest = mos if worst is None else min(mos, worst)
    word = word_of(mos)
    return DirectionShape(
        quality=word,
        quality_name=say.gettext(QUALITIES[word]),
        mos=mos,
        worst_mos=lowest,
        loss=loss,
        jitter_ms=jitter or 0.0,
        text=say.say(
            SOUND_NUMBERS,
            mos=say.number(round(mos, 1)),
            worst=say.number(round(lowest, 1)),
            loss=f"{say.number(round(100 * loss, 1))}%",
            jitter=say.number(round(jitter or 0.0)),
        ),
    )


def bad_sound(detail: Detail, agent: str, say: Reader, *, begins: bool) -> str:
    """Say which party's sound became bad or good again, and in which direction."""
    party = agent or say.gettext(ROLES.get(str(detail.get("role", "")), PARTY))
    received = detail.get("side") == RECEIVED
    if not begins:
        return say.say(HEARD_WELL if received else HEARS_WELL, party=party)
    return say.say(
        HEARD_BADLY if received else HEARS_BADLY,
        party=party,
        loss=say.percent(float(detail.get("loss", 0))),
        mos=say.number(round(float(detail.get("mos", 0)), 1)),
    )
