"""Events in any order, doubled, late or missing: no caller is lost, no agent is stuck."""

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.acts import AGENTS, CALLS, acts, play
from journeys.invariants import check
from journeys.site import open_site

from acd.agent import AgentState, Capacity
from acd.work import Medium
from crm.kernel.errors import HotlineError, ImpossibleError


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=60))
def test_no_order_of_events_loses_a_caller_or_binds_an_agent(story):
    no_story_loses_anybody(story, Capacity({Medium.VOICE: 1, Medium.CHAT: 2}, 3))


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=60))
def test_no_order_of_events_loses_a_caller_where_agents_have_several_calls(story):
    no_story_loses_anybody(story, Capacity({Medium.VOICE: 3, Medium.CHAT: 2}, 4))


def no_story_loses_anybody(story, capacity):
    fake = open_site(AGENTS, capacity)
    for act in story:
        try:
            play(fake, act)
        except ImpossibleError:
            raise
        except HotlineError:
            pass
        check(fake)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(acts, max_size=40))
def test_when_all_callers_have_left_no_state_remains(story):
    fake = open_site(AGENTS)
    for act in story:
        with contextlib.suppress(HotlineError):
            play(fake, act)
    for call in CALLS:
        fake.caller_hangs_up(call)
    for leg in list(fake.channels):
        fake.tell_ended(leg, 16)
    fake.wait(120)

    assert len(fake.state.calls) == 0
    assert fake.channels == {}
    assert not any(fake.bridges.values())
    assert all(
        a.state in (AgentState.READY, AgentState.PAUSED, AgentState.SIGNED_OUT)
        for a in fake.state.agents.values()
    )
