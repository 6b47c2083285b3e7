"""Versions of flows: new calls take the newest; one that a call is on is kept until the call ends.

So a caller hears one flow from beginning to end, whatever is published meanwhile.
"""

from cti.core.call import Call
from cti.core.events import FlowPublished
from cti.core.state import SwitchTransaction
from ivr import run
from ivr.flow import Flow, FlowId, FlowKey
from ivr.run import FlowOutcome, FlowRun
from ivr.steps.language import DEFAULT, LANGUAGE


def newest(tx: SwitchTransaction, flow: FlowId | None) -> Flow | None:
    """The newest version of a flow."""
    return tx.flows.first(tx.state.versions, flow) if flow is not None else None


def of_number(tx: SwitchTransaction, number: str) -> Flow | None:
    """The flow that answers a number of ours."""
    route = tx.routes.get(number)
    return newest(tx, route.flow) if route is not None else None


def begin(tx: SwitchTransaction, number: str) -> FlowOutcome | None:
    """Begin the flow that answers a number, in the number's language; None if nothing does."""
    flow, route = of_number(tx, number), tx.routes.get(number)
    if flow is None or route is None:
        return None
    return run.start(flow, {LANGUAGE: route.language} if route.language != DEFAULT else {})


def of_run(tx: SwitchTransaction, at: FlowRun | None) -> Flow | None:
    """The version that a run is on, where it has the run's step; else None.

    A new engine knows only the newest versions: the one that a saved run names may not be there.
    """
    flow = tx.flows.get(at.key) if at is not None else None
    return flow if flow is not None and at is not None and at.at in flow.steps else None


def of_call(tx: SwitchTransaction, call: Call) -> Flow | None:
    """The version that a call is on; where that is not known, the newest one of the flow."""
    return of_run(tx, call.run) or newest(tx, call.run.flow if call.run is not None else None)


def publish(tx: SwitchTransaction, event: FlowPublished) -> None:
    """A flow has a new version; older ones stay while a call is on them."""
    tx.flows.put(event.flow)


def drop_unused(tx: SwitchTransaction) -> None:
    """Drop the versions that this step made old, or whose last call it ended or moved on."""
    for key in _doubtful(tx):
        latest = newest(tx, key[0])
        old = latest is not None and key[1] < latest.version
        if old and tx.calls.first(tx.state.calls_by_flow, key) is None:
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
