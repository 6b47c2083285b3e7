"""Waits that had an estimate: kept from facts, counted by day, and given to a new engine."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from acd.queue import Announcements, Queue, QueueKey
from acd.queues.store import own_words, queue_of, save_queue
from acd.wait_estimate import WaitEnd, fold_waits
from acd.wait_estimates.store import (
    estimate_days,
    estimate_figures,
    histories,
    keep_waits,
)
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events
from crm.kernel.errors import InvalidError

START = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
FORMULA = {"f10": 60.0, "f50": 90.0, "f90": 120.0}
SAID = {"p10": 60.0, "p50": 100.0, "p90": 140.0}
SUPPORT = QueueKey("support")


def story(call, wait, *end, said=True, at=START, queue="support"):
    """A call that waits so many seconds in a queue, and what ends the wait."""
    detail = {"queue": queue, **FORMULA, **(SAID if said else {})}
    lines = [
        (0.0, Kind.ARRIVED, {"caller": "1", "called": "2", "direction": "in", "via": "trunk"}),
        (1.0, Kind.QUEUED, {"queue": queue, "priority": 0}),
        (1.0, Kind.ESTIMATED, detail),
        (1.0 + wait, *end),
    ]
    return [
        CallEvent(FactId(f"n/{call}/{n}"), CallId(call), at + timedelta(seconds=s), kind, said_)
        for n, (s, kind, said_) in enumerate(lines)
    ]


ANSWERED = (Kind.CONNECTED, {"agent": 1, "name": "Li", "extension": "1001", "leg": "a"})
ABANDONED = (Kind.ENDED, {"by": "caller", "cause": 16})
FAULT = (Kind.ENDED, {"by": "system", "cause": 16})
MOVED = (Kind.MOVED, {"agent": 0, "to": "queue:sales", "queue": "support", "why": "overflow"})


@pytest.mark.parametrize(
    ("end", "state", "within"),
    [
        (ANSWERED, WaitEnd.ANSWERED, True),
        (ABANDONED, WaitEnd.ABANDONED, None),
        (FAULT, WaitEnd.LEFT, None),
        (MOVED, WaitEnd.LEFT, None),
    ],
)
def test_a_wait_ends_with_the_fact_that_ends_it(end, state, within):
    (one,) = fold_waits(story("c1", 70.0, *end))
    assert (one.state, one.seconds, one.within) == (state, 70.0, within)


def test_a_wait_that_goes_on_has_no_length():
    (one,) = fold_waits(story("c1", 70.0, *ANSWERED)[:3])
    assert (one.state, one.seconds, one.within) == (WaitEnd.WAITING, None, None)


def test_a_new_engine_estimates_the_same_wait_anew():
    arrived, queued, estimated, end = story("c1", 70.0, *ANSWERED)
    again = CallEvent(
        FactId("n/again/9"),
        CallId("c1"),
        START + timedelta(seconds=31),
        Kind.ESTIMATED,
        estimated.detail,
    )
    first, second = fold_waits([arrived, queued, estimated, again, end])
    assert (first.state, first.seconds) == (WaitEnd.LEFT, 30.0)
    assert (second.state, second.seconds) == (WaitEnd.ANSWERED, 40.0)


def keep(session: Session, events):
    keep_events(session, events)
    keep_waits(session, events)


def test_facts_become_figures_by_day_whatever_their_order(session: Session):
    late = START + timedelta(hours=1)  # already the next day in Shanghai
    calls = [
        story("w1", 100.0, *ANSWERED),
        story("w2", 20.0, *ANSWERED),
        story("w3", 200.0, *ANSWERED, at=late),
        story("w4", 100.0, *ANSWERED, said=False),
        story("w5", 10.0, *ABANDONED),
    ]
    for events in calls:
        keep(session, events[:3])
        keep(session, events[3:])
        keep(session, events)

    since, until = START - timedelta(days=1), START + timedelta(days=1)
    found = estimate_figures(session, "support", since, until)
    assert found is not None
    assert (found.estimates, round(found.within, 2), round(found.below, 2)) == (3, 0.33, 0.67)
    assert found.error_seconds == pytest.approx((0 + 80 + 100) / 3)
    days = estimate_days(session, "support", since, until, "Asia/Shanghai")
    assert [(str(one.day), one.figures.estimates) for one in days] == [
        ("2026-12-01", 1),
        ("2026-11-30", 2),
    ]
    assert estimate_figures(session, "sales", since, until) is None


def test_a_new_engine_gets_the_past_of_the_queues(session: Session):
    save_queue(session, Queue(SUPPORT, "Support", wrapup_seconds=30.0), "")
    assert SUPPORT not in histories(session)
    keep(session, story("w1", 70.0, *ANSWERED))
    keep(session, story("w2", 10.0, *ABANDONED, at=START + timedelta(hours=1)))

    past = histories(session)[SUPPORT]
    assert [(one.seconds, one.abandoned) for one in past.waits] == [(70.0, False), (10.0, True)]
    assert past.waits[0].forecast is not None
    assert past.waits[0].forecast.middle == 90.0
    assert past.handled == (30.0,)


def test_announcements_are_kept_and_their_words_given_to_be_spoken(session: Session):
    said = Announcements(
        ahead=True,
        waited=True,
        estimate=True,
        text_en="Sorry.",
        text_zh="对不起。",
        first_seconds=10.0,
        every_seconds=30.0,
    )
    save_queue(session, Queue(SUPPORT, "Support", announcements=said), "")
    assert queue_of(session, "support").queue.announcements == said
    assert own_words(session) == {
        "en": {"queue-own-support": "Sorry."},
        "zh_CN": {"queue-own-support": "对不起。"},
    }


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Announcements(first_seconds=0), "announce_first_seconds"),
        (Announcements(every_seconds=14), "announce_every_seconds"),
        (Announcements(every_seconds=3601), "announce_every_seconds"),
    ],
)
def test_times_that_would_talk_without_end_are_refused(session: Session, said, field):
    with pytest.raises(InvalidError) as refused:
        save_queue(session, Queue(SUPPORT, "Support", announcements=said), "")
    assert refused.value.field == field
