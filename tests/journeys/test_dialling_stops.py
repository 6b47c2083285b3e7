"""Expensive calls are counted and stopped, costs have limits, emergency numbers always work."""

from dataclasses import replace
from decimal import Decimal

import pytest
from journeys.invariants import check

from acd.agent import AgentState
from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from crm.charges.rate import Rate, rate_table
from crm.kernel.errors import RefusedError
from cti.core import events as e
from cti.core import requests as r
from cti.core.commands import NoteCall
from cti.core.leg import LegId
from cti.fake import sign_in
from cti.outbound.guard import DayCosts, FraudLimits, Guard, Stop
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import DialTrunk, OutboundPlan, OutboundRule, RuleId
from cti.trunks.trunk import TrunkId

LI = AgentId(1)
ONE, TWO = TrunkId(1), TrunkId(2)
ABROAD, MOBILE = "+442079460000", "13800138000"
DIALLED = frozenset({NumberClass.MOBILE, NumberClass.INTERNATIONAL})
RATES = rate_table([Rate("+", "Any", Decimal(6), first_seconds=6, step_seconds=6)])


def plan(trunks=(ONE, TWO), **guard):
    rule = OutboundRule(RuleId(1), "All", DIALLED, trunks)
    return OutboundPlan(
        rules=(rule,),
        trunks={ONE: DialTrunk(ONE, "Carrier"), TWO: DialTrunk(TWO, "Second")},
        own_numbers=frozenset({"+864008001234"}),
        site_number="+864008001234",
        guard=Guard(currency="CNY", rates=RATES, **guard),
    )


def fraud(calls, minutes=10, day_cost=0):
    return plan(fraud=FraudLimits(calls, minutes, day_cost))


@pytest.fixture
def ready(fake):
    sign_in(fake, 1, 2)
    return fake


def call_out(fake, call, number=ABROAD, seconds=0.0, agent=LI):
    """Call a number, perhaps talk, hang up, and be ready again."""
    fake.hear(r.CallAsked(CallId(call), agent, number))
    fake.answers(f"{call}-a1")
    if seconds:
        fake.answers(f"{call}-c2")
        fake.wait(seconds)
    fake.ends(f"{call}-c2")
    if fake.agent(agent).state is AgentState.WRAP_UP:
        fake.hear(r.StateAsked(agent, ready=True))


def stops(fake):
    return [
        one.detail
        for _, one in fake.facts
        if isinstance(one, NoteCall) and one.kind is Kind.DIALLING_STOPPED
    ]


def refuse(fake, call, number=ABROAD, agent=LI):
    with pytest.raises(RefusedError) as refused:
        fake.hear(r.CallAsked(CallId(call), agent, number))
    return refused.value


def test_the_call_after_the_twentieth_abroad_is_refused_and_so_is_any_chargeable_one(ready):
    ready.hear(e.OutboundChanged(fraud(20)))
    for number in range(20):
        call_out(ready, f"o{number}")
        ready.wait(5)
    (told,) = [one for one in stops(ready) if one["whose"] == "agent:1"]
    assert (told["why"], told["count"], told["minutes"]) == ("calls", 20, 10)
    assert "stopped" in str(refuse(ready, "o20"))
    refuse(ready, "o21", MOBILE)
    check(ready)


def test_an_emergency_number_is_dialled_whatever_is_stopped(ready):
    stopped = {"agent:1": Stop(1.0), "trunk:1": Stop(1.0), "trunk:2": Stop(1.0)}
    ready.hear(e.OutboundChanged(plan(stops=stopped, site_limit=1, costs=spent(99))))
    refuse(ready, "o1", MOBILE)
    ready.hear(r.CallAsked(CallId("o2"), LI, "110"))
    ready.answers("o2-a1")
    assert ready.dialled[LegId("o2-c2")][1] == "110"


def test_slower_calls_abroad_and_calls_at_home_stop_nobody(ready):
    ready.hear(e.OutboundChanged(fraud(3, minutes=1)))
    for number in range(6):
        call_out(ready, f"o{number}")
        ready.wait(31)
        call_out(ready, f"m{number}", MOBILE)
    assert stops(ready) == []


def test_a_stop_survives_the_death_of_the_engine_and_ends_when_it_is_released(ready):
    ready.hear(e.OutboundChanged(fraud(2)))
    call_out(ready, "o1")
    call_out(ready, "o2")
    ready.engine_dies()
    refuse(ready, "o3", MOBILE)

    known = ready.state.outbound
    released = {key: replace(one, released=ready.now) for key, one in known.guard.stops.items()}
    ready.hear(e.OutboundChanged(replace(known, guard=replace(known.guard, stops=released))))
    ready.wait(1)
    call_out(ready, "o4", MOBILE)
    call_out(ready, "o5")
    assert len(stops(ready)) == 2  # the person and the trunk, once each


def test_a_stop_holds_though_settings_are_read_before_the_database_knows_of_it(ready):
    ready.hear(e.OutboundChanged(fraud(1)))
    call_out(ready, "o1")
    ready.hear(e.OutboundChanged(replace(fraud(1), prefix="9")))
    refuse(ready, "o2", MOBILE)


def test_a_stopped_trunk_is_left_out_and_other_people_use_the_next_one(ready):
    ready.hear(e.OutboundChanged(plan(stops={"trunk:1": Stop(1.0)})))
    ready.hear(r.CallAsked(CallId("o1"), LI, MOBILE))
    ready.answers("o1-a1")
    assert ready.dialled[LegId("o1-c2")][0] == TWO
    ready.ends("o1-c2")
    ready.hear(r.StateAsked(LI, ready=True))

    both = {"trunk:1": Stop(1.0), "trunk:2": Stop(1.0)}
    ready.hear(e.OutboundChanged(plan(stops=both)))
    assert "All trunks" in str(refuse(ready, "o2", MOBILE))


def test_the_cost_of_ended_calls_adds_up_to_the_limit_of_a_person(ready):
    ready.hear(e.OutboundChanged(plan(person_limit=6)))
    call_out(ready, "o1", seconds=30)  # 3 CNY
    call_out(ready, "o2", seconds=30)
    assert "6 CNY" in str(refuse(ready, "o3"))
    call_out(ready, "o4", agent=AgentId(2))
    ready.wait(86_400)
    call_out(ready, "o5")


def spent(units):
    return DayCosts(0.0, {"site": units * 10_000})


def test_the_engine_goes_on_from_what_the_database_knows(ready):
    at = ready.now // 86_400 * 86_400
    known = DayCosts(at, {"site": 50_000, "rule:1": 50_000})
    ready.hear(e.OutboundChanged(plan(site_limit=8, costs=known)))
    call_out(ready, "o1", seconds=30)
    assert "8 CNY" in str(refuse(ready, "o2"))


def test_the_cost_of_a_rule_has_a_limit_of_its_own(ready):
    limited = plan()
    (rule,) = limited.rules
    ready.hear(e.OutboundChanged(replace(limited, rules=(replace(rule, day_cost=3),))))
    call_out(ready, "o1", seconds=30)
    assert "“All”" in str(refuse(ready, "o2"))


def test_a_days_cost_can_stop_a_person_until_somebody_releases_it(ready):
    ready.hear(e.OutboundChanged(fraud(0, day_cost=3)))
    call_out(ready, "o1", seconds=30)
    (mine,) = [one for one in stops(ready) if one["whose"] == "agent:1"]
    assert (mine["why"], mine["limit"], mine["currency"]) == ("cost", 3, "CNY")
    refuse(ready, "o2", MOBILE)
