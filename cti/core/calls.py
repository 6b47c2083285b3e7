"""What all features need of a call: its legs, its music, its end."""

from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from crm.kernel.state import NO_TIMERS
from crm.voicemail.box import SHORTEST_SECONDS
from cti.core import callback_offer, callbacks, placement
from cti.core.call import BoxCall, Call, Dialled, Direction, TransferKind
from cti.core.commands import HangUp, StartRecording
from cti.core.leg import (
    Bridge,
    LeavingMessage,
    Leg,
    LegId,
    LegRole,
    OutsideParty,
    Purpose,
    bridge_id,
)
from cti.core.state import SwitchTransaction

PHONES = frozenset({LegRole.AGENT, LegRole.SUPERVISOR})
"""Legs to the telephone of somebody who works here."""


LINE_LOST = frozenset({18, 27, 38, 41, 44, 102})
"""Q.850 causes of a line that failed: no answer to a request, no network, no sound, a timer that
ran out. The party on it did not hang up."""

NO_LINE = "line lost"
"""The reason of an end by one of these causes."""


HANDED_OVER = "handed_over"
"""Ends the leg of an agent who no longer has the customer. A new engine that finds it ended, and
nothing saved of that, must not take it for an agent who hung up on the customer."""


def talk_bridge(call: Call) -> Bridge:
    """The bridge in which the customer talks."""
    return Bridge(bridge_id(call.id, Purpose.TALK), call.id, Purpose.TALK)


def consult_bridge(call: Call) -> Bridge:
    """The bridge in which an agent talks with the party that is consulted."""
    return Bridge(bridge_id(call.id, Purpose.CONSULT), call.id, Purpose.CONSULT)


def bridge_to_dial_in(call: Call) -> Bridge:
    """The bridge in which a number outside is dialled: the talk's, or a consultation's."""
    one = call.transfer
    consulting = one is not None and one.kind is TransferKind.ATTENDED
    return consult_bridge(call) if consulting else talk_bridge(call)


def outside_leg(tx: SwitchTransaction, call: Call, number: str) -> Leg | None:
    """The leg of a call to a number outside."""
    legs = (leg for leg in tx.call_legs(call.id) if isinstance(leg.party, OutsideParty))
    return next((leg for leg in legs if leg.party == OutsideParty(number)), None)


def join_talk(
    tx: SwitchTransaction, call: Call, recorded: LegId, legs: tuple[LegId, ...], *, record: bool
) -> None:
    """Bring legs together in the talk's bridge; with `record` the recorder starts first.

    It starts on the recorded leg alone, which leaves its bridge for some milliseconds.
    """
    placement.lift(tx, recorded)
    if record:
        tx.do(StartRecording(recorded, call.id))
    placement.join(tx, talk_bridge(call), *legs)


def customer_leg(tx: SwitchTransaction, call: Call) -> Leg | None:
    """The customer's leg of a call."""
    return next((leg for leg in tx.call_legs(call.id) if leg.role is LegRole.CUSTOMER), None)


def listener_leg(tx: SwitchTransaction, call: Call) -> Leg | None:
    """The leg that hears prompts: the customer's, in a call from a phone of ours the caller's."""
    if not isinstance(call.origin, Dialled | BoxCall):
        return customer_leg(tx, call)
    return agent_leg(tx, call, call.origin.agent)


def agent_leg(tx: SwitchTransaction, call: Call, agent: AgentId | None) -> Leg | None:
    """The leg of an agent in a call, ringing or up."""
    legs = tx.call_legs(call.id)
    return next((leg for leg in legs if leg.role in PHONES and leg.agent == agent), None)


def music_of(tx: SwitchTransaction, call: Call) -> str:
    """The music of the queue in which the caller is or was."""
    queue = tx.queues.get(call.queue)
    return queue.music if queue else "default"


def is_to_record(tx: SwitchTransaction, call: Call) -> bool:
    """Whether the talk is recorded: as the ring group says that rang, else as the queue does."""
    group = tx.routes.ring_groups.get(call.ring_group) if call.ring_group is not None else None
    queue = tx.queues.get(call.queue)
    return group.record if group is not None else queue is not None and queue.record


def end(  # noqa: PLR0913 - how, why, when
    tx: SwitchTransaction,
    call: Call,
    *,
    by: str,
    cause: int,
    at: float | None = None,
    fault: str = "",
    why: str = "",
    sip: int = 0,
    reason: str = "",
) -> None:
    """End a call: legs, bridges, facts; the agent goes to the wrap-up.

    `fault` is a fault of ours, after which there is nothing to wrap up; `why` is the reason of an
    end that is neither a party's doing nor our fault; `sip` is the status that refused it,
    `reason` what else there is to say.
    """
    work = tx.works.get(call.work)
    works = list(tx.call_works(call.id))
    there = list(tx.call_legs(call.id))
    reached = call.legs > 1  # the customer's leg is made after the agent's
    for offer in (offer for one in works for offer in one.offers):
        ringing = agent_leg(tx, call, offer.agent)
        leg = ringing.id if ringing is not None else ""
        tx.note(call.id, Kind.WITHDRAWN, agent=offer.agent, leg=leg, why="caller gone")
    for one in there:
        # Of an Asterisk that was started anew there is nothing left to end.
        if not fault.startswith("asterisk") or one.role is not LegRole.CUSTOMER:
            tx.do(HangUp(one.id))
        tx.legs.drop(one.id)
    for bridge in list(tx.call_bridges(call.id)):
        placement.drop_bridge(tx, bridge.id, tuple(one.id for one in there))
    if call.box is not None:
        _note_message(tx, call)
    callback_offer.left(tx, call)
    detail: dict[str, str | int] = {"fault": fault or why} if fault or why else {}
    if sip:
        detail["sip"] = sip
    if reason:
        detail["reason"] = reason
    tx.note(call.id, Kind.ENDED, at=at, by=by, cause=cause, **detail)
    agent = work.agent if work is not None and work.agent is not None else call.agent
    tx.calls.put(
        replace(call, ended=tx.now, cause=cause, timers=NO_TIMERS, agent=agent, transfer=None)
    )
    for ending in sorted(works, key=lambda one: one.id != call.work):
        # A consulted agent has nothing to wrap up; an internal call has no wrap-up either.
        internal = call.direction is Direction.INTERNAL
        wrap_up = not fault and ending.id == call.work and not internal
        floor.step(tx, floor_events.WorkEnded(ending.id, fault or "call", wrap_up))
    forget_if_done(tx, call.id)
    callbacks.ended(tx, call, dialled=reached)


def _note_message(tx: SwitchTransaction, call: Call) -> None:
    """The caller hangs up while the message is written: it is kept as far as it went."""
    leg = customer_leg(tx, call)
    for one in [leg] if leg is not None else [*tx.state.call_legs(call.id)]:
        if isinstance(one.placement, LeavingMessage):
            note_message(tx, call, one.placement.file, tx.now - one.placed)


def note_message(tx: SwitchTransaction, call: Call, file: str, seconds: float) -> None:
    """A message was left in the call's box; one of a moment is none."""
    if call.box is not None and seconds >= SHORTEST_SECONDS:
        tx.note(call.id, Kind.MESSAGE, box=call.box, file=file, seconds=round(seconds, 1))


def leave_alone(tx: SwitchTransaction, call: Call) -> None:
    """Hang up all other legs of a call, consulted ones too: the fallback has the customer."""
    for leg in list(tx.call_legs(call.id)):
        if leg.role is not LegRole.CUSTOMER:
            placement.hang_up(tx, leg)
    for bridge in list(tx.call_bridges(call.id)):
        placement.drop_bridge(tx, bridge.id, ())
    for work in list(tx.call_works(call.id)):
        if work.id != call.work:
            floor.step(tx, floor_events.WorkEnded(work.id, "fallback", wrap_up=False))


def forget_if_done(tx: SwitchTransaction, call_id: CallId) -> None:
    """Drop a call that has ended, unless an agent still wraps it up."""
    call = tx.calls.get(call_id)
    if call is None or call.ended is None:
        return
    if tx.agents.first(tx.lines.agents_by_call, call.id) is None:
        tx.calls.drop(call.id)
