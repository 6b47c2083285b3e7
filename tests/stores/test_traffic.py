"""The callers of queues in a period, as a simulation needs them."""

from datetime import timedelta

from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline, talk

from crm.calls.store import keep_events
from crm.calls.traffic.store import queue_calls


def test_callers_who_were_answered_and_who_hung_up_are_told_with_their_times(
    session: Session,
) -> None:
    keep_events(session, talk("answered"))
    keep_events(session, Timeline("hung-up", MORNING + timedelta(hours=1)).queued().ended().events)
    keep_events(session, Timeline("waits", MORNING + timedelta(hours=1)).queued().events)
    keep_events(session, Timeline("left", MORNING + timedelta(hours=1)).ended().events)
    keep_events(session, Timeline("later", MORNING + timedelta(days=1)).queued().ended().events)

    found = queue_calls(session, ["sales"], MORNING, MORNING + timedelta(hours=2))
    answered, hung_up = found

    assert answered.at >= MORNING
    assert answered.handling_seconds is not None
    assert answered.handling_seconds > 0
    assert hung_up.handling_seconds is None
    assert hung_up.wait_seconds > 0
    assert queue_calls(session, ["other"], MORNING, MORNING + timedelta(hours=2)) == []
    assert queue_calls(session, [], MORNING, MORNING + timedelta(hours=2)) == []
