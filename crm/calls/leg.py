"""The legs of a call, folded from its timeline: one row for each channel, with its own times.

A call's segments are the customer's chain and add up to the call's length. An agent's talk time
comes from the legs and adds up per agent. Timelines from before facts of single legs existed give
legs too, as far as offers, talks and ends name them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from crm.calls.leg_sound import read_sound, worse
from crm.calls.record import (
    CallEvent,
    CallId,
    Kind,
    SegmentKind,
    in_order,
    is_by_us,
    is_internal,
    leg_of_talk,
    segments,
)

CUSTOMER, AGENT = "customer", "agent"


@dataclass(frozen=True, slots=True)
class CallLeg:
    """A leg of a call. Seconds are floats; times aware UTC."""

    call: CallId
    leg: str
    role: str  # "customer" | "agent" | "outside" | "supervisor" | "snoop"
    agent: int | None
    phone: str  # "browser" | "sip" | ""
    node: str  # the Asterisk that carried it
    trunk: str
    caller_number: str
    called_number: str
    began_at: datetime
    rang_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    cause: int | None  # Q.850, if Asterisk gave one
    reason: str  # ours, if we ended it, or why an offer failed
    talk_seconds: float  # with the customer; of the customer's own leg: with an agent
    hold_seconds: float
    inferred: bool  # a time of it was not seen by an engine
    # How it sounded; see `LegSound`.
    codec: str = ""
    received_loss: float | None = None
    received_jitter_ms: float | None = None
    received_mos: float | None = None
    received_worst_mos: float | None = None
    sent_loss: float | None = None
    sent_jitter_ms: float | None = None
    sent_mos: float | None = None
    sent_worst_mos: float | None = None
    round_trip_ms: float | None = None


def fold_legs(timeline: Iterable[CallEvent], now: datetime) -> list[CallLeg]:
    """Fold a timeline into the call's legs, the oldest first; `now` while the call is alive."""
    events = in_order(timeline)
    found: dict[str, CallLeg] = {}
    by_us = any(is_by_us(event) for event in events)
    for event in events:
        # In a call of ours all legs have facts of their own, and none has the call's id.
        if by_us and event.kind in (Kind.ARRIVED, Kind.ANSWERED):
            continue
        for leg in _changed_legs(event, found):
            found[leg.leg] = leg
    for event in events:
        if event.kind is Kind.SOUND_BAD:
            found |= _with_bad_sound(event, found)
        if event.kind is Kind.ENDED:
            found = {key: _over(leg, event) for key, leg in found.items()}
    return sorted(_with_seconds(found, events, now), key=lambda leg: (leg.began_at, leg.leg))


def _changed_legs(event: CallEvent, found: dict[str, CallLeg]) -> Iterator[CallLeg]:
    """Give the legs that one fact changes, with the change."""
    connected = event.kind is Kind.CONNECTED
    key = leg_of_talk(event) if connected else str(event.detail.get("leg", ""))
    match event.kind:
        case Kind.ARRIVED | Kind.ANSWERED:
            yield _customer(event, found)
        case Kind.LEG_BEGAN if key:
            yield _began(event, found.get(key) or _new(event, key))
        case Kind.OFFERED | Kind.CONNECTED if key:
            yield _taken(event, found.get(key) or _new(event, key), found)
        case Kind.LEG_RANG if key:
            leg = found.get(key) or _new(event, key)
            yield replace(leg, rang_at=leg.rang_at or event.at, inferred=_inferred(leg, event))
        case Kind.LEG_ANSWERED if key:
            leg = found.get(key) or _new(event, key)
            yield replace(leg, answered_at=event.at, inferred=_inferred(leg, event))
        case Kind.LEG_ENDED if key:
            leg = found.get(key) or _new(event, key)
            cause = event.detail.get("cause")
            yield replace(
                leg,
                ended_at=event.at,
                cause=int(cause) if cause is not None else leg.cause,
                reason=leg.reason or str(event.detail.get("reason", "")),
                inferred=_inferred(leg, event),
            )
        case Kind.LEG_SOUND if key in found:
            yield replace(found[key], **asdict(read_sound(event.detail)))
        case Kind.MISSED | Kind.WITHDRAWN | Kind.PHONE_LOST if key in found:
            leg, lost = found[key], event.kind is Kind.PHONE_LOST
            reason = "phone lost" if lost else str(event.detail.get("why", ""))
            yield replace(leg, ended_at=leg.ended_at or event.at, reason=reason)
        case _:
            pass


def _with_bad_sound(event: CallEvent, found: Mapping[str, CallLeg]) -> dict[str, CallLeg]:
    """Count bad sound that was told during the call: an engine that died knew more of it."""
    leg, told = found.get(str(event.detail.get("leg", ""))), float(event.detail.get("mos", 0))
    if leg is None or not told:
        return {}
    if event.detail.get("side") == "received":
        return {leg.leg: replace(leg, received_worst_mos=worse(leg.received_worst_mos, told))}
    return {leg.leg: replace(leg, sent_worst_mos=worse(leg.sent_worst_mos, told))}


def _customer(event: CallEvent, found: dict[str, CallLeg]) -> CallLeg:
    leg = found.get(event.call) or replace(_new(event, event.call), role=CUSTOMER)
    if event.kind is Kind.ANSWERED:
        return replace(leg, answered_at=leg.answered_at or event.at)
    return replace(
        leg,
        role=CUSTOMER,
        caller_number=leg.caller_number or str(event.detail.get("caller", "")),
        called_number=leg.called_number or str(event.detail.get("called", "")),
        began_at=min(leg.began_at, event.at),
        inferred=_inferred(leg, event),
    )


def _began(event: CallEvent, leg: CallLeg) -> CallLeg:
    detail = event.detail
    agent = detail.get("agent")
    return replace(
        leg,
        role=str(detail.get("role", leg.role)),
        agent=int(agent) if agent else leg.agent,
        phone=str(detail.get("phone", leg.phone)),
        node=str(detail.get("node", "")),
        trunk=str(detail.get("trunk", "")),
        caller_number=str(detail.get("caller", leg.caller_number)),
        called_number=str(detail.get("called", leg.called_number)),
        began_at=event.at,
        inferred=_inferred(leg, event),
    )


def _taken(event: CallEvent, leg: CallLeg, found: dict[str, CallLeg]) -> CallLeg:
    """Give the agent's leg after an offer or a talk."""
    agent, customer = event.detail.get("agent"), found.get(event.call)
    connected = event.kind is Kind.CONNECTED
    return replace(
        leg,
        agent=leg.agent or (int(agent) if agent else None),
        phone=leg.phone or str(event.detail.get("phone", "")),
        caller_number=leg.caller_number or (customer.caller_number if customer else ""),
        called_number=leg.called_number or str(event.detail.get("extension", "")),
        answered_at=leg.answered_at or (event.at if connected else None),
        inferred=_inferred(leg, event),
    )


def _new(event: CallEvent, key: str) -> CallLeg:
    role = CUSTOMER if key == event.call else AGENT
    nothing = ("", "", "", "", "")
    return CallLeg(
        event.call, key, role, None, *nothing, event.at, None, None, None, None, "", 0.0, 0.0, False
    )


def _inferred(leg: CallLeg, event: CallEvent) -> bool:
    return leg.inferred or event.inferred


def _over(leg: CallLeg, ended: CallEvent) -> CallLeg:
    """Legs without an end of their own end with their call."""
    if leg.ended_at is not None:
        return leg
    cause = ended.detail.get("cause") if leg.role == CUSTOMER else None
    return replace(leg, ended_at=ended.at, cause=int(cause) if cause is not None else None)


def _anchor(found: dict[str, CallLeg], events: list[CallEvent]) -> str:
    """The leg that has the whole talk: the caller's own, or that of a customer called by us."""
    if any(is_internal(event) for event in events):
        return next(iter(found), "")
    if any(is_by_us(event) for event in events):
        return next((leg.leg for leg in reversed(found.values()) if leg.role == CUSTOMER), "")
    return str(events[0].call)


def _with_seconds(
    found: dict[str, CallLeg], events: list[CallEvent], now: datetime
) -> Iterator[CallLeg]:
    talk, hold = dict.fromkeys(found, 0.0), dict.fromkeys(found, 0.0)
    anchor = _anchor(found, events)
    for segment in segments(events, now):
        spent = {SegmentKind.TALK: talk, SegmentKind.HOLD: hold}.get(segment.kind)
        if spent is not None:
            seconds = (segment.ended_at - segment.started_at).total_seconds()
            for key in {segment.leg, anchor} & spent.keys():
                spent[key] += seconds
    for key, leg in found.items():
        yield replace(leg, talk_seconds=talk[key], hold_seconds=hold[key])
