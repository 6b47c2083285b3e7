"""Sub-flows: a run goes into another flow, and comes back when that one is over."""

from dataclasses import replace
from typing import Protocol

from ivr import run
from ivr.flow import Flow, FlowId, FlowKey
from ivr.run import FlowOutcome, FlowRun
from ivr.step import SAFE_END, EnterFlow, Failed, ReturnFlow


class FlowShelf(Protocol):
    """The flows that a run can come to."""

    def newest(self, flow: FlowId) -> Flow | None:
        """The newest version of a flow; None if it was never published."""

    def version(self, key: FlowKey) -> Flow | None:
        """A version of a flow; None if it is not known any more."""


def between(shelf: FlowShelf, outcome: FlowOutcome) -> FlowOutcome:
    """Carry a run into a sub-flow or back, until a step says what to do."""
    entered = outcome.entered
    while isinstance(outcome.order, EnterFlow | ReturnFlow):
        at = outcome.run
        if isinstance(outcome.order, EnterFlow):
            outcome = _into(shelf, at, FlowId(outcome.order.flow))
        else:
            outcome = _back(shelf, at)
        entered += outcome.entered
    return replace(outcome, entered=entered)


def _into(shelf: FlowShelf, at: FlowRun, flow: FlowId) -> FlowOutcome:
    found = shelf.newest(flow)
    if found is not None:
        return run.enter(found, at, found.start)
    here, at = shelf.version(at.key), replace(at, stack=at.stack[:-1])
    failed = run.hear(here, at, Failed("no such flow")) if here is not None else None
    return failed or FlowOutcome(at, SAFE_END)


def _back(shelf: FlowShelf, at: FlowRun) -> FlowOutcome:
    if not at.stack:
        return FlowOutcome(at, SAFE_END)
    point, at = at.stack[-1], replace(at, stack=at.stack[:-1])
    flow = shelf.version((point.flow, point.version)) or shelf.newest(point.flow)
    if flow is None or point.step not in flow.steps:
        return FlowOutcome(at, SAFE_END)
    return run.enter(flow, at, point.step)
