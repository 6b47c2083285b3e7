"""What a leg's channel carries, read back: the leg, and on the anchor the whole call.

The anchor's context is one moment of the call: the call itself, its works, and its legs that are
up with what each should hear. `cti.core.context` writes it, `cti.core.rebuild` makes a call of it.
"""

from collections.abc import Iterator, Mapping
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
from cti.core.leg import BridgeId, InBridge, LegId, LegRole, OnHold, Placement, Silent
from ivr.flow import FlowId
from ivr.run import FlowRun
from ivr.step import StepId

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
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None


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
        waiting_since=float(said["w"]) if "w" in said else None,
        agent=AgentId(int(said["ag"])) if "ag" in said else None,
        talked=float(said["t"]) if "t" in said else None,
        transfer=_read_transfer(id_, said["x"]) if "x" in said else None,
        recording=str(said.get("r", "off")),
        plays=int(said.get("pl", 0)) + UNSEEN_PLAYS,
        legs=int(said.get("l", 0)) + UNSEEN_LEGS,
    )


def _read_origin(said: Mapping[str, Any]) -> Origin:
    if "to" in said:
        caller, callee = said["to"]
        return Dialled(AgentId(int(caller)), AgentId(int(callee)))
    return origin_of(str(said.get("v", "trunk")))


def _read_transfer(call: CallId, said: list[Any]) -> Transfer:
    kind, state, initiator, recipient, work, note = said
    return Transfer(
        TransferKind(kind),
        TransferState(state),
        AgentId(int(initiator)),
        AgentId(int(recipient)),
        WorkId(_long(call, work)),
        str(note),
    )


def _read_run(said: list[Any]) -> FlowRun:
    flow, version, at, state, variables = said
    return FlowRun(FlowId(int(flow)), int(version), StepId(str(at)), dict(state), dict(variables))


def _read_works(call: Call, said: list[list[Any]]) -> Iterator[Work]:
    for id_, agent, only, changed, _, *elsewhere in said:
        own = id_ == ""
        since = call.waiting_since if own and call.waiting_since is not None else call.arrived
        queue = QueueKey(str(elsewhere[0])) if elsewhere else call.queue or QueueKey("")
        yield Work(
            WorkId(long_id(call, id_)),
            Medium.VOICE,
            queue,
            since if own else float(changed),
            call.priority if own else 0,
            call.id,
            only=AgentId(int(only)) if only else None,
            state=WorkState.ASSIGNED if agent else WorkState.WAITING,
            changed=float(changed),
            agent=AgentId(int(agent)) if agent else None,
        )


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
