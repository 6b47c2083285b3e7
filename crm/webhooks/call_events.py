"""The webhook events of a call's new facts."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from crm.calls.record import CallEvent, Kind, in_order
from crm.webhooks.webhook import EventType, OutgoingEvent, event

MEMBERS = (
    "id",
    "direction",
    "via",
    "caller",
    "called",
    "customer",
    "started_at",
    "answered_at",
    "ended_at",
    "queue",
    "agent",
    "result",
    "ended_by",
    "cause",
    "ivr_seconds",
    "wait_seconds",
    "talk_seconds",
    "hold_seconds",
    "outcome",
    "recording_failed",
)
_ONCE: Mapping[Kind, EventType] = {
    Kind.ARRIVED: EventType.CALL_STARTED,
    Kind.CONNECTED: EventType.CALL_ANSWERED,
    Kind.ENDED: EventType.CALL_ENDED,
}


def call_events(
    record: Mapping[str, Any], timeline: Iterable[CallEvent], new: AbstractSet[str]
) -> list[OutgoingEvent]:
    """Give the events of the facts in `new`, each with the call's present record.

    Facts come in any order: a call without its arrival has no record and no events yet, so when the
    arrival comes last, the events of all facts are given.
    """
    facts = in_order(timeline)
    if any(one.kind is Kind.ARRIVED and one.fact in new for one in facts):
        new = {one.fact for one in facts}
    call = {name: record[name] for name in MEMBERS}
    found: list[OutgoingEvent] = []
    for kind, type_ in _ONCE.items():
        first = next((one for one in facts if one.kind is kind), None)
        if first is not None and first.fact in new:
            found.append(event(type_, first.at, {"call": call}, call["id"]))
    found += _recording(record, facts, new, call)
    for one in facts:
        if one.kind is Kind.OUTCOME and one.fact in new:
            members = {name: one.detail.get(name) for name in ("agent", "outcome", "note")}
            found.append(
                event(
                    EventType.CALL_OUTCOME, one.at, {"call": call, **members}, call["id"], one.fact
                )
            )
    return found


def _recording(
    record: Mapping[str, Any],
    facts: list[CallEvent],
    new: AbstractSet[str],
    call: Mapping[str, Any],
) -> list[OutgoingEvent]:
    """Give the recording's event once the call is over: before, the file still grows."""
    if not record["recording"]:
        return []
    last = _last(facts, lambda one: one.kind is Kind.RECORDING)
    ended = _last(facts, lambda one: one.kind is Kind.ENDED)
    if last is None or ended is None or not {last.fact, ended.fact} & new:
        return []
    data = {"call": call, "path": f"/api/v1/calls/{call['id']}/recording"}
    at = max(last.at, ended.at)
    return [event(EventType.RECORDING_READY, at, data, call["id"], record["recording"])]


def _last(facts: list[CallEvent], wanted: Callable[[CallEvent], bool]) -> CallEvent | None:
    return next((one for one in reversed(facts) if wanted(one)), None)
