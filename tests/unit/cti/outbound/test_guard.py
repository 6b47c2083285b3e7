"""Stops and limits of cost: no stopped person dials a chargeable number."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.agent import Outbound
from cti.outbound.alarms import cost_alarm
from cti.outbound.guard import DayCosts, Guard, GuardCounts, Spent, Stop, reaches, too_many
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import (
    Allowed,
    Dialler,
    DialTrunk,
    Moment,
    OutboundPlan,
    OutboundRule,
    Refused,
    RuleId,
    Usage,
    may_dial,
)

NOW = 1_770_000_000.0
OURS = "+862161239876"
EVERYTHING = OutboundRule(RuleId(1), "All", frozenset(NumberClass), (1, 2))
PLAN = OutboundPlan(
    rules=(EVERYTHING,),
    trunks={n: DialTrunk(n, f"Trunk {n}") for n in (1, 2)},
    own_numbers=frozenset({OURS}),
    site_number=OURS,
)
LI = Dialler(7)
NUMBERS = st.sampled_from(
    ["13800138000", "+442079460000", "95588", "02161230000", "+870773111222", "110", "120"]
)


def ask(number, guard, usage=None, dialler=LI):
    plan = replace(PLAN, guard=guard)
    return may_dial(number, dialler, plan, Moment(NOW, usage or Usage()))


@given(NUMBERS, st.sampled_from(Outbound), st.booleans())
def test_a_stopped_person_dials_emergency_numbers_only(number, limit, stored):
    guard = Guard(stops={"agent:7": Stop(NOW - 60)} if stored else {})
    usage = Usage(counts=GuardCounts(stops={} if stored else {"agent:7": NOW - 60}))
    found = ask(number, guard, usage, Dialler(7, limit=limit))
    emergency = number in {"110", "120"}
    assert isinstance(found, Allowed) is emergency


@given(NUMBERS)
def test_a_stopped_trunk_carries_emergency_calls_only(number):
    found = ask(number, Guard(stops={"trunk:1": Stop(NOW)}))
    assert isinstance(found, Allowed)
    ways = {way.trunk for way in found.ways}
    assert (1 in ways) is (found.number_class is NumberClass.EMERGENCY)


@given(st.floats(0, 1e9), st.floats(0, 1e9) | st.none(), st.floats(0, 1e9) | st.none())
def test_a_stop_holds_until_the_newest_one_is_released(since, released, own):
    guard = Guard(stops={"agent:7": Stop(since, released)})
    newer = own is not None and own > since + 0.001
    assert guard.stopped("agent:7", own) is (newer or released is None)


def test_without_a_stop_nobody_is_stopped():
    assert not Guard().stopped("agent:7")
    assert Guard().stopped("agent:7", 5.0)
    assert Guard().released_at("agent:7") == 0.0


DAY = DayCosts(NOW - 100, {"agent:7": 50_000, "site": 90_000, "rule:1": 20_000})


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"person_limit": 5}, "limit of {limit} a day for your calls"),
        ({"site_limit": 9}, "All calls together"),
        ({"person_limit": 6, "site_limit": 10}, ""),
    ],
)
def test_a_limit_that_is_reached_refuses_and_is_named(limits, words):
    found = ask("13800138000", Guard(costs=DAY, currency="CNY", **limits))
    assert isinstance(found, Refused) is bool(words)
    if isinstance(found, Refused):
        assert words in found.sentence
        assert found.values["limit"].endswith(" CNY")
    assert isinstance(ask("110", Guard(costs=DAY, **limits)), Allowed)


def test_the_larger_of_both_sums_of_a_day_counts_and_none_of_another_day():
    guard = Guard(costs=DAY)
    mine = Spent(DAY.began, 70_000)
    assert guard.spent("agent:7", NOW, mine) == 70_000
    assert guard.spent("agent:7", NOW, Spent(DAY.began, 10_000)) == 50_000
    assert guard.spent("agent:7", NOW, Spent(DAY.began - 86_400, 99_000)) == 50_000
    assert guard.spent("agent:7", NOW + 86_400, mine) == 0
    assert guard.day(NOW + 86_400) == DAY.began + 86_400


@given(st.lists(st.floats(0, 100)), st.floats(0, 100), st.integers(0, 10))
def test_too_many_is_a_count_of_the_recent_ones(times, since, most):
    recent = [one for one in times if one > since]
    assert too_many(times, since, most) is (most > 0 and len(recent) >= most)


def test_a_limit_of_zero_is_none():
    assert not reaches(10**9, 0)
    assert reaches(10_000, 1)
    assert not reaches(9_999, 1)


@pytest.mark.parametrize(
    ("spent", "level"), [(79.9, None), (80, "warning"), (99, "warning"), (100, "critical")]
)
def test_a_days_cost_warns_at_four_fifths_and_alarms_at_the_limit(spent, level):
    found = cost_alarm("site", "…", "", spent, 100, "CNY")
    assert (found.level if found else None) == level
