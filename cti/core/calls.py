"""What all features need of a call: its legs, its music, its end."""

from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from crm.kernel.state import NO_TIMERS
from cti.core import placement
from cti.core.call import Call, Direction
from cti.core.commands import HangUp
from cti.core.leg import Leg, LegRole
from cti.core.state import SwitchTransaction

PHONES = frozenset({LegRole.AGENT, LegRole.SUPERVISOR})
"""Legs to the telephone of somebody who works here."""


LINE_LOST = frozenset({18, 27, 38, 41, 44, 102})
"""Q.850 causes of a line that failed: no answer to a request, no network, no sound, a timer that
ran out. The party on it did not hang up."""

NO_LINE = "line lost"
"""The reason of an end by one of these causes."""


def customer_leg(tx: SwitchTransaction, call: Call) -> Leg | None:
    """The customer's leg of a call."""
    return next((leg for leg in tx.call_legs(call.id) if leg.role is LegRole.CUSTOMER), None)


def agent_leg(tx: SwitchTransaction, call: Call, agent: AgentId | None) -> Leg | None:
    """The leg of an agent in a call, ringing or up."""
    legs = tx.call_legs(call.id)
    return next((leg for leg in legs if leg.role in PHONES and leg.agent == agent), None)


def music_of(tx: SwitchTransaction, call: Call) -> str:
    """The music of the queue in which the caller is or was."""
    queue = tx.queues.get(call.queue)
    return queue.music if queue else "default"


def end(  # noqa: PLR0913 - how, why, when
    tx: SwitchTransaction,
    call: Call,
    *,
    by: str,
    cause: int,
    at: float | None = None,
    fault: str = "",
    why: str = "",
) -> None:
    """End a call: legs, bridges, facts; the agent goes to the wrap-up.

    `fault` is a fault of ours, after which there is nothing to wrap up; `why` is the reason of an
    end that is neither a party's doing nor our fault.
    """
    work = tx.works.get(call.work)
    works = list(tx.call_works(call.id))
    there = list(tx.call_legs(call.id))
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
    detail = {"fault": fault or why} if fault or why else {}
    tx.note(call.id, Kind.ENDED, at=at, by=by, cause=cause, **detail)
    agent = work.agent if work is not None and work.agent is not None else call.agent
    tx.calls.put(replace(call, ended=tx.now, timers=NO_TIMERS, agent=agent, transfer=None))
    for ending in sorted(works, key=lambda one: one.id != call.work):
        # Whoever was only consulted has nothing to wrap up, nor have colleagues among themselves.
        wrap_up = not fault and ending.id == call.work and call.direction is Direction.IN
        floor.step(tx, floor_events.WorkEnded(ending.id, fault or "call", wrap_up))
    forget_if_done(tx, call.id)


def leave_alone(tx: SwitchTransaction, call: Call) -> None:
    """The fallback took the customer away: everybody else is let go, also who was consulted."""
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
