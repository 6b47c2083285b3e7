"""A call's record is a fold of its timeline: its stretches touch and add up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.calls.record import (
    NO_FILE,
    NO_SOUND,
    CallEvent,
    CallId,
    CallResult,
    Detail,
    FactId,
    Kind,
    SegmentKind,
    fold,
    in_order,
    segments,
)

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
DETAILS: dict[Kind, Detail] = {
    Kind.ARRIVED: {"caller": "+8613800138000", "called": "+864008001234", "direction": "in"},
    Kind.QUEUED: {"queue": "sales", "priority": 0},
    Kind.OFFERED: {"agent": 7},
    Kind.CONNECTED: {"agent": 7},
    Kind.ENDED: {"by": "caller", "cause": 16},
    Kind.CUSTOMER: {"customer": 3},
    Kind.OUTCOME: {"agent": 7, "outcome": "solved"},
    Kind.RECORDING: {"file": "2026/11/02/c1", "late": 0.0},
    Kind.RECORDING_FAILED: {"why": "no space left"},
}


def happened(kind: Kind, second: float, number: int = 0, **more: str | float) -> CallEvent:
    detail = {**DETAILS.get(kind, {}), **more}
    at = START + timedelta(seconds=second)
    return CallEvent(FactId(f"n/1/{number}"), CallId("c1"), at, kind, detail)


def told(*steps: tuple[Kind, float]) -> list[CallEvent]:
    return [happened(kind, second, number) for number, (kind, second) in enumerate(steps)]


ANSWERED = told(
    (Kind.ARRIVED, 0),
    (Kind.ANSWERED, 0),
    (Kind.QUEUED, 10),
    (Kind.OFFERED, 11),
    (Kind.CONNECTED, 15),
    (Kind.HELD, 45),
    (Kind.RESUMED, 50),
    (Kind.PHONE_LOST, 60),
    (Kind.CONNECTED, 63),
    (Kind.ENDED, 70),
    (Kind.OUTCOME, 75),
)
MIDDLE = st.lists(
    st.tuples(
        st.sampled_from([kind for kind in Kind if kind not in (Kind.ARRIVED, Kind.ENDED)]),
        st.floats(0, 3600),
    ),
    max_size=15,
)


def test_each_second_of_a_call_is_spent_on_one_thing() -> None:
    record = fold(ANSWERED, START)

    assert record.ivr_seconds == 10
    assert record.wait_seconds == 5 + 3  # in the line, and while the phone was lost
    assert record.talk_seconds == 30 + 10 + 7
    assert record.hold_seconds == 5


@given(MIDDLE, st.booleans(), st.randoms())
def test_in_any_order_of_events_the_segments_touch_and_add_up(
    middle: list[tuple[Kind, float]],
    ends: bool,  # noqa: FBT001
    chance: Random,
) -> None:
    steps = [(Kind.ARRIVED, 0.0), *middle, *([(Kind.ENDED, 3600.0)] if ends else [])]
    timeline = [happened(kind, second, number) for number, (kind, second) in enumerate(steps)]
    now = START + timedelta(seconds=3600)
    chance.shuffle(timeline)

    cut = segments(timeline, now)
    record = fold(timeline, now)

    assert cut[0].started_at == START
    assert cut[-1].ended_at == now
    assert all(a.ended_at == b.started_at for a, b in pairwise(cut))
    spent = (record.ivr_seconds, record.wait_seconds, record.talk_seconds, record.hold_seconds)
    assert sum(spent) == pytest.approx(3600)


def test_facts_of_the_same_instant_stand_in_the_order_of_their_numbers() -> None:
    late, early = happened(Kind.QUEUED, 1, 10), happened(Kind.ANSWERED, 1, 9)

    assert in_order([late, early]) == [early, late]


def test_a_call_arrives_before_it_is_answered_at_the_same_time() -> None:
    kinds = (Kind.ANSWERED, Kind.ARRIVED)
    told = [
        CallEvent(FactId(f"c1/{kind.value}/0"), CallId("c1"), START, kind, {}) for kind in kinds
    ]

    assert [one.kind for one in in_order(told)] == [Kind.ARRIVED, Kind.ANSWERED]


def test_a_living_call_counts_up_to_now() -> None:
    record = fold(ANSWERED[:5], START + timedelta(seconds=20))

    assert (record.result, record.ended_at, record.talk_seconds) == (CallResult.LIVE, None, 5)


def test_a_record_tells_who_talked_and_how_it_ended() -> None:
    record = fold([*ANSWERED, happened(Kind.CUSTOMER, 1, 99)], START)

    assert (record.agent, record.queue, record.customer) == (7, "sales", 3)
    assert (record.ended_by, record.cause, record.outcome) == ("caller", 16, "solved")
    assert record.answered_at == START + timedelta(seconds=15)


@pytest.mark.parametrize(
    ("steps", "by", "result"),
    [
        ((Kind.QUEUED, Kind.CONNECTED), "agent", CallResult.ANSWERED),
        ((Kind.QUEUED, Kind.OFFERED), "caller", CallResult.ABANDONED),
        ((Kind.FALLBACK,), "caller", CallResult.ABANDONED),
        ((Kind.STEP,), "caller", CallResult.LEFT),
        ((Kind.STEP,), "system", CallResult.REFUSED),
    ],
)
def test_a_calls_result_follows_from_its_end_and_its_stage(
    steps: tuple[Kind, ...], by: str, result: CallResult
) -> None:
    timeline = told((Kind.ARRIVED, 0), *((kind, 1.0) for kind in steps))

    assert fold([*timeline, happened(Kind.ENDED, 9, 9, by=by)], START).result is result


def test_a_fault_of_ours_is_a_failed_call() -> None:
    ended = happened(Kind.ENDED, 1, 9, by="system", fault=True)

    assert fold([happened(Kind.ARRIVED, 0), ended], START).result is CallResult.FAILED


def test_a_later_recording_replaces_the_earlier_failure() -> None:
    failed = told((Kind.ARRIVED, 0), (Kind.RECORDING_FAILED, 1))

    assert fold(failed, START).recording_failed == "no space left"
    assert fold([*failed, happened(Kind.RECORDING, 2, 9)], START).recording_failed is None


@pytest.mark.parametrize(
    ("why", "file"), [("the disk for recordings is full", "f"), (NO_FILE, None), (NO_SOUND, None)]
)
def test_a_recording_that_was_cut_is_heard_and_one_without_sound_is_none(
    why: str, file: str | None
) -> None:
    facts = told((Kind.ARRIVED, 0))
    facts += [happened(Kind.RECORDING, 1, 8, file="f")]
    facts += [happened(Kind.RECORDING_FAILED, 2, 9, why=why)]

    record = fold(facts, START)

    assert (record.recording, record.recording_failed) == (file, why)


def test_one_inferred_fact_makes_the_record_inferred() -> None:
    ended = CallEvent(FactId("n/1/9"), CallId("c1"), START, Kind.ENDED, {}, inferred=True)

    assert fold([happened(Kind.ARRIVED, 0), ended], START).inferred


def test_talk_is_cut_by_agent_and_waiting_has_none() -> None:
    cut = segments(ANSWERED, START)

    assert [(one.kind, one.agent) for one in cut[:3]] == [
        (SegmentKind.IVR, None),
        (SegmentKind.QUEUE, None),
        (SegmentKind.TALK, 7),
    ]
