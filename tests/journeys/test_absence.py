"""Journeys of those who were there while no engine was: nobody loses his place by it."""

import json

from journeys.site import to_queue

from acd.agent import Phone, State
from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from cti.core import events as e
from cti.core.call import Call, Stage
from cti.core.commands import RingAgent
from cti.core.context import memory_of, remembered
from cti.engine.records import own_name


def ready(fake, agent):
    fake.hear(e.SignedIn(agent, Phone.SIP, reachable=True))
    fake.hear(e.StateAsked(agent, ready=True))


def arrived_unseen(fake, call, seconds_ago):
    caller, at = "+8613800138000", fake.now - seconds_ago
    fake.channels[call] = "up"
    fake.hear(e.CallArrived(CallId(call), caller, "100", "trunk", at=at))


def test_who_came_before_the_engine_did_is_served_before_who_came_after_it(house):
    to_queue(house, "late-comer")
    house.wait(1)
    arrived_unseen(house, "first", seconds_ago=60)
    house.prompts_end("first")
    house.press("first", "2")
    house.wait(1)

    ready(house, 1)

    assert house.house.agents[1].call == "first"


def test_how_late_he_was_heard_of_stands_on_his_channel():
    call = Call(CallId("c"), "", "100", "trunk", arrived=40.0, since=100.0, late=60.0)

    assert remembered(call.id, json.loads(memory_of(call))).late == 60.0


def test_the_same_arrival_talk_and_end_told_by_two_engines_are_one_fact(house):
    ready(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.hear(e.CallerGone(CallId("c1"), 16))
    told = [fact for _, fact in house.facts if getattr(fact, "call", "") == "c1"]
    named = {fact.kind: own_name(fact) for fact in told if hasattr(fact, "kind")}

    assert named[Kind.ARRIVED] == "c1/arrived/0"
    assert named[Kind.ANSWERED] == "c1/answered/0"
    assert named[Kind.CONNECTED].endswith("/connected/0")
    assert named[Kind.ENDED].startswith("c1/ended/")
    assert named[Kind.OFFERED] is None


# ---- Asterisk cannot be spoken to


def test_while_asterisk_is_away_nobody_is_offered_a_call_and_nobody_pays_for_it(house):
    ready(house, 1)
    to_queue(house, "c1")
    call = house.house.calls["c1"]
    rung = RingAgent(call.id, call.leg, 1, "1001", Phone.SIP, call.caller)
    house.hear(e.AsteriskAway(), e.CommandFailed(CallId("c1"), rung, "no link"))
    house.wait(60)

    assert house.house.calls["c1"].stage is Stage.WAITING
    assert house.house.agents[1].state is State.READY
    assert house.house.agents[1].misses == 0
    assert not [one for _, one in house.facts if getattr(one, "kind", "") is Kind.MISSED]


def test_when_asterisk_is_back_those_who_waited_are_served_as_they_came(house):
    house.hear(e.AsteriskAway())
    for call in ("c1", "c2"):
        to_queue(house, call)
        house.wait(1)
    ready(house, 1)
    assert house.house.agents[1].state is State.READY

    house.hear(e.AsteriskBack())

    assert house.house.agents[1].call == "c1"


def test_an_offer_that_rings_while_asterisk_is_away_is_not_a_miss(house):
    ready(house, 1)
    to_queue(house, "c1")
    house.hear(e.AsteriskAway())
    house.wait(60)

    assert house.house.calls["c1"].stage is Stage.OFFERED
    house.hear(e.AsteriskBack())
    house.pick_up("c1")
    assert house.house.calls["c1"].stage is Stage.TALKING


def test_a_caller_who_was_moved_away_costs_his_agent_one_ring_and_comes_back_first(house):
    ready(house, 1)
    to_queue(house, "c1")
    house.elsewhere.add("c1")
    house.pick_up("c1")
    rung = house.house.calls["c1"].legs
    house.wait(1)

    assert house.house.calls["c1"].legs == rung
    to_queue(house, "c2")
    house.comes_back("c1")
    assert house.house.agents[1].call == "c1"
    house.pick_up("c1")
    assert house.talking("c1")
    assert house.house.agents[1].misses == 0


def test_a_caller_who_is_fetched_though_he_came_by_himself_goes_on_being_rung_for(house):
    ready(house, 1)
    ready(house, 2)
    to_queue(house, "c1")
    rung, by = house.house.calls["c1"].leg, house.house.calls["c1"].agent
    house.comes_back("c1")

    assert (house.house.calls["c1"].leg, house.house.calls["c1"].agent) == (rung, by)
    house.pick_up("c1")
    assert house.talking("c1")
    assert house.house.agents[by].misses == 0


def test_who_rings_for_a_caller_whom_the_fallback_has_is_let_go_and_nobody_else_is_rung(house):
    ready(house, 1)
    to_queue(house, "c1")
    house.hear(e.CallFound(house.house.calls["c1"].outside(None, house.now)))
    ready(house, 2)
    house.wait(60)

    assert house.house.calls["c1"].legs == 1
    assert {house.house.agents[one].state for one in (1, 2)} == {State.READY}
    house.comes_back("c1")
    assert house.house.calls["c1"].stage is Stage.OFFERED


def test_whose_telephone_the_fallback_rings_is_rung_by_nobody_else_until_it_is_over(house):
    ready(house, 1)
    house.hear(e.RungElsewhere(frozenset({1})))
    to_queue(house, "c1")
    house.hear(e.RungElsewhere(frozenset({1})))

    assert house.house.calls["c1"].stage is Stage.WAITING
    house.hear(e.RungElsewhere(frozenset()))
    assert house.house.calls["c1"].agent == 1


def test_whoever_is_not_rung_by_the_fallback_is_offered_the_call(house):
    ready(house, 1)
    ready(house, 2)
    house.hear(e.RungElsewhere(frozenset({1})))
    to_queue(house, "c1")

    assert house.house.calls["c1"].agent == 2


def test_who_talks_to_a_caller_whom_the_fallback_put_through_is_busy_and_wraps_up(house):
    ready(house, 1)
    house.hear(e.AsteriskAway())
    to_queue(house, "c1")
    house.hear(e.CallFound(house.house.calls["c1"].outside(1, house.now)), e.AsteriskBack())
    to_queue(house, "c2")

    assert house.house.agents[1].state is State.TALKING
    assert house.house.calls["c2"].stage is Stage.WAITING
    house.caller_hangs_up("c1")
    assert house.house.agents[1].state is State.WRAP_UP


def test_a_talk_of_the_fallbacks_after_one_of_ours_is_another_talk_in_the_agents_log(house):
    ready(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    to_queue(house, "c2")
    before = len(house.states(1))
    house.hear(e.CallFound(house.house.calls["c2"].outside(1, house.now)))

    assert house.house.agents[1].call == "c2"
    assert house.states(1)[before:] == ["ready", "talking"]


def test_an_agent_who_was_noting_when_the_clock_was_set_back_is_ready_in_time(house):
    ahead = house.now + 3600
    house.hear(e.AgentRestored(AgentId(2), State.WRAP_UP, Phone.SIP, "", None, ahead))
    house.wait(60)

    assert house.house.agents[2].state is State.READY
