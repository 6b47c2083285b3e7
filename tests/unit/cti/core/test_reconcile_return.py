"""After an absence: in which order callers are found, and what was left half-done is done."""

import pytest
from unit.cti.core.test_reconcile import (
    CALL,
    LEG,
    NOW,
    OLD,
    agent,
    call,
    channel,
    found,
    house,
    leg,
    look,
    seen,
    talk,
)

from acd.agent import State
from acd.queue import QueueKey
from cti.core import events as e
from cti.core.call import Stage
from cti.core.reconcile import Hangup


def waits(id_=CALL, since=OLD):
    return call(Stage.WAITING, id_=id_, queue=QueueKey("support"), waiting_since=since)


def test_talks_are_found_first_and_then_those_who_wait_as_they_came():
    there = seen(
        channel("n1-9.9", number="4008001234", created=OLD + 30),
        channel("n1-2.2", left=waits("n1-2.2", OLD + 20)),
        channel("n1-8.8", number="4008001234", created=OLD + 25),
        channel("n1-3.3", left=waits("n1-3.3", OLD + 10)),
        channel(left=talk()),
        leg(),
        bridged=[(CALL, LEG)],
    )

    events = found(house(agent(State.READY)), there, first=True)

    assert [getattr(one.call, "id", one.call) for one in events] == [
        CALL,
        "n1-3.3",
        "n1-2.2",
        "n1-8.8",
        "n1-9.9",
    ]


def test_callers_are_fetched_from_the_fallback_as_they_came():
    def away(id_, at):
        name, where = f"PJSIP/t-{id_}", {"app": "MusicOnHold", "context": "hotline-fallback"}
        return channel(id_, name=name, created=at, **where)

    there = seen(away("n1-5.5", OLD + 2), away("n1-4.4", OLD + 1))

    assert list(look(house(), there).fetch.values()) == ["PJSIP/t-n1-4.4", "PJSIP/t-n1-5.5"]


def test_after_the_clock_was_set_back_callers_wait_in_their_old_order_and_before_newcomers():
    late, early = waits("n1-2.2", NOW + 3590), waits("n1-3.3", NOW + 3580)
    there = seen(channel("n1-2.2", left=late), channel("n1-3.3", left=early))

    events = found(house(), there, first=True)

    assert [one.call.id for one in events] == ["n1-3.3", "n1-2.2"]
    assert all(NOW < one.call.waiting_since < NOW + 0.01 for one in events)


def test_after_the_clock_was_set_back_who_came_before_is_found_by_the_first_look():
    ahead = NOW + 3590
    there = seen(
        channel(left=talk(), created=ahead),
        leg(created=ahead),
        channel("n1-2.2", created=ahead + 1),
        channel("n1-3.3", created=ahead, context="hotline-return"),
        bridged=[(CALL, LEG)],
    )

    talks, back, new = found(house(agent()), there, first=True)

    assert (talks.call.stage, talks.call.leg) == (Stage.TALKING, LEG)
    assert isinstance(new, e.CallArrived)
    assert NOW < new.at < NOW + 0.01
    assert isinstance(back, e.CallReturned)
    assert NOW < back.call.arrived < NOW + 0.01


def test_after_the_clock_was_set_back_a_leg_of_nobody_is_ended():
    [stray] = found(house(), seen(leg(created=NOW + 3590)), first=True)

    assert isinstance(stray, e.StrayChannel)


def test_who_comes_while_the_first_look_is_made_is_left_to_what_is_heard_of_him():
    assert found(house(), seen(channel(created=NOW + 1.0)), first=True) == []


def test_an_agent_who_has_picked_up_is_brought_together_with_his_caller():
    there = seen(channel(left=waits()), leg(up=True))

    events = found(house(agent(State.READY)), there, first=True)

    assert [type(one) for one in events] == [e.CallFound, e.LegAnswered]
    assert events[0].call.stage is Stage.OFFERED
    assert events[1] == e.LegAnswered(CALL, LEG)


def test_an_agent_who_picked_up_when_nobody_was_there_is_left_to_be_hung_up():
    there = seen(channel(left=waits()), leg(up=True, app=""))

    [event] = found(house(agent(State.READY)), there, first=True)

    assert event.call.stage is Stage.WAITING


def test_two_who_talk_and_are_not_together_are_bridged_again():
    at, there = house(talk(), agent()), seen(channel(), leg())

    assert found(at, there) == [e.CameLate(CALL)]
    assert found(at, there, busy=lambda _: True) == []


# ---- callers of ours whom the fallback took


IN_THE_FALLBACK = {"app": "Queue", "context": "hotline-fallback"}
THEIR_TALK = seen(
    channel(**IN_THE_FALLBACK),
    channel("n1-1.2", name="PJSIP/1001-3", app="AppQueue", context="hotline-phone"),
    bridged=[(CALL, "n1-1.2")],
)


@pytest.mark.parametrize("known", [waits(), talk(Stage.OFFERED), call(Stage.IVR)])
def test_a_caller_whom_the_fallback_has_is_not_ours_until_he_is_fetched(known):
    at = house(known, agent(State.OFFERED))
    result = look(at, seen(channel(**IN_THE_FALLBACK), leg(up=False)), first=True)

    assert result.events[0] == e.CallFound(known.outside(None, NOW))
    assert list(result.fetch.values()) == ["PJSIP/trunk-local-1"]


def test_a_caller_of_ours_whom_the_fallback_put_through_is_a_talk_of_that_agents():
    at = house(waits(), agent(State.READY, of=None))

    assert found(at, THEIR_TALK, first=True) == [e.CallFound(waits().outside(7, NOW))]
    assert found(house(waits().outside(7, OLD), agent()), THEIR_TALK) == []


def test_a_caller_for_whom_the_fallback_rings_somebody_is_not_taken_away_from_him():
    rung = channel(
        "n1-1.2", name="PJSIP/1001-3", up=False, app="AppQueue", context="hotline-phone",
        far="8613800138000",
    )  # fmt: skip
    result = look(house(waits()), seen(channel(**IN_THE_FALLBACK), rung), first=True)

    assert result.fetch == {}
    assert result.unclear
    assert result.rung == {7}
    assert not look(house(waits()), seen(channel(**IN_THE_FALLBACK)), first=True).unclear


@pytest.mark.parametrize("stage", [Stage.TALKING, Stage.HELD])
def test_a_talk_whose_agent_hung_up_ends_though_the_fallback_has_the_caller(stage):
    at = house(talk(stage), agent())
    hangups = {LEG: Hangup(NOW - 3, 16)}
    there = seen(channel(app="MusicOnHold", context="hotline-fallback"))

    assert found(at, there, first=True, hangups=hangups) == [e.LegGone(CALL, LEG, 16, at=NOW - 3)]


def test_a_talk_of_the_fallbacks_that_has_just_begun_is_found_at_once():
    at = house(waits().outside(None, NOW - 0.5), agent(State.READY, of=None))

    assert found(at, THEIR_TALK) == [e.CallFound(at.calls[CALL].outside(7, NOW))]
