"""Calls that ring at agents, told to the pages of colleagues who may pick them up.

A desk sees no calls of others. These are the exception, with what is needed to choose one.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from crm.people.person import SessionKind
from crm.people.rights import NOBODY, Reach
from cti.core.call import Direction
from cti.core.stage import Stage
from web.live.changes import write
from web.live.mirror import Mirror
from web.live.schema import ItemKind, Value
from web.live.subscriptions import Subscriptions

LOOK_SECONDS = 1.0


def ringing_calls(mirror: Mirror) -> list[Value]:
    """Give the calls of customers that ring at agents, the longest first."""
    if mirror.away:
        return []
    found = [value for value in mirror.values(ItemKind.CALL) if _rings(value)]
    return sorted(found, key=since_of)


def may_pick_up(value: Value, person: int, within: Reach) -> bool:
    """Whether it rings at an agent within reach, and not at one's own phone."""
    agents = {one["agent"] for one in offers_of(value)}
    return person not in agents and any(within.holds(one) for one in agents)


def offers_of(value: Value) -> list[dict[str, Any]]:
    """Give the agents with ringing phones."""
    return list((value.get("work") or {}).get("offers", ()))


def since_of(value: Value) -> str:
    """Since when a phone has been ringing."""
    return min(str(one["since"]) for one in offers_of(value))


def ringing_message(calls: Iterable[Value], person: int, within: Reach) -> str:
    """Write the message with the calls that a user may pick up."""
    return write({"ringing": [_show(one) for one in calls if may_pick_up(one, person, within)]})


def tell_ringing(mirror: Mirror, sockets: Subscriptions) -> None:
    """Tell each page the calls that its user may pick up, if they are others than before."""
    calls = ringing_calls(mirror)
    for one in sockets.of():
        person, within = one.seen.who.user.id, one.seen.pick_up
        has_desk = within != NOBODY and mirror.value(ItemKind.AGENT, person) is not None
        # A program reads the list by the API, or watches the floor.
        if has_desk and one.seen.who.kind is SessionKind.BROWSER:
            one.tell_ringing(ringing_message(calls, person, within))


async def keep_telling(mirror: Mirror, sockets: Subscriptions) -> None:
    """Tell it once a second; until cancelled."""
    while True:
        tell_ringing(mirror, sockets)
        await asyncio.sleep(LOOK_SECONDS)


def _rings(value: Value) -> bool:
    is_offered = value["state"] == Stage.OFFERED and value["direction"] != Direction.INTERNAL
    return is_offered and bool(offers_of(value))


def _show(value: Value) -> dict[str, Any]:
    return {
        "call": value["id"],
        "caller": value["caller"],
        "caller_name": (value.get("customer") or {}).get("name", ""),
        "queue": value["queue"],
        "queue_name": value["queue_name"],
        "agents": [one["agent_name"] or "" for one in offers_of(value)],
        "since": since_of(value),
    }
