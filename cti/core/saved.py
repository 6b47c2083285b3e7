"""What a leg's channel carries, read back: the leg, and on the anchor the whole call.

The anchor's context is one moment of the call: the call itself, its works, and its legs that are
up with what each should hear. `cti.core.context` writes it, `cti.core.rebuild` makes a call of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from acd.agent import Phone
from acd.queue import AgentId, QueueKey
from acd.ring_group import RingGroupId
from acd.service_level import NO_NEEDS, effect_of, from_saved, own_from_saved, own_said
from acd.skills import Need, SkillKey
from acd.work import Directed, Medium, Work, WorkId, WorkState
from crm.calls.record import CallId
from crm.custom_destinations.custom import CustomId
from crm.customers.customer import CustomerCard, CustomerId
from crm.kernel.destination import read_destination
from crm.kernel.errors import InvalidError
from crm.voicemail.box import BoxId
from crm.voicemail.message import MessageId
from cti.core.box_menu import BoxState, BoxVisit
from cti.core.call import (
    BoxCall,
    Call,
    Dialled,
    DialledOut,
    Direction,
    HandedOver,
    Introducing,
    Origin,
    Transfer,
    TransferKind,
    TransferState,
    origin_of,
)
from cti.core.callback_menu import CallbackOffer, OfferStage
from cti.core.leg import (
    BridgeId,
    Dial,
    InBridge,
    LeavingMessage,
    LegId,
    LegRole,
    OnHold,
    Placement,
    ReceivingFax,
    Silent,
)
from cti.outbound.rule import RuleId, Way
from cti.trunks.trunk import TrunkId
from ivr.flow import FlowId
from ivr.run import FlowRun, ReturnPoint
from ivr.step import AgentSaid, StepId

UNSEEN_PLAYS = 1000
UNSEEN_LEGS = 100
"""Added to the counters of a call that is taken over: ids that were used and never saved."""


@dataclass(frozen=True, slots=True)
class SavedPlacement:
    """A leg that was up when the call was saved, and what it should hear."""

    leg: LegId
    role: LegRole
    agent: AgentId | None
    placed: float  # since when, in seconds since the epoch
    placement: Placement | None


@dataclass(frozen=True, slots=True)
class SavedCall:
    """A call as its anchor leg carries it."""

    call: Call
    works: tuple[Work, ...]  # its own first; one that rang is saved as waiting
    held: frozenset[WorkId]  # works whose agents had put the customer on hold
    legs: tuple[SavedPlacement, ...]

    @property
    def work(self) -> Work | None:
        """The call's own work, if it has come that far."""
        return next((one for one in self.works if one.id == self.call.work), None)


@dataclass(frozen=True, slots=True)
class SavedLeg:
    """A leg as its channel carries it."""

    role: LegRole
    call: CallId | None
    agent: AgentId | None
    phone: Phone
    anchor: SavedCall | None
    number: str = ""  # of a leg to a party outside
    dial: Dial | None = None


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
            anchor=_read_saved(call or CallId(channel), anchor) if anchor else None,
            number=str(said.get("n", "")),
            dial=_read_dial(said["di"]) if "di" in said else None,
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, InvalidError):
        return None


def _read_dial(said: list[Any]) -> Dial:
    rule, kind, ways, at, record = said
    return Dial(
        RuleId(int(rule)),
        str(kind),
        tuple(Way(TrunkId(int(one)), str(digits), str(shown)) for one, digits, shown in ways),
        int(at),
        bool(record),
    )


def _read_saved(id_: CallId, said: Mapping[str, Any]) -> SavedCall:
    call = _read_call(id_, said)
    works = tuple(_read_works(call, said.get("W", ())))
    held = frozenset(WorkId(long_id(call, one[0])) for one in said.get("W", ()) if one[4])
    return SavedCall(call, works, held, tuple(_read_legs(call, said.get("L", ()))))


def _read_call(id_: CallId, said: Mapping[str, Any]) -> Call:
    customer = said.get("cu")
    return Call(
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
        boost=int(said.get("b", 0)),
        level=from_saved(said["lv"]) if "lv" in said else None,
        needs=own_from_saved(said["nd"]) if "nd" in said else NO_NEEDS,
        waiting_since=float(said["w"]) if "w" in said else None,
        agent=AgentId(int(said["ag"])) if "ag" in said else None,
        talked=float(said["t"]) if "t" in said else None,
        transfer=_read_transfer(id_, said) if "x" in said else None,
        handed=HandedOver(AgentId(int(said["ho"][0])), str(said["ho"][1]))
        if "ho" in said
        else None,
        slot=int(said["sl"]) if "sl" in said else None,
        held_at_loss="hl" in said,
        offered=_read_offer(said["of"]) if "of" in said else None,
        farewell=bool(said.get("fw")),
        box=BoxId(int(said["bx"])) if "bx" in said else None,
        visit=_read_visit(said["vi"]) if "vi" in said else None,
        ring_group=RingGroupId(int(said["rg"])) if "rg" in said else None,
        asking=CustomId(int(said["cq"])) if "cq" in said else None,
        introduction=AgentSaid(*(tuple(map(str, one)) for one in said["in"]))
        if "in" in said
        else None,
        introducing=_read_introducing(said["is"]) if "is" in said else None,
        survey=FlowId(int(said["su"])) if "su" in said else None,
        surveyed=bool(said.get("sv")),
        recording=str(said.get("r", "off")),
        plays=int(said.get("pl", 0)) + UNSEEN_PLAYS,
        legs=int(said.get("l", 0)) + UNSEEN_LEGS,
    )


def _read_origin(said: Mapping[str, Any]) -> Origin:
    if "o" in said:
        agent, dialled, *more = said["o"]
        made_for = CallId(str(more[0])) if more and more[0] else None
        return DialledOut(AgentId(int(agent)), str(dialled), made_for, hidden=len(more) > 1)
    if "to" in said:
        caller, callee = said["to"]
        return Dialled(AgentId(int(caller)), AgentId(int(callee)))
    if "bo" in said:
        agent, dialled, own = said["bo"]
        return BoxCall(AgentId(int(agent)), str(dialled), bool(own))
    return origin_of(str(said.get("v", "trunk")))


def _read_offer(said: list[Any] | str) -> CallbackOffer:
    if isinstance(said, str):  # saved by an earlier release
        return CallbackOffer(QueueKey(said))
    queue, stage, number, typed, tries = said
    return CallbackOffer(
        QueueKey(str(queue)), OfferStage(stage), str(number), str(typed), int(tries)
    )


def _read_visit(said: list[Any]) -> BoxVisit:
    box, own, granted, wrong, message = said
    return BoxVisit(
        BoxState.OPENING,
        BoxId(int(box)) if box else None,
        own=bool(own),
        granted=bool(granted),
        wrong=int(wrong),
        resume=MessageId(int(message)) if message else None,
    )


def _read_introducing(said: Sequence[Any]) -> Introducing:
    before, after, first, misses = said
    words = AgentSaid(tuple(map(str, before)), tuple(map(str, after)))
    return Introducing(words, bool(first), int(misses))


def _read_transfer(call: CallId, said: Mapping[str, Any]) -> Transfer:
    kind, state, initiator, to, work, note = said["x"]
    return Transfer(
        TransferKind(kind),
        TransferState(state),
        AgentId(int(initiator)),
        read_destination(str(to)),
        WorkId(_long(call, work)),
        str(note or said.get("ho", (0, ""))[1]),
    )


def _read_run(said: list[Any]) -> FlowRun:
    flow, version, at, state, variables, *stack = said
    points = (
        tuple(ReturnPoint(FlowId(int(f)), int(v), StepId(s)) for f, v, s in stack[0] or ())
        if stack
        else ()
    )
    known = (FlowId(int(flow)), int(version), StepId(str(at)), dict(state), dict(variables))
    return FlowRun(*known, stack=points)


def _read_works(call: Call, said: list[list[Any]]) -> Iterator[Work]:
    for id_, agent, only, changed, _, *more in said:
        own = id_ == ""
        since = call.waiting_since if own and call.waiting_since is not None else call.arrived
        queue = QueueKey(str(more[0])) if more else call.queue or QueueKey("")
        wait: Mapping[str, Any] = more[1] if len(more) > 1 else {}
        yield Work(
            WorkId(long_id(call, id_)),
            Medium.VOICE,
            queue,
            since if own else float(changed),
            call.priority if own else 0,
            call.id,
            only=_read_directed(only) if only else None,
            state=WorkState.ASSIGNED if agent else WorkState.WAITING,
            changed=float(changed),
            agent=AgentId(int(agent)) if agent else None,
            entered=float(wait.get("e", 0)),
            prefers=tuple(AgentId(int(one)) for one in wait.get("p", ())),
            prefers_until=float(wait.get("u", 0)),
            needs=tuple(Need(SkillKey(str(key)), int(level)) for key, level in wait.get("n", ())),
            needs_until=float(wait.get("nu", 0)),
            level=effect_of(call.level) if own and call.level is not None else None,
            own=own_said(call.needs) if own and call.needs.needs else None,
        )


def _read_directed(said: list[Any]) -> Directed:
    agents, in_turn, ring_seconds, patience = said
    ids = tuple(AgentId(int(one)) for one in agents)
    return Directed(ids, bool(in_turn), float(ring_seconds), float(patience))


def _read_legs(call: Call, said: list[list[Any]]) -> Iterator[SavedPlacement]:
    for id_, role, agent, placed, *placement in said:
        yield SavedPlacement(
            LegId(long_id(call, id_)),
            LegRole(role),
            AgentId(int(agent)) if agent else None,
            float(placed),
            _read_placement(call, placement),
        )


def _read_placement(call: Call, said: list[Any]) -> Placement | None:
    match said:
        case ["b", str(bridge), *muted]:
            return InBridge(BridgeId(long_id(call, bridge)), bool(muted))
        case ["m", str(music)]:
            return OnHold(music)
        case ["s"]:
            return Silent()
        case ["v", str(file), int(seconds)]:
            return LeavingMessage(file, seconds)
        case ["x", str(file)]:
            return ReceivingFax(file)
        case _:
            return None


# ---- ids: those of a call's legs, works and bridges begin with the call's own


def short_id(call: Call, id_: str) -> str:
    """An id without the call's own, if it begins with that."""
    rest = id_.removeprefix(call.id)
    return rest if rest[:1] in ("", "-", "/") else id_


def long_id(call: Call, id_: object) -> str:
    """The whole id again."""
    return _long(call.id, id_)


def _long(call: CallId, id_: object) -> str:
    return f"{call}{id_}" if str(id_)[:1] in ("", "-", "/") else str(id_)
