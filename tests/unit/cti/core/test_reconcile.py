"""Each difference between what should be and what Asterisk carries, and the event that mends it."""

from dataclasses import replace

import pytest
from unit.cti.core.scenes import (
    BRIDGE,
    CALL,
    CALLER,
    IN_MUSIC,
    IN_QUEUE,
    LEG,
    NOW,
    OLD,
    SEVEN,
    SUPPORT,
    YOUNG,
    a_round,
    agent,
    channel,
    found,
    leg,
    look,
    ready,
    rung_by_fallback,
    scene,
    seen,
    state_of,
)

from acd.queue import AgentId
from acd.work import WorkState
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.leg import Bridge, InBridge, InFallback, LegState, OnHold, Purpose
from cti.core.look import Hangup
from cti.core.reconcile import drifted_agents, misses
from cti.core.seen import ChannelState, Where
from cti.core.stage import Stage

TALK = scene(Stage.TALKING)
TOGETHER = [(CALLER, LEG)]


def test_without_differences_there_are_no_findings():
    at = state_of(TALK, agent())

    assert found(at, seen(channel(), leg(), bridged=TOGETHER)) == []


# ---- legs that are gone


@pytest.mark.parametrize(
    ("at", "there", "about", "asks"),
    [
        (state_of(TALK, agent()), seen(channel(), leg()), {}, False),
        (state_of(TALK, agent()), seen(channel()), {}, True),
        (state_of(TALK, agent()), seen(), {}, True),
        (state_of(), seen(channel(of=TALK)), {}, True),  # of a call passed over a moment ago
        (state_of(), seen(channel(of=TALK, created=YOUNG)), {}, False),
        (state_of(), seen(channel()), {"ended": {CALLER: OLD}}, False),
        (state_of(), seen(channel(**IN_QUEUE)), {}, False),
    ],
)
def test_hangups_are_read_only_if_a_channel_may_be_gone(at, there, about, asks):
    assert misses(a_round(at, there, **about)) is asks


def test_a_missing_caller_left_at_the_time_in_cel():
    assert found(state_of(scene()), seen(), hangups={CALLER: Hangup(990.0, 16)}) == [
        e.LegEnded(CALLER, 16, at=990.0)
    ]


def test_a_missing_caller_without_a_cel_line_has_left_now():
    assert found(state_of(scene()), seen()) == [e.LegEnded(CALLER, 0, at=NOW)]


def test_a_caller_lost_in_an_asterisk_restart_is_a_failure():
    [gone] = found(state_of(TALK, agent()), seen(), reborn=True)

    assert (gone.leg, gone.fault) == (CALLER, "asterisk restarted")


def test_a_talk_that_was_ended_by_the_agent_and_then_for_the_caller_was_ended_by_the_agent():
    hangups = {LEG: Hangup(NOW - 9, 16), CALLER: Hangup(NOW - 5, 16)}
    events = found(state_of(TALK, agent()), seen(), hangups=hangups)

    assert events[0] == e.LegEnded(LEG, 16, at=NOW - 9)


def test_a_caller_who_has_just_changed_is_not_judged_yet_except_after_a_connect():
    at = state_of(scene(Stage.WAITING, since=YOUNG))

    assert found(at, seen()) == []
    assert found(at, seen(), first=True) != []


def test_a_call_that_has_ended_is_not_missed():
    at = state_of(scene(Stage.ENDED), agent(wraps_up=True))

    assert found(at, seen()) == []


@pytest.mark.parametrize("stage", [Stage.OFFERED, Stage.TALKING, Stage.HELD])
def test_a_missing_agents_leg_has_ended(stage):
    at = state_of(scene(stage), agent(stage))

    assert found(at, seen(channel()), hangups={LEG: Hangup(990.0, 16)}) == [
        e.LegEnded(LEG, 16, at=990.0)
    ]
    assert found(at, seen(channel())) == [e.LegEnded(LEG, 20)]


def test_a_leg_that_was_rung_a_moment_ago_may_not_be_there_yet():
    at = state_of(scene(Stage.OFFERED, since=YOUNG), agent(Stage.OFFERED, YOUNG))

    assert found(at, seen(channel())) == []


# ---- unknown calls


def test_a_caller_in_line_comes_back_into_place():
    kept = scene(Stage.WAITING, waiting_since=OLD - 5, priority=3)
    [event] = found(state_of(), seen(channel(of=kept)), first=True)

    assert isinstance(event, e.CallFound)
    assert (event.work.state, event.work.queue) == (WorkState.WAITING, SUPPORT)
    assert (event.work.since, event.work.priority) == (OLD - 5, 3)
    assert (event.legs[0].node, event.call.agent) == ("n1", None)


def test_a_caller_in_the_menus_begins_the_step_anew():
    [event] = found(state_of(), seen(channel(of=scene())), first=True)

    assert event.work is None


def test_a_talk_that_went_on_without_an_engine_is_found_with_its_agent():
    there = seen(channel(of=TALK), leg(), bridged=TOGETHER)
    [event] = found(state_of(agent()), there, first=True)

    assert (event.work.state, event.work.agent) == (WorkState.ASSIGNED, 7)
    assert [one.id for one in event.legs] == [CALLER, LEG]
    assert all(isinstance(one.placement, InBridge) for one in event.legs)
    assert event.bridges == (Bridge(BRIDGE, CALL, Purpose.TALK),)


def test_a_talk_that_began_and_was_not_saved_is_answered_now_and_its_recording_looked_for():
    there = seen(channel(of=scene(Stage.OFFERED)), leg(), bridged=TOGETHER)
    event, answered = found(state_of(agent(Stage.OFFERED)), there, first=True)

    assert [offer.agent for offer in event.work.offers] == [7]
    assert answered == e.LegAnswered(LEG)
    assert event.call.recording == "failed"


def test_a_held_talk_is_found_held():
    there = seen(channel(of=scene(Stage.HELD)), leg(), bridged=[(LEG,)])
    [event] = found(state_of(agent(Stage.HELD)), there, first=True)

    assert event.held == {CALL}
    assert isinstance(event.legs[0].placement, OnHold)


@pytest.mark.parametrize("dialled", [True, False])
def test_an_offer_that_still_rings_goes_on_and_one_that_was_never_dialled_is_dialled(dialled):
    how = ChannelState.RINGING if dialled else ChannelState.DOWN
    there = seen(channel(of=scene(Stage.OFFERED)), leg(state=how))
    event, *more = found(state_of(agent(Stage.OFFERED)), there, first=True)

    assert [(offer.agent, offer.until > NOW) for offer in event.work.offers] == [(7, True)]
    assert more == ([] if dialled else [e.LegCreated(LEG)])


def test_a_phone_that_is_rung_again_after_it_was_lost_goes_on_ringing():
    there = seen(channel(of=scene(Stage.PHONE_LOST)), leg(state=ChannelState.RINGING))
    [event] = found(state_of(agent()), there, first=True)

    assert (event.work.agent, event.work.state) == (7, WorkState.ASSIGNED)
    assert [one.state for one in event.legs] == [LegState.UP, LegState.RINGING]


def test_a_talk_ends_at_the_time_when_its_agent_hung_up():
    there = seen(channel(of=TALK))
    events = found(state_of(agent()), there, first=True, hangups={LEG: Hangup(990.0, 16)})

    assert [type(one) for one in events] == [e.CallFound, e.LegEnded]
    assert events[1] == e.LegEnded(LEG, 16, at=990.0)


def test_a_phone_lost_meanwhile_is_found_as_lost():
    events = found(state_of(agent()), seen(channel(of=TALK)), first=True)

    assert events[1] == e.LegEnded(LEG, 20)


def test_a_caller_without_a_saved_context_arrives():
    assert found(state_of(), seen(channel()), first=True) == [
        e.CallArrived(CALLER, "+8613800138000", "+4008001234", "trunk", "n1", at=OLD)
    ]


def test_a_guest_without_a_saved_context_arrives_as_a_guest():
    there = channel(way="guest", caller="guest-07")
    [event] = found(state_of(), seen(there), first=True)

    assert (event.caller, event.via) == ("guest-07", "guest")


def test_a_new_caller_who_returned_unnoticed_is_taken_as_returned():
    (event,) = found(state_of(), seen(channel(way="", in_fallback=True)), first=True)

    assert isinstance(event, e.CallReturned)
    assert (event.call.id, event.call.own_number) == (CALL, "+4008001234")


@pytest.mark.parametrize("stage", [Stage.IVR, Stage.WAITING])
def test_a_known_caller_who_returned_unnoticed_is_taken_again(stage):
    known = scene(stage)
    back = seen(channel(in_fallback=True))

    assert found(state_of(known), back, first=True) == [e.CallReturned(known.call, known.legs[0])]
    assert found(state_of(known), back) == []


def test_a_channel_in_our_hands_that_makes_no_sense_is_ended():
    there = channel(way="", number="", role=None)

    assert found(state_of(), seen(there), first=True) == [e.StrayChannel(CALLER)]


def test_a_talk_that_the_fallback_made_keeps_its_agent_busy():
    there = seen(channel(**IN_QUEUE), rung_by_fallback(), bridged=[(CALLER, "n1-1.2")])
    events = found(state_of(ready()), there, first=True)

    [outside] = [one for one in events if isinstance(one, e.CallFound)]
    assert isinstance(outside.legs[0].placement, InFallback)
    assert (outside.work.state, outside.work.agent) == (WorkState.ASSIGNED, 7)


@pytest.mark.parametrize("ended", [{CALLER: OLD}])
def test_a_call_that_ended_some_time_ago_and_lives_on_in_asterisk_is_hung_up(ended):
    assert found(state_of(), seen(channel(of=TALK)), ended=ended) == [e.StrayChannel(CALLER)]


def test_a_call_that_ended_while_asterisk_was_asked_is_not_found_again():
    there = seen(channel(of=TALK), leg(), bridged=TOGETHER)

    assert found(state_of(), there, ended={CALLER: NOW + 0.1, LEG: NOW + 0.1}) == []


def test_the_leg_of_a_call_that_ended_a_moment_ago_is_being_hung_up():
    assert found(state_of(), seen(leg()), ended={LEG: YOUNG}) == []
    assert found(state_of(), seen(leg()), ended={LEG: OLD}) == [e.StrayChannel(LEG)]


def test_a_channel_that_has_just_come_is_left_to_its_own_event():
    assert found(state_of(), seen(channel(created=YOUNG))) == []


# ---- legs of ours


def test_an_unneeded_leg_is_ended():
    strange = f"{CALL}-a9"
    at = state_of(TALK, agent())
    there = seen(channel(), leg(), leg(strange), bridged=TOGETHER)

    assert found(at, there) == [e.StrayChannel(strange)]
    assert found(state_of(), seen(leg())) == [e.StrayChannel(LEG)]


def test_the_leg_of_a_call_that_is_just_being_found_is_no_stray():
    there = seen(channel(of=TALK), leg(), bridged=TOGETHER)

    assert [type(one) for one in found(state_of(agent()), there, first=True)] == [e.CallFound]


def test_an_unnoticed_answer_is_found():
    at = state_of(scene(Stage.OFFERED), agent(Stage.OFFERED))

    assert found(at, seen(channel(), leg())) == [e.LegAnswered(LEG)]


def test_a_leg_that_still_rings_is_left_ringing():
    at = state_of(scene(Stage.OFFERED), agent(Stage.OFFERED))

    assert found(at, seen(channel(), leg(state=ChannelState.RINGING))) == []


def test_a_leg_that_was_made_and_never_dialled_is_dialled():
    offer = scene(Stage.OFFERED)
    made = replace(offer.legs[1], state=LegState.DIALLING)
    at = state_of(replace(offer, legs=(offer.legs[0], made)), agent(Stage.OFFERED))

    assert found(at, seen(channel(), leg(state=ChannelState.DOWN))) == [e.LegCreated(LEG)]


# ---- placements


def test_two_who_should_talk_and_are_not_together_are_brought_together():
    at, there = state_of(TALK, agent()), seen(channel(), leg())

    assert {one.leg for one in found(at, there)} == {CALLER, LEG}
    assert all(isinstance(one, e.Misplaced) for one in found(at, there))
    assert found(at, there, busy=lambda _: True) == []


def test_a_customer_on_hold_who_is_still_in_the_bridge_is_taken_out():
    at = state_of(scene(Stage.HELD), agent(Stage.HELD))
    there = seen(channel(), leg(), bridged=TOGETHER)

    assert found(at, there) == [e.Misplaced(CALLER, f"{CALL}-talk1")]


def test_no_leg_joins_a_bridge_with_legs_in_the_dialplan():
    away = channel(where=Where.ELSEWHERE)

    assert found(state_of(TALK, agent()), seen(away, leg())) == []


# ---- agents


@pytest.mark.parametrize("stage", [Stage.OFFERED, Stage.TALKING])
def test_an_agent_bound_to_a_call_that_is_not_there_has_drifted(stage):
    at = state_of(agent(stage))

    assert found(at, seen()) == [e.AgentDrifted(SEVEN)]
    assert list(drifted_agents(at)) == [SEVEN]


def test_an_agent_with_another_agents_call_has_drifted():
    theirs = replace(TALK, work=replace(TALK.work, agent=AgentId(9)))

    assert list(drifted_agents(state_of(theirs, agent()))) == [SEVEN]


def test_after_a_connect_the_calls_come_before_the_agents():
    assert found(state_of(agent()), seen(), first=True) == []


@pytest.mark.parametrize("one", [ready(), agent(wraps_up=True)])
def test_an_agent_who_is_bound_to_nothing_cannot_drift(one):
    assert found(state_of(one), seen()) == []


# ---- the fallback, and what is left lying


def test_a_caller_in_the_fallback_is_fetched():
    there = seen(channel(**IN_MUSIC))

    assert list(look(state_of(), there).fetch.values()) == ["PJSIP/trunk-local-1"]


def test_a_caller_connected_by_the_fallback_is_not_disturbed():
    there = seen(channel(**IN_QUEUE), bridged=[(CALLER, "n1-1.2")])

    assert look(state_of(), there).fetch == {}


def test_a_caller_who_has_come_back_already_is_not_fetched_again():
    assert look(state_of(), seen(channel(in_fallback=True))).fetch == {}


def test_an_empty_bridge_of_a_call_that_is_over_is_removed():
    at = state_of(TALK, agent())
    there = seen(
        channel(),
        empty_bridges=[f"{CALL}-talk1", "n1-1.5-talk1", "gone-listen2", "somebody-elses"],
    )

    assert set(look(at, there).orphans) == {"n1-1.5-talk1", "gone-listen2"}
    assert CallId("gone") not in at.calls
