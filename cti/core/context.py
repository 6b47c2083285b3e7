"""What is saved on every leg in Asterisk, so that a new engine can go on with it.

Each channel carries its own leg as compact JSON in one variable: whose leg it is, for which call.
The anchor (the customer's leg, else the oldest) also carries the call with its works and with its
legs that are up and what each should hear. A feature never saves anything: whatever matters and has
changed in a step is saved at its end, before any prompt or message of that leg, because
Asterisk sets variables only between those.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from acd.agent import Phone, TaskState
from acd.queue import AgentId
from acd.service_level import as_saved, own_as_saved
from acd.work import Directed, Work, WorkState
from crm.calls.record import CallId
from cti.core.call import BoxCall, Call, Dialled, DialledOut
from cti.core.callback_menu import CallbackOffer, OfferStage
from cti.core.commands import Play, ReceiveFax, RecordMessage, SaveContext
from cti.core.leg import (
    InBridge,
    InFallback,
    LeavingMessage,
    Leg,
    LegRole,
    LegState,
    OnHold,
    OutsideParty,
    Placement,
    Prompted,
    Purpose,
    ReceivingFax,
    Silent,
    bridge_id,
)
from cti.core.saved import short_id
from cti.core.stage import CallReader, Stage, situation
from cti.core.state import SwitchTransaction
from ivr.run import FlowRun
from ivr.step import UNSAVED

VARIABLES_BYTES = 400
"""How much of a run's variables is saved: a channel's variable has room for 2000 bytes."""


def anchor_of(legs: Iterable[Leg]) -> Leg | None:
    """The leg that carries the call: the customer's, else the oldest."""
    return min(
        legs, key=lambda leg: (leg.role is not LegRole.CUSTOMER, leg.since, leg.id), default=None
    )


# ---- writing


def context_of(state: CallReader, leg: Leg, call: Call | None) -> str:
    """What a new engine needs to go on with a leg."""
    said = _own(leg)
    if call is not None:
        anchor = anchor_of(state.call_legs(call.id))
        if anchor is None or anchor.id == leg.id:
            said["c"] = (
                _call(call)
                | _introducing(state, call)
                | {
                    "W": [_work(state, call, one) for one in _works(state, call)],
                    "L": [_leg(state, call, one) for one in _up(state, call)],
                }
            )
    return _text(said)


def _dialled_out(origin: DialledOut) -> list[Any]:
    more = [origin.callback or 0, *([1] if origin.hidden else ())]
    return [origin.agent, origin.dialled, *(more if any(more) else ())]


def _call(call: Call) -> dict[str, Any]:
    dialled, card = call.origin, call.customer
    said = {
        "o": _dialled_out(dialled) if isinstance(dialled, DialledOut) else None,
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
        "b": call.boost,
        "lv": as_saved(call.level) if call.level is not None else None,
        "nd": own_as_saved(call.needs) if call.needs.needs else None,
        "w": call.waiting_since,
        "ag": call.agent,
        "t": call.talked,
        "fw": int(call.farewell),
        "bx": call.box,
        "bo": [call.origin.agent, call.origin.dialled, int(call.origin.own)]
        if isinstance(call.origin, BoxCall)
        else None,
        "vi": _visit(call),
        "rg": call.ring_group,
        "cq": call.asking,
        "in": [call.introduction.before, call.introduction.after] if call.introduction else None,
        "su": call.survey,
        "sv": int(call.surveyed),
        "x": _transfer(call),
        "ho": [call.handed.agent, call.handed.note] if call.handed else None,
        "sl": call.slot,
        "of": _offer(call.offered) if call.offered is not None else None,
        "hl": int(call.held_at_loss),
        "r": call.recording,
        "cu": [card.id, card.name, card.company, card.level] if card else None,
    }
    return {k: v for k, v in said.items() if v not in (None, "", 0)}


def _introducing(state: CallReader, call: Call) -> dict[str, Any]:
    """What counts again if the agent hangs up while the number is said."""
    customer = situation(state, call).customer_leg
    one = call.introducing
    if one is None or not _is_introduced(state, call, customer):
        return {}
    return {"is": [one.said.before, one.said.after, int(one.first), one.misses]}


def _is_introduced(state: CallReader, call: Call, leg: Leg | None) -> bool:
    """Whether the customer hears just now who has answered."""
    prompted = leg is not None and isinstance(leg.placement, Prompted)
    return prompted and situation(state, call).stage is Stage.TALKING


def _works(state: CallReader, call: Call) -> list[Work]:
    return sorted(state.call_works(call.id), key=lambda one: (one.id != call.work, one.id))


def _work(state: CallReader, call: Call, work: Work) -> list[Any]:
    """A work. One that rings is saved as waiting: the leg that rings tells the rest."""
    said = [
        short_id(call, work.id),
        work.agent if work.state is WorkState.ASSIGNED else 0,
        _directed(work.only) if work.only else 0,
        round(work.changed, 3),
        int(_is_held(state, work)),
    ]
    more = _wait(work)
    if more:
        return [*said, work.queue, more]
    return said if work.queue in (call.queue, "") else [*said, work.queue]


def _wait(work: Work) -> dict[str, Any]:
    """How far a waiting work has come in its queue, and the agents that it waits for."""
    said = {
        "e": round(work.entered, 3),
        "p": list(work.prefers),
        "u": round(work.prefers_until, 3) if work.prefers else 0,
        "n": [[need.skill, need.level] for need in work.needs],
        "nu": round(work.needs_until, 3),
    }
    return {k: v for k, v in said.items() if v}


def _directed(only: Directed) -> list[Any]:
    return [only.agents, int(only.in_turn), only.ring_seconds, round(only.patience, 3)]


def _is_held(state: CallReader, work: Work) -> bool:
    agent = state.agent_of(work.agent)
    task = agent.task(work.id) if agent is not None else None
    return task is not None and task.state is TaskState.HELD


def _up(state: CallReader, call: Call) -> list[Leg]:
    """The customer's leg, and all others that were picked up."""
    legs = (one for one in state.call_legs(call.id) if one.state is LegState.UP and one.confirmed)
    return sorted(legs, key=lambda one: (one.role is not LegRole.CUSTOMER, one.id))


def _leg(state: CallReader, call: Call, leg: Leg) -> list[Any]:
    agent, placed = leg.agent or 0, round(leg.placed, 3)
    placement = leg.placement
    if _is_introduced(state, call, leg):
        # A new engine begins the talk at once.
        placement = InBridge(bridge_id(call.id, Purpose.TALK))
    return [short_id(call, leg.id), leg.role.value, agent, placed, *_placed(call, placement)]


def _placed(call: Call, placement: Placement | None) -> list[Any]:
    match placement:
        case InBridge(bridge=bridge, muted=muted):
            return ["b", short_id(call, bridge), *([1] if muted else [])]
        case OnHold(music=music):
            return ["m", music]
        case Silent():
            return ["s"]
        case LeavingMessage(file=file, most_seconds=seconds):
            return ["v", file, seconds]
        case ReceivingFax(file=file):
            return ["x", file]
        case _:
            return []


def _transfer(call: Call) -> list[Any] | None:
    one = call.transfer
    if one is None:
        return None
    work = short_id(call, one.work)
    note = "" if call.handed is not None and call.handed.note == one.note else one.note
    return [one.kind, one.state, one.initiator, str(one.to), work, note]


def _offer(one: CallbackOffer) -> list[Any]:
    """The question about a callback; of digits only those that are to be confirmed."""
    typed = one.typed if one.stage is OfferStage.CONFIRM else ""
    return [one.queue, one.stage.value, one.number, typed, one.tries]


def _visit(call: Call) -> list[Any] | None:
    """Somebody in a box: never what they typed."""
    one = call.visit
    if one is None:
        return None
    message = one.message.id if one.message is not None else one.resume
    return [one.box or 0, int(one.own), int(one.granted), one.wrong, message or 0]


def _run(run: FlowRun) -> list[Any]:
    """A run, to be entered again: without variables that have no room."""
    kept: dict[str, str] = {}
    room = VARIABLES_BYTES
    for name, value in run.variables.items():
        size = len(_text({name: value}).encode("utf-8", "replace"))
        if size <= room:
            room -= size
            kept[name] = value
    stack = [[point.flow, point.version, point.step] for point in run.stack]
    return [run.flow, run.version, run.at, _state(run), kept, *([stack] if stack else [])]


def _state(run: FlowRun) -> dict[str, str | int | float]:
    """What the run's step remembers, without what no channel may carry."""
    return {name: one for name, one in run.state.items() if not name.startswith(UNSAVED)}


def _text(said: Mapping[str, Any]) -> str:
    kept = {k: v for k, v in said.items() if v is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def leg_context(role: LegRole, call: CallId, agent: AgentId, phone: Phone) -> str:
    """The context that a leg to a phone is made with."""
    return _text({"r": role.value, "k": call, "ag": agent, "ph": phone.value})


def trunk_leg_context(leg: Leg) -> str:
    """The context that a leg to a number outside is made with."""
    return _text(_own(leg))


def _own(leg: Leg) -> dict[str, Any]:
    """What of a leg itself a new engine needs."""
    said: dict[str, Any] = {"r": leg.role.value, "k": leg.call}
    if leg.agent is not None:
        said["ag"] = leg.agent
        said["ph"] = getattr(leg.party, "phone", Phone.SIP).value
    if isinstance(leg.party, OutsideParty):
        said["n"] = leg.party.number
    if (dial := leg.dial) is not None:
        ways = [[one.trunk, one.digits, one.caller_number] for one in dial.ways]
        said["di"] = [dial.rule, dial.number_class, ways, dial.at, int(dial.record)]
    return said


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


def save_created(tx: SwitchTransaction, leg: Leg) -> None:
    """Save the call on an anchor whose channel is there just now.

    Asterisk sets the variables with which a channel is made a moment after it has answered that
    order, and so over what was saved in between.
    """
    call = tx.calls.get(leg.call)
    anchor = anchor_of(tx.call_legs(call.id)) if call is not None else None
    if anchor is not None and anchor.id == leg.id:
        tx.do(SaveContext(leg.id))


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
        (*call.run.key, call.run.at, _state(call.run), call.run.variables, call.run.stack)
        if call.run is not None
        else None,
        call.queue,
        call.priority,
        call.level,
        call.needs,
        call.box,
        _visit(call),
        call.ring_group,
        call.asking,
        call.talked is not None,
        call.transfer,
        call.handed,
        call.slot,
        _offer(call.offered) if call.offered is not None else None,
        call.held_at_loss,
        anchor.id if anchor is not None else None,
        tuple(
            (one.id, one.agent, one.only, _is_held(state, one), *_wait_key(one)) for one in works
        ),
        tuple((leg.id, *_hears(leg)) for leg in legs),
    )


def _wait_key(work: Work) -> tuple[Any, ...]:
    return (work.queue, work.entered, work.prefers, work.needs)


def _hears(leg: Leg) -> Iterator[Any]:
    """What a new engine must order again; in a flow a customer's step is entered anew."""
    match leg.placement:
        case InBridge() | OnHold() | LeavingMessage() | ReceivingFax():
            yield leg.placement
        case InFallback():
            yield InFallback
        case Silent() if leg.role is not LegRole.CUSTOMER:
            yield leg.placement
        case _:
            pass


def _save(tx: SwitchTransaction, command: SaveContext) -> None:
    blocks = (
        at
        for at, one in enumerate(tx.commands)
        if isinstance(one, Play | RecordMessage | ReceiveFax) and one.leg == command.leg
    )
    tx.commands.insert(next(blocks, len(tx.commands)), command)
