"""The second half of law 9: callers whom no living engine looks after are brought to music.

A caller inside Stasis hears nothing when the engine dies or freezes. After three seconds the guard
sends him to the fallback context, over AMI, and looks again every second until the engine is back.
Whose agent has hung up is not led to another: his call is over, as with an engine.
"""

import asyncio
import contextlib
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import structlog

from cti.asterisk.ami import AMIClient, AMIError, Message
from cti.asterisk.translate import HUNG_UP
from cti.core.reconcile import FALLBACK, Hangup

PATIENCE_SECONDS = 3.0
LATER_SECONDS = 6.0
"""For so long an agent who has picked up is not hung up on, and a caller whose agent's phone was
lost is not led to another: an engine that was frozen is back before, and knows what is right. The
fallback rings nobody before eight."""

POLL_SECONDS = 0.25
LOOK_AGAIN_SECONDS = 1.0
AWAY_SECONDS = 4
"""For so long the dialplan believes what it was told; the guard may die, or the clock be set."""

TO_FALLBACK = {"Context": FALLBACK, "Exten": "s", "Priority": "1"}
# The engine chooses the ids of the legs it makes: a call's id, `-a` and a number for an agent's.
AGENT_LEG = re.compile(r"-a\d+$")
MADE = re.compile(r"(\d+)\.(\d+)$")

log = structlog.get_logger(__name__)


def left_alone(channels: Iterable[Message], *, late: bool = True) -> list[str]:
    """Name the callers' channels that wait in Stasis and are in no talk.

    A talk is a bridge with two channels: it goes on without us and is not disturbed. Who is alone
    in a bridge has had an agent, and for some an agent has just picked up: their turn comes when it
    is `late`. Listeners (Snoop) and other channels that no person's phone made are left as they
    are. Who came first is named first: so they stand in the fallback's line.
    """
    known = sorted(channels, key=_came)
    legs = (c["Uniqueid"] for c in known if c.get("ChannelStateDesc") == "Up" and "Uniqueid" in c)
    spoken_for = {AGENT_LEG.sub("", leg) for leg in legs if AGENT_LEG.search(leg)}
    return [
        channel["Channel"]
        for channel in _not_in_talk(known)
        if channel.get("Application") == "Stasis"
        and (late or not (channel.get("BridgeId") or channel.get("Uniqueid") in spoken_for))
        and not AGENT_LEG.search(channel.get("Uniqueid", ""))
    ]


def _came(channel: Message) -> tuple[int, int]:
    """When a channel was made, and after how many others: its name ends in both."""
    made = MADE.search(channel.get("Uniqueid", ""))
    return (int(made[1]), int(made[2])) if made else (0, 0)


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


class GuardedEngine(Protocol):
    """The engine's process, as the supervisor knows it."""

    def unable_seconds(self) -> float:
        """For how long it has not said that it can do its work."""

    def cut_off_seconds(self) -> float:
        """For how long it has lived and said that it cannot."""


async def guard(
    client: AMIClient, engine: GuardedEngine, hangups: Callable[[], Mapping[str, Hangup]]
) -> None:
    """Look after callers for ever.

    `hangups` reads how the latest channels ended, in a thread. The client's `run` is somebody
    else's task. Without AMI there is nothing to be done but try again.
    """
    looked, told = -math.inf, False

    def is_back() -> bool:
        return engine.unable_seconds() < PATIENCE_SECONDS

    while True:
        await asyncio.sleep(POLL_SECONDS)
        back, now = is_back(), time.monotonic()
        if (back and not told) or (not back and now - looked < LOOK_AGAIN_SECONDS):
            continue
        try:
            dead = not back and engine.cut_off_seconds() >= PATIENCE_SECONDS
            if dead or told:
                await _tell(client, dead=dead)
                told = dead
            if not back:
                late = engine.unable_seconds() >= LATER_SECONDS
                await _bring_out(client, is_back, hangups, late=late)
        except AMIError as error:
            log.warning("callers cannot be looked after", why=str(error))
            told = False  # what was told holds for some seconds only
        looked = now


async def _tell(client: AMIClient, *, dead: bool) -> None:
    """Let the dialplan know, for some seconds: nobody is led into Stasis only to be brought out.

    That is for an engine that lives behind a dead wire. One that died has closed Stasis behind it,
    and the one that takes its place opens it again in a moment.
    """
    until = int(time.time()) + AWAY_SECONDS if dead else 0
    await client.send("Setvar", Variable="HOTLINE_AWAY_UNTIL", Value=str(until))


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
