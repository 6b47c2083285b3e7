"""Agents who are not ready for too long are signed out, and come back by one click."""

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue

from acd.agent import AgentState, Phone
from acd.orders import NoteAgent
from acd.queue import AgentId
from cti.core import events as e
from cti.core import requests as r
from cti.core.views import agent_view
from cti.fake import sign_in

LI = AgentId(1)
TEN_MINUTES = 600.0


def limit(fake, seconds=TEN_MINUTES):
    fake.hear(e.AgentKnown(LI, "Agent 1", "1001", idle_limit_seconds=seconds))


def pause(fake, reason="lunch"):
    fake.hear(r.StateAsked(LI, ready=False, reason=reason))


def notes_of(facts, agent):
    return [one for _, one in facts if isinstance(one, NoteAgent) and one.agent == agent]


def state(fake):
    return fake.agent(1).state


@pytest.fixture
def fake():
    made = open_site()
    limit(made)
    sign_in(made, 1)
    return made


def test_an_agent_who_is_not_ready_for_too_long_is_signed_out_and_told_why(fake):
    pause(fake)
    fake.wait(599)
    assert state(fake) is AgentState.PAUSED
    fake.wait(2)
    assert state(fake) is AgentState.SIGNED_OUT
    assert notes_of(fake.facts, LI)[-1].cause == "idle"
    assert agent_view(fake.agent(1))["reason"] == "idle"
    check(fake)
    fake.hear(r.SignInAsked(LI, Phone.BROWSER, reachable=True))
    assert (state(fake), fake.agent(1).reason) == (AgentState.PAUSED, "signed in")


def test_a_ready_agent_is_never_signed_out_by_time(fake):
    fake.wait(5000)
    assert state(fake) is AgentState.READY
    check(fake)


def test_a_talk_and_its_wrap_up_do_not_count(fake):
    to_queue(fake, "c1")
    fake.pick_up("c1")
    pause(fake)
    fake.wait(2000)
    assert state(fake) is AgentState.TALKING
    fake.caller_hangs_up("c1")
    fake.wait(31)
    assert state(fake) is AgentState.PAUSED, "the time begins after the wrap-up"
    fake.wait(599)
    assert state(fake) is AgentState.SIGNED_OUT
    check(fake)


def test_a_desk_that_is_away_ends_like_a_pause(fake):
    fake.hear(e.PhoneReachable(LI, Phone.BROWSER, reachable=False))
    fake.wait(31)
    assert state(fake) is AgentState.PAUSED
    fake.wait(605)
    assert state(fake) is AgentState.SIGNED_OUT
    check(fake)


def test_without_a_limit_a_pause_may_last(fake):
    limit(fake, 0.0)
    pause(fake)
    fake.wait(10_000)
    assert state(fake) is AgentState.PAUSED


def test_a_limit_that_is_set_counts_from_the_beginning_of_the_pause(fake):
    limit(fake, 0.0)
    pause(fake)
    fake.wait(500)
    limit(fake)
    fake.wait(99)
    assert state(fake) is AgentState.PAUSED
    fake.wait(2)
    assert state(fake) is AgentState.SIGNED_OUT


def test_another_engine_goes_on_with_the_time(fake):
    pause(fake)
    since = fake.agent(1).since
    fake.wait(300)
    fresh = open_site()
    fresh.now = fake.now
    limit(fresh)
    fresh.hear(e.AgentRestored(LI, AgentState.PAUSED, Phone.BROWSER, "lunch", None, since))
    fresh.wait(299)
    assert state(fresh) is AgentState.PAUSED
    fresh.wait(2)
    assert state(fresh) is AgentState.SIGNED_OUT
    last = notes_of(fresh.facts, LI)[-1]
    again = open_site()
    again.hear(e.AgentRestored(LI, last.state, Phone.BROWSER, last.reason, None, fresh.now))
    assert agent_view(again.agent(1))["reason"] == "idle", "still told at the desk"
