"""Lists of calls: filtered, in any order, page by page, within what a user may see."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline, talk

from crm.calls.question import CallFilter, CallOrder
from crm.calls.record import (
    CallRecord,
    CallResult,
)
from crm.calls.search.store import calls, how_many
from crm.calls.store import call, keep_events
from crm.kernel.errors import InvalidError, MissingError
from crm.people.rights import Reach
from web.kit.number_input import read_number


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


@pytest.mark.parametrize(
    "typed", ["021 6123", "(021) 6123-98", "+86 21 6123", "0086 21 6123", "2161239", "61239876"]
)
def test_a_part_of_a_number_finds_its_calls_with_its_prefix_or_without(
    session: Session, typed: str
) -> None:
    keep_events(session, Timeline("c1", caller="+862161239876").queued().ended().events)
    keep_events(session, Timeline("c2", caller="+8613821612345").queued().ended().events)
    wanted = CallFilter(caller=read_number(typed, "CN"), region="CN")

    assert [one.id for one in calls(session, wanted).items] == ["c1"]
    assert how_many(session, wanted) == 1


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


def test_the_newest_calls_are_found_by_an_index(session: Session) -> None:
    # A table without rows is scanned whole: forbid it to see which way there is.
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
