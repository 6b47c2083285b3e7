"""The lines that the house keeps sorted give what the plain rule in `acd.matcher` says."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from journeys.site import open_house, to_queue

from acd.agent import Phone, State
from acd.matcher import can_be_offered, match
from acd.queue import AgentId
from cti.core import events as e
from cti.core.call import Stage
from cti.core.state import caller_of

AGENTS = (1, 2, 3, 4)
stories = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.sampled_from("120")),
        st.tuples(st.just("ready"), st.sampled_from(AGENTS)),
        st.tuples(st.just("pause"), st.sampled_from(AGENTS)),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(stories)
def test_the_house_offers_what_the_rule_offers(story):
    fake = open_house(AGENTS)
    members = {key: frozenset(queue.members) for key, queue in fake.house.queues.items()}
    for number, (what, whom) in enumerate(story):
        fake.wait(0.1)
        if what == "call":
            to_queue(fake, f"c{number}", whom)
        else:
            agent = AgentId(whom)
            fake.hear(e.SignedIn(agent, Phone.SIP, reachable=True))
            fake.hear(e.StateAsked(agent, ready=what == "ready", reason="lunch"))
        calls = fake.house.calls.values()
        waiting = [caller_of(call) for call in calls if call.stage is Stage.WAITING]
        free = [a for a in fake.house.agents.values() if can_be_offered(a)]

        assert match(waiting, free, members) == []


def test_whoever_becomes_ready_gets_the_caller_whom_the_rule_names():
    fake = open_house(AGENTS)
    for number, digit in enumerate("120201"):
        fake.wait(1)
        to_queue(fake, f"c{number}", digit)
    members = {key: frozenset(queue.members) for key, queue in fake.house.queues.items()}
    for whom in AGENTS:
        calls = fake.house.calls.values()
        waiting = [caller_of(call) for call in calls if call.stage is Stage.WAITING]
        fake.hear(e.SignedIn(AgentId(whom), Phone.SIP, reachable=True))
        ready = fake.house.agents[AgentId(whom)]
        fake.hear(e.StateAsked(AgentId(whom), ready=True))
        agent = fake.house.agents[AgentId(whom)]
        said = [m.call for m in match(waiting, [replace(ready, state=State.READY)], members)]

        assert [agent.call] == said
