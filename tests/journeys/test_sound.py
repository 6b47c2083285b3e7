"""Bad sound in a call: who is told, and what is kept of it when the engine dies."""

import pytest
from journeys.site import to_queue

from crm.calls.leg_sound import DirectionTotals, SoundTotals, detail_of
from crm.calls.record import CallId, Kind
from cti.core import views
from cti.core.facts import own_name
from cti.core.leg import BadSound, LegId, SoundTrouble
from cti.core.sound_events import SoundChanged
from cti.engine.sound import sound_fact
from cti.fake import sign_in

C1, LEG = CallId("c1"), LegId("c1-a1")
BAD = SoundTrouble(received=BadSound(0.06, 3.3))
WORSE = SoundTrouble(received=BadSound(0.2, 2.1), sent=BadSound(0.04, 3.6))


@pytest.fixture
def talk(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(20)
    return fake


def shown(fake):
    legs = views.call_view(fake.state, fake.call("c1"))["legs"]
    return next(one["sound"] for one in legs if one["id"] == LEG)


def told(fake):
    kinds = (Kind.SOUND_BAD, Kind.SOUND_GOOD)
    return [
        (one.kind.value, one.detail["side"]) for one in fake.timeline("c1") if one.kind in kinds
    ]


def ended(fake, *, lost):
    """What Asterisk tells of the agent's leg at its end."""
    totals = SoundTotals(
        "alaw", DirectionTotals(5000 - lost, lost, 4.0), DirectionTotals(5000, 0, 1.0), 30.0
    )
    fact = sound_fact(C1, LEG, detail_of(totals))
    fake.facts.append((fake.now, fact))
    return fact


def test_bad_sound_is_shown_while_it_lasts_and_noted_at_its_beginning_and_end(talk):
    talk.hear(SoundChanged(LEG, BAD))
    assert shown(talk) == {"received": {"loss": 0.06, "mos": 3.3}, "sent": None}
    talk.wait(10)
    talk.hear(SoundChanged(LEG, WORSE))
    talk.wait(10)
    talk.hear(SoundChanged(LEG, SoundTrouble()))

    assert shown(talk) is None
    assert told(talk) == [
        ("sound bad", "received"), ("sound bad", "sent"),
        ("sound good", "received"), ("sound good", "sent"),
    ]  # fmt: skip


def test_an_engine_that_dies_in_a_bad_call_leaves_the_facts_whole(talk):
    talk.hear(SoundChanged(LEG, WORSE))
    talk.engine_dies()
    assert talk.talking("c1")
    talk.wait(10)
    talk.hear(SoundChanged(LEG, BAD))  # measured again
    talk.wait(10)
    talk.caller_hangs_up("c1")
    ended(talk, lost=250)

    _, leg = talk.legs("c1")
    assert (leg.codec, leg.received_loss, leg.sent_loss) == ("alaw", 0.05, 0.0)
    assert leg.received_worst_mos == 2.1, "what the first engine saw"
    assert leg.received_worst_mos < leg.received_mos < leg.sent_mos
    assert talk.record("c1").mos == leg.received_mos
    assert leg.ended_at is not None


def test_the_totals_that_are_told_and_read_again_later_are_one_fact(talk):
    talk.caller_hangs_up("c1")
    first, second = ended(talk, lost=10), ended(talk, lost=10)

    assert own_name(first) == own_name(second) == "c1/c1-a1/sound/3"


def test_sound_of_a_leg_that_is_gone_or_rings_changes_nothing(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.hear(SoundChanged(LegId("gone"), BAD), SoundChanged(LEG, BAD))

    assert told(fake) == []
