"""Makes the live items that the web shows (`cti.core.live`) from what a change touches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from acd.agent import Agent, AgentState, Presence, Task
from acd.queue import AgentId, QueueKey
from acd.service_level import ServiceLevel
from acd.work import Medium, Work
from crm.calls.record import CallId
from cti.core import live
from cti.core.call import Call
from cti.core.leg import (
    BadSound,
    InBridge,
    InFallback,
    LeavingMessage,
    Leg,
    LegRole,
    OnHold,
    OutsideParty,
    Placement,
    Prompted,
    ReceivingFax,
    Silent,
    SoundTrouble,
)
from cti.core.place_names import name_of
from cti.core.stage import situation
from cti.core.state import Change, SwitchState

Item = dict[str, Any]

PLACEMENTS: Mapping[type[Placement], live.PlacementKind] = {
    InBridge: live.PlacementKind.BRIDGE,
    OnHold: live.PlacementKind.HOLD,
    Prompted: live.PlacementKind.PROMPTS,
    Silent: live.PlacementKind.SILENT,
    LeavingMessage: live.PlacementKind.MESSAGE,
    ReceivingFax: live.PlacementKind.FAX,
    InFallback: live.PlacementKind.FALLBACK,
}


def instant(at: float) -> str:
    """Seconds of the engine's clock as UTC text."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def iso(at: float | None) -> str | None:
    """Like `instant`, for a time that may be missing."""
    return None if at is None else instant(at)


def item(kind: str, key: str | int, value: live.Value | None) -> Item:
    """One line of a view."""
    return {"kind": kind, "id": str(key), "value": value}


def agent_view(agent: Agent) -> live.AgentValue:
    """An agent as the monitor and the agent's own desk show one."""
    state, task = agent.state, agent.main_task
    busy = state in (AgentState.OFFERED, AgentState.TALKING)
    shown: live.AgentValue = {
        "id": agent.id,
        "name": agent.name,
        "extension": agent.extension,
        "state": state,
        "since": instant(agent.since),
        "reason": agent.shown_reason,
        "presence": agent.presence,
        "tasks": [_task_view(one) for one in agent.tasks],
        "capacity": {"limits": dict(agent.capacity.limits), "total": agent.capacity.total},
        "phone": agent.phone,
        "reachable": agent.reachable,
        "call": task.call if task is not None else None,
        "until": iso(task.until) if task is not None else None,
        "misses": agent.misses,
        "rest": agent.reason if busy else "",
        "queues": list(agent.queues),
        "back_at": iso(agent.back_at if agent.presence is Presence.PAUSED else None),
        "wishes": [one.colleague for one in agent.wishes],
    }
    if agent.answered_by:
        shown["answered_by"] = agent.answered_by
    return shown


def _task_view(task: Task) -> live.TaskValue:
    return {
        "work": task.work,
        "medium": task.medium,
        "call": task.call,
        "queue": task.queue,
        "state": task.state,
        "since": instant(task.since),
        "until": iso(task.until),
        "extended": task.extended,
    }


def call_view(state: SwitchState, call: Call) -> live.CallValue:
    """A call as the monitor and its agent's desk show it."""
    seen = situation(state, call)
    queue = state.queues.get(call.queue) if call.queue else None
    customer = call.customer
    return {
        "id": call.id,
        "direction": call.direction,
        "via": call.via,
        "caller": call.customer_number,
        "called": call.own_number,
        "state": seen.stage,
        "started_at": instant(call.arrived),
        "since": instant(seen.since),
        "answered_at": iso(call.talked),
        "queue": call.queue,
        "queue_name": queue.name if queue else call.queue,
        "priority": call.priority,
        "waiting_since": iso(call.waiting_since),
        "agent": seen.agent,
        "agent_name": _name(state, seen.agent),
        "legs": [_leg_view(state, leg) for leg in _in_order(state.call_legs(call.id))],
        "work": None if seen.work is None else _work_view(state, seen.work),
        "transfer": _transfer_view(state, call),
        "handed": _handed_view(state, call),
        "slot": call.slot,
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
        "level": None if call.level is None else _level_view(call.level),
        "recording": _recording(call),
        "cause": call.cause,
    }


def _recording(call: Call) -> live.RecordingState:
    """How far the recording is; one that is being stopped is off."""
    return live.RecordingState("off" if call.recording == "ending" else call.recording)


def _transfer_view(state: SwitchState, call: Call) -> live.TransferValue | None:
    one = call.transfer
    if one is None:
        return None
    return {
        "kind": one.kind,
        "state": one.state,
        "initiator": one.initiator,
        "initiator_name": _name(state, one.initiator),
        "to": str(one.to),
        "to_name": name_of(state, one.to),
        "note": one.note,
    }


def _handed_view(state: SwitchState, call: Call) -> live.HandedValue | None:
    one = call.handed
    if one is None:
        return None
    return {"agent": one.agent, "agent_name": _name(state, one.agent), "note": one.note}


def _in_order(legs: Iterable[Leg]) -> list[Leg]:
    return sorted(legs, key=lambda leg: (leg.role is not LegRole.CUSTOMER, leg.id))


def _leg_view(state: SwitchState, leg: Leg) -> live.LegValue:
    bridge = state.bridges.get(leg.bridge) if leg.bridge is not None else None
    return {
        "id": leg.id,
        "role": leg.role,
        "agent": leg.agent,
        "agent_name": _name(state, leg.agent),
        "number": leg.party.number if isinstance(leg.party, OutsideParty) else "",
        "state": leg.state,
        "since": instant(leg.since),
        "placement": None if leg.placement is None else PLACEMENTS[type(leg.placement)],
        "purpose": bridge.purpose if bridge is not None else None,
        "muted": isinstance(leg.placement, InBridge) and leg.placement.muted,
        "holding": leg.holding,
        "sound": _sound_view(leg.sound),
    }


def _level_view(level: ServiceLevel) -> live.LevelValue:
    return {
        "id": level.id,
        "name": level.name,
        "name_zh": level.name_zh,
        "priority": level.priority,
    }


def _sound_view(sound: SoundTrouble) -> live.SoundValue | None:
    if sound == SoundTrouble():
        return None
    return {"received": _trouble_view(sound.received), "sent": _trouble_view(sound.sent)}


def _trouble_view(trouble: BadSound | None) -> live.TroubleValue | None:
    return None if trouble is None else {"loss": trouble.loss, "mos": trouble.mos}


def _work_view(state: SwitchState, work: Work) -> live.WorkValue:
    return {
        "state": work.state,
        "since": instant(work.changed),
        "offers": [
            {
                "agent": offer.agent,
                "agent_name": _name(state, offer.agent),
                "since": instant(offer.since),
                "until": instant(offer.until),
            }
            for offer in work.offers
        ],
    }


def _name(state: SwitchState, agent: AgentId | None) -> str | None:
    found = state.agent_of(agent)
    return found.name if found is not None else None


def queue_view(state: SwitchState, key: QueueKey) -> live.QueueValue | None:
    """A queue's tile, of figures that the indexes keep. Who serves it is told with the agents."""
    queue = state.queues.get(key)
    if queue is None:
        return None
    arrivals = state.lines.arrivals.line(key)
    return {
        "key": key,
        "name": queue.name,
        "waiting": len(arrivals),
        "callbacks": state.lines.media.of(key)[Medium.CALLBACK],
        "oldest_since": iso(arrivals[0][0]) if arrivals else None,
        "ready": len(state.lines.free[Medium.VOICE].line((key, 0))),
        "talking": state.lines.states.of(key)[AgentState.TALKING],
    }


@dataclass(frozen=True, slots=True)
class Before:
    """What may look different after a change, noted before it is applied."""

    queues: Mapping[QueueKey, live.QueueValue | None]  # the figures as they are now
    calls: frozenset[CallId]


def look(state: SwitchState, change: Change) -> Before:
    """Note what a change may alter; ask before it is applied, and in time proportional to it."""
    queues = set(change.queues)
    calls = set(change.calls)
    for agent_id, new_agent in change.agents.items():
        old_agent = state.agents.get(agent_id)
        for agent in (old_agent, new_agent):
            if agent is not None:
                queues.update(agent.queues)
        calls.update(_calls_of_changed_tasks(old_agent, new_agent))
    for work_id, new_work in change.works.items():
        for work in (state.works.get(work_id), new_work):
            if work is not None:
                queues.add(work.queue)
                calls.update(() if work.call is None else (work.call,))
    for leg_id, new_leg in change.legs.items():
        for leg in (state.legs.get(leg_id), new_leg):
            if leg is not None and leg.call is not None:
                calls.add(leg.call)
    return Before({key: queue_view(state, key) for key in queues}, frozenset(calls))


def _calls_of_changed_tasks(old: Agent | None, new: Agent | None) -> Iterator[CallId]:
    """Give the calls whose stage may follow from a task that is new, gone or another now."""
    before, after = (agent.tasks if agent is not None else () for agent in (old, new))
    if before != after:
        for task in {*before} ^ {*after}:
            if task.call is not None:
                yield task.call


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
    for call_id in sorted(before.calls):
        call = state.calls.get(call_id)
        if call is not None:
            items.append(item("call", call_id, call_view(state, call)))
        elif call_id in change.calls:
            items.append(item("call", call_id, None))
    tiles = {key: queue_view(state, key) for key in sorted(before.queues)}
    # Much of what happens to an agent or a call leaves the queues' figures as they are.
    return items + [item("queue", k, tile) for k, tile in tiles.items() if tile != before.queues[k]]
