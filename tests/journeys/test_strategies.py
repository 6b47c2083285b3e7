"""Callers and phones under each strategy of a queue, changed while callers wait."""

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue

from acd.queue import AgentId, Queue, QueueKey, QueueMember, Strategy, members_of
from acd.skills import Need
from cti.core import events as e
from cti.core import requests as r
from cti.core.stage import Stage
from cti.fake import sign_in

SUPPORT = QueueKey("support")
DECLINED = 21


def set_queue(fake, members=(1, 2, 3), **fields):
    """Set the queue; those who wait in it may be served now."""
    if members and not isinstance(members[0], QueueMember):
        members = members_of(map(AgentId, members))
    fields.setdefault("wrapup_seconds", 0.0)
    queue = Queue(SUPPORT, "Support", tuple(members), **fields)
    fake.hear(e.QueueChanged(SUPPORT, queue), e.LineOpened(SUPPORT))


def site_with(strategy, **fields):
    fake = open_site()
    set_queue(fake, strategy=strategy, **fields)
    sign_in(fake, 1, 2, 3)
    return fake


def ringing(fake):
    return {leg.agent for leg in fake.state.legs.values() if leg.agent and leg.state != "up"}


def serve(fake, call, seconds=10.0):
    """Let the ringing agent talk so long; give the agent."""
    to_queue(fake, call)
    agent = fake.agent_of(call)
    fake.pick_up(call)
    fake.wait(seconds)
    fake.caller_hangs_up(call)
    check(fake)
    return agent


def skilled(fake, agent, **levels):
    known = fake.agent(agent)
    fake.hear(e.AgentKnown(known.id, known.name, known.extension, skills=levels))


def test_ring_all_connects_the_first_and_tells_the_others_who_it_was():
    fake = site_with(Strategy.RING_ALL)
    to_queue(fake, "c1")
    assert ringing(fake) == {1, 2, 3}
    check(fake)
    fake.answers("c1-a2")
    assert (fake.stage("c1"), fake.agent_of("c1")) == (Stage.TALKING, 2)
    assert ringing(fake) == set()
    assert (fake.agent(1).answered_by, fake.agent(2).answered_by) == ("Agent 2", "")
    told = [one.detail for one in fake.timeline("c1") if one.kind == "withdrawn"]
    assert [(one["agent"], one["by"], one["name"]) for one in told] == [
        (1, 2, "Agent 2"),
        (3, 2, "Agent 2"),
    ]
    check(fake)


def test_of_two_answers_at_once_one_has_the_call():
    fake = site_with(Strategy.RING_ALL)
    to_queue(fake, "c1")
    fake.unheard("c1-a3", "Up")
    fake.answers("c1-a1")
    fake.tell_answered("c1-a3")
    assert fake.agent_of("c1") == 1
    assert fake.agent(3).tasks == ()
    check(fake)


def test_ring_all_rings_on_for_the_rest_when_one_declines_and_the_engine_dies():
    fake = site_with(Strategy.RING_ALL)
    to_queue(fake, "c1")
    fake.ends("c1-a1", DECLINED)
    assert ringing(fake) == {2, 3}
    fake.engine_dies()
    check(fake)
    assert fake.stage("c1") in {Stage.OFFERED, Stage.WAITING}
    fake.wait(30)
    check(fake)


def test_round_robin_takes_turns():
    fake = site_with(Strategy.ROUND_ROBIN)
    assert [serve(fake, f"c{n}") for n in range(4)] == [1, 2, 3, 1]


def test_fewest_calls_and_least_talk_time_level_the_work():
    fake = site_with(Strategy.FEWEST_CALLS)
    assert sorted(serve(fake, f"c{n}") for n in range(6)) == [1, 1, 2, 2, 3, 3]
    set_queue(fake, strategy=Strategy.LEAST_TALK_TIME)
    first = serve(fake, "long", 500)
    assert [serve(fake, f"d{n}") for n in range(4)].count(first) == 0


def test_most_idle_share_spares_the_agent_who_has_worked_most():
    fake = site_with(Strategy.MOST_IDLE_SHARE)
    fake.wait(60)
    busy = serve(fake, "c1", 100)
    fake.wait(60)
    assert serve(fake, "c2", 1) != busy
    assert serve(fake, "c3", 1) != busy


def test_the_best_skilled_agent_is_rung_first_and_one_without_the_skill_never():
    fake = open_site()
    skilled(fake, 1, english=3)
    skilled(fake, 2, english=9)
    set_queue(fake, strategy=Strategy.BEST_SKILLED, needs=(Need("english", 3),))
    sign_in(fake, 1, 2, 3)
    to_queue(fake, "c1")
    to_queue(fake, "c2")
    to_queue(fake, "c3")
    assert [fake.agent_of(one) for one in ("c1", "c2")] == [2, 1]
    assert fake.stage("c3") is Stage.WAITING
    check(fake)
    skilled(fake, 3, english=10)
    assert fake.agent_of("c3") == 3
    check(fake)


def test_by_rank_the_second_rank_is_rung_only_when_the_first_is_busy():
    fake = open_site()
    members = (QueueMember(AgentId(1), 2), QueueMember(AgentId(2), 1))
    set_queue(fake, members, strategy=Strategy.RANK)
    sign_in(fake, 1, 2)
    assert [serve(fake, f"c{n}") for n in range(3)] == [2, 2, 2]
    to_queue(fake, "d1")
    to_queue(fake, "d2")
    assert [fake.agent_of("d1"), fake.agent_of("d2")] == [2, 1]
    check(fake)


@pytest.mark.parametrize("strategy", Strategy)
def test_a_strategy_is_changed_while_callers_wait_and_while_phones_ring(strategy):
    fake = open_site()
    set_queue(fake)
    for call in ("c1", "c2", "c3"):
        to_queue(fake, call)
    sign_in(fake, 1)
    set_queue(fake, strategy=strategy)
    check(fake)
    sign_in(fake, 2, 3)
    check(fake)
    set_queue(fake, strategy=Strategy.RING_ALL)
    fake.pick_up("c1")
    check(fake)
    fake.engine_dies()
    check(fake)
    assert len(fake.state.calls) == 3


def test_groups_do_not_mix():
    fake = open_site()
    set_queue(fake, (1,))
    other = Queue(QueueKey("sales"), "Sales", members_of([AgentId(2)]))
    fake.hear(e.QueueChanged(other.key, other), e.LineOpened(other.key))
    to_queue(fake, "c1", "2")
    to_queue(fake, "c2", "1")
    sign_in(fake, 2)
    assert (fake.stage("c1"), fake.agent_of("c2")) == (Stage.WAITING, 2)
    fake.hear(r.StateAsked(AgentId(2), ready=False, reason="lunch"))
    fake.wait(20)
    assert fake.stage("c1") is Stage.WAITING
    check(fake)
