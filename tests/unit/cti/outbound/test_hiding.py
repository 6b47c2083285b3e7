"""Calls that hide our number: who may, by which rule, and over which trunks."""

from dataclasses import replace

import pytest

from acd.queue import AgentId
from cti.outbound.hiding import hidden, may_hide
from cti.outbound.numbers import NumberClass
from cti.outbound.refusals import MAY_NOT_HIDE, NO_HIDING_TRUNK
from cti.outbound.rule import (
    Allowed,
    Dialler,
    DialTrunk,
    Moment,
    OutboundPlan,
    OutboundRule,
    Refused,
    RuleId,
    may_dial,
)
from cti.trunks.trunk import TrunkId

OURS, MOBILE = "+862161239876", "+8613800138000"
ONE, TWO = TrunkId(1), TrunkId(2)
RULE = OutboundRule(RuleId(1), "Mobile", frozenset({NumberClass.MOBILE}), (ONE, TWO), may_hide=True)
PLAN = OutboundPlan(
    rules=(RULE,),
    trunks={ONE: DialTrunk(ONE, "Strict", hide_allowed=False), TWO: DialTrunk(TWO, "Free")},
    own_numbers=frozenset({OURS}),
    site_number=OURS,
)


def asked(plan: OutboundPlan = PLAN, number: str = MOBILE) -> Allowed | Refused:
    allowed = may_dial(number, Dialler(AgentId(1)), plan, Moment(0.0))
    assert isinstance(allowed, Allowed)
    return hidden(allowed, plan)


def test_only_trunks_that_can_hide_are_taken_and_no_number_is_shown() -> None:
    found = asked()

    assert isinstance(found, Allowed)
    assert [(way.trunk, way.caller_number) for way in found.ways] == [(TWO, "")]


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (replace(PLAN, rules=(replace(RULE, may_hide=False),)), MAY_NOT_HIDE),
        (replace(PLAN, rules=(replace(RULE, trunks=(ONE,)),)), NO_HIDING_TRUNK),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(plan: OutboundPlan, sentence: str) -> None:
    found = asked(plan)

    assert isinstance(found, Refused)
    assert (found.sentence, found.rule) == (sentence, "Mobile")


def test_an_emergency_call_always_shows_our_number() -> None:
    found = asked(number="110")

    assert isinstance(found, Allowed)
    assert {way.caller_number for way in found.ways} == {OURS}


def test_the_dial_box_offers_it_to_those_a_rule_is_for() -> None:
    narrow = replace(RULE, roles=frozenset({3}))
    li, wang = (Dialler(AgentId(n), roles=frozenset({n})) for n in (1, 3))

    assert [may_hide(one, (narrow,)) for one in (li, wang)] == [False, True]
    assert not may_hide(li, (replace(RULE, may_hide=False),))
