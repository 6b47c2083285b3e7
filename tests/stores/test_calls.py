"""Facts of calls are stored once, and every list is a fold of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session
from wide import examples

from acd.decision import Considered, Rule, Verdict
from acd.decisions.store import DecisionFact, decisions_of, keep_decisions
from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.leg import fold_legs
from crm.calls.legs.store import legs_of
from crm.calls.question import CallFilter, CallOrder
from crm.calls.record import (
    CallEvent,
    CallId,
    CallRecord,
    CallResult,
    Detail,
    FactId,
    Kind,
    fold,
)
from crm.calls.search.store import calls, how_many
from crm.calls.store import call, counts, keep_events, known_calls, open_calls, timeline
from crm.kernel.errors import InvalidError, MissingError
from crm.people.rights import Reach
from crm.sql.db import connect, sessions
from recordings.store import keep, recordings_of

MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Timeline:
    """Makes a call's timeline, one line per second."""

    def __init__(self, id_: str, at: datetime = MORNING, caller: str = "+8613800138000") -> None:
        self.id, self.at, self.number = CallId(id_), at, 0
        self.events: list[CallEvent] = []
        self.tell(Kind.ARRIVED, caller=caller, called="+864008001234", via="trunk", direction="in")

    def tell(self, kind: Kind, **detail: str | float) -> "Timeline":
        fact = FactId(f"{self.id}/1/{self.number}")
        self.events.append(CallEvent(fact, self.id, self.at, kind, detail))
        self.number, self.at = self.number + 1, self.at + timedelta(seconds=1)
        return self

    def queued(self, queue: str = "sales") -> "Timeline":
        return self.tell(Kind.ANSWERED).tell(Kind.QUEUED, queue=queue, priority=0)

    def talked(self, agent: int = 7) -> "Timeline":
        return self.tell(Kind.OFFERED, agent=agent).tell(Kind.CONNECTED, agent=agent)

    def ended(self) -> "Timeline":
        return self.tell(Kind.ENDED, by="caller", cause=16)


def talk(id_: str, agent: int = 7, at: datetime = MORNING) -> list[CallEvent]:
    return Timeline(id_, at).queued().talked(agent).ended().events


def test_a_timeline_becomes_the_record_that_it_folds_into(session: Session) -> None:
    told = talk("c1")

    keep_events(session, told)

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


def test_pages_of_calls_show_each_once_newest_first_while_new_ones_come(session: Session) -> None:
    # All in the same second: only the id differs.
    keep_events(session, [one for number in range(10, 35) for one in talk(f"c{number}")])
    seen: list[str] = []
    cursor = None
    while True:
        page = calls(session, CallFilter(), limit=10, cursor=cursor)
        seen += [one.id for one in page.items]
        keep_events(session, talk(f"new{len(seen)}", at=MORNING + timedelta(hours=1)))
        if not (cursor := page.next):
            break

    assert seen == [f"c{number}" for number in range(34, 9, -1)]


@pytest.mark.parametrize("cursor", ["x", "", "=", "AAAA", "\0", "é", "MjAyNi0xMS0wMnww"])
def test_an_invalid_cursor_is_refused(session: Session, cursor: str) -> None:
    if not cursor:
        assert calls(session, CallFilter(), cursor=cursor).items == ()
        return
    with pytest.raises(InvalidError):
        calls(session, CallFilter(), cursor=cursor)


def test_an_agent_sees_only_calls_in_which_they_talked(session: Session) -> None:
    both = Timeline("c3").queued().talked(9).queued().talked(7).ended().events
    keep_events(session, [*talk("c1", agent=7), *talk("c2", agent=9), *both])

    seen = calls(session, CallFilter(), Reach(frozenset({9}))).items

    assert [one.id for one in seen] == ["c3", "c2"]
    with pytest.raises(MissingError):
        call(session, "c1", Reach(frozenset({9})))


def test_filters_narrow_the_list(session: Session) -> None:
    later = MORNING + timedelta(days=1)
    keep_events(session, talk("c1"))
    keep_events(session, Timeline("c2", later, caller="1001").queued("support").ended().events)

    def ids(wanted: CallFilter) -> list[str]:
        return [one.id for one in calls(session, wanted).items]

    assert ids(CallFilter(caller="+8613800138000")) == ["c1"]
    assert ids(CallFilter(caller="38001")) == ["c1"]
    assert ids(CallFilter(caller="%")) == []
    assert ids(CallFilter(result=CallResult.ABANDONED)) == ["c2"]
    assert ids(CallFilter(caller="1001")) == ["c2"]
    assert ids(CallFilter(caller="nobody")) == []
    assert ids(CallFilter(called="+864008001234", caller="8001380")) == ["c1"]
    assert ids(CallFilter(called="8001380")) == []
    assert ids(CallFilter(direction="out")) == []
    assert ids(CallFilter(queue="support")) == ["c2"]
    assert ids(CallFilter(agent=7)) == ["c1"]
    assert ids(CallFilter(since=later)) == ["c2"]
    assert ids(CallFilter(until=later)) == ["c1"]
    assert ids(CallFilter(talk_from_seconds=0.5)) == ["c1"]
    assert ids(CallFilter(talk_to_seconds=0.5)) == ["c2"]


@pytest.mark.parametrize("order", list(CallOrder))
@pytest.mark.parametrize("descending", [True, False])
def test_a_list_in_any_order_shows_each_call_once(
    session: Session,
    order: CallOrder,
    descending: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    # Many waited and talked equally long: only the id differs.
    for number in range(10, 31):
        made = Timeline(f"c{number}", MORNING + timedelta(minutes=number % 4)).queued().talked()
        keep_events(session, made.ended().events if number % 2 else made.events)
    seen: list[CallRecord] = []
    cursor = None
    while True:
        page = calls(
            session, CallFilter(), order=order, descending=descending, limit=4, cursor=cursor
        )
        seen += page.items
        if not (cursor := page.next):
            break

    values = [_value(one, order) for one in seen]
    assert len({one.id for one in seen}) == len(seen) == 21
    assert values == sorted(values, reverse=descending)


def _value(one: CallRecord, order: CallOrder) -> tuple[object, str]:
    values = {
        CallOrder.BEGAN: one.started_at,
        CallOrder.WAITED: one.wait_seconds,
        CallOrder.TALKED: one.talk_seconds,
    }
    return values[order], one.id


def test_a_place_of_another_order_is_refused(session: Session) -> None:
    keep_events(session, [*talk("c1"), *talk("c2")])
    place = calls(session, CallFilter(), order=CallOrder.TALKED, limit=1).next

    with pytest.raises(InvalidError):
        calls(session, CallFilter(), order=CallOrder.WAITED, limit=1, cursor=place)


def test_those_within_reach_are_listed_once_and_counted(session: Session) -> None:
    both = Timeline("c3").queued().talked(9).queued().talked(7).ended().events
    keep_events(session, [*talk("c1", agent=7), *talk("c2", agent=9), *talk("c4", 8), *both])
    team = Reach(frozenset({7, 9}))

    pages = [calls(session, CallFilter(), team, limit=2)]
    pages.append(calls(session, CallFilter(), team, limit=2, cursor=pages[0].next))

    assert [one.id for page in pages for one in page.items] == ["c3", "c2", "c1"]
    assert how_many(session, CallFilter(), team) == 3
    assert how_many(session, CallFilter(agent=8), team) == 0
    assert calls(session, CallFilter(agent=8), team).items == ()
    assert [one.id for one in calls(session, CallFilter(agent=9), team).items] == ["c3", "c2"]


def test_a_team_is_counted_rightly_when_all_of_it_had_each_call(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.calls.search.store.COUNTED", 2)
    team = Reach(frozenset({7, 8, 9}))
    for number in (1, 2, 3, 4):
        made = Timeline(f"c{number}").queued()
        for agent in (7, 8, 9):
            made = made.talked(agent)
        keep_events(session, made.ended().events)

        assert how_many(session, CallFilter(), team) == min(number, 3)


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


def test_a_recording_is_known_by_its_call_and_a_later_failure_does_not_hide_it(
    session: Session,
) -> None:
    told = Timeline("c1").tell(Kind.RECORDING, file="2026/11/02/c1", late=0.2).events
    failed = Timeline("c1", MORNING + timedelta(seconds=9)).tell(Kind.RECORDING_FAILED, why="disk")
    for batch in (told, failed.events, [*failed.events, *told], failed.events):
        keep(session, batch)

    [found] = recordings_of(session, "c1")

    assert (found.file, found.late_seconds, found.failed_why) == ("2026/11/02/c1", 0.2, None)


def test_a_call_that_was_not_recorded_says_why(session: Session) -> None:
    keep(session, Timeline("c1").tell(Kind.RECORDING_FAILED, why="no space\0 left").events)

    [found] = recordings_of(session, "c1")

    assert (found.file, found.failed_why) == (None, "no space left")


def test_the_newest_calls_are_found_by_an_index(session: Session) -> None:
    # An empty table is scanned whole: forbid that to see the index.
    for way in ("seqscan", "bitmapscan", "sort"):
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    for order in ("", "caller = '+86' AND ", "queue = 'x' AND "):
        plan = session.execute(
            text(
                f"EXPLAIN SELECT * FROM calls WHERE {order} started_at < now()"  # noqa: S608
                " ORDER BY started_at DESC, id DESC LIMIT 50"
            )
        ).scalars()

        assert "Sort" not in "\n".join(plan)


def test_a_call_keeps_its_record_when_a_fact_is_told_again_with_another_time(
    session: Session,
) -> None:
    told = talk("c1")
    keep_events(session, told)

    keep_events(session, [replace(one, at=one.at + timedelta(hours=1)) for one in told])

    assert call(session, "c1") == fold(told, MORNING)


def test_a_call_keeps_its_legs_in_whatever_batches_their_facts_come(session: Session) -> None:
    told = (
        Timeline("c1")
        .tell(Kind.ANSWERED)
        .tell(Kind.QUEUED, queue="sales", priority=0)
        .tell(Kind.LEG_BEGAN, leg="c1-a1", role="agent", agent=7, phone="sip", called="1007")
        .tell(Kind.LEG_RANG, leg="c1-a1")
        .tell(Kind.LEG_ANSWERED, leg="c1-a1")
        .tell(Kind.CONNECTED, agent=7, leg="c1-a1")
        .tell(Kind.LEG_ENDED, leg="c1-a1", reason="normal")
        .ended()
        .events
    )
    for one in reversed(told):
        keep_events(session, [one])

    legs = legs_of(session, "c1")

    assert legs == fold_legs(told, MORNING)
    assert [(leg.leg, leg.role, leg.agent) for leg in legs] == [
        ("c1", "customer", None),
        ("c1-a1", "agent", 7),
    ]
    assert [leg.talk_seconds for leg in legs] == [2.0, 2.0]


def test_the_direction_decides_which_number_is_the_customers(session: Session) -> None:
    keep_events(session, talk("c1"))
    dialled = replace(talk("c2")[0], detail={"caller": "1001", "called": "+86", "direction": "out"})
    keep_events(session, [dialled])

    inbound, outbound = call(session, "c1"), call(session, "c2")

    assert (inbound.customer_number, inbound.own_number) == (inbound.caller, inbound.called)
    assert (outbound.customer_number, outbound.own_number) == ("+86", "1001")


def test_recordings_are_kept_by_the_segment_in_which_they_began(session: Session) -> None:
    told = Timeline("c1").queued().talked().tell(Kind.RECORDING, file="a", late=0.0)
    told = told.queued().talked(9).tell(Kind.RECORDING, file="b", late=0.0).ended()
    for batch in (told.events[-4:], told.events[:-4], told.events):
        keep_events(session, batch)
        keep(session, batch)

    assert [(one.segment, one.file) for one in recordings_of(session, "c1")] == [(2, "a"), (4, "b")]


def test_a_talk_that_is_found_afterwards_moves_the_number_of_its_recording(
    session: Session,
) -> None:
    told = Timeline("c1").queued().tell(Kind.RECORDING, file="a", late=0.0).ended().events
    keep_events(session, told)
    keep(session, told)
    found = CallEvent(
        FactId("cel/c1/7"), CallId("c1"), told[3].at - timedelta(seconds=0.5),
        Kind.CONNECTED, {"agent": 7, "leg": "c1-a1"}, inferred=True,
    )  # fmt: skip
    keep_events(session, [found])
    keep(session, [found])

    assert [(one.segment, one.file) for one in recordings_of(session, "c1")] == [(2, "a")]


def test_a_decision_is_kept_once(session: Session) -> None:
    why = DecisionFact(
        FactId("n/1/5"), WorkId("c1"), CallId("c1"), MORNING, QueueKey("sales"), AgentId(7),
        Rule.LONGEST_IDLE, 4.5,
        (
            Considered(AgentId(7), 60.0, Verdict.CHOSEN),
            Considered(AgentId(8), 2.0, Verdict.LESS_IDLE),
        ),
    )  # fmt: skip
    for _ in range(2):
        keep_decisions(session, [why, replace(why, fact=FactId("n/1/6"), call=CallId("c2"))])

    assert decisions_of(session, "c1") == [why]
