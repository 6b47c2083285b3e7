"""Calls that the guard takes out of Stasis while the engine is away."""

import asyncio
import contextlib

from cti.asterisk.ami import AMIError
from cti.core.look import Hangup
from web.ops.guard import guard, hung_up_on, left_alone


def channel(name="PJSIP/trunk-1", uniqueid="c1", application="Stasis", bridge="", state="Up"):
    call, leg, _ = uniqueid.partition("-a")
    return {
        "AccountCode": f"agent:{call}" if leg else "customer",
        "Channel": name,
        "Uniqueid": uniqueid,
        "Application": application,
        "BridgeId": bridge,
        "ChannelStateDesc": state,
    }


def test_a_caller_alone_in_stasis_is_brought_out():
    assert left_alone([channel()]) == ["PJSIP/trunk-1"]


def test_the_caller_who_came_first_is_taken_out_first():
    callers = [channel(f"PJSIP/t-{n}", f"n1-{at}.{n}") for n, at in ((10, 7), (9, 7), (2, 30))]

    assert left_alone(callers) == ["PJSIP/t-9", "PJSIP/t-10", "PJSIP/t-2"]


def test_a_caller_alone_in_a_bridge_is_brought_out():
    assert left_alone([channel(bridge="b1")]) == ["PJSIP/trunk-1"]


def test_a_talk_is_left_alone():
    assert left_alone([channel(bridge="b1"), channel("PJSIP/p7-2", "c1-a1", bridge="b1")]) == []


def test_an_agents_leg_is_not_brought_out():
    assert left_alone([channel("PJSIP/p7-2", "c1-a12")]) == []


def test_a_caller_already_on_music_is_not_brought_out_again():
    assert left_alone([channel(application="MusicOnHold")]) == []


def test_a_listener_is_left_alone():
    assert left_alone([channel("Snoop/c1-1", "s1")]) == []


def test_after_the_agent_hung_up_the_caller_is_left_to_an_engine_that_is_soon_back():
    """The engine ends the call, as it should; the fallback would ring another agent."""
    assert left_alone([channel(bridge="b1")], late=False) == []
    assert left_alone([channel()], late=False) == ["PJSIP/trunk-1"]


def test_a_caller_just_answered_is_left_to_an_engine_that_is_soon_back():
    both = [channel(), channel("PJSIP/1001-1", "c1-a1")]
    rings = [channel(), channel("PJSIP/1001-1", "c1-a1", state="Ringing")]

    assert left_alone(both, late=False) == []
    assert left_alone(both, late=True) == ["PJSIP/trunk-1"]
    assert left_alone(rings, late=False) == ["PJSIP/trunk-1"]


def test_a_caller_is_hung_up_on_when_the_agent_hung_up_but_not_when_the_agent_was_lost():
    alone = [channel(bridge="b1")]
    hung_up, lost = Hangup(20.0, 16, "c1"), Hangup(20.0, 44, "c1")

    assert hung_up_on(alone, {"c1-a1": hung_up}) == ["PJSIP/trunk-1"]
    assert hung_up_on(alone, {"c1-a1": Hangup(10.0, 16, "c1"), "c1-a2": lost}) == []
    assert hung_up_on(alone, {"c10-a1": Hangup(20.0, 16, "c10")}) == []
    assert hung_up_on([channel()], {"c1-a1": hung_up}) == []


class Manager:
    """A manager interface with two callers in Stasis."""

    def __init__(self, *, deaf=False):
        self.moved = []
        self.told = []  # whether the dialplan knows that the engine is away
        self.deaf = deaf  # it does not answer after that

    async def send(self, action, **fields):
        if action == "CoreShowChannels":
            return [
                {"Event": "CoreShowChannel", **channel(f"PJSIP/trunk-{n}", f"c{n}")} for n in (1, 2)
            ]
        if action == "Setvar":
            self.told.append(int(fields["Value"]) > 0)
            if self.deaf and len(self.told) > 1:
                raise AMIError("the link is gone")
        else:
            self.moved.append(fields["Channel"])
        return []


class Engine:
    """An engine that reports a few times for how long it has been unable to work."""

    def __init__(self, *unable, cut_off=0.0):
        self.unable, self.cut_off = iter(unable), cut_off

    def unable_seconds(self):
        return next(self.unable, 0.1)

    def cut_off_seconds(self):
        return self.cut_off


def looked_after(engine, manager=None):
    manager = manager or Manager()

    async def look_after():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.8):
                await guard(manager, engine, dict)

    asyncio.run(look_after())
    return manager


def test_no_call_is_taken_out_of_stasis_once_the_engine_is_back():
    manager = looked_after(Engine(4.0, 4.0, 4.0, 0.1))

    assert manager.moved == ["PJSIP/trunk-1"]
    assert manager.told == []


def test_the_dialplan_is_told_of_a_lost_link_and_of_its_return():
    manager = looked_after(Engine(4.0, 4.0, 4.0, 0.1, cut_off=4.0))

    assert manager.told == [True, False]


def test_a_variable_that_cannot_be_reset_expires():
    engine = Engine(4.0, 4.0, 4.0, 0.1, cut_off=4.0)

    assert looked_after(engine, Manager(deaf=True)).told == [True, False]
