"""The demo's tests of its flow, and its past calls as calls through that flow."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, Kind
from ivr.flow import FlowId
from ivr.simulation.store import add_test

FIRST_VERSION = 1
_NO_KEY = {"wait": True}
TESTS: tuple[tuple[str, list[dict[str, Any]], str], ...] = (
    ("Key 1 leads to sales", [{"press": "1"}], "sales"),
    ("Key 2, pressed early, leads to support", [{"press": "2", "early": True}], "support"),
    ("Three times no key leads to the operator", [_NO_KEY, _NO_KEY, _NO_KEY], "operator"),
)


def add_demo_tests(session: Session, flow: FlowId, by: int) -> None:
    """Add tests: two of them take keys, one waits; key 0 is not tested yet."""
    for name, does, queue in TESTS:
        expect = {"ends": {"kind": "queue", "target": queue}}
        add_test(session, flow, name, {"does": does}, expect, by)


def in_flow(event: CallEvent, flow: FlowId) -> CallEvent:
    """The event as one of the flow's first version."""
    if event.kind is not Kind.STEP:
        return event
    return replace(event, detail={**event.detail, "flow": flow, "version": FIRST_VERSION})
