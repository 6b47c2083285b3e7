"""How a leg sounded, from what was counted."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.calls.leg import fold_legs
from crm.calls.leg_sound import DirectionTotals, SoundTotals, detail_of, read_sound
from crm.calls.record import CallEvent, CallId, FactId, Kind, fold

T0 = datetime(2026, 11, 22, 10, tzinfo=UTC)
NOW = T0 + timedelta(hours=1)


def story(*lines):
    return [
        CallEvent(FactId(f"n/{number}"), CallId("c1"), T0 + timedelta(seconds=at), kind, detail)
        for number, (at, kind, detail) in enumerate(lines)
    ]


BEGAN = (0, Kind.ARRIVED, {"caller": "+8613800138000", "called": "100"})
BAD = DirectionTotals(940, 60, 12.0, 2.9)
GOOD = DirectionTotals(1000, 0, 1.0)


def sound(received, sent):
    return {"leg": "c1", **detail_of(SoundTotals("alaw", received, sent, 40.0))}


def test_a_leg_keeps_both_directions_with_mean_and_worst():
    [leg] = fold_legs(story(BEGAN, (60, Kind.LEG_SOUND, sound(BAD, GOOD))), NOW)

    assert (leg.codec, leg.round_trip_ms) == ("alaw", 40.0)
    assert (leg.received_loss, leg.received_jitter_ms) == (0.06, 12.0)
    assert leg.received_mos == pytest.approx(3.71, abs=0.05)
    assert leg.received_worst_mos == 2.9
    assert (leg.sent_loss, leg.sent_worst_mos) == (0.0, leg.sent_mos)


def test_a_phone_that_reported_nothing_leaves_its_direction_unknown():
    found = read_sound(sound(GOOD, None))

    assert found.received_mos is not None
    assert (found.sent_mos, found.sent_loss, found.sent_worst_mos) == (None, None, None)


def test_bad_sound_that_was_told_counts_although_the_engine_that_measured_it_died():
    told = {"leg": "c1", "side": "received", "loss": 0.2, "mos": 2.1}
    [leg] = fold_legs(
        story(BEGAN, (20, Kind.SOUND_BAD, told), (60, Kind.LEG_SOUND, sound(GOOD, GOOD))), NOW
    )

    assert leg.received_mos > 4
    assert leg.received_worst_mos == 2.1


def test_a_call_has_the_score_of_the_direction_that_sounded_worst():
    record = fold(story(BEGAN, (60, Kind.LEG_SOUND, sound(GOOD, BAD))), NOW)

    assert record.mos == pytest.approx(3.71, abs=0.05)
    assert fold(story(BEGAN), NOW).mos is None
