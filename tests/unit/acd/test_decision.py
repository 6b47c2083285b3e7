"""Why an agent is offered a work: the rule, and who else was considered."""

from unit.acd.ground import SUPPORT, Ground

from acd.decision import Rule, Verdict
from acd.explain import MOST_CONSIDERED
from acd.queue import AgentId
from acd.work import for_one


def considered(decision):
    return [(one.agent, one.verdict) for one in decision.considered]


def test_a_work_that_finds_agents_goes_to_the_longest_idle_and_names_the_others():
    ground = Ground((1, 2, 3))
    ground.ready(2, 1, 3)
    ground.wait(10)
    ground.arrive()

    [decision] = ground.decisions
    assert (decision.work, decision.queue, decision.at) == ("w1", SUPPORT, ground.now)
    assert (decision.agent, decision.rule) == (2, Rule.LONGEST_IDLE)
    assert considered(decision) == [
        (2, Verdict.CHOSEN),
        (1, Verdict.LESS_IDLE),
        (3, Verdict.LESS_IDLE),
    ]
    assert [one.idle_seconds for one in decision.considered] == [10.002, 10.001, 10.0]


def test_an_agent_who_becomes_free_gets_the_most_urgent_work():
    ground = Ground((1,))
    ground.arrive("w1")
    ground.wait(7)
    ground.ready(1)

    [decision] = ground.decisions
    assert (decision.agent, decision.rule) == (1, Rule.MOST_URGENT)
    assert decision.waited_seconds == 7.001
    assert considered(decision) == [(1, Verdict.CHOSEN)]


def test_an_agent_who_just_missed_the_work_is_listed_as_passed_over():
    ground = Ground((1, 2))
    ground.ready(1, 2)
    ground.arrive()
    ground.end_offer("w1", 1, missed=True)

    assert considered(ground.decisions[-1]) == [(2, Verdict.CHOSEN), (1, Verdict.PASSED_OVER)]


def test_an_agent_rung_by_the_fallback_is_listed_and_not_chosen():
    ground = Ground((1, 2))
    ground.ready(1, 2)
    ground.ringing_in_fallback = frozenset({AgentId(1)})
    ground.arrive()

    [decision] = ground.decisions
    assert considered(decision) == [(2, Verdict.CHOSEN), (1, Verdict.RINGS_ALREADY)]


def test_a_directed_work_considers_no_other_agent():
    ground = Ground((1, 2))
    ground.ready(1, 2)
    ground.arrive(only=for_one(AgentId(2)))

    [decision] = ground.decisions
    assert (decision.agent, decision.rule) == (2, Rule.DIRECTED)
    assert considered(decision) == [(2, Verdict.CHOSEN)]


def test_of_many_free_agents_only_the_first_are_named():
    ground = Ground(range(1, 40))
    ground.ready(*range(1, 40))
    ground.arrive()

    [decision] = ground.decisions
    assert [one.agent for one in decision.considered] == list(range(1, MOST_CONSIDERED + 1))
