"""What is saved on every leg in Asterisk, so that a new engine can go on with it.

Each channel carries its own leg as compact JSON in one variable: whose leg it is, for which call.
The anchor (the customer's leg, else the oldest) also carries the call with its works and with its
legs that are up and what each should hear. A feature never saves anything: whatever matters and has
changed in a step is saved at its end, before any prompt of that leg, because Asterisk sets
variables only between prompts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from acd.agent import Phone, TaskState
from acd.queue import AgentId
from acd.work import Work, WorkState
from crm.calls.record import CallId
from cti.core.call import Call, Dialled
from cti.core.commands import Play, SaveContext
from cti.core.leg import InBridge, InFallback, Leg, LegRole, LegState, OnHold, Placement, Silent
from cti.core.saved import short_id
from cti.core.stage import CallReader
from cti.core.state import SwitchTransaction
from ivr.run import FlowRun

VARIABLES_BYTES = 400
"""So much of a run's variables is saved: a channel's variable has room for 2000 bytes in all."""


def anchor_of(legs: Iterable[Leg]) -> Leg | None:
    """The leg that carries the call: the customer's, else the oldest."""
    return min(
        legs, key=lambda leg: (leg.role is not LegRole.CUSTOMER, leg.since, leg.id), default=None
    )


# ---- writing


def context_of(state: CallReader, leg: Leg, call: Call | None) -> str:
    """What a new engine needs to go on with a leg."""
    said: dict[str, Any] = {"r": leg.role.value, "k": leg.call}
    if leg.agent is not None:
        said["ag"] = leg.agent
        said["ph"] = getattr(leg.party, "phone", Phone.SIP).value
    if call is not None:
        anchor = anchor_of(state.call_legs(call.id))
        if anchor is None or anchor.id == leg.id:
            said["c"] = _call(call) | {
                "W": [_work(state, call, one) for one in _works(state, call)],
                "L": [_leg(call, one) for one in _up(state, call)],
            }
    return _text(said)


def _call(call: Call) -> dict[str, Any]:
    dialled, card = call.origin, call.customer
    said = {
        "d": call.direction.value,
        "v": call.via,
        "to": [dialled.agent, dialled.to] if isinstance(dialled, Dialled) else None,
        "cr": call.customer_number,
        "cd": call.own_number,
        "ar": call.arrived,
        "la": call.late,
        "f": _run(call.run) if call.run is not None else None,
        "pl": call.plays,
        "l": call.legs,
        "q": call.queue,
        "p": call.priority,
        "w": call.waiting_since,
        "ag": call.agent,
        "t": call.talked,
        "x": _transfer(call),
        "r": call.recording,
        "cu": [card.id, card.name, card.company, card.level] if card else None,
    }
    return {k: v for k, v in said.items() if v not in (None, "", 0)}


def _works(state: CallReader, call: Call) -> list[Work]:
    return sorted(state.call_works(call.id), key=lambda one: (one.id != call.work, one.id))


def _work(state: CallReader, call: Call, work: Work) -> list[Any]:
    """A work. One that rings is saved as waiting: the leg that rings tells the rest."""
    said = [
        short_id(call, work.id),
        work.agent if work.state is WorkState.ASSIGNED else 0,
        work.only or 0,
        round(work.changed, 3),
        int(_is_held(state, work)),
    ]
    return said if work.queue in (call.queue, "") else [*said, work.queue]


def _is_held(state: CallReader, work: Work) -> bool:
    agent = state.agent_of(work.agent)
    task = agent.task(work.id) if agent is not None else None
    return task is not None and task.state is TaskState.HELD


def _up(state: CallReader, call: Call) -> list[Leg]:
    """The customer's leg, and all others that were picked up."""
    legs = (one for one in state.call_legs(call.id) if one.state is LegState.UP)
    return sorted(legs, key=lambda one: (one.role is not LegRole.CUSTOMER, one.id))


def _leg(call: Call, leg: Leg) -> list[Any]:
    agent, placed = leg.agent or 0, round(leg.placed, 3)
    return [short_id(call, leg.id), leg.role.value, agent, placed, *_placed(call, leg.placement)]


def _placed(call: Call, placement: Placement | None) -> list[Any]:
    match placement:
        case InBridge(bridge=bridge, muted=muted):
            return ["b", short_id(call, bridge), *([1] if muted else [])]
        case OnHold(music=music):
            return ["m", music]
        case Silent():
            return ["s"]
        case _:
            return []


def _transfer(call: Call) -> list[Any] | None:
    one = call.transfer
    if one is None:
        return None
    work = short_id(call, one.work)
    return [one.kind, one.state, one.initiator, one.recipient, work, one.note]


def _run(run: FlowRun) -> list[Any]:
    """A run, to be entered again: without its stack, and without variables that have no room."""
    kept: dict[str, str] = {}
    room = VARIABLES_BYTES
    for name, value in run.variables.items():
        size = len(_text({name: value}).encode("utf-8", "replace"))
        if size <= room:
            room -= size
            kept[name] = value
    return [run.flow, run.version, run.at, dict(run.state), kept]


def _text(said: Mapping[str, Any]) -> str:
    kept = {k: v for k, v in said.items() if v is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def leg_context(role: LegRole, call: CallId, agent: AgentId, phone: Phone) -> str:
    """The context that a leg to a phone is made with."""
    return _text({"r": role.value, "k": call, "ag": agent, "ph": phone.value})


# ---- saving what has changed


def save_changed(tx: SwitchTransaction) -> None:
    """Order that whatever a new engine would need, and has changed in this step, is saved."""
    for call_id in sorted(_touched(tx)):
        call = tx.calls.get(call_id)
        anchor = anchor_of(tx.call_legs(call_id))
        if call is None or call.ended is not None or anchor is None:
            continue
        before = tx.state.calls.get(call_id)
        if before is not None and _key(tx, call) == _key(tx.state, before):
            continue
        queue = tx.queues.get(call.queue)
        moved = before is None or before.queue != call.queue
        _save(tx, SaveContext(anchor.id, queue.fallback if queue is not None and moved else 0))


def _touched(tx: SwitchTransaction) -> set[CallId]:
    """The calls of which something has changed."""
    works = ((one, tx.state.works.get(id_)) for id_, one in tx.works.changed.items())
    legs = ((one, tx.state.legs.get(id_)) for id_, one in tx.legs.changed.items())
    rows = (row for pair in (*works, *legs) for row in pair if row is not None)
    return {*tx.calls.changed, *(row.call for row in rows if row.call is not None)}


def _key(state: CallReader, call: Call) -> tuple[Any, ...]:
    """What of a call is worth saving at once when it changes."""
    works, legs = _works(state, call), _up(state, call)
    anchor = anchor_of(state.call_legs(call.id))
    return (
        (*call.run.key, call.run.at, call.run.variables) if call.run is not None else None,
        call.queue,
        call.priority,
        call.talked is not None,
        call.transfer,
        anchor.id if anchor is not None else None,
        tuple((one.id, one.agent, one.only, _is_held(state, one)) for one in works),
        tuple((leg.id, *_hears(leg)) for leg in legs),
    )


def _hears(leg: Leg) -> Iterator[Any]:
    """What a new engine must order again; in a flow a customer's step is entered anew."""
    match leg.placement:
        case InBridge() | OnHold():
            yield leg.placement
        case InFallback():
            yield InFallback
        case Silent() if leg.role is not LegRole.CUSTOMER:
            yield leg.placement
        case _:
            pass


def _save(tx: SwitchTransaction, command: SaveContext) -> None:
    plays = (
        at for at, one in enumerate(tx.commands) if isinstance(one, Play) and one.leg == command.leg
    )
    tx.commands.insert(next(plays, len(tx.commands)), command)
