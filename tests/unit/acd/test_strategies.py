"""Which of the free agents is offered a work, by each strategy, with skills and ranks."""

from dataclasses import replace

import pytest
from unit.acd.ground import SUPPORT, Ground

from acd import settings as acd_settings
from acd.decision import Rule, Verdict, replay
from acd.queue import AgentId, Queue, QueueMember, Strategy, members_of
from acd.skills import Need
from acd.today import Today


def edit(ground, agents=(1, 2, 3), **fields):
    """Set the queue anew, while callers may wait in it."""
    members = fields.pop("members", members_of(map(AgentId, agents)))
    queue = Queue(SUPPORT, "Support", members, **fields)
    ground.step(acd_settings.QueueEdited(SUPPORT, queue))


def skilled(ground, agent, **levels):
    known = ground.agent(agent)
    ground.step(
        acd_settings.AgentEdited(known.id, known.name, known.extension, enabled=True, skills=levels)
    )


def with_day(ground, agent, **fields):
    """Let an agent have done this today."""
    ground.step(acd_settings.DayBegan(AgentId(agent)))
    ground.step(acd_settings.DayRestored(AgentId(agent), Today(**fields)))


def take(ground, work, agent, seconds=60.0):
    """Let an agent talk so long."""
    ground.accept(work, agent)
    ground.wait(seconds)
    ground.end(work, wrap_up=False)


def queue_by(strategy, agents=(1, 2, 3)):
    ground = Ground(agents)
    edit(ground, agents, strategy=strategy)
    ground.ready(*agents)
    return ground


def turns(ground, count):
    """Give the agents who get so many works, each of which is over at once."""
    got = []
    for number in range(count):
        ground.wait(1)
        ground.arrive(f"w{number}")
        [agent] = ground.offered(f"w{number}")
        take(ground, f"w{number}", agent, 0.0)
        got.append(agent)
    return got


def check(ground, rule):
    """The last decision names its rule, and choosing again gives the same."""
    decision = ground.decisions[-1]
    assert decision.rule is rule
    assert replay(decision) == (decision.work, decision.agent)
    return decision


def test_longest_idle():
    ground = queue_by(Strategy.LONGEST_IDLE)
    assert turns(ground, 4) == [1, 2, 3, 1]
    check(ground, Rule.LONGEST_IDLE)


def test_round_robin_goes_on_after_the_last_agent_whether_they_took_the_call_or_not():
    ground = queue_by(Strategy.ROUND_ROBIN)
    assert turns(ground, 4) == [1, 2, 3, 1]
    ground.arrive("missed")
    assert ground.offered("missed") == [2]
    ground.end_offer("missed", 2, missed=True)
    assert ground.offered("missed") == [3]
    decision = check(ground, Rule.ROUND_ROBIN)
    assert decision.considered[1].verdict is Verdict.OFFERED_LATER


def test_fewest_calls():
    ground = queue_by(Strategy.FEWEST_CALLS)
    with_day(ground, 1, calls=3)
    with_day(ground, 2, calls=1)
    with_day(ground, 3, calls=2)
    assert turns(ground, 4) == [2, 3, 2, 1]
    decision = check(ground, Rule.FEWEST_CALLS)
    assert {one.verdict for one in decision.considered[1:]} == {Verdict.LESS_IDLE}


def test_least_talk_time_counts_the_talks_of_today():
    ground = queue_by(Strategy.LEAST_TALK_TIME)
    ground.arrive("w1")
    take(ground, "w1", 1, 100)
    ground.arrive("w2")
    take(ground, "w2", 2, 50)
    ground.arrive("w3")
    take(ground, "w3", 3, 70)
    ground.arrive("w4")
    assert ground.offered("w4") == [2]
    decision = check(ground, Rule.LEAST_TALK_TIME)
    assert decision.considered[0].scores["talk_seconds"] == 50
    assert decision.considered[1].verdict is Verdict.MORE_TALK


def test_most_idle_share_counts_the_present_idle_time_too():
    ground = queue_by(Strategy.MOST_IDLE_SHARE)
    with_day(ground, 1, idle_seconds=100, present_seconds=1000)
    with_day(ground, 2, idle_seconds=20, present_seconds=100)
    with_day(ground, 3, idle_seconds=15, present_seconds=100)
    ground.arrive("w1")
    assert ground.offered("w1") == [2]
    take(ground, "w1", 2, 1000)
    ground.arrive("w2")
    assert ground.offered("w2") == [3], "1000 idle seconds weigh more in a short day"
    decision = check(ground, Rule.MOST_IDLE_SHARE)
    assert decision.considered[1].verdict is Verdict.LESS_IDLE_SHARE


def test_best_skilled():
    ground = Ground((1, 2, 3))
    edit(ground, strategy=Strategy.BEST_SKILLED, needs=(Need("english", 3), Need("tax", 1)))
    skilled(ground, 1, english=9, tax=1)
    skilled(ground, 2, english=5, tax=6)
    skilled(ground, 3, english=2, tax=10)
    ground.ready(1, 2, 3)
    ground.arrive("w1")
    assert ground.offered("w1") == [2]
    decision = check(ground, Rule.BEST_SKILLED)
    assert [(one.agent, one.verdict, one.lacks) for one in decision.considered] == [
        (2, Verdict.CHOSEN, ""),
        (1, Verdict.LESS_SKILLED, ""),
        (3, Verdict.LACKS_SKILL, "english 3"),
    ]


def test_rank():
    ground = Ground((1, 2, 3))
    members = (QueueMember(AgentId(1), 3), QueueMember(AgentId(2), 1), QueueMember(AgentId(3), 1))
    edit(ground, members=members, strategy=Strategy.RANK)
    ground.ready(3, 2, 1)
    assert turns(ground, 3) == [2, 2, 2], "always the first who is free"
    ground.arrive("w8")
    ground.arrive("w9")
    ground.arrive("w10")
    assert [ground.offered(w) for w in ("w8", "w9", "w10")] == [[2], [3], [1]]
    assert check(ground, Rule.RANK)


def test_a_lower_rank_number_goes_first_in_the_other_strategies_too():
    ground = Ground((1, 2))
    members = (QueueMember(AgentId(1), 2), QueueMember(AgentId(2), 1))
    edit(ground, members=members)
    ground.ready(1)
    ground.wait(60)
    ground.ready(2)
    ground.arrive("w1")
    assert ground.offered("w1") == [2]
    assert check(ground, Rule.LONGEST_IDLE).considered[1].verdict is Verdict.LOWER_RANK


def test_ring_all_rings_every_free_agent_and_those_who_become_free_meanwhile():
    ground = queue_by(Strategy.RING_ALL, (1, 2, 3))
    ground.step(acd_settings.AgentEdited(AgentId(4), "Agent 4", "1004", enabled=True))
    edit(ground, (1, 2, 3, 4), strategy=Strategy.RING_ALL)
    ground.arrive("w1")
    assert ground.offered("w1") == [1, 2, 3]
    ground.ready(4)
    assert ground.offered("w1") == [1, 2, 3, 4]
    check(ground, Rule.RING_ALL)
    ground.arrive("w2")
    ground.accept("w1", 2)
    assert set(ground.offered("w2")) == {1, 3, 4}, "the others are free for the next caller"
    ground.accept("w1", 3)
    assert ground.work("w1").agent == 2 or ground.agent(3).task("w1") is None


def test_after_a_missed_ring_the_others_ring_on():
    ground = queue_by(Strategy.RING_ALL)
    ground.arrive("w1")
    ground.end_offer("w1", 1, missed=True)
    assert ground.offered("w1") == [2, 3]
    ground.end_offer("w1", 2, missed=True)
    ground.end_offer("w1", 3, missed=True)
    assert ground.offered("w1") == []
    ground.wait(5)
    assert ground.offered("w1") == [1, 2] or set(ground.offered("w1")) >= {1}


@pytest.mark.parametrize("strategy", Strategy)
def test_every_strategy_can_be_chosen_while_callers_wait(strategy):
    ground = Ground((1, 2))
    edit(ground, (1, 2))
    ground.arrive("w1")
    edit(ground, (1, 2), strategy=strategy)
    ground.ready(1, 2)
    assert ground.offered("w1")[0] == 1
    assert replay(ground.decisions[0]) == ("w1", 1)


def test_a_caller_waits_for_an_agent_with_the_skill():
    ground = Ground((1, 2))
    edit(ground, (1, 2), needs=(Need("english", 5),))
    skilled(ground, 1, english=4)
    ground.ready(1, 2)
    ground.arrive("w1")
    assert ground.offered("w1") == []
    skilled(ground, 2, english=5)
    assert ground.offered("w1") == [2], "at once, when the skill is entered"


def test_a_need_that_is_dropped_while_a_caller_waits_lets_them_be_served():
    ground = Ground((1,))
    edit(ground, (1,), needs=(Need("english", 5),))
    ground.ready(1)
    ground.arrive("w1")
    edit(ground, (1,))
    assert ground.offered("w1") == [1]


def test_needs_of_one_caller_come_over_those_of_the_queue():
    ground = Ground((1, 2))
    skilled(ground, 2, chinese=8)
    ground.ready(1)
    ground.wait(10)
    ground.ready(2)
    ground.arrive("w1", needs=(Need("chinese", 7),))
    assert ground.offered("w1") == [2]


def test_agents_get_works_of_their_own_queues_only():
    ground = Ground((1, 2))
    edit(ground, (1,))
    ground.ready(2)
    ground.arrive("w1")
    assert ground.offered("w1") == []
    ground.ready(1)
    assert ground.offered("w1") == [1]


def test_a_day_begins_at_zero():
    ground = queue_by(Strategy.FEWEST_CALLS, (1,))
    turns(ground, 2)
    assert ground.agent(1).today.calls == 2
    ground.step(acd_settings.DayBegan(AgentId(1)))
    assert ground.agent(1).today == Today(at=ground.now)
    assert replace(ground.agent(1).today, at=0.0) == Today()
