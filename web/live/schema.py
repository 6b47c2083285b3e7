"""The kinds of live items: the shape, the audience and an example of each. Pure.

The members are declared in `cti.core.live`, because the engine makes the values and must not know
the web. The audiences are added here. No other module names a kind's audience or reads its members
to find it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, cast

from cti.core import live
from cti.core.stage import Stage
from web.live.examples import AGENT, CALL, ENGINE, NODE, QUEUE, TRUNK

Value = Mapping[str, Any]  # as the engine sends it, which may be an older one


class ItemKind(StrEnum):
    """The kind of an item."""

    AGENT = "agent"
    CALL = "call"
    QUEUE = "queue"
    NODE = "node"
    TRUNK = "trunk"
    ENGINE = "engine"


class Visibility(Enum):
    """The users who get an item; supervisors get it if their right reaches one of its agents."""

    AGENT = "the agent, and users who may watch this agent"
    PARTIES = (
        "the agents on the call or with a task for it, the one whose transfer is under way, and "
        "users who may watch one of them; while it waits, also users who may watch an agent of its "
        "queue; while it is parked, all agents"
    )
    QUEUE_AGENTS = "the agents of the queue, and users who may watch one of them"
    EVERYBODY = "every signed-in user"
    WHOLE_FLOOR = "users who may watch all agents"


@dataclass(frozen=True, slots=True)
class LiveKind:
    """One kind of live item."""

    kind: ItemKind
    shape: type
    visibility: Visibility
    example: live.Value
    is_figure: bool = False  # desks are sent only its newest value, once a second


_DECLARED = (
    LiveKind(ItemKind.AGENT, live.AgentValue, Visibility.AGENT, AGENT),
    LiveKind(ItemKind.CALL, live.CallValue, Visibility.PARTIES, CALL),
    LiveKind(ItemKind.QUEUE, live.QueueValue, Visibility.QUEUE_AGENTS, QUEUE, is_figure=True),
    LiveKind(ItemKind.NODE, live.NodeValue, Visibility.WHOLE_FLOOR, NODE),
    LiveKind(ItemKind.TRUNK, live.TrunkValue, Visibility.WHOLE_FLOOR, TRUNK),
    LiveKind(ItemKind.ENGINE, live.EngineValue, Visibility.EVERYBODY, ENGINE, is_figure=True),
)
LIVE_KINDS: Mapping[str, LiveKind] = {one.kind: one for one in _DECLARED}
FIGURES = frozenset(one.kind for one in _DECLARED if one.is_figure)
ENGINE_KEY = (ItemKind.ENGINE.value, "engine")


def visibility_of(kind: str) -> Visibility:
    """Give the audience of a kind; an unknown one of a newer engine is for the whole floor."""
    known = LIVE_KINDS.get(kind)
    return known.visibility if known is not None else Visibility.WHOLE_FLOOR


def calls_of_agent(value: Value | None) -> frozenset[str]:
    """Give the calls that an agent has a task for."""
    if value is None:
        return frozenset()
    agent = cast("live.AgentValue", value)
    calls = {agent.get("call"), *(task["call"] for task in agent.get("tasks", ()))}
    return frozenset(call for call in calls if call)


def queues_of_agent(value: Value | None) -> frozenset[str]:
    """Give the queues that an agent serves."""
    return frozenset() if value is None else frozenset(cast("live.AgentValue", value)["queues"])


def agents_of_call(value: Value | None) -> frozenset[int]:
    """Give the agents that a call names: the one who has it, and those on its legs."""
    if value is None:
        return frozenset()
    call = cast("live.CallValue", value)
    agents = {call.get("agent"), *(leg["agent"] for leg in call.get("legs", ()))}
    return frozenset(agent for agent in agents if agent is not None)


def parties_of_call(value: Value | None) -> frozenset[int]:
    """Give the agents that a call names, and the one who transferred it until it is taken."""
    transfer = value.get("transfer") if value is not None else None
    initiator = frozenset({int(transfer["initiator"])}) if transfer else frozenset()
    return agents_of_call(value) | initiator


def line_of_call(value: Value | None) -> str | None:
    """Give the queue that a call waits in, if no agent has it yet."""
    if value is None:
        return None
    call = cast("live.CallValue", value)
    return call["queue"] or None if call["agent"] is None else None


def is_parked(value: Value | None) -> bool:
    """Whether a call waits in a slot, from which any agent may retrieve it."""
    if value is None:
        return False
    call = cast("live.CallValue", value)
    return call.get("slot") is not None and call["state"] == Stage.PARKED


def is_order(value: Value | None) -> bool:
    """Whether it tells the agent's browser phone to answer; a later value must not replace it."""
    return value is not None and "answer" in value
