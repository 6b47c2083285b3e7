"""What the web sees of the live state: values as JSON, made from a change and nothing else.

The shapes are the contract with `web/`; times are UTC in ISO 8601.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from acd.agent import Agent, AgentState
from acd.queue import QueueKey
from acd.work import Medium
from crm.calls.record import CallId
from cti.core.call import Call
from cti.core.stage import situation
from cti.core.state import Change, SwitchState

Item = dict[str, Any]


def iso(at: float | None) -> str | None:
    """Seconds of the engine's clock as UTC text."""
    return (
        None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    )


def item(kind: str, key: str | int, value: Item | None) -> Item:
    """One line of a view."""
    return {"kind": kind, "id": str(key), "value": value}


def agent_view(agent: Agent) -> Item:
    """An agent as the monitor and the agent's own desk show one."""
    state, task = agent.state, agent.main_task
    busy = state in (AgentState.OFFERED, AgentState.TALKING)
    return {
        "id": agent.id,
        "name": agent.name,
        "extension": agent.extension,
        "state": state.value,
        "since": iso(agent.since),
        "reason": agent.shown_reason,
        "phone": agent.phone.value,
        "reachable": agent.reachable,
        "call": task.call if task is not None else None,
        "until": iso(task.until) if task is not None else None,
        "misses": agent.misses,
        "rest": agent.reason if busy else "",
        "queues": list(agent.queues),
    }


def call_view(state: SwitchState, call: Call) -> Item:
    """A call as the monitor and its agent's desk show it."""
    seen = situation(state, call)
    queue = state.queues.get(call.queue) if call.queue else None
    agent = state.agent_of(seen.agent)
    customer = call.customer
    return {
        "id": call.id,
        "direction": call.direction.value,
        "via": call.via,
        "caller": call.customer_number,
        "called": call.own_number,
        "state": seen.stage.value,
        "started_at": iso(call.arrived),
        "since": iso(seen.since),
        "answered_at": iso(call.talked),
        "queue": call.queue,
        "queue_name": queue.name if queue else call.queue,
        "priority": call.priority,
        "waiting_since": iso(call.waiting_since),
        "agent": seen.agent,
        "agent_name": agent.name if agent else None,
        "leg": seen.agent_leg.id if seen.agent_leg else None,
        "held_by": seen.held_by,
        "step": call.run.at if call.run else None,
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


def queue_view(state: SwitchState, key: QueueKey) -> Item | None:
    """A queue's tile, of figures that the indexes keep. Who serves it is told with the agents."""
    queue = state.queues.get(key)
    if queue is None:
        return None
    arrivals = state.lines.arrivals.line(key)
    return {
        "key": key,
        "name": queue.name,
        "waiting": len(arrivals),
        "oldest_since": iso(arrivals[0][0]) if arrivals else None,
        "ready": len(state.lines.free[Medium.VOICE].line(key)),
        "talking": state.lines.states.of(key)[AgentState.TALKING],
    }


@dataclass(frozen=True, slots=True)
class Before:
    """What a change is about to alter, looked at before it is applied."""

    queues: Mapping[QueueKey, Item | None]  # the tiles that may look different afterwards


def look(state: SwitchState, change: Change) -> Before:
    """Look at what a change may alter; ask before it is applied, and in time proportional to it."""
    touched = set(change.queues)
    for agent_id, new_agent in change.agents.items():
        for agent in (state.agents.get(agent_id), new_agent):
            if agent is not None:
                touched.update(agent.queues)
    for work_id, new_work in change.works.items():
        for work in (state.works.get(work_id), new_work):
            if work is not None:
                touched.add(work.queue)
    return Before({key: queue_view(state, key) for key in touched})


def changed(state: SwitchState, change: Change, before: Before) -> list[Item]:
    """The items of one applied change."""
    items = [
        item("agent", agent_id, agent_view(state.agents[agent_id]))
        for agent_id in change.agents
        if agent_id in state.agents
    ]
    for agent_id, call_id in change.answer_on:
        view = agent_view(state.agents[agent_id])
        items.append(item("agent", agent_id, {**view, "answer": call_id}))
    for call_id in _touched_calls(change):
        call = state.calls.get(call_id)
        if call is not None:
            items.append(item("call", call_id, call_view(state, call)))
        elif call_id in change.calls:
            items.append(item("call", call_id, None))
    tiles = {key: queue_view(state, key) for key in sorted(before.queues)}
    # Much of what happens to an agent or a call leaves the queues' figures as they are.
    return items + [item("queue", k, tile) for k, tile in tiles.items() if tile != before.queues[k]]


def _touched_calls(change: Change) -> dict[CallId, None]:
    """The calls that may look different: by their own rows, their works or their legs."""
    touched = dict.fromkeys(change.calls)
    touched.update(dict.fromkeys(map(CallId, change.works)))
    touched.update(
        dict.fromkeys(
            leg.call for leg in change.legs.values() if leg is not None and leg.call is not None
        )
    )
    return touched
