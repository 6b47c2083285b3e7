"""What a call's record has beside it: legs, recordings and decisions."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline

from acd.decision import Considered, Rule, Verdict
from acd.decisions.store import DecisionFact, decisions_of, keep_decisions
from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.leg import fold_legs
from crm.calls.legs.store import legs_of
from crm.calls.record import (
    CallEvent,
    CallId,
    FactId,
    Kind,
)
from crm.calls.store import keep_events
from recordings.store import keep, recordings_of


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


def test_recordings_are_kept_by_the_segment_in_which_they_began(session: Session) -> None:
    told = Timeline("c1").queued().talked().tell(Kind.RECORDING, file="a", late=0.0)
    told = told.queued().talked(9).tell(Kind.RECORDING, file="b", late=0.0).ended()
    for batch in (told.events[-4:], told.events[:-4], told.events):
        keep_events(session, batch)
        keep(session, batch)

    assert [(one.segment, one.file) for one in recordings_of(session, "c1")] == [(2, "a"), (4, "b")]


def test_a_recording_that_goes_on_after_a_survey_is_the_same(session: Session) -> None:
    told = Timeline("c1").queued().talked().tell(Kind.RECORDING, file="a", late=0.0)
    told = told.queued().talked(9).tell(Kind.RECORDING, file="a", late=0.0).ended()
    keep_events(session, told.events)
    keep(session, told.events)

    assert [(one.segment, one.file) for one in recordings_of(session, "c1")] == [(2, "a")]


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
