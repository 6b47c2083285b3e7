"""The catalogue of events, with examples made by the same code as the real ones."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind, fold
from crm.customers.customer import Customer, CustomerDraft, CustomerId
from crm.service.service_record import ServiceDraft, ServiceRecord, ServiceRecordId
from crm.webhooks.call_events import call_events
from crm.webhooks.file_events import (
    customer_changed,
    customer_created,
    service_record_created,
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
        test_event(_BEGAN, "example"),
    ]
    found = {one.type: one for one in made}
    return {type_: found[type_] for type_ in EventType}


def test_event(at: datetime, chance: str) -> OutgoingEvent:
    """Make the test event; `chance` makes it differ from every other one."""
    return event(EventType.TEST, at, {"message": "This is a test by hand."}, chance)


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
