"""Who may dial which number: classes, rules, trunks, limits; no number reaches a foreign class."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.agent import Outbound
from crm.number_lists.lists import (
    Effect,
    EffectKind,
    EntryId,
    ListEntry,
    ListKind,
    NumberListId,
    NumberLists,
    Pattern,
)
from cti.outbound.digits import DIAL_CHARACTERS
from cti.outbound.numbers import NumberClass, class_of, is_emergency
from cti.outbound.rule import (
    SYSTEM,
    Allowed,
    Dialler,
    DialTrunk,
    Moment,
    OutboundPlan,
    OutboundRule,
    Refused,
    Rewrite,
    RuleId,
    TrunkChoice,
    Usage,
    may_dial,
    read_dialled,
)

NOW = 1_770_000_000.0
OURS = "+862161239876"
RULE = OutboundRule(RuleId(1), "National", frozenset({NumberClass.MOBILE}), (1, 2, 3))
PLAN = OutboundPlan(
    rules=(RULE,),
    trunks={n: DialTrunk(n, f"Trunk {n}") for n in (1, 2, 3)},
    own_numbers=frozenset({OURS, "+864008001234"}),
    site_number=OURS,
)
MOBILE = "+8613800138000"


def ask(dialled=MOBILE, dialler=SYSTEM, plan=PLAN, usage=None, lists=None):
    return may_dial(dialled, dialler, plan, Moment(NOW, usage or Usage(), lists or NumberLists()))


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("110", "emergency"), ("120", "emergency"), ("122", "emergency"), ("10086", "local"),
        ("+862161230000", "local"), ("+861065529988", "national"), (MOBILE, "mobile"),
        ("+8618612345678", "mobile"), ("+442079460000", "international"),
        ("+12125550100", "international"), ("+881612345678", "premium"),
        ("", "premium"), ("+", "premium"),
    ],
)  # fmt: skip
def test_a_number_has_the_class_that_it_costs(number, wanted):
    assert class_of(number, "CN", OURS) == wanted


def test_emergency_numbers_are_those_of_the_region():
    assert is_emergency("911", "US")
    assert not is_emergency("911", "CN")
    assert is_emergency("112", "DE")


def test_the_first_rule_that_applies_decides_and_the_others_say_why_not():
    other = replace(RULE, id=RuleId(2), name="Sales", groups=frozenset({7}))
    local = replace(RULE, id=RuleId(3), name="Local", classes=frozenset({NumberClass.LOCAL}))
    beijing = replace(RULE, id=RuleId(4), name="Beijing", begins=("+8610",))
    plan = replace(PLAN, rules=(other, local, beijing, RULE))
    found = ask(plan=plan)
    assert isinstance(found, Allowed)
    assert [(one.rule, one.why) for one in found.looked] == [
        ("Sales", "for other people"),
        ("Local", "for other kinds of numbers"),
        ("Beijing", "for other numbers"),
        ("National", ""),
    ]


@pytest.mark.parametrize(
    ("people", "dialler", "allowed"),
    [
        ({"roles": frozenset({3})}, Dialler(1, roles=frozenset({3})), True),
        ({"groups": frozenset({3})}, Dialler(1, groups=frozenset({4})), False),
        ({"agents": frozenset({1})}, Dialler(1), True),
        ({"agents": frozenset({2})}, Dialler(1), False),
        ({}, Dialler(1), True),
    ],
)
def test_a_rule_is_for_roles_groups_and_agents_or_for_everybody(people, dialler, allowed):
    plan = replace(PLAN, rules=(replace(RULE, **people),))
    assert isinstance(ask(dialler=dialler, plan=plan), Allowed) is allowed


def trunks(choice, usage=None):
    return [way.trunk for way in ask(plan=replace(PLAN, rules=(replace(RULE, choice=choice),)),
                                     usage=usage).ways]  # fmt: skip


def test_trunks_are_tried_in_the_order_that_the_rule_wants():
    assert trunks(TrunkChoice.ORDER) == [1, 2, 3]
    assert [trunks(TrunkChoice.ROUND_ROBIN, Usage(turn=n))[0] for n in range(4)] == [1, 2, 3, 1]
    assert trunks(TrunkChoice.LEAST_USED, Usage({1: 5, 2: 0, 3: 1})) == [2, 3, 1]
    first = {trunks(TrunkChoice.RANDOM, Usage(turn=n))[0] for n in range(50)}
    assert first == {1, 2, 3}


def test_a_trunk_that_is_full_or_down_is_left_out_and_all_full_is_told():
    full = {n: DialTrunk(n, f"{n}", most_calls=1) for n in (1, 2, 3)}
    plan = replace(PLAN, trunks=full)
    assert [w.trunk for w in ask(plan=plan, usage=Usage({1: 1})).ways] == [2, 3]
    assert [w.trunk for w in ask(usage=Usage(down=frozenset({1}))).ways] == [2, 3]
    assert [w.trunk for w in ask(usage=Usage(down=frozenset({1, 2, 3}))).ways] == [1, 2, 3]
    refused = ask(plan=plan, usage=Usage({1: 1, 2: 1, 3: 1}))
    assert "busy" in refused.sentence
    assert refused.rule == "National"


@pytest.mark.parametrize(
    ("limit", "usage"),
    [
        ({"most_calls": 2}, Usage(by_rule={RuleId(1): 2})),
        ({"per_minute": 2}, Usage(last_minute={RuleId(1): 2})),
    ],
)
def test_a_rules_limits_refuse_with_its_name(limit, usage):
    plan = replace(PLAN, rules=(replace(RULE, **limit),))
    assert isinstance(ask(plan=plan, usage=usage), Refused)
    assert isinstance(ask(plan=plan), Allowed)


def test_only_a_number_of_ours_is_shown():
    def shown(rule=RULE, dialler=SYSTEM):
        return ask(plan=replace(PLAN, rules=(rule,)), dialler=dialler).ways[0].caller_number

    assert shown() == OURS
    assert shown(dialler=Dialler(1, caller_number="+864008001234")) == "+864008001234"
    assert shown(dialler=Dialler(1, caller_number="+8613911112222")) == OURS
    assert shown(replace(RULE, caller_number="+864008001234")) == "+864008001234"


def test_a_number_is_rewritten_for_the_carrier():
    rewrites = (Rewrite("+86", 3, "0"), Rewrite("+", 1, "00"))
    way = ask(plan=replace(PLAN, rules=(replace(RULE, rewrites=rewrites),))).ways[0]
    assert way.digits == "013800138000"


@pytest.mark.parametrize(
    ("typed", "prefix", "wanted"),
    [
        ("138 0013 8000", "", MOBILE), ("1\uff138-0013-8000", "", MOBILE),
        ("tel:+86 138 0013 8000", "", MOBILE),
        ("913800138000", "9", MOBILE), ("95188", "9", "95188"), ("0086 138 0013 8000", "", MOBILE),
        ("<script>", "", ""), ("", "", ""), ("anonymous", "", ""),
    ],
)  # fmt: skip
def test_any_spelling_is_read_and_the_outside_prefix_is_taken_off(typed, prefix, wanted):
    assert read_dialled(typed, replace(PLAN, prefix=prefix)) == wanted


def test_a_listed_number_is_not_called_and_an_emergency_is_always():
    entry = ListEntry(
        EntryId(1), NumberListId(1), ListKind.BLACK, Pattern(MOBILE, (MOBILE,)),
        effect=Effect(EffectKind.REFUSE),
    )  # fmt: skip
    assert "blocked" in ask(lists=NumberLists([entry])).sentence
    nobody = Dialler(1, limit=Outbound.NONE)
    found = ask("110", nobody, replace(PLAN, rules=()), Usage(down=frozenset({1})))
    assert [way.trunk for way in found.ways] == [2, 3, 1]
    assert isinstance(ask("110", plan=replace(PLAN, trunks={})), Refused)


def test_an_own_limit_narrows_or_raises_until_its_time():
    assert "own limit" in ask(dialler=Dialler(1, limit=Outbound.INTERNAL)).sentence
    raised = Dialler(1, limit=Outbound.INTERNATIONAL, limit_until=NOW + 60)
    assert isinstance(ask("+442079460000", raised), Allowed)
    over = replace(raised, limit_until=NOW - 1)
    assert isinstance(ask("+442079460000", over), Refused)
    assert isinstance(ask("+881612345678", raised), Refused)


CLASSES = st.frozensets(st.sampled_from(NumberClass), min_size=1)
RULES = st.lists(
    st.builds(
        OutboundRule,
        id=st.integers(1, 9).map(RuleId),
        name=st.just("r"),
        classes=CLASSES,
        trunks=st.just((1, 2, 3)),
        agents=st.frozensets(st.integers(1, 3), max_size=2),
        rewrites=st.lists(
            st.builds(Rewrite, st.sampled_from(["", "+86", "+"]), st.integers(0, 5),
                      st.text("0123456789+*#,;\r\n", max_size=4)), max_size=2
        ).map(tuple),
    ),
    max_size=4,
).map(tuple)  # fmt: skip
NUMBERS = st.one_of(
    st.from_regex(r"\+?[0-9 ()-]{1,16}", fullmatch=True),
    st.text(max_size=30),
    st.sampled_from([MOBILE, "+442079460000", "110", "10086", "+881612345678", "1001"]),
)


@given(NUMBERS, RULES, st.integers(1, 4), st.sampled_from(Outbound))
def test_no_number_reaches_a_class_that_its_caller_has_not_got(dialled, rules, agent, limit):
    plan = replace(PLAN, rules=rules)
    found = ask(dialled, Dialler(agent, limit=limit), plan)
    if isinstance(found, Refused):
        assert found.sentence
        return
    assert all(set(way.digits) <= DIAL_CHARACTERS for way in found.ways)
    if found.number_class is NumberClass.EMERGENCY:
        return
    assert found.ways
    for_me = [r for r in rules if not r.agents or agent in r.agents]
    if limit is Outbound.BY_RULE:
        assert any(found.number_class in rule.classes for rule in for_me)
    else:
        assert limit is not Outbound.NONE
        assert limit is Outbound.INTERNATIONAL or found.number_class != "international"
