"""Any flow under any events of a caller: it goes on, it waits, it can end."""

import json
import sys
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from unit.ivr.documents import documents

from crm.kernel.errors import InvalidError
from ivr.flow import Flow, read_flow
from ivr.run import MOST_STEPS, hear, start
from ivr.step import (
    SAFE_END,
    Answered,
    Failed,
    Goto,
    Key,
    LeaveFlow,
    Listen,
    PromptsOver,
    Say,
    Stay,
    Step,
    StepType,
    TimeOver,
    WaitsFor,
)
from ivr.steps.collect import DIGITS

WAITS = {
    Say: WaitsFor.PROMPTS,
    Stay: WaitsFor.PROMPTS,
    Listen: WaitsFor.KEY,
    LeaveFlow: WaitsFor.NOTHING,
}
happenings = st.one_of(
    st.just(PromptsOver()),
    st.just(TimeOver()),
    st.just(Failed("refused")),
    st.just(Answered("gold")),
    st.sampled_from("0123456789*#").map(Key),
)


def read(document):
    try:
        return read_flow(1, 1, "Any", document)
    except InvalidError:
        return None


def check(flow, outcome):
    assert WAITS[type(outcome.order)] is outcome.run.waits_for
    assert outcome.run.at in flow.steps
    assert len(outcome.entered) <= len(flow.steps), "went round without waiting"
    assert json.dumps(dict(outcome.run.state))


@given(documents(), st.lists(happenings, max_size=60))
def test_whatever_happens_the_run_goes_on_and_always_waits_for_something(document, story):
    if (flow := read(document)) is None:
        return
    outcome = start(flow)
    check(flow, outcome)
    for heard in story:
        if isinstance(outcome.order, LeaveFlow):
            return
        outcome = hear(flow, outcome.run, heard) or outcome
        check(flow, outcome)


def leads_out(flow, step, seen):
    """Whether a way leads from a step to a queue or a hang-up."""
    if step in seen:
        return False
    seen.add(step)
    outputs = flow.steps[step].outputs.values()
    return not outputs or any(leads_out(flow, target, seen) for target in outputs)


def known_of(remembered):
    """Of typed digits only how many they are: else there are too many places to look at."""
    name, value = remembered
    return (name, len(value)) if name.endswith(DIGITS) else remembered


@given(documents(), st.lists(happenings, max_size=20))
def test_a_caller_who_can_be_led_out_can_end_from_every_place(document, story):
    flow = read(document)
    if flow is None or not all(leads_out(flow, step, set()) for step in flow.steps):
        return
    outcome = start(flow)
    for heard in story:
        if not isinstance(outcome.order, LeaveFlow):
            outcome = hear(flow, outcome.run, heard) or outcome

    pending, seen = [outcome], set()
    while pending:
        at = pending.pop()
        if isinstance(at.order, LeaveFlow):
            return
        key = (at.run.at, at.run.waits_for, tuple(map(known_of, at.run.state.items())))
        if key not in seen:
            seen.add(key)
            ways = [PromptsOver(), TimeOver(), Failed("x"), *map(Key, "0123456789*#")]
            pending += [one for way in ways if (one := hear(flow, at.run, way)) is not None]
    raise AssertionError("no way out")


@given(documents())
def test_a_caller_who_does_nothing_is_asked_again_or_led_on_within_the_tries(document):
    flow = read(document)
    if flow is None:
        return
    outcome, at_one_step = start(flow), 0
    for _ in range(200):
        if isinstance(outcome.order, LeaveFlow):
            return
        heard = TimeOver() if outcome.run.waits_for is WaitsFor.KEY else PromptsOver()
        outcome = hear(flow, outcome.run, heard)
        at_one_step = 0 if outcome.entered else at_one_step + 1
        assert at_one_step <= 2 * 9, "asked more often than a menu may"


@dataclass(frozen=True)
class Next:
    """A step that goes on at once."""

    then: str


def test_a_flow_that_goes_round_without_waiting_ends_in_the_safe_end():
    type_ = StepType("next", "Next", Next, lambda _, __: Goto("then"), lambda *_: None)
    round_ = {
        "a": Step(type_, Next("b"), {"then": "b"}),
        "b": Step(type_, Next("a"), {"then": "a"}),
    }
    outcome = start(Flow(1, 1, "Round", "a", round_))

    assert outcome.order == SAFE_END
    assert len(outcome.entered) == MOST_STEPS
    assert start(Flow(1, 1, "Open", "a", {"a": Step(type_, Next("b"), {})})).order == SAFE_END


def test_a_flow_of_very_many_steps_is_read():
    count = sys.getrecursionlimit() * 2
    nodes = {
        str(number): {"type": "play", "prompts": ["x"], "then": str(number + 1)}
        for number in range(count)
    }
    nodes[str(count)] = {"type": "menu", "prompts": ["x"], "choices": {"1": "0"}, "otherwise": "0"}
    flow = read_flow(1, 1, "Long", {"start": "0", "nodes": nodes})

    assert hear(flow, start(flow).run, Key("1")).choice == "0"


def test_keys_kept_during_the_prompts_are_read_whatever_ends_them():
    nodes = {
        "ask": {
            "type": "collect",
            "prompts": ["greeting"],
            "variable": "card",
            "check": "luhn",
            "barge_in": False,
            "then": "sales",
            "otherwise": "sales",
        },
        "sales": {"type": "queue", "queue": "sales"},
    }
    flow = read({"start": "ask", "nodes": nodes})
    for end in (PromptsOver(), TimeOver(), Failed("x")):
        run = start(flow).run
        for key in "59#":
            run = hear(flow, run, Key(key)).run
        outcome = hear(flow, run, end)
        assert isinstance(outcome.order, LeaveFlow)
        assert outcome.run.variables["card"] == "59"
