"""Real calls played again on a draft: keys, times and answers of then, and what is unknown."""

from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest
from unit.ivr.random_flows import random_flows

from crm.calls.record import CallEvent, CallId, FactId, Kind
from ivr.flow import FlowId
from ivr.simulation.reading import read_draft
from ivr.simulation.run import site_of
from ivr.simulation.traffic.passage import (
    KEYS,
    changes_by,
    read_passage,
    ways_between,
    ways_of_passage,
)
from ivr.simulation.traffic.replay import ReplayResult, replay
from ivr.simulation.ways import ways_of
from ivr.step import StepId

BEGAN = datetime(2026, 11, 30, 10, tzinfo=UTC)
NODES = {
    "hello": {"type": "play", "prompts": ["greeting"], "then": "menu"},
    "menu": {
        "type": "menu",
        "prompts": ["menu"],
        "choices": {"1": "sales", "2": "http", "3": "order"},
        "otherwise": "bye",
    },
    "http": {
        "type": "http",
        "url": "https://crm.example.com/",
        "answers": {"level": "level"},
        "then": "by",
        "error": "bye",
    },
    "by": {
        "type": "condition",
        "branches": [{"when": 'level == "gold"', "then": "sales"}],
        "otherwise": "bye",
    },
    "order": {
        "type": "collect",
        "prompts": ["order"],
        "variable": "order",
        "least": 2,
        "most": 4,
        "then": "by-order",
        "otherwise": "bye",
    },
    "by-order": {
        "type": "condition",
        "branches": [{"when": 'order == "12"', "then": "sales"}],
        "otherwise": "bye",
    },
    "sales": {"type": "queue", "queue": "sales"},
    "bye": {"type": "hangup"},
}


def flow_of(**changed):
    return read_draft(1, "Hotline", {"start": "hello", "nodes": {**NODES, **changed}}, 1)


def timeline(*facts):
    """Facts as (seconds, kind, detail); a step is only its name."""
    found = []
    for number, (seconds, what, detail) in enumerate(facts):
        told = {"node": detail, "flow": 1, "version": 1} if what is Kind.STEP else detail
        at = BEGAN + timedelta(seconds=seconds)
        found.append(CallEvent(FactId(f"c/1/{number}"), CallId("c"), at, what, told))
    return found


def step(seconds, name):
    return (seconds, Kind.STEP, name)


def key(seconds, digit, node):
    return (seconds, Kind.DIGIT, {"digit": digit, "node": node, "choice": ""})


def answered(seconds, node, value="", why=""):
    return (seconds, Kind.FLOW_ANSWERED, {"node": node, "value": value, "why": why})


def ended(seconds, by="caller"):
    return (seconds, Kind.ENDED, {"by": by})


def queued(seconds):
    return (seconds, Kind.QUEUED, {"queue": "sales"})


def again(facts, **changed):
    passage = read_passage(timeline(*facts), 1)
    site = site_of({FlowId(1): flow_of(**changed)}, {}, BEGAN)
    return replay(site, FlowId(1), passage, {(1, 1): flow_of()})


MENU = (step(0, "hello"), step(2, "menu"))
TO_SALES = (*MENU, key(5, "1", "menu"), step(5, "sales"), queued(5))
GOLD = (
    *MENU,
    key(5, "2", "menu"),
    step(5, "http"),
    answered(6, "http", '{"level": "gold"}'),
    step(6, "by"),
    step(6, "sales"),
    queued(6),
)
FAILED = (
    *MENU,
    key(5, "2", "menu"),
    step(5, "http"),
    answered(9, "http", why="no answer in time"),
    step(9, "bye"),
    ended(9, "system"),
)
LEFT = (*MENU, ended(9))
WAITED = (*MENU, step(40, "bye"), ended(40, "system"))
AHEAD = (step(0, "hello"), key(1, "1", "hello"), step(1, "sales"), queued(1))
TYPED = (
    *MENU,
    key(5, "3", "menu"),
    step(5, "order"),
    key(8, "1", "order"),  # too short in time: asked again
    key(20, "1", "order"),
    key(21, "2", "order"),
    key(22, "#", "order"),
    step(22, "by-order"),
    step(22, "sales"),
    queued(22),
)
ASKING = (*MENU, key(5, "2", "menu"), step(5, "http"), ended(6))


@pytest.mark.parametrize("facts", [TO_SALES, GOLD, FAILED, LEFT, WAITED, AHEAD, TYPED, ASKING])
def test_on_its_own_version_a_call_ends_where_it_ended(facts):
    found = again(facts)
    assert (found.what, found.after) == (ReplayResult.SAME, found.before)


@pytest.mark.parametrize(
    ("facts", "changed", "after"),
    [
        (TO_SALES, {"menu": {**NODES["menu"], "choices": {"1": "bye"}}}, "hangup"),
        (GOLD, {"by": {**NODES["by"], "branches": [{"when": "1 == 2", "then": "bye"}]}}, "hangup"),
        (FAILED, {"http": {**NODES["http"], "error": "sales"}}, "queue"),
        (WAITED, {"menu": {**NODES["menu"], "otherwise": "sales"}}, "queue"),
        (AHEAD, {"menu": {**NODES["menu"], "choices": {"1": "bye"}}}, "hangup"),
        (TYPED, {"order": {**NODES["order"], "tries": 1}}, "hangup"),
    ],
)
def test_a_draft_leads_some_calls_elsewhere(facts, changed, after):
    found = again(facts, **changed)
    assert (found.what, found.after.kind) == (ReplayResult.ELSEWHERE, after)


@pytest.mark.parametrize(
    ("facts", "changed"),
    [
        (TO_SALES, {"hello": {**NODES["hello"], "then": "order"}}),  # never asked
        (TO_SALES, {"hello": {"type": "customer", "found": "sales", "unknown": "bye"}}),
        ((*MENU, key(5, "•", "menu"), step(5, "sales"), queued(5)), {}),
        ((*MENU, (5, Kind.FALLBACK, {})), {}),
        (MENU, {}),  # the call is in the menu now
        ((step(0, "gone"), queued(1)), {}),
    ],
)
def test_what_the_caller_was_never_asked_or_nobody_may_see_is_unknown(facts, changed):
    assert again(facts, **changed).what is ReplayResult.UNKNOWN


def test_the_ways_of_a_call_are_told_by_steps_and_keys():
    def ways(facts):
        passage = read_passage(timeline(*facts), 1)
        return [(way.step, way.output) for way in ways_of_passage(flow_of(), passage)]

    assert ways(TO_SALES) == [("hello", "then"), ("menu", "1")]
    assert ways(AHEAD) == [("hello", "then"), ("menu", "1")]
    assert ways(WAITED) == [("hello", "then"), ("menu", "otherwise")]
    assert ways(FAILED)[-1] == ("http", "error")
    assert ways(GOLD)[-1] == ("by", "1")


@pytest.mark.parametrize("seed", range(40))
def test_a_way_is_found_by_the_same_steps_and_keys_as_it_is_counted_by(seed):
    (flow,) = random_flows(Random(seed), 1).values()  # noqa: S311 - the same flows each time
    by_way = {
        (way.step, way.output): {
            (at, to, key)
            for at, to, key in product(flow.steps, flow.steps, KEYS)
            if way in ways_between(flow, at, to, key)
        }
        for way in ways_of(flow)
    }
    for (at, output), expected in by_way.items():
        found = changes_by(flow, at, output)
        assert len({(one.step, one.to) for one in found}) == len(found)
        assert expected == {
            (one.step, one.to, key)
            for one in found
            for key in (KEYS if one.keys is None else one.keys)
        }
    assert changes_by(flow, flow.start, "no output") == ()
    assert changes_by(flow, StepId("nowhere"), "1") == ()


def test_a_call_that_never_came_to_the_flow_has_no_passage():
    assert read_passage(timeline(queued(1)), 1) is None
    assert read_passage(timeline(*TO_SALES), 2) is None
