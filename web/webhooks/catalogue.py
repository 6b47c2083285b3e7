"""The catalogue of events, with examples made by the same code as the real ones."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from crm.alarms.alarm import Alarm, AlarmId, AlarmLevel
from crm.alarms.store import alarm_event
from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind, fold
from crm.customers.customer import Customer, CustomerDraft, CustomerId
from crm.service.service_record import ServiceDraft, ServiceRecord, ServiceRecordId
from crm.voicemail.box import BoxId
from crm.voicemail.message import Message, MessageId, MessageState
from crm.webhooks.call_events import call_events
from crm.webhooks.file_events import (
    customer_changed,
    customer_created,
    service_record_created,
    voicemail_left,
)
from crm.webhooks.webhook import EventType, OutgoingEvent, event

_BEGAN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_CALL = CallId("hotline-1-1763798400.17")
_AGENT: Detail = {"agent": 7, "name": "Li Wei", "extension": "1001", "leg": "l"}
_FACTS: tuple[tuple[float, Kind, Detail], ...] = (
    (
        0,
        Kind.ARRIVED,
        {
            "caller": "+8613800138000",
            "called": "+864008001234",
            "direction": "in",
            "via": "trunk",
        },
    ),
    (1, Kind.ANSWERED, {}),
    (1, Kind.CUSTOMER, {"customer": 42, "name": "王小明"}),
    (9, Kind.QUEUED, {"queue": "support", "priority": 0}),
    (21, Kind.CONNECTED, _AGENT),
    (21, Kind.RECORDING, {"file": "2026/11/22/hotline-1-1763798400.17", "late": 0.0}),
    (164, Kind.ENDED, {"by": "caller", "cause": 16}),
    (171, Kind.OUTCOME, {"agent": 7, "outcome": "solved", "note": ""}),
)


@cache
def examples() -> Mapping[EventType, OutgoingEvent]:
    """Give one event of each type."""
    customer = Customer(
        id=CustomerId(42),
        draft=CustomerDraft("王小明", "Blue Sky", phones=("+8613800138000",)),
        created_at=_BEGAN,
        updated_at=_BEGAN + timedelta(minutes=5),
    )
    record = ServiceRecord(
        ServiceRecordId(5),
        ServiceDraft(_CALL, 7, "complaint", 42, note="The parcel came too late."),
        _BEGAN,
        _BEGAN,
        1,
    )
    made = [
        *_calls(),
        customer_created(customer),
        customer_changed(customer),
        service_record_created(record),
        voicemail_left(_message()),
        alarm_event(EventType.ALARM_RAISED, _alarm(), _BEGAN),
        alarm_event(
            EventType.ALARM_ENDED,
            replace(_alarm(), until=_BEGAN + timedelta(minutes=9)),
            _BEGAN + timedelta(minutes=9),
        ),
        test_event(_BEGAN, "example"),
    ]
    found = {one.type: one for one in made}
    return {type_: found[type_] for type_ in EventType}


def test_event(at: datetime, chance: str) -> OutgoingEvent:
    """Make the test event; `chance` makes it differ from every other one."""
    return event(EventType.TEST, at, {"message": "This is a test by hand."}, chance)


def _alarm() -> Alarm:
    return Alarm(
        id=AlarmId(8),
        kind="trunk.down",
        key="trunk:3",
        level=AlarmLevel.CRITICAL,
        sentence="The trunk “{name}” has had a fault for half a minute. No calls go over it.",
        values={"name": "Carrier"},
        url="/trunks/3",
        since=_BEGAN,
        last=_BEGAN,
        until=None,
        acknowledged_at=None,
        acknowledged_by=None,
    )


def _message() -> Message:
    return Message(
        id=MessageId(3),
        box=BoxId(1),
        box_name="After hours",
        box_agent=None,
        call=_CALL,
        file="voicemail/hotline-1-1763798400.17-1",
        caller="+8613800138000",
        called="+864008001234",
        customer=42,
        at=_BEGAN,
        seconds=12.5,
        state=MessageState.NEW,
        assigned_to=None,
        handled_by=None,
        handled_at=None,
        note="",
    )


def _calls() -> list[OutgoingEvent]:
    facts = [
        CallEvent(
            FactId(f"hotline-1/1/{number}"), _CALL, _BEGAN + timedelta(seconds=at), kind, detail
        )
        for number, (at, kind, detail) in enumerate(_FACTS)
    ]
    found: list[OutgoingEvent] = []
    for number, one in enumerate(facts):
        # Each has the call's record of that time.
        known = facts[: number + 1]
        found += call_events(asdict(fold(known, one.at)), known, {one.fact})
    return found
