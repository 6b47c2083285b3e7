"""What the engine leaves on a caller's channel, so that a new engine can go on with the call.

It survives the engine because Asterisk keeps it (a channel variable on every channel's JSON).
"""

import json
from collections.abc import Mapping
from typing import Any

from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId
from cti.core.call import Call, Card, Stage
from ivr.flow import FlowId, NodeId
from ivr.interpreter import Doing, Position


def memory_of(call: Call) -> str:
    """What a new engine needs to go on with the call, as a compact JSON text."""
    position = call.position
    memory: dict[str, Any] = {
        "cr": call.caller,
        "cd": call.called,
        "v": call.via,
        "ar": call.arrived,
        "s": call.since,
        "st": call.stage.value,
        "f": call.flow,
        "n": [position.node, position.tries] if position else None,
        "pl": call.plays,
        "q": call.queue,
        "p": call.priority,
        "w": call.waiting_since,
        "la": call.late,
        "l": call.legs,
        "ag": call.agent,
        "lg": call.leg,
        "hb": call.held_by,
        "t": call.talked,
        "r": call.recording,
        "cu": [call.customer.id, call.customer.name, call.customer.company, call.customer.level]
        if call.customer
        else None,
    }
    kept = {k: v for k, v in memory.items() if v not in (None, "", 0)}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def remembered(call: CallId, memory: Mapping[str, Any], node: str = "") -> Call | None:
    """The call as its channel remembers it; None when it remembers nothing, or nonsense."""
    if "st" not in memory:
        return None
    try:
        at = memory.get("n")
        customer = memory.get("cu")
        return Call(
            id=call,
            caller=str(memory.get("cr", "")),
            called=str(memory.get("cd", "")),
            via=str(memory.get("v", "trunk")),
            arrived=float(memory["ar"]),
            since=float(memory["s"]),
            stage=Stage(memory["st"]),
            node=node,
            flow=FlowId(int(memory["f"])) if "f" in memory else None,
            position=Position(NodeId(str(at[0])), Doing.HEARING, int(at[1])) if at else None,
            plays=int(memory.get("pl", 0)) + 1000,  # ids of playbacks that were never remembered
            queue=QueueKey(str(memory["q"])) if "q" in memory else None,
            priority=int(memory.get("p", 0)),
            waiting_since=float(memory["w"]) if "w" in memory else None,
            late=float(memory.get("la", 0)),
            legs=int(memory.get("l", 0)) + 100,  # likewise: legs rung since then
            agent=AgentId(int(memory["ag"])) if "ag" in memory else None,
            leg=str(memory.get("lg", "")),
            held_by=str(memory.get("hb", "")),
            talked=float(memory["t"]) if "t" in memory else None,
            recording=str(memory.get("r", "off")),
            customer=Card(int(customer[0]), *map(str, customer[1:4])) if customer else None,
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return None
