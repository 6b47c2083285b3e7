"""A caller's run through a flow: from each event to the new run and the next order.

The same functions serve real callers and the tests. They have no clock: they give
how long to wait, and get an event when that time is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ivr.flow import Flow, FlowId, FlowKey
from ivr.step import (
    ERROR,
    HIDDEN,
    SAFE_END,
    Answered,
    AtStep,
    Do,
    Effect,
    EnterFlow,
    Failed,
    FlowOrder,
    Goto,
    Heard,
    Key,
    LeaveFlow,
    PromptsOver,
    ReturnFlow,
    Step,
    StepAnswer,
    StepId,
    StepState,
    WaitsFor,
)

MOST_DEPTH = 10  # flows within one another
MOST_STEPS = 100
"""The most steps entered in a row without the caller hearing or doing anything."""


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
    silent: int = field(default=0, compare=False)  # steps since the caller heard or did something
    effects: tuple[Effect, ...] = field(default=(), compare=False)  # on the call, to be carried out

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
    flow: FlowId = field(default=FlowId(0), compare=False)
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FlowOutcome:
    """The result of an event: the new run, the next order, the facts for the timeline."""

    run: FlowRun
    order: FlowOrder | LeaveFlow | EnterFlow | ReturnFlow
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
    while run.silent < MOST_STEPS:
        run = replace(run, at=step, state={}, waits_for=WaitsFor.NOTHING, silent=run.silent + 1)
        there = flow.steps[step]
        entered.append(EnteredStep(step, there.type.word, flow.id, flow.version))
        answer = there.type.enter(there.fields, _at_step(run))
        if isinstance(answer, EnterFlow):
            if (called := _call(run, there, answer)) is not None:
                return replace(called, entered=tuple(entered))
            answer = Goto(ERROR)
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
    if isinstance(heard, PromptsOver | Key) or run.waits_for is WaitsFor.KEY:
        run = replace(run, silent=0)
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


def resume(flow: Flow, run: FlowRun) -> FlowOutcome:
    """Go on at the run's step after an engine died; at the start if the flow has no such step."""
    step = flow.steps.get(run.at)
    if step is None:
        return enter(flow, run, flow.start)
    run = replace(run, flow=flow.id, version=flow.version)
    answer = step.type.resume(step.fields, _at_step(run)) if run.state else None
    return enter(flow, run, run.at) if answer is None else _follow(flow, run, step, answer)


def shown_key(flow: Flow, run: FlowRun, digit: str) -> str:
    """A key that a caller presses now, as the timeline shows it."""
    step = flow.steps[run.at]
    return HIDDEN if step.type.hides(step.fields) else digit


def _ahead(flow: Flow, run: FlowRun, step: Step, digit: str) -> FlowOutcome | None:
    """Give the effect of a key pressed before the menu: callers who know it need not wait."""
    asks, at = step, run.at
    while asks.type.passes and asks.type.onward in asks.outputs:
        at = asks.outputs[asks.type.onward]
        asks = flow.steps[at]
    if asks is step:
        return None
    output = asks.type.takes(asks.fields, digit)
    if output is not None:
        return _choose(flow, run, asks, output)
    there = replace(run, at=at, state={}, waits_for=WaitsFor.NOTHING)
    answer = asks.type.hear_ahead(asks.fields, _at_step(there), digit)
    if answer is None:
        return None
    outcome = _follow(flow, there, asks, answer)
    entered = (EnteredStep(at, asks.type.word, flow.id, flow.version), *outcome.entered)
    return replace(outcome, entered=entered)


def _choose(flow: Flow, run: FlowRun, step: Step, output: str) -> FlowOutcome:
    outcome = _follow(flow, run, step, Goto(output))
    return replace(outcome, choice=step.outputs.get(output))


def _follow(flow: Flow, run: FlowRun, step: Step, answer: StepAnswer) -> FlowOutcome:
    if not isinstance(answer, Goto):
        return _stay(run, answer)
    run = _set(run, answer)
    target = step.outputs.get(answer.output)
    return _stay(run, SAFE_END) if target is None else enter(flow, run, target)


def _call(run: FlowRun, step: Step, answer: EnterFlow) -> FlowOutcome | None:
    """Remember where the run goes on after the sub-flow; None if it cannot be entered."""
    back = step.outputs.get(answer.output)
    if back is None or len(run.stack) >= MOST_DEPTH:
        return None
    point = ReturnPoint(run.flow, run.version, back)
    return FlowOutcome(replace(run, stack=(*run.stack, point)), answer)


def _stay(
    run: FlowRun,
    answer: Do | LeaveFlow | EnterFlow | ReturnFlow,
    entered: tuple[EnteredStep, ...] = (),
) -> FlowOutcome:
    match answer:
        case Do(order=order, waits_for=waits_for, state=state):
            run = _set(run, answer)
            return FlowOutcome(replace(run, waits_for=waits_for, state=state), order, entered)
        case LeaveFlow() | EnterFlow() | ReturnFlow():
            return FlowOutcome(replace(run, waits_for=WaitsFor.NOTHING, state={}), answer, entered)


def _set(run: FlowRun, answer: Goto | Do) -> FlowRun:
    effects = (*run.effects, *answer.effects)
    return replace(run, variables={**run.variables, **answer.sets}, effects=effects)


def _at_step(run: FlowRun) -> AtStep:
    return AtStep(run.waits_for, run.state, run.variables)
