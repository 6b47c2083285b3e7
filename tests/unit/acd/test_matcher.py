"""Who gets whom: the most urgent caller first, each to the longest idle agent."""

from hypothesis import given
from hypothesis import strategies as st

from acd.agent import Agent, State
from acd.matcher import Caller, Offer, can_be_offered, idleness, match, urgency
from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId

SALES, SUPPORT = QueueKey("sales"), QueueKey("support")


def caller(call="c1", *, queue=SUPPORT, priority=0, since=0.0):
    return Caller(CallId(call), queue, priority, since)


def agent(number=7, idle_since=0.0, **fields):
    given = {"state": State.READY, "reachable": True, **fields}
    return Agent(AgentId(number), f"Agent {number}", str(number), idle_since=idle_since, **given)


def everybody(*numbers):
    return {key: frozenset(AgentId(n) for n in numbers) for key in (SALES, SUPPORT)}


def test_the_longest_idle_agent_takes_the_call():
    offers = match([caller("c1")], [agent(7, 5.0), agent(9, 1.0)], everybody(7, 9))

    assert offers == [Offer("c1", 9)]


def test_of_two_equally_idle_agents_the_lower_id_is_first():
    assert match([caller("c1")], [agent(9), agent(7)], everybody(7, 9)) == [Offer("c1", 7)]


def test_a_higher_priority_goes_before_a_longer_wait():
    waiting = [caller("c1", since=0.0), caller("c2", priority=5, since=60.0)]

    assert match(waiting, [agent(7)], everybody(7)) == [Offer("c2", 7)]


def test_the_longer_wait_goes_first_at_the_same_priority():
    waiting = [caller("c1", since=9.0), caller("c2", since=3.0)]

    assert match(waiting, [agent(7)], everybody(7)) == [Offer("c2", 7)]


def test_of_two_who_came_at_once_the_lower_id_is_first():
    assert match([caller("c2"), caller("c1")], [agent(7)], everybody(7)) == [Offer("c1", 7)]


def test_an_agent_serves_only_his_own_queues():
    members = {SALES: frozenset({AgentId(7)}), SUPPORT: frozenset()}
    waiting = [caller("c1"), caller("c2", queue=SALES, since=9.0)]

    assert match(waiting, [agent(7)], members) == [Offer("c2", 7)]


def test_a_caller_whom_nobody_can_serve_keeps_nobody_else_waiting():
    waiting = [caller("c1", queue=QueueKey("closed")), caller("c2", since=9.0)]

    assert match(waiting, [agent(7)], everybody(7)) == [Offer("c2", 7)]


def test_who_is_away_disabled_or_not_ready_is_offered_nothing():
    agents = [agent(1, reachable=False), agent(2, enabled=False)]
    agents += [agent(3 + n, state=s) for n, s in enumerate(State) if s is not State.READY]

    assert not any(can_be_offered(a) for a in agents)
    assert match([caller()], agents, everybody(*(a.id for a in agents))) == []


callers = st.lists(
    st.builds(
        caller,
        st.integers(1, 30).map(lambda n: f"c{n}"),
        queue=st.sampled_from([SALES, SUPPORT]),
        priority=st.integers(0, 3),
        since=st.floats(0, 100),
    ),
    unique_by=lambda one: one.call,
    max_size=12,
)
agents = st.lists(
    st.builds(agent, st.integers(1, 30), st.floats(0, 100), reachable=st.booleans()),
    unique_by=lambda one: one.id,
    max_size=12,
)
memberships = st.fixed_dictionaries(
    {key: st.frozensets(st.integers(1, 30).map(AgentId), max_size=20) for key in (SALES, SUPPORT)}
)


@given(callers, agents, memberships)
def test_nobody_appears_twice_nobody_waits_beside_a_free_agent_and_urgency_is_kept(
    waiting, staff, members
):
    offers = match(waiting, staff, members)
    of_call = {c.call: c for c in waiting}
    of_agent = {a.id: a for a in staff}
    served = {o.call for o in offers}
    busy = {o.agent for o in offers}

    assert len(served) == len(busy) == len(offers)
    for offer in offers:
        assert can_be_offered(of_agent[offer.agent])
        assert offer.agent in members[of_call[offer.call].queue]
    for left in (c for c in waiting if c.call not in served):
        could = members[left.queue] & {a.id for a in staff if can_be_offered(a)}
        assert could <= busy
        for offer in offers:
            if offer.agent in could:
                assert urgency(of_call[offer.call]) < urgency(left)


@given(callers, agents, memberships)
def test_the_order_in_which_they_are_told_does_not_matter(waiting, staff, members):
    forwards = match(waiting, staff, members)

    assert forwards == match(reversed(waiting), reversed(staff), members)


def test_idleness_is_the_time_since_the_last_talk_then_the_id():
    assert idleness(agent(7, 3.0)) < idleness(agent(1, 4.0)) < idleness(agent(2, 4.0))
