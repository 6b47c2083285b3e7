"""Whom the guard brings out of Stasis when the engine is away."""

import asyncio
import contextlib

from cti.resync import Hangup
from web.guard import guard, hung_up_on, left_alone


def channel(name="PJSIP/trunk-1", uniqueid="c1", application="Stasis", bridge="", state="Up"):
    return {
        "Channel": name,
        "Uniqueid": uniqueid,
        "Application": application,
        "BridgeId": bridge,
        "ChannelStateDesc": state,
    }


def test_a_caller_alone_in_stasis_is_brought_out():
    assert left_alone([channel()]) == ["PJSIP/trunk-1"]


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


def test_a_caller_whose_agent_has_hung_up_is_left_to_an_engine_that_is_soon_back():
    """It ends his call, as it should; the fallback would lead him to another agent."""
    assert left_alone([channel(bridge="b1")], late=False) == []
    assert left_alone([channel()], late=False) == ["PJSIP/trunk-1"]


def test_a_caller_for_whom_an_agent_has_just_picked_up_is_left_to_an_engine_that_is_soon_back():
    both = [channel(), channel("PJSIP/1001-1", "c1-a1")]
    rings = [channel(), channel("PJSIP/1001-1", "c1-a1", state="Ringing")]

    assert left_alone(both, late=False) == []
    assert left_alone(both, late=True) == ["PJSIP/trunk-1"]
    assert left_alone(rings, late=False) == ["PJSIP/trunk-1"]


def test_a_caller_whose_agent_hung_up_is_hung_up_on_and_one_whose_agent_was_lost_is_not():
    alone = [channel(bridge="b1")]
    hung_up, lost = Hangup(20.0, 16), Hangup(20.0, 44)

    assert hung_up_on(alone, {"c1-a1": hung_up}) == ["PJSIP/trunk-1"]
    assert hung_up_on(alone, {"c1-a1": Hangup(10.0, 16), "c1-a2": lost}) == []
    assert hung_up_on(alone, {"c10-a1": hung_up}) == []
    assert hung_up_on([channel()], {"c1-a1": hung_up}) == []


class Manager:
    """A manager interface with two callers in Stasis."""

    def __init__(self):
        self.moved = []

    async def send(self, action, **fields):
        if action == "CoreShowChannels":
            return [
                {"Event": "CoreShowChannel", **channel(f"PJSIP/trunk-{n}", f"c{n}")} for n in (1, 2)
            ]
        self.moved.append(fields["Channel"])
        return []


def test_nobody_is_brought_out_any_more_once_the_engine_is_back():
    manager, silences = Manager(), iter((4.0, 4.0, 0.1))

    async def look_after():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await guard(manager, lambda: next(silences, 0.1), dict)

    asyncio.run(look_after())
    assert manager.moved == ["PJSIP/trunk-1"]
