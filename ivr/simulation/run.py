"""Plays a call through a flow by the rules of `ivr/run.py`, without a caller and a clock.

What the caller does and what other systems answer comes from a `SimulatedCaller`: the script of a
scenario, or the facts of a real call. Nothing is asked of any real system.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from crm.hours.group import TimeGroup, TimeGroupId
from crm.kernel.destination import DestinationKind
from ivr import run as ivr_run
from ivr.flow import Flow, FlowId, FlowKey
from ivr.run import EnteredStep, FlowOutcome
from ivr.simulation import answers
from ivr.simulation.reading import UNFINISHED
from ivr.simulation.scenario import Act, ActKind
from ivr.simulation.ways import FlowWay, MarkedFlow, mark, passed
from ivr.step import (
    Answered,
    Ask,
    EnterFlow,
    Failed,
    Heard,
    Key,
    LeaveFlow,
    Listen,
    PromptsOver,
    ReturnFlow,
    Say,
    StepId,
    TimeOver,
    WaitsFor,
)
from ivr.steps import back, hours
from ivr.steps.language import DEFAULT, LANGUAGE
from ivr.subflows import between

MOST_STEPS = 10_000
MOST_EVENTS = 5_000
SHOWN, MOST_SHOWN = ("method", "url", "number", "group"), 500  # of a question
MESSAGE = "message"  # the question of a step that records: whether the caller left one
MOST_FLOWS = 20  # as many destinations as a real call may go to


class LineKind(StrEnum):
    """The kinds of lines of a trace."""

    STEP = "step"
    SAID = "said"
    HEARD = "heard"
    ASKED = "asked"
    ANSWERED = "answered"
    SET = "set"
    END = "end"


class EndKind(StrEnum):
    """How a call ends beside the destinations that it may go to."""

    CALLER = "caller"  # the caller hung up
    BACK = "back"  # the end of a sub-flow that was played alone
    UNFINISHED = "unfinished"  # a step that cannot be played yet
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a trace."""

    kind: LineKind
    flow: FlowId
    step: StepId
    values: Mapping[str, str] = field(default_factory=dict)
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """Where a call went: a destination's kind or an `EndKind`, and which one."""

    kind: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A question to which the scenario has no answer."""

    flow: FlowId
    step: StepId
    question: str


@dataclass(frozen=True, slots=True)
class PlayedCall:
    """What became of a call."""

    at: tuple[FlowId, StepId]
    waits_for: WaitsFor
    variables: Mapping[str, str]
    trace: tuple[Line, ...] = ()
    entered: tuple[EnteredStep, ...] = ()
    ways: tuple[FlowWay, ...] = ()
    ended: End | None = None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Where a call is: a step, and how many steps were entered before it."""

    flow: FlowId
    step: StepId
    entered: int
    asks: bool


class SimulatedCaller(Protocol):
    """Acts and answers in a simulated call, as the caller and as other systems."""

    def during_prompts(self, at: CallPlace, /) -> Act | None:
        """What the caller does before the prompts are over; None: they listen."""

    def at_key(self, at: CallPlace, seconds: float, /) -> Act | None:
        """What the caller does when a key is waited for; None: that is not known."""

    def answer(
        self, at: CallPlace, question: str, detail: Mapping[str, str], /
    ) -> Heard | Act | None:
        """The answer to a question, or that the caller hangs up; None: that is not known."""


@dataclass(frozen=True, slots=True)
class SimulatedSite:
    """The flows that can be entered, the time groups, and the time of the call."""

    flows: Mapping[FlowId, MarkedFlow]
    hours: Mapping[TimeGroupId, TimeGroup]
    now: datetime

    def newest(self, flow: FlowId) -> Flow | None:
        """The flow with its ways marked."""
        found = self.flows.get(flow)
        return found.marked if found is not None else None

    def version(self, key: FlowKey) -> Flow | None:
        """The same: there is one version of each flow."""
        return self.newest(key[0])


def site_of(
    flows: Mapping[FlowId, Flow], groups: Mapping[TimeGroupId, TimeGroup], now: datetime
) -> SimulatedSite:
    """Make a site of flows."""
    return SimulatedSite({id_: mark(flow) for id_, flow in flows.items()}, groups, now)


def play(
    site: SimulatedSite,
    flow: FlowId,
    caller: SimulatedCaller,
    language: str = DEFAULT,
    variables: Mapping[str, str] | None = None,
) -> PlayedCall:
    """Play a call from a flow's start until it ends or something is not known."""
    spoken = {LANGUAGE: language} if language != DEFAULT else {}
    first = ivr_run.start(site.flows[flow].marked, {**spoken, **(variables or {})})
    return _Play(site, caller, language, first).played()


class _Play:
    """A call that is being played."""

    def __init__(
        self, site: SimulatedSite, caller: SimulatedCaller, language: str, first: FlowOutcome
    ) -> None:
        self.site, self.caller, self.language = site, caller, language
        self.trace: list[Line] = []
        self.entered: list[EnteredStep] = []
        self.ways: list[FlowWay] = []
        self.missing: Missing | None = None
        self.ended: End | None = None
        self.hops = 0
        self.outcome = self._came(None, first)

    def played(self) -> PlayedCall:
        """Play on until the end."""
        events = 0
        while self.ended is None and self.missing is None:
            events += 1
            if events > MOST_EVENTS or len(self.entered) > MOST_STEPS:
                self._end(End(EndKind.TOO_LONG))
            elif not self._next():
                break
        run = self.outcome.run
        return PlayedCall(
            (run.flow, self._real(run.flow, run.at)),
            WaitsFor.NOTHING if self.ended is not None else run.waits_for,
            run.variables,
            tuple(self.trace),
            tuple(self.entered),
            tuple(self.ways),
            self.ended,
            () if self.missing is None else (self.missing,),
        )

    def _next(self) -> bool:
        """Let one thing happen; False if it is not known what."""
        run, order = self.outcome.run, self.outcome.order
        if isinstance(order, LeaveFlow):
            self._leave(order)
            return True
        if isinstance(order, Ask):
            return self._ask(order)
        if run.waits_for is WaitsFor.ANSWER:
            return self._ask(Ask(MESSAGE))
        at = self._place()
        if run.waits_for is WaitsFor.PROMPTS:
            act = self.caller.during_prompts(at)
            if act is None:
                return self._hear(PromptsOver())
        else:
            seconds = order.seconds if isinstance(order, Listen) else 0.0
            act = self.caller.at_key(at, seconds)
            if act is None:
                return False
        return self._act(act)

    def _act(self, act: Act) -> bool:
        match act.kind:
            case ActKind.HANG_UP:
                self._note(LineKind.HEARD, {"act": act.kind.value})
                self._end(End(EndKind.CALLER, self._place().step))
                return True
            case ActKind.WAIT:
                self._note(LineKind.HEARD, {"act": act.kind.value})
                return self._hear(TimeOver())
            case ActKind.PRESS:
                early = self.outcome.run.waits_for is WaitsFor.PROMPTS
                told = {"act": act.kind.value, "digit": act.digit, "early": "yes" if early else ""}
                self._note(LineKind.HEARD, told)
                self._hear(Key(act.digit))
                return True

    def _ask(self, order: Ask) -> bool:
        at = self._place()
        about = {name: order.detail[name][:MOST_SHOWN] for name in SHOWN if name in order.detail}
        self._note(LineKind.ASKED, {"question": order.question, **about})
        heard = self.caller.answer(at, order.question, order.detail)
        if heard is None and order.question == hours.QUESTION:
            heard = answers.opening(self.site.hours, order.detail, self.site.now)
        if heard is None and order.question == MESSAGE:
            heard = Answered("")
        if isinstance(heard, Act):
            return self._act(heard)
        if heard is None:
            self.missing = Missing(at.flow, at.step, order.question)
            return False
        match heard:
            case Answered(value=value):
                self._note(
                    LineKind.ANSWERED, {"question": order.question, "value": value[:MOST_SHOWN]}
                )
            case Failed(why=why):
                self._note(LineKind.ANSWERED, {"question": order.question, "why": why})
            case _:
                self._note(LineKind.ANSWERED, {"question": order.question, "why": "time-out"})
        # An answer that means nothing to the step leaves the time running, until it is over.
        return self._hear(heard) or self._hear(TimeOver())

    def _hear(self, heard: Heard) -> bool:
        run = self.outcome.run
        flow = self.site.newest(run.flow)
        outcome = ivr_run.hear(flow, run, heard) if flow is not None else None
        if outcome is None:
            return False
        self.outcome = self._came(self.outcome, outcome)
        return True

    def _came(self, before: FlowOutcome | None, outcome: FlowOutcome) -> FlowOutcome:
        """Note where the call came to, and what it hears there."""
        if isinstance(outcome.order, EnterFlow | ReturnFlow):
            outcome = between(self.site, outcome)
        self._entered(before, outcome.entered)
        outcome = replace(outcome, run=replace(outcome.run, effects=()))
        self.outcome = outcome
        known = before.run.variables if before is not None else {}
        for name, value in outcome.run.variables.items():
            if known.get(name) != value:
                self._note(LineKind.SET, {"name": name, "value": value})
        if isinstance(outcome.order, Say):
            spoken = outcome.run.variables.get(LANGUAGE, self.language)
            self._note(LineKind.SAID, {"language": spoken}, outcome.order.prompts)
        return outcome

    def _entered(self, before: FlowOutcome | None, entered: tuple[EnteredStep, ...]) -> None:
        left = None
        if before is not None:
            left = before.run.flow, self._real(before.run.flow, before.run.at)
        for one in entered:
            marked = self.site.flows[one.flow]
            way = marked.ways[one.step]
            if way.step and left is not None and left[0] == one.flow and left[1] != way.step:
                self.ways += passed(marked.flow, left[1], way.step)
            if way.step:
                self.ways.append(way)
            self.entered.append(EnteredStep(way.to, one.word, one.flow, one.version))
            self.trace.append(Line(LineKind.STEP, one.flow, way.to, {"type": one.word}))
            left = one.flow, way.to

    def _leave(self, order: LeaveFlow) -> None:
        to = order.destination
        self.hops += 1
        if to.kind is DestinationKind.FLOW and self.hops < MOST_FLOWS:
            found = self.site.newest(FlowId(int(to.key)))
            if found is not None:
                spoken = self.outcome.run.variables.get(LANGUAGE, self.language)
                variables = {LANGUAGE: spoken} if spoken != DEFAULT else {}
                self.outcome = self._came(None, ivr_run.start(found, variables))
                return
        there = self.site.flows[self.outcome.run.flow].marked.steps[self.outcome.run.at]
        if there.type is UNFINISHED:
            self._end(End(EndKind.UNFINISHED, self._place().step))
        elif there.type is back.STEP:
            self._end(End(EndKind.BACK))
        else:
            self._end(End(to.kind.value, to.key))

    def _end(self, end: End) -> None:
        self.ended = end
        self._note(LineKind.END, {"kind": end.kind, "target": end.target})

    def _note(
        self, kind: LineKind, values: Mapping[str, str], prompts: tuple[str, ...] = ()
    ) -> None:
        at = self._place()
        self.trace.append(Line(kind, at.flow, at.step, values, prompts))

    def _place(self) -> CallPlace:
        run = self.outcome.run
        marked = self.site.flows[run.flow]
        asks = marked.marked.steps[run.at].type.asks
        return CallPlace(run.flow, marked.real(run.at), len(self.entered), asks)

    def _real(self, flow: FlowId, step: StepId) -> StepId:
        return self.site.flows[flow].real(step)
