"""Facts of calls are stored once, and every list is a fold of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline, talk
from wide import examples

from crm.calls.models import CallEventRow
from crm.calls.record import (
    CallEvent,
    CallId,
    CallResult,
    Detail,
    FactId,
    Kind,
    fold,
)
from crm.calls.store import call, counts, keep_events, known_calls, open_calls, timeline
from crm.kernel.errors import MissingError
from crm.sql.db import connect, sessions


def test_a_timeline_becomes_the_record_that_it_folds_into(session: Session) -> None:
    told = talk("c1")

    keep_events(session, told)

    assert call(session, "c1") == fold(told, MORNING)
    assert timeline(session, "c1") == told


def test_facts_of_a_later_release_are_left_out_after_the_way_back(session: Session) -> None:
    told = talk("c1")
    keep_events(session, told[:-1])
    later = {**asdict(told[1]), "fact": "later/1", "kind": "held in space"}
    session.execute(insert(CallEventRow).values(later))

    keep_events(session, told[-1:])

    assert call(session, "c1") == fold(told, MORNING)
    assert timeline(session, "c1") == told


def test_facts_written_twice_are_written_once(session: Session) -> None:
    keep_events(session, talk("c1"))
    before = call(session, "c1"), timeline(session, "c1")

    keep_events(session, talk("c1"))

    assert (call(session, "c1"), timeline(session, "c1")) == before


def test_facts_in_any_order_and_in_any_batches_come_to_the_same_record(session: Session) -> None:
    told = talk("c1")

    for one in [*told[3:], *told[2::-1]]:
        keep_events(session, [one])

    assert call(session, "c1") == fold(told, MORNING)


def test_a_call_without_its_arrival_folds_when_it_comes(session: Session) -> None:
    first, *rest = talk("c1")
    keep_events(session, rest)
    with pytest.raises(MissingError):
        call(session, "c1")

    keep_events(session, [first])

    assert call(session, "c1").result is CallResult.ANSWERED


def test_a_broken_timeline_does_not_hold_up_later_facts(session: Session) -> None:
    spoilt = Timeline("bad").tell(Kind.QUEUED).events  # without a queue

    keep_events(session, [*spoilt, *talk("c1")])

    assert call(session, "c1").result is CallResult.ANSWERED
    assert len(timeline(session, "bad")) == 2


ODD = st.text(max_size=30) | st.text("\0\ud800\udfff\\u0000", max_size=8)


DETAIL = st.dictionaries(ODD, ODD | st.integers() | st.floats() | st.booleans(), max_size=4)


@pytest.mark.wide
@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ODD, DETAIL)
def test_any_text_from_a_caller_can_be_stored(session: Session, caller: str, sent: Detail) -> None:
    arrived = {"caller": caller, "called": caller, "direction": "in"}
    odd = CallEvent(FactId("odd/1/2"), CallId("odd"), MORNING, Kind.STEP, sent)
    with session.begin_nested() as savepoint:
        fact = CallEvent(FactId("odd/1/1"), CallId("odd"), MORNING, Kind.ARRIVED, arrived)
        keep_events(session, [fact, odd])

        assert call(session, "odd").result is CallResult.LIVE
        savepoint.rollback()


def test_a_batch_of_hundreds_takes_a_handful_of_statements(
    session: Session, engine: Engine
) -> None:
    batch = [one for number in range(60) for one in talk(f"c{number}")]
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: said.append(a[2]))

    keep_events(session, batch)

    assert len(batch) == 360
    assert len(said) <= 8


def test_two_writers_of_one_call_lose_nothing(fresh_database_url: str) -> None:
    engine = connect(fresh_database_url, pool_size=8, statement_timeout_ms=20_000)
    told = Timeline("c1").queued().talked().ended().events

    def write(one: CallEvent) -> None:
        with sessions(engine).begin() as session:
            keep_events(session, [one])

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(write, told))
    with sessions(engine)() as session:
        assert call(session, "c1") == fold(told, MORNING)
    engine.dispose()


def test_a_call_that_lives_is_open_until_it_ends(session: Session) -> None:
    made = Timeline("c1").queued().talked()
    keep_events(session, made.events)
    live = [one.id for one in open_calls(session)]
    keep_events(session, made.ended().events)

    assert (live, open_calls(session)) == (["c1"], [])


def test_a_call_is_known_by_its_first_fact_whichever_that_is(session: Session) -> None:
    keep_events(session, talk("c1")[3:4])

    assert known_calls(session, ["c1", "c2", "\0"]) == {"c1"}
    assert known_calls(session, []) == set()


def test_the_day_is_counted(session: Session) -> None:
    keep_events(session, talk("c1"))
    keep_events(session, Timeline("c2").queued().ended().events)
    keep_events(session, Timeline("c3").queued().events)
    keep_events(session, talk("c4", at=MORNING - timedelta(days=1)))

    found = counts(session, MORNING)

    assert (found.calls, found.answered, found.abandoned, found.live) == (3, 1, 1, 1)


def test_a_call_keeps_its_record_when_a_fact_is_told_again_with_another_time(
    session: Session,
) -> None:
    told = talk("c1")
    keep_events(session, told)

    keep_events(session, [replace(one, at=one.at + timedelta(hours=1)) for one in told])

    assert call(session, "c1") == fold(told, MORNING)


def test_the_direction_decides_which_number_is_the_customers(session: Session) -> None:
    keep_events(session, talk("c1"))
    dialled = replace(talk("c2")[0], detail={"caller": "1001", "called": "+86", "direction": "out"})
    keep_events(session, [dialled])

    inbound, outbound = call(session, "c1"), call(session, "c2")

    assert (inbound.customer_number, inbound.own_number) == (inbound.caller, inbound.called)
    assert (outbound.customer_number, outbound.own_number) == ("+86", "1001")
