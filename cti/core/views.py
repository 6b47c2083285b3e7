"""What desks see of the house: values as JSON, made from a change and nothing else.

The shapes are the contract with `web/`; times are UTC in ISO 8601.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from acd.agent import Agent, State
from acd.queue import AgentId, QueueKey
from cti.core.call import Call
from cti.core.state import Change, House

Item = dict[str, Any]


def iso(at: float | None) -> str | None:
    """Seconds of the engine's clock as UTC text."""
    return (
        None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    )


def item(kind: str, key: str | int, value: Item | None) -> Item:
    """One line of a view."""
    return {"kind": kind, "id": str(key), "value": value}


def agent_view(house: House, agent: Agent) -> Item:
    """An agent as the floor and his own desk show him."""
    return {
        "id": agent.id,
        "name": agent.name,
        "extension": agent.extension,
        "state": agent.state.value,
        "since": iso(agent.since),
        "reason": agent.reason,
        "phone": agent.phone.value,
        "reachable": agent.reachable,
        "call": agent.call,
        "until": iso(agent.until),
        "misses": agent.misses,
        "rest": agent.rest,
        "queues": list(house.queues_of.get(agent.id, ())),
    }


def call_view(house: House, call: Call) -> Item:
    """A call as the floor and its agent's desk show it."""
    queue = house.queues.get(call.queue) if call.queue else None
    agent = house.agents.get(call.agent) if call.agent is not None else None
    customer = call.customer
    return {
        "id": call.id,
        "direction": "in",
        "via": call.via,
        "caller": call.caller,
        "called": call.called,
        "state": call.stage.value,
        "started_at": iso(call.arrived),
        "since": iso(call.since),
        "answered_at": iso(call.talked),
        "queue": call.queue,
        "queue_name": queue.name if queue else call.queue,
        "priority": call.priority,
        "waiting_since": iso(call.waiting_since),
        "agent": call.agent,
        "agent_name": agent.name if agent else None,
        "leg": call.leg or None,
        "held_by": call.held_by,
        "step": call.position.node if call.position else None,
        "customer": {
            "id": customer.id,
            "name": customer.name,
            "company": customer.company,
            "level": customer.level,
        }
        if customer
        else None,
        "recording": call.recording,
    }


def queue_view(house: House, key: QueueKey) -> Item | None:
    """A queue's tile, of figures that the house keeps. Who serves it is told with the agents."""
    queue = house.queues.get(key)
    if queue is None:
        return None
    arrivals = house.arrivals.get(key)
    return {
        "key": key,
        "name": queue.name,
        "waiting": len(arrivals) if arrivals else 0,
        "oldest_since": iso(arrivals[0][0]) if arrivals else None,
        "ready": len(house.free[key]),
        "talking": house.states[key][State.TALKING],
    }


@dataclass(frozen=True, slots=True)
class Before:
    """What a change is about to alter, looked at before it is applied."""

    queues: Mapping[QueueKey, Item | None]  # the tiles that may look different afterwards
    moved: frozenset[AgentId] = frozenset()  # agents who serve other queues afterwards


def look(house: House, change: Change) -> Before:
    """Look at what a change may alter; ask before it is applied, and in time proportional to it."""
    touched = set(change.queues)
    for agent_id in change.agents:
        touched.update(house.queues_of.get(agent_id, ()))
    for call_id, new in change.calls.items():
        touched.update(
            call.queue
            for call in (house.calls.get(call_id), new)
            if call is not None and call.queue is not None
        )
    moved: set[AgentId] = set()
    for key, queue in change.queues.items():
        old = house.queues.get(key)
        moved |= set(old.members if old else ()) ^ set(queue.members if queue else ())
    return Before({key: queue_view(house, key) for key in touched}, frozenset(moved))


def changed(house: House, change: Change, before: Before) -> list[Item]:
    """The items of one applied change."""
    agents = [*change.agents, *sorted(before.moved - change.agents.keys())]
    items = [
        item("agent", agent_id, agent_view(house, house.agents[agent_id]))
        for agent_id in agents
        if agent_id in house.agents
    ]
    for agent_id, call_id in change.answer_on:
        view = agent_view(house, house.agents[agent_id])
        items.append(item("agent", agent_id, {**view, "answer": call_id}))
    for call_id, call in change.calls.items():
        items.append(item("call", call_id, call_view(house, call) if call else None))
    tiles = {key: queue_view(house, key) for key in sorted(before.queues)}
    # Much of what happens to an agent or a call leaves his queues' figures as they are.
    return items + [item("queue", k, tile) for k, tile in tiles.items() if tile != before.queues[k]]
