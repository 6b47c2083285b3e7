"""Emergency calls that Asterisk made without an engine, as CEL tells of them."""

import pytest

from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from cti.asterisk.cel import CELRow
from cti.asterisk.emergency import (
    LONGEST_SECONDS,
    emergency_calls,
    going_on,
    is_emergency,
    rest_of,
)

CALL = CallId("n1-7.1")
BYE = '{"hangupcause":16,"hangupsource":"","dialstatus":""}'


def row(at, kind, channel=CALL, name="PJSIP/1001-2", extra=""):
    context = "hotline-phone-dial"
    return CELRow(at, kind, channel, CALL, name, "1001", "s", context, "Dial", extra)


DIALLED = row(10, "HOTLINE_EMERGENCY", extra='{"extra":"110"}')
ANSWERED = (row(14, "BRIDGE_ENTER", "n1-7.2", "PJSIP/trunk-3-4"), row(14.1, "BRIDGE_ENTER"))
OVER = row(60, "HANGUP", extra=BYE)
WHOLE = [row(9, "CHAN_START"), DIALLED, *ANSWERED, OVER]


def agent_of(endpoint):
    return (AgentId(7), "Li Wei") if endpoint == "1001" else None


def found(rows, known=()):
    return emergency_calls(rows, lambda _: set(known), agent_of)


def test_the_call_has_its_number_and_the_agent_who_made_it():
    notes = found(WHOLE)

    assert [(one.kind, one.at) for one in notes] == [
        (Kind.ARRIVED, 10), (Kind.LEG_BEGAN, 10), (Kind.DIALLED, 10),
        (Kind.CONNECTED, 14.1), (Kind.ENDED, 60),
    ]  # fmt: skip
    assert all(one.inferred and one.call == CALL for one in notes)
    said = {one.kind: one.detail for one in notes}
    assert said[Kind.ARRIVED] == {
        "caller": "1001", "called": "110", "direction": "out", "via": "phone",
    }  # fmt: skip
    assert said[Kind.LEG_BEGAN]["agent"] == said[Kind.CONNECTED]["agent"] == 7
    assert said[Kind.DIALLED] == {"number": "110", "number_class": "emergency", "away": True}


@pytest.mark.parametrize("rows", [[], [row(9, "CHAN_START"), OVER]])
def test_other_calls_of_phones_are_none(rows):
    assert found(rows) == []
    assert not is_emergency(rows, CALL)


def test_one_that_is_in_the_database_is_not_told_twice():
    assert found(WHOLE, known=[CALL]) == []


def test_an_emergency_call_of_a_phone_without_an_agent_is_told_too():
    notes = emergency_calls(WHOLE, lambda _: set(), lambda _: None)

    assert [one.kind for one in notes] == [
        Kind.ARRIVED, Kind.LEG_BEGAN, Kind.DIALLED, Kind.ENDED,
    ]  # fmt: skip


def test_one_that_goes_on_is_told_at_once_and_its_end_later():
    begun = WHOLE[:2]
    assert [one.kind for one in found(begun)] == [Kind.ARRIVED, Kind.LEG_BEGAN, Kind.DIALLED]
    assert going_on(begun, 20) == {CALL}
    assert rest_of(CALL, begun, agent_of) == []

    assert going_on(WHOLE, 70) == set()
    assert [one.kind for one in rest_of(CALL, WHOLE, agent_of)] == [Kind.CONNECTED, Kind.ENDED]


def test_one_without_an_end_is_over_after_some_hours():
    later = [*WHOLE[:2], row(11 + LONGEST_SECONDS, "CHAN_START", "n1-9.1")]

    assert going_on(later, 11 + LONGEST_SECONDS) == set()
    assert [one.kind for one in rest_of(CALL, later, agent_of)] == [Kind.ENDED]


def test_only_digits_are_taken_from_the_line():
    notes = found([row(10, "HOTLINE_EMERGENCY", extra='{"extra":"1<1>0,"}')])

    assert notes[0].detail["called"] == "110"
