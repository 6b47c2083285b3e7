"""A caller's run through a flow: from each event to the new run and the next order.

The same functions serve real callers, the simulator and the tests. They have no clock: they give
how long to wait, and get an event when that time is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ivr.flow import Flow, FlowId, FlowKey
from ivr.step import (
    ERROR,
    SAFE_END,
    Answered,
    AtStep,
    Do,
    Failed,
    FlowOrder,
    Goto,
    Heard,
    Key,
    LeaveFlow,
    Step,
    StepAnswer,
    StepId,
    StepState,
    WaitsFor,
)

MOST_STEPS = 100
"""So many steps may be entered in a row without waiting; a flow with more runs in a circle."""


@dataclass(frozen=True, slots=True)
class ReturnPoint:
    """The step at which a run continues after a sub-flow."""

    flow: FlowId
    version: int
    step: StepId


@dataclass(frozen=True, slots=True)
class FlowRun:
    """A caller's place in a version of a flow, and the variables known there."""

    flow: FlowId
    version: int
    at: StepId
    state: StepState = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    stack: tuple[ReturnPoint, ...] = ()  # of sub-flows, the innermost last
    waits_for: WaitsFor = WaitsFor.NOTHING

    @property
    def key(self) -> FlowKey:
        """The version that the run is on."""
        return (self.flow, self.version)

    @property
    def held(self) -> frozenset[FlowKey]:
        """The versions that the run needs: its own, and those it returns to."""
        return frozenset({self.key, *((point.flow, point.version) for point in self.stack)})


@dataclass(frozen=True, slots=True)
class EnteredStep:
    """A step that was entered, for the timeline."""

    step: StepId
    word: str  # of its type


@dataclass(frozen=True, slots=True)
class FlowOutcome:
    """The result of an event: the new run, the next order, the facts for the timeline."""

    run: FlowRun
    order: FlowOrder | LeaveFlow
    entered: tuple[EnteredStep, ...] = ()
    choice: StepId | None = None  # the step after a pressed key; None when no choice takes it


def start(flow: Flow, variables: Mapping[str, str] | None = None) -> FlowOutcome:
    """Start a flow; `variables` are those known before."""
    run = FlowRun(flow.id, flow.version, flow.start, variables=variables or {})
    return enter(flow, run, flow.start)


def enter(flow: Flow, run: FlowRun, step: StepId) -> FlowOutcome:
    """Enter a step, and go on through all steps that do not wait."""
    run = replace(run, flow=flow.id, version=flow.version)
    entered: list[EnteredStep] = []
    for _ in range(MOST_STEPS):
        run = replace(run, at=step, state={}, waits_for=WaitsFor.NOTHING)
        there = flow.steps[step]
        entered.append(EnteredStep(step, there.type.word))
        answer = there.type.enter(there.fields, _at_step(run))
        if not isinstance(answer, Goto):
            return _stay(run, answer, tuple(entered))
        run = _set(run, answer)
        if (target := there.outputs.get(answer.output)) is None:
            break
        step = target
    return _stay(run, SAFE_END, tuple(entered))


def hear(flow: Flow, run: FlowRun, heard: Heard) -> FlowOutcome | None:
    """Continue after an event; None if a key or an answer means nothing to the step.

    The run's step must be one of the flow's. Any other event without meaning to the step leads to
    the safe end: a caller must not be stuck there.
    """
    step = flow.steps[run.at]
    if isinstance(heard, Answered) and run.waits_for is not WaitsFor.ANSWER:
        return None
    if isinstance(heard, Failed) and ERROR in step.outputs:
        return enter(flow, run, step.outputs[ERROR])
    answer = step.type.hear(step.fields, _at_step(run), heard)
    match heard:
        case Key(digit=digit) if answer is None:
            return _ahead(flow, run, step, digit)
        case Key(digit=digit) if isinstance(answer, Goto) and answer.output == digit:
            return _choose(flow, _set(run, answer), step, digit)
        case Answered() if answer is None:
            return None
    return _follow(flow, run, step, SAFE_END if answer is None else answer)


def _ahead(flow: Flow, run: FlowRun, step: Step, digit: str) -> FlowOutcome | None:
    """Give the effect of a key pressed before the menu: callers who know it need not wait."""
    asks = step
    while asks.type.passes and asks.type.onward in asks.outputs:
        asks = flow.steps[asks.outputs[asks.type.onward]]
    output = asks.type.takes(asks.fields, digit) if asks is not step else None
    return None if output is None else _choose(flow, run, asks, output)


def _choose(flow: Flow, run: FlowRun, step: Step, output: str) -> FlowOutcome:
    outcome = _follow(flow, run, step, Goto(output))
    return replace(outcome, choice=step.outputs.get(output))


def _follow(flow: Flow, run: FlowRun, step: Step, answer: StepAnswer) -> FlowOutcome:
    if not isinstance(answer, Goto):
        return _stay(run, answer)
    run = _set(run, answer)
    target = step.outputs.get(answer.output)
    return _stay(run, SAFE_END) if target is None else enter(flow, run, target)


def _stay(
    run: FlowRun, answer: Do | LeaveFlow, entered: tuple[EnteredStep, ...] = ()
) -> FlowOutcome:
    match answer:
        case Do(order=order, waits_for=waits_for, state=state):
            return FlowOutcome(replace(run, waits_for=waits_for, state=state), order, entered)
        case LeaveFlow():
            return FlowOutcome(replace(run, waits_for=WaitsFor.NOTHING, state={}), answer, entered)


def _set(run: FlowRun, answer: Goto) -> FlowRun:
    return replace(run, variables={**run.variables, **answer.sets}) if answer.sets else run


def _at_step(run: FlowRun) -> AtStep:
    return AtStep(run.waits_for, run.state, run.variables)
