"""The guard: moves callers to the fallback queue while no engine serves them.

A caller in Stasis hears nothing when the engine dies or freezes. After three seconds the guard
redirects the caller to the fallback context, over AMI, and looks again every second until the
engine is back. A caller whose agent has hung up is not redirected: the call is ended.
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
from cti.asterisk.translate import FALLBACK_CONTEXT, HUNG_UP, STASIS, read_account_code
from cti.core.leg import LegRole
from cti.core.look import Hangup

PATIENCE_SECONDS = 3.0
LATER_SECONDS = 6.0
"""Before that an agent who has just answered is not disconnected, and a caller whose agent's phone
was lost is not redirected: an engine that was only frozen is back earlier. The fallback rings no
agent in its first eight seconds."""

POLL_SECONDS = 0.25
LOOK_AGAIN_SECONDS = 1.0
AWAY_SECONDS = 4
"""How long the variable in the dialplan is valid; the guard may die, or the clock may jump."""

TO_FALLBACK = {"Context": FALLBACK_CONTEXT, "Exten": "s", "Priority": "1"}
MADE = re.compile(r"(\d+)\.(\d+)$")

log = structlog.get_logger(__name__)


def left_alone(channels: Iterable[Message], *, late: bool = True) -> list[str]:
    """Give the callers' channels that wait in Stasis without a talk, the oldest first.

    A talk is a bridge with two channels: it goes on without the engine and is not disturbed. A
    caller alone in a bridge had an agent, or an agent has just answered: they are given only if it
    is `late`. Snoop channels and others without a phone are ignored. The order becomes the order in
    the fallback queue.
    """
    known = sorted(channels, key=_came)
    answered = (one for one in known if one.get("ChannelStateDesc") == "Up")
    spoken_for = {call for one in answered if (call := _agents_call(one)) is not None}
    return [
        channel["Channel"]
        for channel in _not_in_talk(known)
        if channel.get("Application") in STASIS
        and (late or not (channel.get("BridgeId") or _customers_call(channel) in spoken_for))
        and _agents_call(channel) is None
    ]


def _agents_call(channel: Message) -> str | None:
    """Give the call of a leg that the engine made; None for a caller's and any other channel."""
    code = read_account_code(channel.get("AccountCode", ""))
    if code is None or code[0] is LegRole.CUSTOMER:
        return None
    return code[1] or ""


def _customers_call(channel: Message) -> str:
    """Give the call of a customer's channel: its own id, unless we dialled it."""
    code = read_account_code(channel.get("AccountCode", ""))
    return (code[1] if code is not None else None) or channel.get("Uniqueid", "")


def _came(channel: Message) -> tuple[int, int]:
    """Give when a channel was made and its serial number, the end of its name."""
    made = MADE.search(channel.get("Uniqueid", ""))
    return (int(made[1]), int(made[2])) if made else (0, 0)


def idle_legs(channels: Iterable[Message]) -> list[str]:
    """Give the agents' legs that ring or have lost their caller; without the engine they never end.

    While they last, the agent's phone is in use and the fallback queue cannot ring it.
    """
    return [
        channel["Channel"]
        for channel in _not_in_talk(channels)
        if _agents_call(channel) is not None
    ]


def hung_up_on(channels: Iterable[Message], ends: Mapping[str, Hangup]) -> list[str]:
    """Give the callers alone in a bridge after their agent hung up (Q.850: 16)."""
    alone = (c for c in _not_in_talk(channels) if c.get("BridgeId"))
    return [c["Channel"] for c in alone if _last_leg(_customers_call(c), ends) == HUNG_UP]


def _last_leg(call: str, ends: Mapping[str, Hangup]) -> int | None:
    """Give the cause of the end of a caller's newest ended leg."""
    legs = [end for end in ends.values() if end.call == call]
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
    """The engine's process, as the guard sees it."""

    def unable_seconds(self) -> float:
        """Give the seconds since it last reported that it can work."""

    def cut_off_seconds(self) -> float:
        """Give the seconds for which it has reported that it cannot work."""


async def guard(
    client: AMIClient, engine: GuardedEngine, hangups: Callable[[], Mapping[str, Hangup]]
) -> None:
    """Watch the engine and redirect callers, until cancelled.

    `hangups` reads how the latest channels ended, in a thread. The caller of this function runs the
    client. Without AMI the guard can only try again.
    """
    looked, variable_set = -math.inf, False

    def is_back() -> bool:
        return engine.unable_seconds() < PATIENCE_SECONDS

    while True:
        await asyncio.sleep(POLL_SECONDS)
        back, now = is_back(), time.monotonic()
        if (back and not variable_set) or (not back and now - looked < LOOK_AGAIN_SECONDS):
            continue
        try:
            dead = not back and engine.cut_off_seconds() >= PATIENCE_SECONDS
            if dead or variable_set:
                await _set_variable(client, dead=dead)
                variable_set = dead
            if not back:
                late = engine.unable_seconds() >= LATER_SECONDS
                await _bring_out(client, is_back, hangups, late=late)
        except AMIError as error:
            log.warning("callers cannot be redirected", why=str(error))
            variable_set = False  # the variable is valid for some seconds only
        looked = now


async def _set_variable(client: AMIClient, *, dead: bool) -> None:
    """Set a variable for some seconds so that the dialplan avoids Stasis.

    This is for an engine that is alive without its connection. When an engine dies its Stasis
    application is gone, and its successor registers it again in a moment.
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
    """Redirect waiting callers; stop as soon as the engine `is_back` and serves them itself."""
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
            # The caller may have hung up meanwhile.
            log.info("a caller could not be redirected", channel=channel, why=str(error))
        else:
            log.warning("a caller was redirected to the fallback", channel=channel)
