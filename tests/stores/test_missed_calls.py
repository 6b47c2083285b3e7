"""Calls that an agent missed, until somebody has talked with the caller or called back."""

from datetime import timedelta

from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline, talk

from crm.calls.missed.store import missed_calls
from crm.calls.record import CallEvent, Kind
from crm.calls.store import keep_events

ME, COLLEAGUE, CALLER = 7, 8, "+8613700000001"


def missed(id_: str, minutes: int = 0, caller: str = CALLER, agent: int = ME) -> list[CallEvent]:
    made = Timeline(id_, MORNING + timedelta(minutes=minutes), caller).queued()
    made.tell(Kind.OFFERED, agent=agent, leg=f"{id_}-a")
    made.tell(Kind.MISSED, agent=agent, leg=f"{id_}-a", why="no answer")
    return made.ended().events


def ours(id_: str, minutes: int, agent: int, *, talked: bool = False) -> list[CallEvent]:
    made = Timeline(id_, MORNING + timedelta(minutes=minutes))
    numbers = {"caller": "+864008001234", "called": CALLER, "via": "phone", "direction": "out"}
    first = made.events[0]
    made.events = [CallEvent(first.fact, first.call, first.at, first.kind, numbers)]
    made.tell(Kind.LEG_BEGAN, leg=f"{id_}-a", role="agent", agent=agent)
    if talked:
        made.tell(Kind.CONNECTED, agent=agent, leg=f"{id_}-a")
    return made.ended().events


def internal(id_: str, minutes: int, maker: int, callee: int) -> list[CallEvent]:
    extensions = {ME: "1007", COLLEAGUE: "1008"}
    made = Timeline(id_, MORNING + timedelta(minutes=minutes))
    numbers = {"caller": extensions[maker], "called": extensions[callee], "direction": "internal"}
    first = made.events[0]
    made.events = [
        CallEvent(first.fact, first.call, first.at, first.kind, {**numbers, "via": "phone"})
    ]
    made.tell(Kind.LEG_BEGAN, leg=f"{id_}-m", role="agent", agent=maker)
    made.tell(Kind.LEG_BEGAN, leg=f"{id_}-c", role="agent", agent=callee)
    made.tell(Kind.OFFERED, agent=callee, leg=f"{id_}-c")
    return made.ended().events


def keep(session: Session, *timelines: list[CallEvent]) -> None:
    keep_events(session, [event for one in timelines for event in one])


def found(session: Session, agent: int = ME) -> list[tuple[str, int]]:
    return [(str(one.call), one.tries) for one in missed_calls(session, agent, MORNING)]


def test_a_number_that_tried_twice_is_one_entry_the_newest(session: Session) -> None:
    keep(session, missed("a"), missed("b", 5), missed("c", 2, "+8613700000002"))

    assert found(session) == [("b", 2), ("c", 1)]
    assert found(session, COLLEAGUE) == []


def test_a_call_that_a_colleague_took_is_not_missed(session: Session) -> None:
    taken = Timeline("a", MORNING, CALLER).queued()
    taken.tell(Kind.OFFERED, agent=ME, leg="a-1").tell(Kind.MISSED, agent=ME, leg="a-1", why="x")
    keep(session, taken.talked(COLLEAGUE).ended().events)

    assert found(session) == []


def test_a_talk_afterwards_settles_it_whoever_called(session: Session) -> None:
    later = talk("later", COLLEAGUE, MORNING + timedelta(minutes=9))
    keep(session, missed("a", caller="+8613800138000"), later)

    assert found(session) == []


def test_calling_back_settles_it_even_without_an_answer(session: Session) -> None:
    keep(session, missed("a"), ours("x", 5, COLLEAGUE))
    of_another = found(session)
    keep(session, ours("y", 6, ME))

    assert (of_another, found(session)) == ([("a", 1)], [])


def test_a_colleague_who_was_not_answered_is_missed_by_the_one_who_was_called(
    session: Session,
) -> None:
    keep(session, internal("a", 0, COLLEAGUE, ME))
    before = found(session), found(session, COLLEAGUE)
    keep(session, internal("b", 5, ME, COLLEAGUE))

    assert before == ([("a", 1)], [])
    assert found(session) == []
    assert found(session, COLLEAGUE) == [("b", 1)]


def test_older_calls_and_hidden_numbers_are_none(session: Session) -> None:
    keep(session, missed("a", -5), missed("b", 1, ""))

    assert found(session) == []
