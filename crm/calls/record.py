"""The record of a call, folded from its timeline.

While a call is alive only its timeline is written; lists and reports show a fold of it. So an
engine that dies during a call, or a gap that is filled from CEL later, needs no code of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

CallId = NewType("CallId", str)
"""The unique id of the channel on which the call arrived; CEL has it as `linkedid`."""

FactId = NewType("FactId", str)
"""`node/boot/number`; a fact that is written twice is stored once."""

Detail = Mapping[str, str | int | float | bool]

NO_FILE, NO_SOUND = "Asterisk writes no file", "no sound came"
NOTHING_THERE = frozenset({NO_FILE, NO_SOUND})
"""The reasons of failure after which nothing of a recording can be heard."""


class Kind(StrEnum):
    """The kinds of lines in a call's timeline, with the members of their detail."""

    ARRIVED = "arrived"  # caller, called, direction, channel, via ("trunk" | "guest" | "phone")
    ANSWERED = "answered"  # the channel was answered: from here the caller hears us
    CUSTOMER = "customer"  # customer (id), name
    STEP = "step"  # node, type: the flow reached a node
    DIGIT = "digit"  # digit, node, choice ("" if no branch matches)
    QUEUED = "queued"  # queue (key), priority, again (true after a lost phone)
    OFFERED = "offered"  # agent (id), name, extension, leg, phone ("browser" | "sip")
    MISSED = "missed"  # agent, leg, why ("no answer" | "declined" | "unreachable" | …)
    WITHDRAWN = "withdrawn"  # agent, leg, why: the offer ended, not by the agent
    CONNECTED = "connected"  # agent, name, extension, leg
    HELD = "held"  # agent, by ("desk" | "phone")
    RESUMED = "resumed"  # agent
    PHONE_LOST = "phone lost"  # agent, leg: the caller hears music until the phone is back
    TRANSFER = "transfer"  # type ("blind" | "attended"), state, agent (initiator), recipient, note
    LISTENED = "listened"  # agent (a supervisor), state ("began" | "ended")
    RECORDING = "recording"  # file, late (seconds of talk missed)
    RECORDING_FAILED = "recording failed"  # why
    FALLBACK = "fallback"  # the engine was away and Asterisk called the phones itself
    ENDED = "ended"  # by ("caller" | "agent" | "system"), cause (Q.850 number)
    OUTCOME = "outcome"  # agent, outcome (key), note
    # Facts of one leg; what is unknown is left out.
    LEG_BEGAN = "leg began"  # leg, role, agent, phone, caller, called, node, trunk
    LEG_RANG = "leg rang"  # leg
    LEG_ANSWERED = "leg answered"  # leg
    LEG_ENDED = "leg ended"  # leg, cause (Q.850, from Asterisk) or reason (ours)


LEG_KINDS = frozenset({Kind.LEG_BEGAN, Kind.LEG_RANG, Kind.LEG_ANSWERED, Kind.LEG_ENDED})
"""Kinds that speak of one leg; the call's record does not depend on them."""


class CallResult(StrEnum):
    """The result of a call."""

    LIVE = "live"
    ANSWERED = "answered"  # an agent and the caller talked
    ABANDONED = "abandoned"  # the caller left the queue before an agent answered
    LEFT = "left"  # the caller hung up in the menus
    REFUSED = "refused"  # no flow for the number, or the flow ended the call
    FAILED = "failed"  # the call ended by a fault of ours or of Asterisk's


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One line of a call's timeline."""

    fact: FactId
    call: CallId
    at: datetime  # aware UTC
    kind: Kind
    detail: Detail = field(default_factory=dict)
    inferred: bool = False  # not seen by an engine: the time is from CEL or estimated


class SegmentKind(StrEnum):
    """What a call spends its time on; at every moment exactly one of these."""

    IVR = "ivr"
    QUEUE = "queue"  # waiting, an offer ringing or not
    TALK = "talk"
    HOLD = "hold"
    PHONE_LOST = "phone lost"  # the agent's phone was lost; waiting for it to come back


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a call; consecutive segments touch, so they add up to the call's length."""

    kind: SegmentKind
    started_at: datetime
    ended_at: datetime
    queue: str | None
    agent: int | None
    leg: str = ""  # of that agent, "" when none had the customer yet


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A row of the call list. Seconds are floats; times aware UTC."""

    id: CallId
    direction: str
    via: str
    caller: str  # E.164 if possible, else as received; "" if withheld
    called: str
    customer_number: str  # of the two, the one that is the customer's
    own_number: str  # and the one that is ours
    customer: int | None
    started_at: datetime
    answered_at: datetime | None  # first talk with an agent
    ended_at: datetime | None
    queue: str | None  # key of the last queue
    agent: int | None  # the last agent who talked
    result: CallResult
    ended_by: str | None
    cause: int | None
    ivr_seconds: float
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    outcome: str | None
    recording: str | None  # file name in the recordings folder, without suffix
    recording_failed: str | None
    inferred: bool


_BEGINS = {
    Kind.ARRIVED: SegmentKind.IVR,
    Kind.QUEUED: SegmentKind.QUEUE,
    Kind.FALLBACK: SegmentKind.QUEUE,
    Kind.CONNECTED: SegmentKind.TALK,
    Kind.HELD: SegmentKind.HOLD,
    Kind.RESUMED: SegmentKind.TALK,
    Kind.PHONE_LOST: SegmentKind.PHONE_LOST,
}


SEGMENT_KINDS = frozenset(_BEGINS)
"""Kinds with which a segment begins."""


def in_order(timeline: Iterable[CallEvent]) -> list[CallEvent]:
    """Sort by time, and at the same time by the numbers of the facts."""
    return sorted(timeline, key=lambda e: (e.at, int(e.fact.rpartition("/")[2])))


def segments(timeline: Iterable[CallEvent], now: datetime) -> list[Segment]:
    """Cut a call into touching segments from arrival to end (`now` while it is alive)."""
    found: list[Segment] = []
    kind: SegmentKind | None = None
    since: datetime | None = None
    queue: str | None = None
    agent: int | None = None
    leg = ""
    for event in in_order(timeline):
        ends = event.kind is Kind.ENDED
        begins = segment_begun_by(event)
        if begins is None and not ends:
            continue
        if kind is not None and since is not None:
            found.append(Segment(kind, since, event.at, queue, agent, leg))
        if ends:
            return found
        if event.kind is Kind.QUEUED:
            queue = str(event.detail["queue"])
        if event.kind in (Kind.QUEUED, Kind.TRANSFER):
            agent, leg = None, ""
        if event.kind is Kind.CONNECTED:
            agent, leg = int(event.detail["agent"]), leg_of_talk(event)
        kind, since = begins, event.at
    if kind is not None and since is not None:
        found.append(Segment(kind, since, max(now, since), queue, agent, leg))
    return found


def is_internal(event: CallEvent) -> bool:
    """Whether a fact says that one agent called another."""
    return event.kind is Kind.ARRIVED and event.detail.get("direction") == "internal"


def segment_begun_by(event: CallEvent) -> SegmentKind | None:
    """The segment that begins with a fact.

    A customer who was handed on without a word waits, and so does an agent who calls another.
    """
    if is_internal(event):
        return SegmentKind.QUEUE
    if event.kind is Kind.TRANSFER:
        blind = event.detail.get("type") == "blind" and event.detail.get("state") == "asked"
        return SegmentKind.QUEUE if blind else None
    return _BEGINS.get(event.kind)


def leg_of_talk(connected: CallEvent) -> str:
    """The agent's leg of a talk; an id made of call and agent where it is not known."""
    agent = connected.detail.get("agent", "")
    return str(connected.detail.get("leg") or f"{connected.call}/{agent}")


def fold(timeline: Iterable[CallEvent], now: datetime) -> CallRecord:
    """Fold a timeline, which must hold the call's `arrived`, into its record."""
    events = in_order(timeline)
    first = {e.kind: e for e in reversed(events)}
    last = {e.kind: e for e in events}
    arrived = first[Kind.ARRIVED]
    ended = last.get(Kind.ENDED)
    connected = first.get(Kind.CONNECTED)
    cut = segments(events, now)
    spent = dict.fromkeys(SegmentKind, 0.0)
    for segment in cut:
        spent[segment.kind] += (segment.ended_at - segment.started_at).total_seconds()

    def said(kind: Kind, key: str) -> str | None:
        event = last.get(kind)
        return str(event.detail[key]) if event and key in event.detail else None

    customer, agent, cause = (
        said(Kind.CUSTOMER, "customer"),
        said(Kind.CONNECTED, "agent"),
        said(Kind.ENDED, "cause"),
    )
    failed = _not_recorded(events)
    direction = str(arrived.detail.get("direction", "in"))
    numbers = [str(arrived.detail.get(name, "")) for name in ("caller", "called")]
    customer_number, own_number = reversed(numbers) if direction == "out" else numbers
    return CallRecord(
        id=arrived.call,
        direction=direction,
        via=str(arrived.detail.get("via", "trunk")),
        caller=numbers[0],
        called=numbers[1],
        customer_number=customer_number,
        own_number=own_number,
        customer=int(customer) if customer else None,
        started_at=arrived.at,
        answered_at=connected.at if connected else None,
        ended_at=ended.at if ended else None,
        queue=said(Kind.QUEUED, "queue"),
        agent=int(agent) if agent else None,
        result=_result(events),
        ended_by=said(Kind.ENDED, "by"),
        cause=int(cause) if cause else None,
        ivr_seconds=spent[SegmentKind.IVR],
        wait_seconds=spent[SegmentKind.QUEUE] + spent[SegmentKind.PHONE_LOST],
        talk_seconds=spent[SegmentKind.TALK],
        hold_seconds=spent[SegmentKind.HOLD],
        outcome=said(Kind.OUTCOME, "outcome"),
        recording=None if failed in NOTHING_THERE else said(Kind.RECORDING, "file"),
        recording_failed=failed,
        inferred=any(e.inferred for e in events if e.kind not in LEG_KINDS),
    )


def _not_recorded(events: list[CallEvent]) -> str | None:
    """Why there is no whole recording, unless one started after the failure."""
    about = [e for e in events if e.kind in (Kind.RECORDING, Kind.RECORDING_FAILED)]
    if not about or about[-1].kind is Kind.RECORDING:
        return None
    return str(about[-1].detail.get("why", ""))


def _result(events: list[CallEvent]) -> CallResult:
    kinds = {e.kind for e in events}
    ended = next((e for e in events if e.kind is Kind.ENDED), None)
    if ended is None:
        return CallResult.LIVE
    if Kind.CONNECTED in kinds:
        return CallResult.ANSWERED
    if ended.detail.get("by") != "caller":
        return CallResult.FAILED if ended.detail.get("fault") else CallResult.REFUSED
    return CallResult.ABANDONED if kinds & {Kind.QUEUED, Kind.FALLBACK} else CallResult.LEFT
