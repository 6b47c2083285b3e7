"""Customers with a level of service: priority, another queue, needs, and what goes with them."""

from dataclasses import replace

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue

from acd.decision import Decision
from acd.preferred import FamiliarAgents
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.service_level import ServiceLevel, ServiceLevelId, ServiceLevels
from acd.skills import Need, SkillKey
from crm.calls.record import Kind
from crm.customers.customer import CustomerCard, CustomerId
from crm.kernel.destination import read_destination
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
from cti.core import events as e
from cti.core import requests as r
from cti.core.answer_events import AgentsFound
from cti.core.commands import FindAgents
from cti.core.stage import Stage
from cti.fake import sign_in

SUPPORT, SALES = QueueKey("support"), QueueKey("sales")
ENGLISH = SkillKey("english")
VIP = ServiceLevel(ServiceLevelId(1), "VIP", "贵宾", priority=5, tier="gold")
NUMBER = "+8613800138000"


def set_levels(fake, *levels, lists=()):
    routes = replace(fake.state.routes, levels=ServiceLevels(levels), lists=NumberLists(lists))
    fake.hear(e.RoutesChanged(routes))


def on_vip_list(effect=None):
    return ListEntry(
        EntryId(1), NumberListId(7), ListKind.VIP, Pattern(NUMBER, (NUMBER,)), effect=effect
    )


def is_gold(fake, call="c1"):
    """The number of a call that has just come is one of a gold customer."""
    card = CustomerCard(CustomerId(4), "Zhao Lei", level="gold")
    fake.hear(e.CustomerFound(call, card))


def looked_up(fake, call="c1", tier="gold"):
    assert any(isinstance(one, FindAgents) and one.call == call for one in fake.asked)
    fake.hear(AgentsFound(call, FamiliarAgents(tier=tier)))


def gold_to_queue(fake, call, digit="2"):
    fake.dial(call)
    is_gold(fake, call)
    fake.prompts_end(call)
    fake.press(call, digit)


def skilled(fake, agent, level):
    fake.hear(
        e.AgentKnown(AgentId(agent), f"Agent {agent}", str(1000 + agent), skills={ENGLISH: level})
    )


def noted(fake, kind):
    return [one for _, one in fake.facts if getattr(one, "kind", None) is kind]


def decisions(fake):
    return [one for _, one in fake.facts if isinstance(one, Decision)]


@pytest.fixture
def fake():
    made = open_site()
    set_levels(made, VIP)
    return made


def test_a_customer_with_a_level_passes_those_who_wait_longer(fake):
    to_queue(fake, "first")
    looked_up(fake, "first", "")
    fake.wait(30)
    gold_to_queue(fake, "c1")
    assert fake.state.calls["c1"].priority == 5
    sign_in(fake, 1)
    assert fake.agent_of("c1") == 1
    check(fake)


def test_the_effect_is_told_by_the_decision_and_the_timeline(fake):
    sign_in(fake, 1)
    gold_to_queue(fake, "c1")
    [decision] = decisions(fake)
    assert (decision.level["name"], decision.level["priority"]) == ("VIP", 5)
    [line] = noted(fake, Kind.SERVICE_LEVEL)
    assert (line.detail["name"], line.detail["name_zh"]) == ("VIP", "贵宾")


def test_a_number_that_is_not_known_yet_waits_for_the_look_up_and_then_has_its_level(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    assert fake.stage("c1") is Stage.WAITING, "until it is known whose call it is"
    looked_up(fake)
    assert fake.agent_of("c1") == 1
    assert fake.state.calls["c1"].priority == 5
    assert decisions(fake)[0].level["name"] == "VIP"
    check(fake)


def test_a_look_up_without_an_answer_costs_two_seconds(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.wait(2.1)
    assert fake.agent_of("c1") == 1
    looked_up(fake)
    assert fake.state.calls["c1"].level is None, "too late"
    check(fake)


def test_without_levels_of_tiers_nobody_waits_for_a_look_up(fake):
    set_levels(fake)
    sign_in(fake, 1)
    to_queue(fake, "c1")
    assert fake.agent_of("c1") == 1
    assert not fake.asked or not any(isinstance(one, FindAgents) for one in fake.asked)


@pytest.mark.parametrize("known", [True, False])
def test_a_level_leads_to_another_queue(fake, known):
    fake.hear(e.QueueChanged(SALES, Queue(SALES, "Sales", members_of([AgentId(2)]))))
    set_levels(fake, replace(VIP, queue=SALES))
    sign_in(fake, 1, 2)
    if known:
        gold_to_queue(fake, "c1")
    else:
        to_queue(fake, "c1")
        looked_up(fake)
    assert fake.state.calls["c1"].queue == SALES
    assert fake.state.calls["c1"].priority == 5
    assert fake.agent_of("c1") == 2
    check(fake)


def test_a_queue_of_a_level_that_is_closed_or_full_changes_nothing(fake):
    away = read_destination("hangup")
    full = Queue(SALES, "Sales", members_of([AgentId(2)]), empty=away)
    fake.hear(e.QueueChanged(SALES, full))
    set_levels(fake, replace(VIP, queue=SALES))
    sign_in(fake, 1)
    gold_to_queue(fake, "c1")
    assert fake.state.calls["c1"].queue == SUPPORT
    assert fake.agent_of("c1") == 1
    set_levels(fake, replace(VIP, queue=QueueKey("none")))
    gold_to_queue(fake, "c2")
    assert fake.state.calls["c2"].queue == SUPPORT


def test_overflow_from_the_level_s_queue_does_not_lead_back_and_keeps_the_priority(fake):
    back = read_destination("queue:support")
    vips = Queue(SALES, "Sales", members_of([AgentId(2)]), max_wait_seconds=20, timed_out=back)
    fake.hear(e.QueueChanged(SALES, vips))
    set_levels(fake, replace(VIP, queue=SALES))
    gold_to_queue(fake, "c1")
    fake.wait(21)
    call = fake.state.calls["c1"]
    assert (call.queue, call.priority) == (SUPPORT, 5)
    sign_in(fake, 1)
    assert fake.agent_of("c1") == 1
    assert len(noted(fake, Kind.SERVICE_LEVEL)) == 1
    check(fake)


def test_needs_are_added_and_dropped_after_the_patience(fake):
    set_levels(fake, replace(VIP, needs=(Need(ENGLISH, 5),), patience_seconds=30))
    skilled(fake, 1, 3)
    skilled(fake, 2, 8)
    sign_in(fake, 1)
    gold_to_queue(fake, "c1")
    fake.wait(10)
    assert fake.stage("c1") is Stage.WAITING
    gold_to_queue(fake, "c2")
    sign_in(fake, 2)
    assert fake.agent_of("c1") == 2, "has the skill"
    fake.pick_up("c1")
    fake.wait(29)
    assert fake.stage("c2") is Stage.WAITING
    fake.wait(2)
    assert fake.agent_of("c2") == 1, "nobody with the skill was free in time"
    check(fake)


def test_needs_without_patience_stay(fake):
    set_levels(fake, replace(VIP, needs=(Need(ENGLISH, 5),)))
    skilled(fake, 1, 3)
    sign_in(fake, 1)
    gold_to_queue(fake, "c1")
    fake.wait(3000)
    assert fake.stage("c1") is Stage.WAITING
    skilled(fake, 1, 5)
    assert fake.agent_of("c1") == 1
    check(fake)


def test_a_number_on_a_vip_list_has_the_list_s_level_at_once(fake):
    level = replace(VIP, tier="", listed=NumberListId(7), queue=SALES)
    ten = Effect(EffectKind.PRIORITY, "10")
    set_levels(fake, level, lists=[on_vip_list(ten)])
    sign_in(fake, 1)
    to_queue(fake, "c1")
    call = fake.state.calls["c1"]
    assert (call.queue, call.priority) == (SALES, 15)
    assert fake.agent_of("c1") == 1
    check(fake)


def test_the_level_goes_with_the_customer_to_the_queue_of_a_transfer(fake):
    set_levels(fake, replace(VIP, queue=SUPPORT, needs=(Need(ENGLISH, 5),), patience_seconds=60))
    skilled(fake, 1, 5)
    sign_in(fake, 1)
    gold_to_queue(fake, "c1")
    fake.pick_up("c1")
    to = read_destination("queue:sales")
    fake.hear(r.TransferAsked(AgentId(1), "c1", to))
    call, work = fake.state.calls["c1"], fake.state.works["c1"]
    assert (call.queue, call.priority) == (SALES, 5), "where the agent wants it, and as urgent"
    assert work.needs == (Need(ENGLISH, 5),)
    assert len(noted(fake, Kind.SERVICE_LEVEL)) == 1
    check(fake)


@pytest.mark.parametrize("known", [True, False])
def test_another_engine_goes_on_with_the_level(fake, known):
    set_levels(fake, replace(VIP, needs=(Need(ENGLISH, 5),), patience_seconds=30))
    skilled(fake, 1, 3)
    sign_in(fake, 1)
    if known:
        gold_to_queue(fake, "c1")
    else:
        to_queue(fake, "c1")
        looked_up(fake)
    fake.wait(10)
    fake.engine_dies(2)
    check(fake)
    call, work = fake.state.calls["c1"], fake.state.works["c1"]
    assert (call.level.name, call.boost, call.priority) == ("VIP", 5, 5)
    assert work.needs == (Need(ENGLISH, 5),)
    assert work.level["name"] == "VIP"
    assert fake.stage("c1") is Stage.WAITING
    fake.wait(20)
    assert fake.agent_of("c1") == 1, "the patience goes on where it was"
    check(fake)


def test_a_changed_level_counts_from_the_next_call_on(fake):
    gold_to_queue(fake, "c1")
    set_levels(fake, replace(VIP, priority=9))
    gold_to_queue(fake, "c2")
    assert fake.state.calls["c1"].priority == 5
    assert fake.state.calls["c2"].priority == 9
    check(fake)
