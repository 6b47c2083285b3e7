"""The sorted lines give the same pairs as the plain rule, written here without any line."""

from hypothesis import given, settings
from hypothesis import strategies as st
from journeys.site import open_site, to_queue

from acd.agent import Phone
from acd.capacity import can_be_offered
from acd.queue import AgentId
from acd.strategy import idle_since
from acd.work import Medium, WorkState, urgency
from cti.core import requests as r

AGENTS = (1, 2, 3, 4)
stories = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.sampled_from("120")),
        st.tuples(st.just("ready"), st.sampled_from(AGENTS)),
        st.tuples(st.just("pause"), st.sampled_from(AGENTS)),
    ),
    max_size=25,
)


def plain_rule(works, agents):
    """Pair works with agents: the most urgent work first, each to the longest idle agent."""
    free = [agent for agent in agents if can_be_offered(agent, Medium.VOICE)]
    free.sort(key=lambda agent: (idle_since(agent, Medium.VOICE), agent.id))
    pairs = []
    for work in sorted(works, key=urgency):
        agent = next((one for one in free if work.queue in one.queues), None)
        if agent is not None:
            free.remove(agent)
            pairs.append((work.id, agent.id))
    return pairs


def waiting(fake):
    return [w for w in fake.state.works.values() if w.state is WorkState.WAITING]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(stories)
def test_the_lines_leave_only_works_waiting_that_the_plain_rule_leaves_too(story):
    fake = open_site(AGENTS)
    for number, (what, whom) in enumerate(story):
        fake.wait(0.1)
        if what == "call":
            to_queue(fake, f"c{number}", whom)
        else:
            agent = AgentId(whom)
            fake.hear(r.SignInAsked(agent, Phone.SIP, reachable=True))
            fake.hear(r.StateAsked(agent, ready=what == "ready", reason="lunch"))

        assert plain_rule(waiting(fake), fake.state.agents.values()) == []


def test_an_agent_who_becomes_ready_gets_the_caller_that_the_plain_rule_chooses():
    fake = open_site(AGENTS)
    for number, digit in enumerate("120201"):
        fake.wait(1)
        to_queue(fake, f"c{number}", digit)
    for whom in AGENTS:
        first = min(waiting(fake), key=urgency)
        fake.hear(r.SignInAsked(AgentId(whom), Phone.SIP, reachable=True))
        fake.hear(r.StateAsked(AgentId(whom), ready=True))

        assert fake.work_of(whom) == first.id
