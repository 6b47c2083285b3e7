"""Facts of single legs: when each began, rang and was answered, its party, and why it ended.

No feature notes these. At the end of a step the legs that it changed are compared with the state
before, as the saved contexts are. A leg that is found again after an engine's death is told once
more; its facts are named by what they say, so twice is once.
"""

from dataclasses import replace

from crm.calls.record import Kind
from cti.core.call import Call, Direction
from cti.core.calls import LINE_LOST, NO_LINE
from cti.core.commands import CreateLeg, CreateTrunkLeg, DialLeg, HangUp, Snoop
from cti.core.events import CommandFailed, Event, LegEnded
from cti.core.leg import (
    AgentParty,
    CustomerParty,
    InBridge,
    Leg,
    LegId,
    LegRole,
    LegState,
    OnHold,
    OutsideParty,
    Purpose,
)
from cti.core.state import SwitchTransaction

NO_LEG = LegId("none")
"""The id of a leg of which nothing is known but that it is gone."""

NOT_MADE = 20
"""Q.850 "subscriber absent": the cause of a leg that could not be made or dialled."""

NO_LINK = "no link"
"""The reason of a leg that was not made because Asterisk could not be reached."""

MOVED = "moved"
"""The reason of a leg that goes on in another call."""

HOLD, ALONE = "hold", "alone"
"""Where a leg is that left a bridge: it hears music, or nothing."""

Detail = dict[str, str | int]


def note_changed(tx: SwitchTransaction, event: Event) -> None:
    """Note on each changed leg's call how far the leg has come in this step."""
    for leg_id, leg in tx.legs.changed.items():
        before = tx.state.legs.get(leg_id)
        if leg_id == NO_LEG:
            continue
        if leg is not None and before is not None and before.call != leg.call:
            _note_move(tx, before, leg)
            _note_place(tx, None, leg)
        elif leg is not None:
            _note_progress(tx, before, leg)
            _note_place(tx, before, leg)
        elif leg is None and before is not None and before.call is not None:
            _note_end(tx, before, event)


def _note_progress(tx: SwitchTransaction, before: Leg | None, leg: Leg) -> None:
    call = tx.calls.get(leg.call)
    if leg.call is None or call is None:
        return
    since = _past(tx, leg.since)
    if before is None:
        called_us = leg.role is LegRole.CUSTOMER and call.direction is Direction.IN
        began = min(leg.since, call.arrived) if called_us else leg.since
        tx.note(leg.call, Kind.LEG_BEGAN, _past(tx, began), **_described(leg, call))
    state = before.state if before is not None else LegState.DIALLING
    if leg.state is LegState.RINGING and state is LegState.DIALLING:
        tx.note(leg.call, Kind.LEG_RANG, since, leg=leg.id)
    elif leg.state is LegState.UP and state is not LegState.UP:
        tx.note(leg.call, Kind.LEG_ANSWERED, since, leg=leg.id)


def _note_place(tx: SwitchTransaction, before: Leg | None, leg: Leg) -> None:
    """Note that a leg came into a bridge, left it, or was muted there.

    Who was in a bridge at the same time talked with each other. What a leg hears outside of bridges
    is told by the facts of the call.
    """
    if leg.call is None or leg.role in (LegRole.SNOOP, LegRole.WHISPER):
        return
    old, new = _bridged(before), _bridged(leg)
    if new is not None and old != new:
        bridge = tx.bridges.get(new.bridge)
        purpose = bridge.purpose if bridge is not None else Purpose.TALK
        detail: dict[str, str | bool] = {"where": purpose.value, "bridge": new.bridge}
        if new.muted:
            detail["muted"] = True
        at = _past(tx, leg.placed) if before is None else None
        tx.note(leg.call, Kind.LEG_PLACED, at, leg=leg.id, **detail)
    elif new is None and old is not None:
        where = HOLD if isinstance(leg.placement, OnHold) else ALONE
        tx.note(leg.call, Kind.LEG_PLACED, leg=leg.id, where=where)


def _bridged(leg: Leg | None) -> InBridge | None:
    """Where a leg hears others; a phone that still rings hears nobody."""
    if leg is None or leg.state is not LegState.UP or not isinstance(leg.placement, InBridge):
        return None
    return leg.placement


def _note_move(tx: SwitchTransaction, before: Leg, leg: Leg) -> None:
    """Note that a leg left one call and went on in another."""
    if before.call is not None:
        tx.note(before.call, Kind.LEG_ENDED, leg=leg.id, reason=MOVED)
    _note_progress(tx, None, replace(leg, since=tx.now))


def _past(tx: SwitchTransaction, at: float) -> float | None:
    """A time that nobody saw; None for the step's own."""
    return at if at < tx.now else None


def _described(leg: Leg, call: Call) -> Detail:
    caller, called = _numbers(leg, call)
    phone = leg.party.phone.value if isinstance(leg.party, AgentParty) else ""
    detail: Detail = {
        "leg": leg.id,
        "role": leg.role.value,
        "agent": leg.agent or 0,
        "phone": phone,
        "caller": caller,
        "called": called,
        "node": leg.node,
        "trunk": leg.trunk,
    }
    return {key: value for key, value in detail.items() if value}


def _numbers(leg: Leg, call: Call) -> tuple[str, str]:
    """The number that calls on this leg, and the one that is called on it."""
    match leg.party:
        case CustomerParty(number=number) if call.direction is Direction.OUT:
            return call.own_number, number
        case CustomerParty(number=number):
            return number, call.own_number
        case AgentParty(extension=extension):
            return call.customer_number, extension
        case OutsideParty(number=number):
            return call.own_number, number


def _note_end(tx: SwitchTransaction, leg: Leg, event: Event) -> None:
    """Note why a leg ended: Asterisk's cause, or the reason of our order."""
    if leg.call is None:
        return
    at, detail = None, _ordered(tx, leg)
    match event:
        case LegEnded(leg=ended, fault=fault) if ended == leg.id:
            at = event.at
            lost = leg.state is LegState.UP and event.cause in LINE_LOST
            why = fault or (NO_LINE if lost else "")
            detail = {"reason": why} if why else {"cause": event.cause}
        case CommandFailed(
            command=CreateLeg(leg=ended)
            | CreateTrunkLeg(leg=ended)
            | DialLeg(leg=ended)
            | Snoop(leg=ended)
        ) if ended == leg.id:
            detail = {"reason": NO_LINK} if tx.away else {"cause": NOT_MADE}
        case _:
            pass
    tx.note(leg.call, Kind.LEG_ENDED, at, leg=leg.id, **detail)


def _ordered(tx: SwitchTransaction, leg: Leg) -> Detail:
    reasons = [one.reason for one in tx.commands if isinstance(one, HangUp) and one.leg == leg.id]
    return {"reason": reasons[0]} if reasons else {}
