"""Callbacks in the database: a fold of the facts, within reach, counted by queue."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from acd.callback import CallbackState
from acd.callbacks.question import CallbackFilter, CallbackQuestion, CallbackReach
from acd.callbacks.store import (
    callback,
    callback_of,
    callbacks,
    count_by_queue,
    count_callbacks,
    keep_callbacks,
    open_by_queue,
    open_with,
    remove_callbacks,
    sum_callbacks,
)
from acd.queue import AgentId
from acd.skills import Need, SkillKey
from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.store import keep_events

MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)


def keep(session: Session, id_: str, minute: int, queue: str = "sales", state: str = "") -> None:
    asked: Detail = {"number": f"+86137000000{minute:02}", "queue": queue, "since": 0.0}
    made: Detail = {"made": f"cb1-{id_}", "agent": 7, "tries": 1, "calls": 1}
    facts: list[tuple[Kind, Detail]] = [(Kind.CALLBACK_ASKED, asked)]
    if state:
        facts += [(Kind.CALLBACK_CALLED, made), (Kind.CALLBACK_OVER, {"state": state, "why": ""})]
    events = [
        CallEvent(
            FactId(f"{id_}/1/{place}"), CallId(id_), MORNING + timedelta(minutes=minute), *one
        )
        for place, one in enumerate(facts)
    ]
    keep_events(session, events)
    keep_callbacks(session, events)


def test_a_new_engine_goes_on_with_the_needs_and_the_rest_of_their_time(session: Session) -> None:
    until = MORNING + timedelta(minutes=5)
    asked: Detail = {
        "number": "+8613700000001",
        "queue": "sales",
        "since": MORNING.timestamp(),
        "needs": "german 5, law 3",
        "needs_until": until.timestamp(),
    }
    fact = CallEvent(FactId("a/1/1"), CallId("a"), MORNING, Kind.CALLBACK_ASKED, asked)
    keep_events(session, [fact])
    keep_callbacks(session, [fact])
    keep(session, "b", 2)

    found = {one.id: one for one in open_with(session, [])}

    needs = (Need(SkillKey("german"), 5), Need(SkillKey("law"), 3))
    assert (found[CallId("a")].needs, found[CallId("a")].needs_until) == (needs, until.timestamp())
    assert (found[CallId("b")].needs, found[CallId("b")].needs_until) == ((), 0.0)
    assert callback(session, "a").needs_until == until


def listed(session: Session, question: CallbackQuestion) -> list[str]:
    return [str(one.id) for one in callbacks(session, question).items]


def test_those_of_ones_queues_and_those_one_called_are_within_reach(session: Session) -> None:
    keep(session, "a", 1)
    keep(session, "b", 2, "support")
    keep(session, "c", 3, "support", "done")
    reach = CallbackReach(frozenset({7}), frozenset({"sales"}))

    assert listed(session, CallbackQuestion(reach=reach)) == ["c", "a"]
    assert count_callbacks(session, CallbackQuestion(reach=reach)) == 2
    assert open_by_queue(session, reach) == {"sales": 1}
    assert open_by_queue(session) == {"sales": 1, "support": 1}
    assert listed(session, CallbackQuestion(reach=CallbackReach(frozenset()))) == []


def test_they_are_found_by_state_number_and_time(session: Session) -> None:
    keep(session, "a", 1)
    keep(session, "b", 2, state="failed")

    def found(**wanted: object) -> list[str]:
        return listed(session, CallbackQuestion(CallbackFilter(**wanted)))  # type: ignore[arg-type]

    assert found(states=frozenset({CallbackState.FAILED})) == ["b"]
    assert found(number="700000001") == ["a"]
    assert found(since=MORNING + timedelta(minutes=2)) == ["b"]
    assert found(until=MORNING + timedelta(minutes=2)) == ["a"]
    assert found(queue="support") == []


def test_all_pages_together_are_the_list_in_each_order(session: Session) -> None:
    for minute, state in enumerate(("", "done", "", "failed", "canceled")):
        keep(session, f"{minute}", minute, state=state)

    for open_first, whole in ((False, "43210"), (True, "20431")):
        for newest_first in (True, False):
            found, cursor = "", None
            while True:
                asked = CallbackQuestion(open_first=open_first)
                page = callbacks(session, asked, newest_first=newest_first, limit=2, cursor=cursor)
                found, cursor = found + "".join(one.id for one in page.items), page.next
                if cursor is None:
                    break
            assert found == (whole if newest_first else whole[::-1])


def test_the_sums_tell_how_they_ended(session: Session) -> None:
    for minute, state in enumerate(("", "done", "done", "failed", "canceled")):
        keep(session, f"{minute}", minute, state=state)

    found = sum_callbacks(session, CallbackQuestion())

    assert (found.count, found.open, found.done, found.failed, found.calls) == (5, 1, 2, 1, 4)


def test_a_call_leads_to_the_callback_that_it_asked_for_or_was_made_for(session: Session) -> None:
    keep(session, "a", 1, state="done")

    asking, made = callback_of(session, "a"), callback_of(session, "cb1-a")

    assert asking is not None
    assert asking == made
    assert asking.agent == AgentId(7)
    assert callback_of(session, "cb1-other") is None


def test_the_demo_s_callbacks_go_with_the_calls_made_for_them(session: Session) -> None:
    keep(session, "demo-1", 1, state="done")
    keep(session, "a", 2)

    assert remove_callbacks(session, "demo-") == ["cb1-demo-1"]
    assert listed(session, CallbackQuestion()) == ["a"]


def test_a_queue_counts_what_was_asked_for_in_each_interval(session: Session) -> None:
    keep(session, "a", 1)
    keep(session, "b", 2, state="failed")
    keep(session, "c", 3, state="done")
    keep(session, "d", 31, state="canceled")
    keep(session, "e", 32, "support")
    edges = [MORNING, MORNING + timedelta(minutes=30), MORNING + timedelta(minutes=60)]
    reach = CallbackReach(frozenset(), frozenset({"sales"}))

    counted = sorted(count_by_queue(session, edges, reach), key=lambda one: one.place)

    assert [
        (one.queue, one.place, one.asked, one.reached, one.failed, one.canceled) for one in counted
    ] == [("sales", 0, 3, 1, 1, 0), ("sales", 1, 1, 0, 0, 1)]
    assert len(count_by_queue(session, edges)) == 3


def test_the_wait_is_from_the_place_in_line_to_the_talk(session: Session) -> None:
    keep(session, "a", 1, state="done")
    made, at = CallId("cb1-a"), MORNING + timedelta(minutes=9)
    ours: Detail = {"caller": "1", "called": "2", "direction": "out", "via": "phone"}
    facts = [(Kind.ARRIVED, ours), (Kind.CONNECTED, {"agent": 7, "leg": "x"})]
    keep_events(
        session,
        [CallEvent(FactId(f"made/1/{n}"), made, at, *one) for n, one in enumerate(facts)],
    )
    (one,) = count_by_queue(session, [MORNING, MORNING + timedelta(hours=1)])

    assert one.wait_seconds == at.timestamp()  # the place in line of these is 0


def test_what_users_add_and_change_is_folded(session: Session) -> None:
    due = (MORNING + timedelta(hours=2)).timestamp()
    asked: Detail = {"number": "+8613700000001", "queue": "sales", "since": 0.0, "by": 3}
    changed: Detail = {"number": "+8613700000002", "since": 60.0, "due": due}
    facts = [
        (Kind.CALLBACK_ASKED, {**asked, "note": "发票 Invoice"}),
        (Kind.CALLBACK_CHANGED, changed),
    ]
    events = [
        CallEvent(FactId(f"add/1/{n}"), CallId("added-1"), MORNING, *one)
        for n, one in enumerate(facts)
    ]
    keep_events(session, events)
    keep_callbacks(session, events)
    keep_callbacks(session, events)

    (one,) = open_with(session, [])
    record = callback(session, "added-1")
    assert (one.number, one.since, one.due) == ("+8613700000002", 60.0, due)
    assert (record.note, record.added_by) == ("发票 Invoice", 3)
