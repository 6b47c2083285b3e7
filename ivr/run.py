"""A caller's run through a flow: from what happened to the new run and what is ordered.

The same functions answer real callers, the simulator and the tests. They know no clock: they say
how long to wait, and are told when that time is over.
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
"""So many steps may be entered one after the other without waiting; more go round for ever."""


@dataclass(frozen=True, slots=True)
class ReturnPoint:
    """Where a run goes on when a sub-flow is over."""

    flow: FlowId
    version: int
    step: StepId


@dataclass(frozen=True, slots=True)
class FlowRun:
    """Where in a version of a flow a caller is, and what is known there."""

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
    """What came of something: the new run, what to do now, what the timeline should say."""

    run: FlowRun
    order: FlowOrder | LeaveFlow
    entered: tuple[EnteredStep, ...] = ()
    choice: StepId | None = None  # where a pressed key leads; None when no choice takes it


def start(flow: Flow) -> FlowOutcome:
    """Begin a flow."""
    return enter(flow, FlowRun(flow.id, flow.version, flow.start), flow.start)


def enter(flow: Flow, run: FlowRun, step: StepId) -> FlowOutcome:
    """Come to a step that the flow has, and on through all that do not wait."""
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
    """Go on after something happened; None where a key or an answer means nothing.

    The run's step must be one of the flow's. What else means nothing to the step leads to the safe
    end: a caller must not be left with it.
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
    """A key pressed before the menu: callers who know it need not hear what comes before it."""
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
