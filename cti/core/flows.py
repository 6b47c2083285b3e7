"""Versions of flows: new calls take the newest; one that a call is on is kept until the call ends.

So a caller hears one flow from beginning to end, whatever is published meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.queue import QueueKey
from cti.core.call import Call
from cti.core.events import FlowPublished
from cti.core.state import SwitchTransaction
from cti.core.successors import successor_of
from ivr import flow as ivr_flow
from ivr import run, subflows
from ivr.flow import Flow, FlowId, FlowKey
from ivr.run import FlowOutcome, FlowRun
from ivr.steps.language import DEFAULT, LANGUAGE


def newest(tx: SwitchTransaction, flow: FlowId | None) -> Flow | None:
    """The newest version of a flow."""
    return tx.flows.first(tx.state.versions, flow) if flow is not None else None


def start(
    tx: SwitchTransaction, flow: FlowId, language: str, variables: Mapping[str, str]
) -> FlowOutcome | None:
    """Begin the newest version of a flow in a language; None if it was never published."""
    found = newest(tx, flow)
    spoken = {LANGUAGE: language} if language != DEFAULT else {}
    return None if found is None else run.start(found, {**spoken, **variables})


def language_of(tx: SwitchTransaction, call: Call) -> str:
    """The language of a call: the one that the caller chose, else that of the number."""
    if call.run is not None and LANGUAGE in call.run.variables:
        return call.run.variables[LANGUAGE]
    return number_language(tx, call)


def number_language(tx: SwitchTransaction, call: Call) -> str:
    """The language of the number of ours in a call."""
    known = tx.routes.numbers.get(call.own_number)
    return known.language if known is not None else DEFAULT


def of_run(tx: SwitchTransaction, at: FlowRun | None) -> Flow | None:
    """The version that a run is on, where it has the run's step; else None.

    A new engine knows only the newest versions: the one that a saved run names may not be there.
    """
    flow = tx.flows.get(at.key) if at is not None else None
    return flow if flow is not None and at is not None and at.at in flow.steps else None


def of_call(tx: SwitchTransaction, call: Call) -> Flow | None:
    """The version that a call is on; where that is not known, the newest one of the flow."""
    return of_run(tx, call.run) or newest(tx, call.run.flow if call.run is not None else None)


def between(tx: SwitchTransaction, outcome: FlowOutcome) -> FlowOutcome:
    """Carry a run into a sub-flow or back, until a step says what to do."""
    return subflows.between(_Shelf(tx), outcome)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The flows of a step of the engine."""

    tx: SwitchTransaction

    def newest(self, flow: FlowId) -> Flow | None:
        return newest(self.tx, flow)

    def version(self, key: FlowKey) -> Flow | None:
        return self.tx.flows.get(key)


def publish(tx: SwitchTransaction, event: FlowPublished) -> None:
    """A flow has a new version; older ones stay while a call is on them."""
    tx.flows.put(event.flow)


def drop_unused(tx: SwitchTransaction) -> None:
    """Drop the versions that this step made old, or whose last call it ended or moved on."""
    for key in _doubtful(tx):
        latest = newest(tx, key[0])
        old = latest is not None and key[1] < latest.version
        flow = tx.flows.get(key)
        kept = flow.kept_until if flow is not None else 0.0
        if old and tx.now >= kept and tx.calls.first(tx.state.calls_by_flow, key) is None:
            tx.flows.drop(key)


def _doubtful(tx: SwitchTransaction) -> set[FlowKey]:
    found: set[FlowKey] = set()
    for call_id, new in tx.calls.changed.items():
        old = tx.state.calls.get(call_id)
        if old is not None:
            found |= old.flows - (new.flows if new is not None else frozenset())
    for flow in tx.flows.changed.values():
        if flow is not None:
            others = tx.flows.scan(tx.state.versions, flow.id)
            found.update(one.key for one in others if one.version < flow.version)
    return {key for key in found if tx.flows.get(key) is not None}


def open_line(tx: SwitchTransaction, call: Call, key: QueueKey | None) -> QueueKey | None:
    """The queue of that key or its successor, else another of the call's flow; or None."""
    if (found := successor_of(tx, key)) is not None:
        return found
    flow = of_call(tx, call)
    others = map(QueueKey, ivr_flow.queues(flow)) if flow is not None else ()
    return next((other for other in others if tx.queues.get(other) is not None), None)
