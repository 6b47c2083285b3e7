"""What stands on every leg in Asterisk, so that a new engine can go on with it.

Each channel carries its own leg as compact JSON in one variable: whose leg it is, for which call,
what it should hear. The anchor (the customer's leg, else the oldest) also carries the call and its
place in line. A feature never saves anything: whatever matters and has changed in a step is saved
at its end, before any prompt of that leg, because Asterisk sets variables only between prompts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from acd.agent import Phone
from acd.queue import AgentId, QueueKey
from acd.work import Medium, Work, WorkId, WorkState
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard, CustomerId
from cti.core.call import (
    Call,
    Dialled,
    Direction,
    Origin,
    Transfer,
    TransferKind,
    TransferState,
    origin_of,
)
from cti.core.commands import Play, SaveContext
from cti.core.leg import (
    BridgeId,
    InBridge,
    InFallback,
    Leg,
    LegId,
    LegRole,
    OnHold,
    Placement,
    Silent,
)
from cti.core.stage import CallReader, Situation, situation
from cti.core.state import SwitchTransaction
from ivr.flow import FlowId
from ivr.run import FlowRun
from ivr.step import StepId

UNSEEN_PLAYS = 1000
UNSEEN_LEGS = 100
"""Added to the counters of a call that is taken over: ids that were used and never saved."""

VARIABLES_BYTES = 400
"""So much of a run's variables is saved: a channel's variable has room for 2000 bytes in all."""


@dataclass(frozen=True, slots=True)
class SavedCall:
    """A call as its anchor leg carries it."""

    call: Call
    work: Work | None
    held: bool
    agent_leg: LegId | None  # of the agent who had the customer


@dataclass(frozen=True, slots=True)
class SavedLeg:
    """A leg as its channel carries it."""

    role: LegRole
    call: CallId | None
    agent: AgentId | None
    phone: Phone
    placement: Placement | None
    anchor: SavedCall | None


def anchor_of(legs: Iterable[Leg]) -> Leg | None:
    """The leg that carries the call: the customer's, else the oldest."""
    return min(
        legs, key=lambda leg: (leg.role is not LegRole.CUSTOMER, leg.since, leg.id), default=None
    )


# ---- writing


def context_of(state: CallReader, leg: Leg, call: Call | None) -> str:
    """What a new engine needs to go on with a leg."""
    said: dict[str, Any] = {"r": leg.role.value, "k": leg.call, "at": _placed(leg.placement)}
    if leg.agent is not None:
        said["ag"] = leg.agent
        said["ph"] = getattr(leg.party, "phone", Phone.SIP).value
    if call is not None:
        anchor = anchor_of(state.call_legs(call.id))
        if anchor is None or anchor.id == leg.id:
            said["c"] = _call(situation(state, call))
    return _text(said)


def _call(seen: Situation) -> dict[str, Any]:
    call, work = seen.call, seen.work
    said = {
        "d": call.direction.value,
        "v": call.via,
        "to": call.origin.to if isinstance(call.origin, Dialled) else None,
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
        "t": call.talked,
        "x": _transfer(call),
        "r": call.recording,
        "cu": [call.customer.id, call.customer.name, call.customer.company, call.customer.level]
        if call.customer
        else None,
    }
    if work is not None:
        assigned = work.state is WorkState.ASSIGNED
        said["st"] = (WorkState.ASSIGNED if assigned else WorkState.WAITING).value
        said["s"] = seen.since
        said["ag"] = work.agent
        said["on"] = work.only
        said["h"] = int(seen.held_by != "")
        said["lg"] = seen.agent_leg.id if assigned and seen.agent_leg else None
    return {k: v for k, v in said.items() if v not in (None, "", 0)}


def _transfer(call: Call) -> list[Any] | None:
    one = call.transfer
    if one is None:
        return None
    return [one.kind, one.state, one.initiator, one.recipient, one.work, one.note]


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


def _placed(placement: Placement | None) -> list[Any] | None:
    match placement:
        case InBridge(bridge=bridge, muted=muted):
            return ["b", bridge, 1] if muted else ["b", bridge]
        case OnHold(music=music):
            return ["m", music]
        case Silent():
            return ["s"]
        case _:
            return None


def _text(said: Mapping[str, Any]) -> str:
    kept = {k: v for k, v in said.items() if v is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def leg_context(role: LegRole, call: CallId, agent: AgentId, phone: Phone) -> str:
    """The context that a leg to a phone is made with."""
    return _text({"r": role.value, "k": call, "ag": agent, "ph": phone.value})


# ---- reading


def read_context(channel: str, said: Mapping[str, Any]) -> SavedLeg | None:
    """A leg as its channel carries it; None when it carries nothing, or nonsense."""
    if "r" not in said:
        return None
    try:
        call = CallId(str(said["k"])) if said.get("k") else None
        anchor = said.get("c")
        return SavedLeg(
            role=LegRole(said["r"]),
            call=call,
            agent=AgentId(int(said["ag"])) if "ag" in said else None,
            phone=Phone(said.get("ph", Phone.SIP.value)),
            placement=_read_placement(said.get("at")),
            anchor=_read_call(call or CallId(channel), anchor) if anchor else None,
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None


def _read_placement(said: Any) -> Placement | None:
    match said:
        case ["b", str(bridge), *muted]:
            return InBridge(BridgeId(bridge), bool(muted))
        case ["m", str(music)]:
            return OnHold(music)
        case ["s"]:
            return Silent()
        case _:
            return None


def _read_call(id_: CallId, said: Mapping[str, Any]) -> SavedCall:
    customer = said.get("cu")
    call = Call(
        id=id_,
        direction=Direction(said.get("d", "in")),
        origin=_read_origin(said),
        customer_number=str(said.get("cr", "")),
        own_number=str(said.get("cd", "")),
        arrived=float(said["ar"]),
        late=float(said.get("la", 0)),
        customer=CustomerCard(CustomerId(int(customer[0])), *map(str, customer[1:4]))
        if customer
        else None,
        run=_read_run(said["f"]) if "f" in said else None,
        queue=QueueKey(str(said["q"])) if "q" in said else None,
        priority=int(said.get("p", 0)),
        waiting_since=float(said["w"]) if "w" in said else None,
        agent=AgentId(int(said["ag"])) if "ag" in said else None,
        talked=float(said["t"]) if "t" in said else None,
        transfer=_read_transfer(said["x"]) if "x" in said else None,
        recording=str(said.get("r", "off")),
        plays=int(said.get("pl", 0)) + UNSEEN_PLAYS,
        legs=int(said.get("l", 0)) + UNSEEN_LEGS,
    )
    leg = LegId(str(said["lg"])) if "lg" in said else None
    return SavedCall(call, _read_work(call, said), bool(said.get("h")), leg)


def _read_origin(said: Mapping[str, Any]) -> Origin:
    if "to" in said:
        return Dialled(AgentId(int(said["ag"])), AgentId(int(said["to"])))
    return origin_of(str(said.get("v", "trunk")))


def _read_transfer(said: list[Any]) -> Transfer:
    kind, state, initiator, recipient, work, note = said
    return Transfer(
        TransferKind(kind),
        TransferState(state),
        AgentId(int(initiator)),
        AgentId(int(recipient)),
        WorkId(str(work)),
        str(note),
    )


def _read_run(said: list[Any]) -> FlowRun:
    flow, version, at, state, variables = said
    return FlowRun(FlowId(int(flow)), int(version), StepId(str(at)), dict(state), dict(variables))


def _read_work(call: Call, said: Mapping[str, Any]) -> Work | None:
    if "st" not in said or call.queue is None:
        return None
    since = call.waiting_since if call.waiting_since is not None else call.arrived
    return Work(
        call.work,
        Medium.VOICE,
        call.queue,
        since,
        call.priority,
        call.id,
        state=WorkState(said["st"]),
        changed=float(said.get("s", since)),
        agent=call.agent if said["st"] == WorkState.ASSIGNED.value else None,
        only=AgentId(int(said["on"])) if "on" in said else None,
    )


# ---- saving what has changed


def save_changed(tx: SwitchTransaction) -> None:
    """Order that whatever a new engine would need, and has changed in this step, is saved."""
    if not (tx.calls.changed or tx.legs.changed or tx.works.changed):
        return
    touched = {*tx.calls.changed, *map(CallId, tx.works.changed)}
    for leg_id, leg in tx.legs.changed.items():
        old = tx.state.legs.get(leg_id)
        touched.update(one.call for one in (leg, old) if one is not None and one.call is not None)
        if leg is None or old is None or leg.role is LegRole.CUSTOMER:
            continue
        if _own_key(leg) != _own_key(old):
            _save(tx, SaveContext(leg.id))
    for call_id in sorted(touched):
        call = tx.calls.get(call_id)
        if call is None or call.ended is not None:
            continue
        seen = situation(tx, call)
        anchor = seen.customer_leg or anchor_of(tx.call_legs(call.id))
        before = tx.state.calls.get(call_id)
        key = _call_key(seen)
        if anchor is None or (before is not None and key == _call_key(situation(tx.state, before))):
            continue
        queue = tx.queues.get(call.queue)
        moved = before is None or before.queue != call.queue
        _save(tx, SaveContext(anchor.id, queue.fallback if queue is not None and moved else 0))


def _own_key(leg: Leg) -> tuple[Any, ...]:
    """What of a leg cannot be seen in Asterisk's lists: music, silence, mute."""
    match leg.placement:
        case InBridge(muted=muted):
            return ("muted",) if muted else ()
        case None:
            return ()
        case other:
            return (other,)


def _call_key(seen: Situation) -> tuple[Any, ...]:
    """What of a call is worth saving at once when it changes."""
    call, work = seen.call, seen.work
    leg = seen.customer_leg
    hears = type(leg.placement) if leg is not None else None
    return (
        (*call.run.key, call.run.at, call.run.variables) if call.run is not None else None,
        call.queue,
        call.priority,
        call.talked is not None,
        work is not None and work.state is WorkState.ASSIGNED,
        work.agent if work is not None else None,
        seen.held_by,
        call.transfer,
        work.only if work is not None else None,
        hears if hears in (OnHold, InBridge, InFallback) else None,
    )


def _save(tx: SwitchTransaction, command: SaveContext) -> None:
    plays = (
        at for at, one in enumerate(tx.commands) if isinstance(one, Play) and one.leg == command.leg
    )
    tx.commands.insert(next(plays, len(tx.commands)), command)
