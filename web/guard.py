"""The second half of law 9: callers whom no living engine looks after are brought to music.

A caller inside Stasis hears nothing when the engine dies or freezes. After three seconds the guard
sends him to the fallback context, over AMI, and looks again every second until the engine is back.
Whose agent has hung up is not led to another: his call is over, as with an engine.
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import structlog

from cti.ami import AMIClient, AMIError, Message
from cti.asterisk import HUNG_UP
from cti.resync import FALLBACK, Hangup

PATIENCE_SECONDS = 3.0
LATER_SECONDS = 6.0
"""For so long an agent who has picked up is not hung up on, and a caller whose agent's phone was
lost is not led to another: an engine that was frozen is back before, and knows what is right. The
fallback rings nobody before eight."""

LOOK_AGAIN_SECONDS = 1.0
TO_FALLBACK = {"Context": FALLBACK, "Exten": "s", "Priority": "1"}
# The engine chooses the ids of the legs it makes: a call's id, `-a` and a number for an agent's.
AGENT_LEG = re.compile(r"-a\d+$")

log = structlog.get_logger(__name__)


def left_alone(channels: Iterable[Message], *, late: bool = True) -> list[str]:
    """Name the callers' channels that wait in Stasis and are in no talk.

    A talk is a bridge with two channels: it goes on without us and is not disturbed. Who is alone
    in a bridge has had an agent, and for some an agent has just picked up: their turn comes when it
    is `late`. Listeners (Snoop) and other
    channels that no person's phone made are left as they are.
    """
    known = list(channels)
    legs = (c["Uniqueid"] for c in known if c.get("ChannelStateDesc") == "Up" and "Uniqueid" in c)
    spoken_for = {AGENT_LEG.sub("", leg) for leg in legs if AGENT_LEG.search(leg)}
    return [
        channel["Channel"]
        for channel in _not_in_talk(known)
        if channel.get("Application") == "Stasis"
        and (late or not (channel.get("BridgeId") or channel.get("Uniqueid") in spoken_for))
        and not AGENT_LEG.search(channel.get("Uniqueid", ""))
    ]


def idle_legs(channels: Iterable[Message]) -> list[str]:
    """Name the agents' legs that ring, or whose caller has left: nobody will ever end them.

    While they last, the agent's phone is in use and the fallback queue cannot ring it.
    """
    return [
        channel["Channel"]
        for channel in _not_in_talk(channels)
        if AGENT_LEG.search(channel.get("Uniqueid", ""))
    ]


def hung_up_on(channels: Iterable[Message], ends: Mapping[str, Hangup]) -> list[str]:
    """Name the callers who are alone in a bridge because their agent has hung up (Q.850: 16)."""
    alone = (c for c in _not_in_talk(channels) if c.get("BridgeId"))
    return [c["Channel"] for c in alone if _last_leg(c.get("Uniqueid", ""), ends) == HUNG_UP]


def _last_leg(call: str, ends: Mapping[str, Hangup]) -> int | None:
    """Why the newest of a caller's legs that are over has ended."""
    legs = [end for leg, end in ends.items() if leg.startswith(f"{call}-a")]
    return max(legs, key=lambda end: end.at).cause if call and legs else None


def _not_in_talk(channels: Iterable[Message]) -> list[Message]:
    known = list(channels)
    people = Counter(channel.get("BridgeId", "") for channel in known)
    return [
        channel
        for channel in known
        if channel.get("Channel", "").startswith("PJSIP/")
        and not (channel.get("BridgeId") and people[channel["BridgeId"]] > 1)
    ]


async def guard(
    client: AMIClient,
    silent_seconds: Callable[[], float],
    hangups: Callable[[], Mapping[str, Hangup]],
) -> None:
    """Look after callers for ever; `silent_seconds` tells for how long the engine has been silent.

    `hangups` reads how the latest channels ended, in a thread. The client's `run` is somebody
    else's task. Without AMI there is nothing to be done but try again.
    """
    while True:
        await asyncio.sleep(LOOK_AGAIN_SECONDS / 4)
        if (silent := silent_seconds()) < PATIENCE_SECONDS:
            continue
        try:
            await _bring_out(
                client,
                lambda: silent_seconds() < PATIENCE_SECONDS,
                hangups,
                late=silent >= LATER_SECONDS,
            )
        except AMIError as error:
            log.warning("callers cannot be looked after", why=str(error))
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _bring_out(
    client: AMIClient,
    is_back: Callable[[], bool],
    hangups: Callable[[], Mapping[str, Hangup]],
    *,
    late: bool,
) -> None:
    """An engine that `is_back` takes its callers up itself: none is moved away under its hands."""
    answer = await client.send("CoreShowChannels")
    channels = [m for m in answer if m.get("Event") == "CoreShowChannel"]
    alone = any(channel.get("BridgeId") for channel in _not_in_talk(channels))
    over = hung_up_on(channels, await asyncio.to_thread(hangups)) if alone else []
    for channel in [*over, *(idle_legs(channels) if late else ())]:
        if is_back():
            return
        with contextlib.suppress(AMIError):  # it ended meanwhile
            await client.send("Hangup", Channel=channel, Cause=str(HUNG_UP))
    for channel in left_alone(channels, late=late):
        if channel in over:
            continue
        if is_back():
            return
        try:
            await client.send("Redirect", Channel=channel, **TO_FALLBACK)
        except AMIError as error:
            # He may have hung up meanwhile.
            log.info("a caller could not be redirected", channel=channel, why=str(error))
        else:
            log.warning("a caller was brought to the fallback", channel=channel)
