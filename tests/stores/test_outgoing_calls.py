"""Calls that agents made: whose they are, how they are found, and what is dialled again."""

from datetime import timedelta

from sqlalchemy.orm import Session
from stores.outgoing import OTHER_OWN, made
from stores.timelines import MORNING

from crm.calls.dialled.store import dialled_by
from crm.calls.legs.store import agent_day, legs_of
from crm.calls.question import CallFilter
from crm.calls.record import CallResult
from crm.calls.search.store import calls, how_many
from crm.calls.store import call, keep_events
from crm.people.rights import Reach


def test_a_call_that_nobody_answered_is_its_agents(session: Session) -> None:
    keep_events(session, made("c1", "+8613800138486", agent=7))

    record = call(session, "c1", Reach(frozenset({7})))
    assert (record.agent, record.result, record.cause) == (7, CallResult.UNANSWERED, 17)
    assert record.answered_at is None
    mine = calls(session, CallFilter(), Reach(frozenset({7}))).items
    assert [one.id for one in mine] == ["c1"]
    assert calls(session, CallFilter(), Reach(frozenset({8}))).items == ()
    assert calls(session, CallFilter(agent=7)).items == mine


def test_an_answered_call_has_two_legs_and_counts_for_its_agent(session: Session) -> None:
    keep_events(session, made("c1", "+8613800138000", talk=20))
    keep_events(session, made("c2", "+8613800138486"))

    assert sorted(leg.role for leg in legs_of(session, "c1")) == ["agent", "customer"]
    day = agent_day(session, 7, MORNING)
    assert (day.calls, day.talk_seconds) == (1, 20)


def test_calls_are_found_by_trunk_own_number_and_result(session: Session) -> None:
    keep_events(session, made("c1", "+8613800138000", talk=20))
    keep_events(session, made("c2", "+8613800138486", own=OTHER_OWN, trunk="trunk-2"))

    def ids(wanted: CallFilter) -> list[str]:
        assert how_many(session, wanted) == len(calls(session, wanted).items)
        return [one.id for one in calls(session, wanted).items]

    assert ids(CallFilter(trunk="trunk-1")) == ["c1"]
    assert ids(CallFilter(trunk="trunk-3")) == []
    assert ids(CallFilter(own_number=OTHER_OWN)) == ["c2"]
    assert ids(CallFilter(direction="out", result=CallResult.UNANSWERED)) == ["c2"]
    assert ids(CallFilter(talk_from_seconds=20, talk_to_seconds=20)) == ["c1"]


def test_a_number_is_dialled_again_as_of_its_newest_call(session: Session) -> None:
    for number, called in enumerate(["+861", "+862", "+861", "+863"]):
        at = MORNING + timedelta(minutes=number)
        keep_events(session, made(f"c{number}", called, at=at, customer=number))
    keep_events(session, made("c9", "+869", agent=8))

    found = dialled_by(session, 7)
    assert [(one.number, one.customer) for one in found] == [("+863", 3), ("+861", 2), ("+862", 1)]
    assert found[0].result is CallResult.UNANSWERED
    assert [one.number for one in dialled_by(session, 7, most=1)] == ["+863"]
    assert dialled_by(session, 5) == []
