"""Lost calls are a fold of calls: by number and day, within reach, page by page."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session
from stores.timelines import Timeline, talk

from crm.calls.record import CallEvent, CallResult, Kind
from crm.calls.store import keep_events
from crm.kernel.errors import InvalidError, MissingError
from crm.lost_calls.lost_call import (
    LostCall,
    LostCare,
    LostFilter,
    LostQuestion,
    LostReach,
    LostState,
    checked_care,
)
from crm.lost_calls.store import count_lost, lock_lost, lost_call, lost_calls, save_care
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user
from crm.queue_changes.change import next_midnight

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
OLDEST = MORNING - timedelta(days=30)
NUMBER = "+8613700000001"


def lost(
    id_: str, at: datetime = MORNING, number: str = NUMBER, queue: str = "sales"
) -> list[CallEvent]:
    made = Timeline(id_, at, number)
    return (made.queued(queue) if queue else made).ended().events


def asked(people: frozenset[int] | None = None, *queues: str, **wanted: object) -> LostQuestion:
    reach = LostReach(people, frozenset(queues))
    return LostQuestion(LostFilter(**wanted), reach, SHANGHAI, OLDEST)  # type: ignore[arg-type]


def listed(session: Session, question: LostQuestion) -> list[str]:
    return [str(one.id) for one in lost_calls(session, question).items]


def keep(session: Session, *timelines: list[CallEvent]) -> None:
    keep_events(session, [event for one in timelines for event in one])


def test_a_number_is_one_entry_a_day_of_the_sites_zone(session: Session) -> None:
    late = datetime(2026, 11, 2, 15, 59, tzinfo=UTC)  # a minute before midnight in Shanghai
    keep(session, lost("a"), lost("b", late), lost("c", late + timedelta(minutes=2)))

    found = lost_calls(session, asked()).items

    assert [(one.id, one.tries, one.day.day) for one in found] == [("c", 1, 3), ("a", 2, 2)]


def test_answered_calls_hidden_numbers_and_calls_of_ours_are_none(session: Session) -> None:
    out = Timeline("out", MORNING, NUMBER)
    out.events = [
        CallEvent(one.fact, one.call, one.at, one.kind, {**one.detail, "direction": "out"})
        for one in out.ended().events
    ]
    keep(session, talk("t"), lost("h", number=""), out.events, lost("old", OLDEST - timedelta(1)))

    assert listed(session, asked()) == []


def test_a_team_sees_its_queues_and_what_it_owns(session: Session) -> None:
    keep(
        session,
        lost("s"),
        lost("v", MORNING + timedelta(minutes=1), "+8613700000002", "vip"),
        lost("m", MORNING + timedelta(minutes=2), "+8613700000003", ""),
    )
    me = int(add_user(session, NewUser("lost.owner", "Owner", BuiltIn.AGENT, "x")).id)
    team = frozenset({me})
    before = listed(session, asked(team, "sales"))
    menu = lost_call(session, "m", asked())
    lock_lost(session, menu)
    save_care(session, menu, LostCare(me, LostState.WORK, "note"), me, MORNING)

    assert before == ["s"]
    assert listed(session, asked(team, "sales")) == ["m", "s"]
    assert listed(session, asked(owner=me)) == ["m"]
    assert listed(session, asked(queue="vip")) == ["v"]
    with pytest.raises(MissingError):
        lost_call(session, "v", asked(team, "sales"))


def test_states_follow_the_calls_and_the_hand(session: Session) -> None:
    keep(session, lost("a"))
    me = int(add_user(session, NewUser("lost.hand", "Hand", BuiltIn.AGENT, "x")).id)

    def now() -> LostCall:
        return lost_call(session, "a", asked())

    states = [now().state]
    for state, at in ((LostState.WORK, 1), (LostState.DONE, 2)):
        save_care(session, now(), LostCare(None, state, ""), me, MORNING + timedelta(minutes=at))
        states.append(now().state)
    keep(session, lost("b", MORNING + timedelta(minutes=3)))
    states.append(now().state)
    answered = Timeline("c", MORNING + timedelta(minutes=4), NUMBER).queued().talked().ended()
    keep(session, answered.events)
    states.append(now().state)

    assert [one.value for one in states] == ["open", "work", "done", "open", "reached"]
    assert now().reached_by == 7
    assert count_lost(session, asked(states=frozenset({LostState.OPEN}))) == 0


def test_pages_follow_each_other_both_ways(session: Session) -> None:
    for number in range(5):
        at = MORNING + timedelta(minutes=number // 2)  # several at the same time
        keep(session, lost(f"p{number}", at, f"+861370000001{number}"))
    for newest_first in (True, False):
        seen: list[str] = []
        cursor = None
        while True:
            page = lost_calls(session, asked(), newest_first=newest_first, limit=2, cursor=cursor)
            seen += [one.id for one in page.items]
            cursor = page.next
            if cursor is None:
                break
        wanted = [f"p{number}" for number in range(5)]
        assert seen == (wanted[::-1] if newest_first else wanted)


def test_what_follows_from_the_calls_is_not_chosen() -> None:
    with pytest.raises(InvalidError):
        checked_care(LostCare(None, LostState.REACHED, ""))
    assert checked_care(LostCare(7, LostState.OPEN, " x ")) == LostCare(7, LostState.WORK, "x")


def test_a_day_ends_at_midnight_of_the_zone_also_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    autumn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert next_midnight(MORNING, SHANGHAI) == datetime(2026, 11, 2, 16, tzinfo=UTC)
    assert next_midnight(autumn, berlin) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_a_callback_that_failed_is_a_lost_call_with_its_reason(session: Session) -> None:
    for id_, number, state in (("c1", NUMBER, "failed"), ("c2", "+8613700000002", "done")):
        made = Timeline(id_, MORNING, number).queued("sales")
        made.tell(Kind.CALLBACK_ASKED, number=number, queue="sales", since=0.0).ended()
        keep(session, made.tell(Kind.CALLBACK_OVER, state=state, why="no answer").events)

    (found,) = lost_calls(session, asked()).items
    assert (found.id, found.result) == ("c1", CallResult.CALLBACK_FAILED)
