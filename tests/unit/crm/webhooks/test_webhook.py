"""The life of a webhook message, and the events of a call."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from crm.calls.record import CallEvent, CallId, FactId, Kind, fold
from crm.outgoing.answer import Failure, OutgoingAnswer
from crm.webhooks.call_events import call_events
from crm.webhooks.webhook import (
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    SCHEDULE,
    DeliveryState,
    DisabledReason,
    EventType,
    event,
    judge,
)

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
GOOD = OutgoingAnswer(AT, 5, 204)
BAD = OutgoingAnswer(AT, 5, 500, Failure.STATUS)


def fact(number: int, kind: Kind, **detail: str | float) -> CallEvent:
    whole = {"caller": "1", "called": "2", "direction": "in", "via": "trunk", **detail}
    at = AT + timedelta(seconds=number)
    return CallEvent(FactId(f"n/b/{number}"), CallId("c1"), at, kind, whole)


CALL = [
    fact(0, Kind.ARRIVED),
    fact(2, Kind.CONNECTED, agent=7, name="Li Wei"),
    fact(3, Kind.RECORDING, file="2026/c1", late=0.0),
    fact(4, Kind.CONNECTED, agent=8, name="Wang Fang"),
    fact(9, Kind.ENDED, by="caller", cause=16),
]


def types(known: list[CallEvent], new: list[CallEvent]) -> list[EventType]:
    record = asdict(fold(known, known[-1].at))
    return [one.type for one in call_events(record, known, {one.fact for one in new})]


def test_each_wait_is_longer_than_the_one_before_until_it_is_given_up() -> None:
    waits = [judge(number, BAD, None, 0.5) for number in range(1, MOST_ATTEMPTS + 1)]

    assert tuple(one.wait_seconds for one in waits[:-1]) == SCHEDULE.waits
    assert {one.state for one in waits[:-1]} == {DeliveryState.WAITING}
    assert waits[-1].state is DeliveryState.DEAD


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 4.0), (0.5, 5.0), (1.0, 6.0)])
def test_chance_spreads_the_waits(chance: float, seconds: float) -> None:
    assert judge(1, BAD, None, chance).wait_seconds == pytest.approx(seconds)


def test_a_receiver_that_asks_for_time_gets_it_but_not_for_ever() -> None:
    asked = [
        OutgoingAnswer(AT, 5, 503, Failure.STATUS, wait_seconds=one) for one in (1, 300, 10**6)
    ]

    assert [judge(1, one, None, 0.5).wait_seconds for one in asked] == [5, 300, LONGEST_WAIT]


def test_a_success_is_delivered_whatever_came_before() -> None:
    assert judge(MOST_ATTEMPTS, GOOD, AT - timedelta(days=9), 0.5).state is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("answer", "failing", "why"),
    [
        (BAD, None, None),
        (BAD, timedelta(days=2), None),
        (BAD, timedelta(days=4), DisabledReason.FAILING),
        (OutgoingAnswer(AT, 5, 410, Failure.STATUS), None, DisabledReason.GONE),
        (GOOD, timedelta(days=4), None),
    ],
)
def test_when_an_endpoint_is_switched_off(
    answer: OutgoingAnswer, failing: timedelta | None, why: DisabledReason | None
) -> None:
    assert judge(1, answer, AT - failing if failing else None, 0.5).disable is why


def test_a_call_gives_its_events_as_it_proceeds() -> None:
    told = [types(CALL[: number + 1], [CALL[number]]) for number in range(len(CALL))]

    assert told == [
        [EventType.CALL_STARTED],
        [EventType.CALL_ANSWERED],
        [],
        [],  # the second agent takes it over: it was answered already
        [EventType.CALL_ENDED, EventType.RECORDING_READY],
    ]


def test_a_recording_known_only_after_the_end_gives_its_event_then() -> None:
    late = fact(20, Kind.RECORDING, file="2026/c1", late=0.0)
    call = [CALL[0], CALL[1], CALL[4], late]

    assert types(call[:3], [call[2]]) == [EventType.CALL_ENDED]
    assert types(call, [late]) == [EventType.RECORDING_READY]


def test_an_arrival_that_comes_last_brings_all_that_was_held_back() -> None:
    assert types(CALL, [CALL[0]]) == [
        EventType.CALL_STARTED,
        EventType.CALL_ANSWERED,
        EventType.CALL_ENDED,
        EventType.RECORDING_READY,
    ]


def test_every_outcome_is_an_event_of_its_own() -> None:
    first = fact(20, Kind.OUTCOME, agent=7, outcome="solved", note="")
    second = fact(21, Kind.OUTCOME, agent=7, outcome="other", note="")
    known = [*CALL, first, second]
    record = asdict(fold(known, AT))

    told = call_events(record, known, {first.fact, second.fact})

    assert [one.data["outcome"] for one in told] == ["solved", "other"]
    assert len({one.id for one in told}) == 2


def test_a_message_has_its_id_its_time_and_its_content() -> None:
    one = event(EventType.CALL_ENDED, AT, {"seconds": 1.23456, "at": AT, "who": ("王",)}, "c1")

    assert json.loads(one.body()) == {
        "id": one.id,
        "type": "call.ended",
        "version": 1,
        "timestamp": "2026-11-22T08:00:00.000Z",
        "data": {"seconds": 1.235, "at": "2026-11-22T08:00:00.000Z", "who": ["王"]},
    }
    assert one.id == event(EventType.CALL_ENDED, AT, {}, "c1").id
    assert one.id != event(EventType.CALL_ENDED, AT, {}, "c2").id
