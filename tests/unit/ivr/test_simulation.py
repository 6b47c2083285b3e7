"""The simulator: early keys, look-ups without an answer, other flows, unfinished drafts."""

from datetime import UTC, datetime

import pytest

from crm.hours.group import Interval, TimeGroup, TimeGroupId, WeeklyHours
from crm.kernel.errors import InvalidError
from ivr.flow import FlowId
from ivr.simulation.expectation import MismatchKind, coverage, mismatches, read_expectation
from ivr.simulation.reading import read_draft
from ivr.simulation.run import LineKind, site_of
from ivr.simulation.scenario import read_scenario
from ivr.simulation.script import play_scenario

MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
OFFICE = TimeGroup(
    TimeGroupId(4), "Office", "UTC", (WeeklyHours(frozenset({0}), Interval(540, 1080)),)
)
NODES = {
    "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
    "menu": {
        "type": "menu",
        "prompts": ["menu"],
        "choices": {"1": "sales", "2": "who", "3": "sales", "4": "http", "5": "hours", "6": "lot"},
        "otherwise": "bye",
        "tries": 2,
    },
    "sales": {"type": "queue", "queue": "sales"},
    "who": {"type": "customer", "found": "sales", "unknown": "bye", "error": "bye"},
    "http": {
        "type": "http",
        "url": "https://crm.example.com/",
        "answers": {"level": "data.level"},
        "then": "by",
        "error": "bye",
    },
    "by": {
        "type": "condition",
        "branches": [{"when": 'level == "gold"', "then": "sales"}],
        "otherwise": "bye",
    },
    "hours": {"type": "hours", "group": 4, "opened": "sales", "closed": "bye"},
    "lot": {"type": "share", "shares": [{"share": 30, "then": "sales"}], "otherwise": "bye"},
    "bye": {"type": "hangup", "prompts": ["goodbye"]},
}


def play(nodes=NODES, start="greet", others=(), **told):
    flow = read_draft(1, "Hotline", {"start": start, "nodes": nodes})
    flows = {FlowId(1): flow}
    for id_, document in others:
        flows[FlowId(id_)] = read_draft(id_, "Other", document)
    scenario = read_scenario(told)
    site = site_of(flows, {OFFICE.id: OFFICE}, scenario.clock or MONDAY)
    return play_scenario(site, FlowId(1), scenario)


def keys(text, **more):
    return [{"press": key, **more} for key in text]


def ended(played):
    return None if played.ended is None else (played.ended.kind, played.ended.target)


def test_a_call_without_acts_stops_where_a_key_is_waited_for():
    played = play()
    assert (played.at, played.waits_for, ended(played)) == ((1, "menu"), "key", None)
    said = [line.prompts for line in played.trace if line.kind is LineKind.SAID]
    assert said == [("greeting",), ("menu",)]


@pytest.mark.parametrize("early", [False, True])
def test_a_key_leads_on_also_before_the_prompts_are_over(early):
    played = play(does=keys("1", early=early))
    assert ended(played) == ("queue", "sales")
    ways = [(way.step, way.output) for way in played.ways]
    assert ways == [("greet", "then"), ("menu", "1")]


def test_two_keys_to_the_same_step_are_two_ways():
    taken = [play(does=keys(key)).ways[-1].output for key in "13"]
    assert taken == ["1", "3"]


def test_who_presses_nothing_is_led_on_after_the_last_try():
    played = play(does=[{"wait": True}, {"wait": True}])
    assert ended(played) == ("hangup", "")
    assert played.ways[-1].output == "otherwise"


def test_who_hangs_up_ends_there():
    assert ended(play(does=[{"hang_up": True, "early": True}])) == ("caller", "greet")
    assert ended(play(does=[{"hang_up": True}])) == ("caller", "menu")


@pytest.mark.parametrize(
    ("customer", "end"),
    [({"customer_name": "王芳"}, ("queue", "sales")), ({}, ("hangup", "")), (None, None)],
)
def test_a_look_up_is_answered_by_the_scenario_or_asked_for(customer, end):
    played = play(does=keys("2"), customer=customer)
    assert ended(played) == end
    assert [(one.step, one.question) for one in played.missing] == (
        [("who", "customer")] if end is None else []
    )


@pytest.mark.parametrize(
    ("answer", "end", "way"),
    [
        ({"value": {"level": "gold"}}, ("queue", "sales"), ("by", "1")),
        ({"value": {"level": "none"}}, ("hangup", ""), ("by", "otherwise")),
        ({"fails": "time-out"}, ("hangup", ""), ("http", "error")),
        ({"fails": "refused"}, ("hangup", ""), ("http", "error")),
    ],
)
def test_a_fake_answer_of_another_system_decides(answer, end, way):
    played = play(does=keys("4"), answers={"http": [answer]})
    assert (ended(played), (played.ways[-1].step, played.ways[-1].output)) == (end, way)


@pytest.mark.parametrize(
    ("clock", "end"), [("2026-11-30T10:00:00+00:00", "queue"), ("2026-12-01T10:00:00Z", "hangup")]
)
def test_opening_hours_go_by_the_clock_of_the_scenario(clock, end):
    assert play(does=keys("5"), clock=clock).ended.kind == end


@pytest.mark.parametrize(("lot", "end"), [(29.9, "queue"), (30, "hangup")])
def test_a_lot_is_drawn_by_the_scenario(lot, end):
    assert play(does=keys("6"), lots={"lot": lot}).ended.kind == end


def test_a_call_goes_through_a_sub_flow_and_on_in_another_flow():
    nodes = {"sub": {"type": "subflow", "flow": 2, "then": "on"}, "on": {"type": "flow", "flow": 3}}
    sub = {
        "start": "set",
        "nodes": {
            "set": {"type": "set", "variable": "level", "value": "gold", "then": "back"},
            "back": {"type": "back"},
        },
    }
    last = {"start": "q", "nodes": {"q": {"type": "queue", "queue": "vip"}}}
    played = play(nodes, "sub", [(2, sub), (3, last)])
    assert ended(played) == ("queue", "vip")
    assert [(one.flow, one.step) for one in played.entered] == [
        (1, "sub"), (2, "set"), (2, "back"), (1, "on"), (3, "q")
    ]  # fmt: skip
    assert [(way.flow, way.step) for way in played.ways] == [(2, "set"), (1, "sub")]


def test_a_draft_is_played_as_far_as_it_is_finished():
    nodes = {
        "menu": {
            "type": "menu",
            "prompts": ["x"],
            "choices": {"1": "q", "2": "gone"},
            "otherwise": "q",
        },
        "q": {"type": "queue"},
    }
    for key, step in (("1", "q"), ("2", "gone")):
        assert ended(play(nodes, "menu", does=keys(key))) == ("unfinished", step)
    for bad in ({}, {"nodes": nodes}, {"start": "x", "nodes": nodes}, {"start": "a", "nodes": 5}):
        with pytest.raises(InvalidError):
            read_draft(1, "x", bad)


def test_keys_far_ahead_and_very_long_calls_end():
    nodes = {"menu": {**NODES["menu"], "choices": {"1": "menu"}}, "bye": NODES["bye"]}
    played = play(nodes, "menu", does=keys("1" * 600))
    assert (len(played.entered), played.waits_for) == (501, "key")


def test_a_test_says_what_was_not_as_expected():
    def why(expect, **told):
        return [one.why for one in mismatches(read_expectation(expect), play(**told))]

    sales = {"ends": {"kind": "queue", "target": "sales"}}
    assert why(sales, does=keys("1")) == []
    assert why(sales) == [MismatchKind.WAITS]
    assert why(sales, does=keys("2")) == [MismatchKind.MISSING]
    assert why(sales, does=keys("2"), customer={}) == [MismatchKind.ENDS]
    assert why({"passes": ["menu", "by"]}, does=keys("1")) == [MismatchKind.PASSES]
    gold = {"variables": {"level": "gold"}}
    assert why(gold, does=keys("1")) == [MismatchKind.VARIABLE]
    assert why(gold, does=keys("1"), variables={"level": "gold"}) == []


def test_coverage_counts_each_output_and_names_what_is_missing():
    flow = read_draft(1, "Hotline", {"start": "greet", "nodes": NODES})
    found = coverage(flow, [play(does=keys("1")), play(does=keys("2"), customer={})])
    assert len(found.ways) == 1 + 7 + 3 + 2 + 2 + 2 + 2
    taken = {(way.step, way.output) for way in found.taken}
    assert taken == {("greet", "then"), ("menu", "1"), ("menu", "2"), ("who", "unknown")}
    assert len(found.missing) == len(found.ways) - 4
