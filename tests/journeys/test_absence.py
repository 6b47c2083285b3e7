"""Absence of engine or Asterisk: waiting callers keep their places, agents miss no call for it."""

import json
from dataclasses import replace

import pytest
from journeys.site import to_queue

from acd.agent import AgentState, Phone
from acd.queue import AgentId, QueueKey
from acd.work import WorkState
from crm.calls.record import CallId, Kind
from crm.kernel.errors import ConflictError
from cti.core import events as e
from cti.core import requests as r
from cti.core.commands import CreateLeg
from cti.core.facts import own_name
from cti.core.leg import InFallback, LegId
from cti.core.queueing import waiting_work
from cti.core.saved import read_context
from cti.core.stage import Stage
from cti.fake import sign_in


def ready(fake, agent):
    fake.hear(r.SignInAsked(agent, Phone.SIP, reachable=True))
    fake.hear(r.StateAsked(agent, ready=True))


def in_fallback(fake, call, agent=None):
    """What the reconciler finds of a caller in the fallback, with the agent who has the caller."""
    known, leg = fake.call(call), fake.state.legs[LegId(call)]
    works = ()
    if agent is not None:
        work = waiting_work(known, QueueKey("support"), fake.now)
        works = (replace(work, state=WorkState.ASSIGNED, agent=AgentId(agent)),)
    return e.CallFound(known, (replace(leg, placement=InFallback()),), works)


def arrived_unseen(fake, call, seconds_ago):
    caller, at = "+8613800138000", fake.now - seconds_ago
    fake.channels[call] = "up"
    fake.hear(e.CallArrived(LegId(call), caller, "100", "trunk", at=at))


def test_callers_from_before_the_engines_start_are_served_first(fake):
    to_queue(fake, "late-comer")
    fake.wait(1)
    arrived_unseen(fake, "first", seconds_ago=60)
    fake.prompts_end("first")
    fake.press("first", "2")
    fake.wait(1)

    ready(fake, 1)

    assert fake.work_of(1) == "first"


def test_the_true_arrival_time_is_saved_on_the_channel(fake):
    arrived_unseen(fake, "c1", seconds_ago=60)
    saved = read_context("c1", json.loads(fake.saved["c1"]))

    assert saved.anchor.call.late == 60.0


def test_the_same_arrival_talk_and_end_noted_by_two_engines_are_one_fact(fake):
    ready(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.hear(e.LegEnded("c1", 16))
    told = [fact for _, fact in fake.facts if getattr(fact, "call", "") == "c1"]
    named = {fact.kind: own_name(fact) for fact in told if hasattr(fact, "kind")}

    assert named[Kind.ARRIVED] == "c1/arrived/0"
    assert named[Kind.ANSWERED] == "c1/answered/0"
    assert named[Kind.CONNECTED].endswith("/connected/0")
    assert named[Kind.ENDED].startswith("c1/ended/")
    assert named[Kind.OFFERED] is None


# ---- Asterisk cannot be spoken to


def test_while_asterisk_is_away_no_call_is_offered_and_no_agent_misses_one(fake):
    ready(fake, 1)
    to_queue(fake, "c1")
    rung = CreateLeg(fake.agent_leg("c1"), CallId("c1"), 1, "1001", Phone.SIP, "")
    fake.hear(e.AsteriskAway(), e.CommandFailed(rung, "no link"))
    fake.wait(60)

    assert fake.stage("c1") is Stage.WAITING
    assert fake.state.agents[1].state is AgentState.READY
    assert fake.state.agents[1].misses == 0
    assert not [one for _, one in fake.facts if getattr(one, "kind", "") is Kind.MISSED]


def test_when_asterisk_is_back_waiting_callers_are_served_in_order_of_arrival(fake):
    fake.hear(e.AsteriskAway())
    for call in ("c1", "c2"):
        to_queue(fake, call)
        fake.wait(1)
    ready(fake, 1)
    assert fake.state.agents[1].state is AgentState.READY

    fake.hear(e.AsteriskBack())

    assert fake.work_of(1) == "c1"


def test_an_offer_that_rings_while_asterisk_is_away_is_not_a_miss(fake):
    ready(fake, 1)
    to_queue(fake, "c1")
    fake.hear(e.AsteriskAway())
    fake.wait(60)

    assert fake.stage("c1") is Stage.OFFERED
    fake.hear(e.AsteriskBack())
    fake.pick_up("c1")
    assert fake.stage("c1") is Stage.TALKING


def test_a_caller_moved_to_the_fallback_ends_the_offer_and_comes_back_first(fake):
    ready(fake, 1)
    to_queue(fake, "c1")
    fake.elsewhere.add("c1")
    fake.pick_up("c1")
    rung = fake.state.calls["c1"].legs
    fake.wait(1)

    assert fake.state.calls["c1"].legs == rung
    to_queue(fake, "c2")
    fake.comes_back("c1")
    assert fake.work_of(1) == "c1"
    fake.pick_up("c1")
    assert fake.talking("c1")
    assert fake.state.agents[1].misses == 0


def test_fetching_a_caller_who_is_back_already_does_not_end_the_offer(fake):
    ready(fake, 1)
    ready(fake, 2)
    to_queue(fake, "c1")
    rung, by = fake.agent_leg("c1"), fake.agent_of("c1")
    fake.comes_back("c1")

    assert (fake.agent_leg("c1"), fake.agent_of("c1")) == (rung, by)
    fake.pick_up("c1")
    assert fake.talking("c1")
    assert fake.state.agents[by].misses == 0


def test_an_offer_ends_when_the_fallback_has_the_caller_and_no_other_agent_rings(fake):
    ready(fake, 1)
    to_queue(fake, "c1")
    fake.hear(in_fallback(fake, "c1", None))
    ready(fake, 2)
    fake.wait(60)

    assert fake.state.calls["c1"].legs == 1
    assert {fake.state.agents[one].state for one in (1, 2)} == {AgentState.READY}
    fake.comes_back("c1")
    assert fake.stage("c1") is Stage.OFFERED


def test_an_agent_rung_by_the_fallback_gets_no_offer_until_it_is_over(fake):
    ready(fake, 1)
    fake.hear(e.RingingInFallback(frozenset({1})))
    to_queue(fake, "c1")
    fake.hear(e.RingingInFallback(frozenset({1})))

    assert fake.stage("c1") is Stage.WAITING
    fake.hear(e.RingingInFallback(frozenset()))
    assert fake.agent_of("c1") == 1


def test_an_agent_not_rung_by_the_fallback_is_offered_the_call(fake):
    ready(fake, 1)
    ready(fake, 2)
    fake.hear(e.RingingInFallback(frozenset({1})))
    to_queue(fake, "c1")

    assert fake.agent_of("c1") == 2


def test_an_agent_connected_by_the_fallback_is_busy_and_wraps_up(fake):
    ready(fake, 1)
    fake.hear(e.AsteriskAway())
    to_queue(fake, "c1")
    fake.hear(in_fallback(fake, "c1", 1), e.AsteriskBack())
    to_queue(fake, "c2")

    assert fake.state.agents[1].state is AgentState.TALKING
    assert fake.stage("c2") is Stage.WAITING
    fake.caller_hangs_up("c1")
    assert fake.state.agents[1].state is AgentState.WRAP_UP


def test_a_talk_of_the_fallbacks_after_one_of_ours_is_another_talk_in_the_agents_log(fake):
    ready(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    to_queue(fake, "c2")
    before = len(fake.states(1))
    fake.hear(in_fallback(fake, "c2", 1))

    assert fake.work_of(1) == "c2"
    assert fake.states(1)[before:] == ["ready", "talking"]


def test_a_wrap_up_ends_in_time_though_the_clock_was_set_back(fake):
    ahead = fake.now + 3600
    fake.hear(e.AgentRestored(AgentId(2), AgentState.WRAP_UP, Phone.SIP, "", None, ahead))
    fake.hear(e.PhoneReachable(AgentId(2), Phone.SIP, reachable=True))
    fake.wait(60)

    assert fake.state.agents[2].state is AgentState.READY


# ---- a phone that is away, and time to wrap up


def test_a_ready_agent_whose_phone_stays_away_is_not_ready(fake):
    sign_in(fake, 1)
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=False))
    fake.wait(29)
    assert fake.agent(1).state is AgentState.READY
    fake.wait(2)

    assert (fake.agent(1).state, fake.agent(1).reason) == (AgentState.PAUSED, "phone lost")


def test_a_phone_that_is_back_in_time_leaves_its_agent_ready(fake):
    sign_in(fake, 1)
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=False))
    fake.wait(20)
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    fake.wait(60)

    assert fake.agent(1).state is AgentState.READY


def test_an_agent_who_is_ready_without_a_phone_is_so_for_half_a_minute(fake):
    fake.hear(r.SignInAsked(AgentId(1), Phone.SIP), r.StateAsked(AgentId(1), ready=True))
    fake.wait(31)
    assert fake.agent(1).state is AgentState.PAUSED
    fake.hear(r.StateAsked(AgentId(1), ready=True))
    fake.hear(e.PhoneReachable(AgentId(1), Phone.SIP, reachable=True))
    fake.wait(60)

    assert fake.agent(1).state is AgentState.READY


def test_a_wrap_up_is_extended_once_by_a_minute(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.caller_hangs_up("c1")
    fake.wait(25)
    fake.hear(r.MoreTimeAsked(AgentId(1), CallId("c1")))
    with pytest.raises(ConflictError):
        fake.hear(r.MoreTimeAsked(AgentId(1), CallId("c1")))
    fake.wait(60)
    assert fake.agent(1).state is AgentState.WRAP_UP
    fake.wait(6)

    assert fake.agent(1).state is AgentState.READY


def test_there_is_no_more_time_where_there_is_no_wrap_up(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")

    with pytest.raises(ConflictError):
        fake.hear(r.MoreTimeAsked(AgentId(1), CallId("c1")))
