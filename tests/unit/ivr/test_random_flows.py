"""Random flows over all step types, under random events: no exception, no rest without a wait."""

import json
from dataclasses import replace

import pytest
from unit.ivr.random_flows import (
    VALUES,
    random_document,
    random_event,
    random_flows,
    random_step,
    seeded,
)
from unit.ivr.schema import valid
from wide import examples

from crm.kernel.errors import InvalidError
from ivr.check import Weight, check_flow
from ivr.fields import FieldKind
from ivr.flow import read_flow
from ivr.registry import STEP_TYPES, flow_schema
from ivr.run import MOST_DEPTH, MOST_STEPS, FlowOutcome, enter, hear, resume, start
from ivr.step import (
    SAFE_END,
    Ask,
    EnterFlow,
    Failed,
    LeaveFlow,
    Listen,
    PromptsOver,
    ReturnFlow,
    TimeOver,
    WaitsFor,
)

FLOWS = 500
STORIES = 5  # of each flow
LONGEST_STORY = 40
LONGEST_WAIT_SECONDS = 60


def between(flows, outcome):
    """Go into sub-flows and back, as calls do, until a step says what to do."""
    entered = outcome.entered
    while isinstance(outcome.order, EnterFlow | ReturnFlow):
        at, order = outcome.run, outcome.order
        below = replace(at, stack=at.stack[:-1])
        if isinstance(order, EnterFlow):
            flow = flows.get(order.flow)
            if flow is not None:
                outcome = enter(flow, at, flow.start)
            else:
                outcome = hear(flows[at.flow], below, Failed("no such flow"))
                outcome = outcome or FlowOutcome(below, SAFE_END)
        elif at.stack:
            outcome = enter(flows[at.stack[-1].flow], below, at.stack[-1].step)
        else:
            outcome = FlowOutcome(at, SAFE_END)
        entered += outcome.entered
    return replace(outcome, entered=entered)


def check(flows, outcome, entered):
    entered.update(one.word for one in outcome.entered)
    run, order = outcome.run, outcome.order
    assert run.at in flows[run.flow].steps
    assert len(run.stack) <= MOST_DEPTH
    assert len(outcome.entered) <= MOST_STEPS, "went round without waiting"
    assert isinstance(order, LeaveFlow) == (run.waits_for is WaitsFor.NOTHING), "rests for ever"
    assert json.loads(json.dumps(dict(run.state))) == dict(run.state)
    assert all(isinstance(one, str) for one in run.variables.values())
    match order:
        case Listen(seconds=seconds):
            assert 1 <= seconds <= LONGEST_WAIT_SECONDS
        case Ask(seconds=seconds):
            assert 0 < seconds <= LONGEST_WAIT_SECONDS
        case LeaveFlow(destination=destination):
            assert str(destination)


def play(flows, chance, entered):
    """Play a random story of a caller, and note the types of the steps that were entered."""
    outcome = between(flows, start(flows[1], {"language": chance.choice(("en", "zh_CN"))}))
    check(flows, outcome, entered)
    for _ in range(chance.randint(0, LONGEST_STORY)):
        if isinstance(outcome.order, LeaveFlow):
            return
        if chance.random() < 0.05:  # the engine died
            outcome = between(flows, resume(flows[outcome.run.flow], outcome.run))
        else:
            heard = random_event(chance, outcome.run.waits_for)
            after = hear(flows[outcome.run.flow], outcome.run, heard)
            outcome = between(flows, after) if after is not None else outcome
        check(flows, outcome, entered)


@pytest.mark.wide
def test_any_caller_in_any_flow_goes_on_or_leaves_and_always_waits_for_something():
    entered = set()
    for seed in range(examples(FLOWS)):
        flows = random_flows(seeded(seed))
        for story in range(STORIES):
            try:
                play(flows, seeded(f"{seed} {story}"), entered)
            except Exception as error:
                error.add_note(f"flows of seed {seed}, story {story}")
                raise
    assert entered == {one.word for one in STEP_TYPES.values()}


SILENCE = {
    WaitsFor.PROMPTS: PromptsOver(),
    WaitsFor.KEY: TimeOver(),
    WaitsFor.ANSWER: TimeOver(),
}


@pytest.mark.wide
def test_a_caller_who_does_nothing_leaves_or_is_asked_again_and_again():
    for seed in range(examples(FLOWS)):
        chance = seeded(seed)
        flows = random_flows(chance)
        outcome = between(flows, start(flows[1]))
        for _ in range(100):
            if isinstance(outcome.order, LeaveFlow):
                break
            after = hear(flows[outcome.run.flow], outcome.run, SILENCE[outcome.run.waits_for])
            assert after is not None, f"stands still: seed {seed}"
            outcome = between(flows, after)


@pytest.mark.wide
def test_a_flow_is_the_same_after_it_was_stored_as_json_and_fits_the_schema():
    schema = flow_schema()
    for seed in range(examples(FLOWS)):
        document = random_document(seeded(seed))
        stored = json.loads(json.dumps(document))
        assert read_flow(1, 1, "Any", stored) == read_flow(1, 1, "Any", document)
        assert valid(schema, stored), f"seed {seed}"


STRANGE = (
    None,
    True,
    -1,
    0,
    1e308,
    10**40,
    "",
    "\0",
    "x" * 600,
    [],
    [[]],
    {},
    {"x": {}},
    "\u202e{a}",
)


def spoil(chance, document):
    """Replace one or two values of a document by something strange."""
    for _ in range(chance.randint(1, 2)):
        node = chance.choice([one for one in document["nodes"].values() if isinstance(one, dict)])
        place = chance.choice([*node, "error", "then", "strange"])
        inner = node.get(place)
        if isinstance(inner, dict) and inner and chance.random() < 0.5:
            inner[chance.choice(list(inner))] = chance.choice(STRANGE)
        else:
            node[place] = chance.choice(STRANGE)


@pytest.mark.wide
def test_a_spoilt_document_is_refused_in_a_sentence_and_the_check_agrees_with_the_reading():
    for seed in range(examples(FLOWS * 2)):
        chance = seeded(seed)
        document = random_document(chance)
        spoil(chance, document)
        try:
            read_flow(1, 1, "Any", document)
            refused = None
        except InvalidError as error:
            refused = error
        found = check_flow(document)
        errors = [one for one in found if one.weight is Weight.ERROR]
        assert not (refused and not errors), f"the check missed it: seed {seed}, {refused}"


@pytest.mark.parametrize("type_", STEP_TYPES.values(), ids=STEP_TYPES)
def test_each_type_of_step_can_be_made_at_random(type_):
    for seed in range(20):
        node = random_step(seeded(seed), type_, ["a", "b"])
        assert node["type"] == type_.name


def test_each_kind_of_field_has_random_values():
    assert set(VALUES) == set(FieldKind)
