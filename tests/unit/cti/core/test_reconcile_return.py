"""After an absence: in which order callers are found, and what was left half-done is done."""

from dataclasses import replace

import pytest
from unit.cti.core.scenes import (
    CALL,
    CALLER,
    IN_MUSIC,
    IN_QUEUE,
    LEG,
    NOW,
    OLD,
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

from acd.work import WorkState
from cti.core import events as e
from cti.core.leg import InFallback
from cti.core.look import Hangup
from cti.core.seen import ChannelState, Where
from cti.core.stage import Stage

TALK = scene(Stage.TALKING)


def waits(id_=CALL, since=OLD):
    return scene(Stage.WAITING, id_=id_, waiting_since=since)


def id_of(event):
    return getattr(getattr(event, "call", None), "id", None) or event.leg


def test_talks_are_found_first_and_then_waiting_callers_in_order_of_arrival():
    there = seen(
        channel("n1-9.9", created=OLD + 30),
        channel("n1-2.2", of=waits("n1-2.2", OLD + 20)),
        channel("n1-8.8", created=OLD + 25),
        channel("n1-3.3", of=waits("n1-3.3", OLD + 10)),
        channel(of=TALK),
        leg(),
        bridged=[(CALLER, LEG)],
    )

    events = found(state_of(ready()), there, first=True)

    assert [id_of(one) for one in events] == [CALL, "n1-3.3", "n1-2.2", "n1-8.8", "n1-9.9"]


def test_callers_are_fetched_from_the_fallback_in_order_of_arrival():
    def away(id_, at):
        return channel(id_, name=f"PJSIP/t-{id_}", created=at, **IN_MUSIC)

    there = seen(away("n1-5.5", OLD + 2), away("n1-4.4", OLD + 1))

    assert list(look(state_of(), there).fetch.values()) == ["PJSIP/t-n1-4.4", "PJSIP/t-n1-5.5"]


def test_after_the_clock_was_set_back_callers_wait_in_their_old_order_and_before_newcomers():
    late, early = waits("n1-2.2", NOW + 3590), waits("n1-3.3", NOW + 3580)
    there = seen(channel("n1-2.2", of=late), channel("n1-3.3", of=early))

    events = found(state_of(), there, first=True)

    assert [one.call.id for one in events] == ["n1-3.3", "n1-2.2"]
    assert all(NOW < one.work.since < NOW + 0.01 for one in events)


def test_after_the_clock_was_set_back_earlier_callers_are_found_by_the_first_comparison():
    ahead = NOW + 3590
    there = seen(
        channel(of=TALK, created=ahead),
        leg(created=ahead),
        channel("n1-2.2", created=ahead + 1),
        channel("n1-3.3", created=ahead, in_fallback=True, way=""),
        bridged=[(CALLER, LEG)],
    )

    talks, back, new = found(state_of(agent()), there, first=True)

    assert (talks.work.state, [one.id for one in talks.legs]) == (
        WorkState.ASSIGNED,
        [CALLER, LEG],
    )
    assert isinstance(new, e.CallArrived)
    assert NOW < new.at < NOW + 0.01
    assert isinstance(back, e.CallReturned)
    assert NOW < back.call.arrived < NOW + 0.01


def test_after_the_clock_was_set_back_an_unknown_leg_is_ended():
    [stray] = found(state_of(), seen(leg(created=NOW + 3590)), first=True)

    assert isinstance(stray, e.StrayChannel)


def test_a_caller_arriving_during_the_first_comparison_is_left_to_their_own_event():
    assert found(state_of(), seen(channel(created=NOW + 1.0)), first=True) == []


def test_an_agent_who_has_picked_up_is_brought_together_with_the_caller():
    there = seen(channel(of=waits()), leg())

    events = found(state_of(ready()), there, first=True)

    assert [type(one) for one in events] == [e.CallFound, e.LegAnswered]
    assert [offer.agent for offer in events[0].work.offers] == [7]
    assert events[1] == e.LegAnswered(LEG)


def test_an_agent_who_answered_without_a_caller_is_hung_up():
    there = seen(channel(of=waits()), leg(where=Where.ELSEWHERE))

    [event] = found(state_of(ready()), there, first=True)

    assert event.work.state is WorkState.WAITING


def test_two_legs_of_a_talk_that_are_not_bridged_are_bridged():
    events = found(state_of(agent()), seen(channel(of=TALK), leg()), first=True)

    assert events[1:] == [e.Misplaced(CALLER), e.Misplaced(LEG)]


# ---- our callers in the fallback


THEIR_TALK = seen(channel(**IN_QUEUE), rung_by_fallback(), bridged=[(CALLER, "n1-1.2")])


@pytest.mark.parametrize("known", [waits(), scene(Stage.OFFERED), scene()])
def test_a_caller_in_the_fallback_is_not_ours_until_fetched(known):
    at = state_of(known, agent(Stage.OFFERED))
    there = seen(channel(**IN_QUEUE), leg(state=ChannelState.RINGING))
    result = look(at, there, first=True)

    [outside] = [one for one in result.events if isinstance(one, e.CallFound)]
    assert isinstance(outside.legs[0].placement, InFallback)
    assert outside.work is None
    assert list(result.fetch.values()) == ["PJSIP/trunk-local-1"]


def test_our_caller_connected_by_the_fallback_is_a_talk_of_that_agent():
    [event] = found(state_of(waits(), ready()), THEIR_TALK, first=True)

    assert (event.work.agent, type(event.legs[0].placement)) == (7, InFallback)
    known = scene(Stage.IN_FALLBACK, agent=7)
    assert found(state_of(known, agent(Stage.IN_FALLBACK)), THEIR_TALK) == []


def test_a_caller_is_not_fetched_while_the_fallback_rings_an_agent():
    rung = rung_by_fallback(state=ChannelState.RINGING, far="8613800138000")
    result = look(state_of(waits()), seen(channel(**IN_QUEUE), rung), first=True)

    assert result.fetch == {}
    assert result.unclear
    assert result.rung == {7}
    assert not look(state_of(waits()), seen(channel(**IN_QUEUE)), first=True).unclear


@pytest.mark.parametrize("stage", [Stage.TALKING, Stage.HELD])
def test_a_talk_ends_with_its_agent_although_the_fallback_has_the_caller(stage):
    at = state_of(scene(stage), agent(stage))
    hangups = {LEG: Hangup(NOW - 3, 16)}
    there = seen(channel(**IN_MUSIC))

    assert found(at, there, first=True, hangups=hangups) == [e.LegEnded(LEG, 16, at=NOW - 3)]


def test_a_talk_of_the_fallbacks_that_has_just_begun_is_found_at_once():
    known = scene(Stage.IN_FALLBACK)
    fresh = replace(known, legs=(replace(known.legs[0], placed=NOW - 0.5),))

    [event] = found(state_of(fresh, ready()), THEIR_TALK)

    assert event.work.agent == 7
