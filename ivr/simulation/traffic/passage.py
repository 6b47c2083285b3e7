"""A real call's passage through a flow, read from the facts of its timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from crm.calls.question import StepChange
from crm.calls.record import CallEvent, CallId, Kind, in_order
from crm.kernel.destination import DestinationKind
from ivr.flow import Flow, FlowId
from ivr.simulation.run import End, EndKind
from ivr.simulation.ways import FlowWay, passed
from ivr.step import ERROR, HIDDEN, AtStep, LeaveFlow, ReturnFlow, StepId, WaitsFor

INSIDE = frozenset({Kind.STEP, Kind.DIGIT, Kind.FLOW_ANSWERED})
LEFT = frozenset(
    {
        Kind.QUEUED,
        Kind.DIRECTED,
        Kind.NOT_TAKEN,
        Kind.RING_GROUP,
        Kind.FORWARDED,
        Kind.DIALLED,
        Kind.VOICEMAIL,
        Kind.BOX_OPENED,
        Kind.CUSTOM_ASKED,
        Kind.FAX,
        Kind.CALLBACK_ASKED,
        Kind.OFFERED,
        Kind.CONNECTED,
        Kind.FALLBACK,
        Kind.ENDED,
    }
)
"""The facts after which a caller is in no flow any more."""
KINDS = INSIDE | LEFT
KEYS = ("", HIDDEN, *"0123456789*#ABCD")
"""What a caller may have pressed at a moment; "" is no key."""
BY_CALLER = "caller"
HUNG_UP = End(DestinationKind.HANG_UP.value)
AT = AtStep(WaitsFor.NOTHING, {}, {})


@dataclass(frozen=True, slots=True)
class PressedKey:
    """A key that a caller pressed."""

    digit: str  # `•`: hidden
    at: datetime


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer that a step got, or why it got none."""

    value: str
    why: str


@dataclass(frozen=True, slots=True)
class StepVisit:
    """A caller's stay at a step."""

    flow: FlowId
    version: int
    step: StepId
    at: datetime
    keys: tuple[PressedKey, ...] = ()
    answers: tuple[PastAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A caller's way from the first step in a flow to where the flow was left."""

    call: CallId
    visits: tuple[StepVisit, ...]
    left: Kind | None = None  # the fact that ended it; None while the caller is in the flow
    detail: Mapping[str, object] = field(default_factory=dict)  # of that fact

    @property
    def version(self) -> int:
        """The version on which the caller came in."""
        return self.visits[0].version


def read_passage(timeline: Iterable[CallEvent], flow: int) -> Passage | None:
    """Read the first passage through a flow; None if the call never came to it."""
    visits: list[StepVisit] = []
    for fact in in_order(timeline):
        detail = fact.detail
        if fact.kind is Kind.STEP and (visits or detail.get("flow") == flow):
            found = FlowId(int(detail.get("flow") or 0)), int(detail.get("version") or 0)
            visits.append(StepVisit(*found, StepId(str(detail.get("node"))), fact.at))
        elif not visits:
            continue
        elif fact.kind is Kind.DIGIT:
            key = PressedKey(str(detail.get("digit")), fact.at)
            visits[-1] = replace(visits[-1], keys=(*visits[-1].keys, key))
        elif fact.kind is Kind.FLOW_ANSWERED:
            told = PastAnswer(str(detail.get("value", "")), str(detail.get("why", "")))
            visits[-1] = replace(visits[-1], answers=(*visits[-1].answers, told))
        elif fact.kind in LEFT:
            return Passage(fact.call, tuple(visits), fact.kind, detail)
    return Passage(CallId(""), tuple(visits)) if visits else None


def end_of(passage: Passage, flows: Mapping[tuple[FlowId, int], Flow]) -> End | None:
    """Where a passage ended, by the versions that the call was on; None if that is not known."""
    last = passage.visits[-1]
    flow = flows.get((last.flow, last.version))
    step = flow.steps.get(last.step) if flow is not None else None
    if passage.left in {None, Kind.FALLBACK} or step is None:
        return None
    if step.outputs.keys() - {ERROR}:
        if passage.left is not Kind.ENDED:
            return None  # taken out of the flow
        by_caller = passage.detail.get("by") == BY_CALLER
        return End(EndKind.CALLER, last.step) if by_caller else HUNG_UP
    match step.type.enter(step.fields, AT):
        case LeaveFlow(destination=to):
            return End(to.kind.value, to.key)
        case ReturnFlow():
            return End(EndKind.BACK)
        case _:
            return HUNG_UP


def ways_between(flow: Flow, at: StepId, to: StepId, digit: str = "") -> list[FlowWay]:
    """The ways by which a caller came from a step to the next one that was noted.

    A key that was pressed at a step that asks nothing belongs to the next step that asks.
    """
    if (step := flow.steps.get(at)) is None:
        return []
    direct = [name for name, target in step.outputs.items() if target == to]
    if direct:
        keys = step.type.takes
        unpressed = [name for name in direct if keys(step.fields, name) != name]
        name = digit if digit in direct else (unpressed or direct)[0]
        return [FlowWay(flow.id, at, name, to)]
    passing = _passing(flow, at)
    if to in passing:
        return passed(flow, at, to)
    asks = passing[-1] if passing else at
    if digit and flow.steps[asks].outputs.get(digit) == to:
        return [*passed(flow, at, asks), FlowWay(flow.id, asks, digit, to)]
    return []


def _passing(flow: Flow, at: StepId) -> list[StepId]:
    """The steps to which a caller comes from a step without being asked; the last one asks."""
    found: list[StepId] = []
    here = at
    while (step := flow.steps[here]).type.passes and step.type.onward in step.outputs:
        here = step.outputs[step.type.onward]
        if here == at or here in found:
            break
        found.append(here)
    return found


def changes_by(flow: Flow, step: StepId, output: str) -> tuple[StepChange, ...]:
    """The changes of steps that `ways_between` takes for a way; none if there is no such way."""
    to = flow.steps[step].outputs.get(output) if step in flow.steps else None
    if to is None:
        return ()
    way = FlowWay(flow.id, step, output, to)
    found: list[StepChange] = []
    for at, there in flow.steps.items():
        passing = _passing(flow, at)
        if step != at and step not in passing:
            continue
        last = passing[-1] if passing else at
        for later in {*there.outputs.values(), *passing, *flow.steps[last].outputs.values()}:
            taken = [way in ways_between(flow, at, later, key) for key in KEYS]
            if any(taken):
                keys = frozenset(key for key, took in zip(KEYS, taken, strict=True) if took)
                found.append(StepChange(at, later, None if all(taken) else keys))
    return tuple(found)


def ways_of_passage(flow: Flow, passage: Passage) -> list[FlowWay]:
    """The ways of a flow that a passage took; what lies in other flows is left out."""
    found: list[FlowWay] = []
    own = [visit for visit in passage.visits if visit.flow == flow.id]
    for visit, after in pairwise(own):
        digit = visit.keys[-1].digit if visit.keys else ""
        found += ways_between(flow, visit.step, after.step, digit)
    return found
