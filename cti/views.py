"""What desks see of the house: values as JSON, made from a change and nothing else.

The shapes are the contract with `web/`; times are UTC in ISO 8601.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from acd.agent import Agent, State
from acd.queue import QueueKey
from cti.call import Call
from cti.house import Change, House

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
    """A queue's tile. It costs its members and its waiting callers, not the house."""
    queue = house.queues.get(key)
    if queue is None:
        return None
    line = house.waiting.get(key, [])
    members = [house.agents[a] for a in queue.members if a in house.agents]
    return {
        "key": key,
        "name": queue.name,
        "waiting": len(line),
        "oldest_since": iso(min((since for _, since, _ in line), default=None)),
        "ready": len(house.free.get(key, [])),
        "talking": sum(a.state is State.TALKING for a in members),
        "members": [a.id for a in members],
    }


def queues_touched(house: House, change: Change, before: Iterable[Call]) -> set[QueueKey]:
    """The queues whose tiles a change may alter."""
    touched = set(change.queues)
    for agent_id in change.agents:
        touched.update(house.queues_of.get(agent_id, ()))
    for call in before:
        if call.queue is not None:
            touched.add(call.queue)
    for new in change.calls.values():
        if new is not None and new.queue is not None:
            touched.add(new.queue)
    return touched


def changed(house: House, change: Change, before: Iterable[Call]) -> list[Item]:
    """The items of one applied change; `before` holds the changed calls' old values."""
    items = [item("agent", a.id, agent_view(house, a)) for a in change.agents.values()]
    for agent_id, call_id in change.answer_on:
        view = agent_view(house, house.agents[agent_id])
        items.append(item("agent", agent_id, {**view, "answer": call_id}))
    for call_id, call in change.calls.items():
        items.append(item("call", call_id, call_view(house, call) if call else None))
    items += [
        item("queue", key, queue_view(house, key))
        for key in sorted(queues_touched(house, change, before))
    ]
    return items


def snapshot(house: House) -> list[Item]:
    """Everything, for one who has just connected."""
    items = [item("agent", a.id, agent_view(house, a)) for a in house.agents.values()]
    items += [item("call", c.id, call_view(house, c)) for c in house.calls.values()]
    items += [item("queue", k, queue_view(house, k)) for k in sorted(house.queues)]
    return items
