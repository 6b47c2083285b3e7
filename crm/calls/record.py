"""The record of a call, folded from its timeline.

While a call is alive only its timeline is written; lists and reports show a fold of it. So an
engine that dies during a call, or a gap that is filled from CEL later, needs no code of its own.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.calls.leg_sound import read_sound, worse

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

    ARRIVED = "arrived"  # caller, called, direction, via ("trunk" | "guest" | "phone")
    ANSWERED = "answered"  # the channel was answered: from here the caller hears us
    CUSTOMER = "customer"  # customer (id), name
    ROUTED = "routed"  # to (a destination), by ("list" | "forced" | "route"), name, why
    STEP = "step"  # node, type: the flow reached a node
    DIGIT = "digit"  # digit, node, choice ("" if no branch matches)
    FLOW_ANSWERED = "flow answered"  # node, question, value, or why it could not be answered
    SURVEY_BEGAN = "survey began"  # flow, agent: the talk is over, the caller is asked
    SCORED = "scored"  # node, flow, question (its name), score (1 to 9)
    SERVICE_LEVEL = "service level"  # name, name_zh, priority (added), needs, queue (instead)
    QUEUED = "queued"  # queue (key), priority, again (back in a line, or in another one)
    ESTIMATED = "estimated"  # queue, f10, f50, f90 (by formula), p10, p50, p90 (if sayable)
    DIRECTED = "directed"  # agent, name: the caller waits for this agent alone
    NOT_TAKEN = "not taken"  # agent, why ("all" | "busy" | "no answer" | "away"), to
    RING_GROUP = "ring group"  # group (id), name: the phones of a group ring
    GROUP_MISSED = "group missed"  # name, to: the group does not take the call
    FORWARDED = "forwarded"  # number, leg: a number outside has the caller
    VOICEMAIL = "voicemail"  # box (id), name: the caller is asked for a message
    MESSAGE = "message"  # box (id), file, seconds: a message was left
    DIALLED = "dialled"  # leg, trunk, number, shown, rule, number_class, trunk_id, rule_id: a try
    DIALLING_STOPPED = "dialling stopped"  # whose (as agent:3, trunk:1), name, why, and limits
    BOX_OPENED = "box opened"  # box (id), name: its messages are heard by telephone
    BOX_REFUSED = "box refused"  # box (id), why ("wrong pin" | "locked" | "unavailable")
    BOX_MARKED = "box marked"  # box (id), voicemail (id), mark ("heard" | "deleted")
    CUSTOM_ASKED = "custom asked"  # custom (id), name: another system is asked where the call goes
    CUSTOM_ANSWERED = "custom answered"  # custom (id), name, seconds, to, why and status if any
    FAX = "fax"  # file: the caller's fax machine is answered
    FAX_RECEIVED = "fax received"  # file, pages, station
    FAX_FAILED = "fax failed"  # file, pages, station, why
    FAX_REFUSED = "fax refused"  # why
    OFFERED = "offered"  # agent (id), name, extension, leg, phone, consultation (if it is one)
    MISSED = "missed"  # agent, leg, why ("no answer" | "declined" | "unreachable" | …)
    WITHDRAWN = "withdrawn"  # agent, leg, why, by and name (who answered instead): an offer ended
    CONNECTED = "connected"  # agent, name, extension, leg
    HELD = "held"  # agent, by ("desk" | "phone")
    RESUMED = "resumed"  # agent
    PHONE_LOST = "phone lost"  # agent, leg: the caller hears music until the phone is back
    TRANSFER = "transfer"  # type, state, agent (initiator), recipient, to, note
    CONFERENCE = "conference"  # state ("asked" | "joined" | "not taken" | "left"), agent, to
    PARKED = "parked"  # agent, slot
    RETRIEVED = "retrieved"  # agent, slot: fetched from a slot
    PICKED_UP = "picked up"  # agent: taken while it rang at a colleague
    CALLBACK_ASKED = "callback asked"  # number, queue, since, due, priority, language, needs, …
    CALLBACK_CHANGED = "callback changed"  # number, since, due
    CALLBACK_CALLED = "callback called"  # made (a call's id), agent, tries, calls
    CALLBACK_OVER = "callback over"  # state ("waiting": again later), why, due
    MOVED = "moved"  # agent (or 0), to: a caller who waited was sent elsewhere; by a queue: why
    LISTENED = "listened"  # agent (a supervisor), state ("began" | "ended")
    RECORDING = "recording"  # file, late (seconds of talk missed)
    RECORDING_FAILED = "recording failed"  # why
    FALLBACK = "fallback"  # the engine was away and Asterisk called the phones itself
    ENDED = "ended"  # by (a party or "system"), cause (Q.850), fault, sip, reason
    OUTCOME = "outcome"  # agent, outcome (key), note
    SOUND_BAD = "sound bad"  # leg, role, agent, side ("received" | "sent"), loss, mos
    SOUND_GOOD = "sound good"  # leg, role, agent, side: good again
    # Facts of one leg; what is unknown is left out.
    LEG_BEGAN = "leg began"  # leg, role, agent, phone, caller, called, node, trunk
    LEG_RANG = "leg rang"  # leg
    LEG_ANSWERED = "leg answered"  # leg
    LEG_ENDED = "leg ended"  # leg, cause (Q.850, from Asterisk) or reason (ours)
    LEG_PLACED = "leg placed"  # leg, where (a bridge's purpose, "hold", "alone"), bridge, muted
    LEG_SOUND = "leg sound"  # leg, codec, and what Asterisk counted of both directions


LEG_KINDS = frozenset(one for one in Kind if one.startswith("leg "))
"""Kinds that speak of one leg. The record takes only who made the call from them."""


class CallResult(StrEnum):
    """The result of a call."""

    LIVE = "live"
    ANSWERED = "answered"  # an agent and the caller talked
    ABANDONED = "abandoned"  # the caller left the queue before an agent answered
    LEFT = "left"  # the caller hung up in the menus
    REFUSED = "refused"  # no flow for the number, or the flow ended the call
    UNANSWERED = "unanswered"  # a call out that was not answered
    VOICEMAIL = "voicemail"  # the caller left a message, or heard those of a box
    FAX = "fax"  # a fax was received
    CALLBACK = "callback"  # the caller hung up to be called back
    CALLBACK_FAILED = "callback failed"  # and was not reached in the end
    FORWARDED = "forwarded"  # the caller talked with a number outside
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
    customer_number: str  # of the two numbers, the customer's
    own_number: str  # of the two numbers, ours
    customer: int | None
    started_at: datetime
    answered_at: datetime | None  # first talk with an agent
    ended_at: datetime | None
    queue: str | None  # key of the last queue
    agent: int | None  # the last agent who talked, or who made a call that nobody answered
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
    mos: float | None = None  # of the leg and direction that sounded worst, over the whole leg


_BEGINS = {
    Kind.ARRIVED: SegmentKind.IVR,
    Kind.QUEUED: SegmentKind.QUEUE,
    Kind.DIRECTED: SegmentKind.QUEUE,
    Kind.RING_GROUP: SegmentKind.QUEUE,
    Kind.FALLBACK: SegmentKind.QUEUE,
    Kind.PARKED: SegmentKind.QUEUE,
    Kind.FORWARDED: SegmentKind.TALK,
    Kind.VOICEMAIL: SegmentKind.IVR,
    Kind.BOX_OPENED: SegmentKind.IVR,
    Kind.CUSTOM_ASKED: SegmentKind.IVR,
    Kind.FAX: SegmentKind.IVR,
    Kind.SURVEY_BEGAN: SegmentKind.IVR,
    Kind.CONNECTED: SegmentKind.TALK,
    Kind.HELD: SegmentKind.HOLD,
    Kind.RESUMED: SegmentKind.TALK,
    Kind.PHONE_LOST: SegmentKind.PHONE_LOST,
}


SEGMENT_KINDS = frozenset(_BEGINS)
"""Kinds with which a segment begins."""


def in_order(timeline: Iterable[CallEvent]) -> list[CallEvent]:
    """Sort by time, at the same time by the numbers of the facts; a call's arrival comes first.

    An answer that the agent took back before the talk is left out: that was a missed call.
    """

    def place(event: CallEvent) -> tuple[datetime, int, bool]:
        return event.at, int(event.fact.rpartition("/")[2]), event.kind is not Kind.ARRIVED

    events = sorted(timeline, key=place)
    missed = {one.detail.get("leg", "") for one in events if one.kind is Kind.MISSED} - {""}
    return [one for one in events if not _is_taken_back(one, missed)] if missed else events


def _is_taken_back(event: CallEvent, missed: Container[object]) -> bool:
    return event.kind is Kind.CONNECTED and event.detail.get("leg", "") in missed


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
        if event.kind in (Kind.QUEUED, Kind.TRANSFER, Kind.PARKED, Kind.SURVEY_BEGAN):
            agent, leg = None, ""
        if event.kind is Kind.FORWARDED:
            agent, leg = None, str(event.detail.get("leg", ""))
        if event.kind is Kind.CONNECTED:
            agent, leg = int(event.detail["agent"]), leg_of_talk(event)
        kind, since = begins, event.at
    if kind is not None and since is not None:
        found.append(Segment(kind, since, max(now, since), queue, agent, leg))
    return found


def is_by_us(event: CallEvent) -> bool:
    """Whether a fact says that an agent began the call: to another agent, or to a customer."""
    return event.kind is Kind.ARRIVED and event.detail.get("direction") in ("internal", "out")


def is_internal(event: CallEvent) -> bool:
    """Whether a fact says that one agent called another."""
    return event.kind is Kind.ARRIVED and event.detail.get("direction") == "internal"


def maker_of(events: Iterable[CallEvent]) -> int | None:
    """The agent who made a call: theirs is the first leg. None for a call that came to us.

    `events` are in order.
    """
    by_us = False
    for event in events:
        by_us = by_us or is_by_us(event)
        if by_us and event.kind is Kind.LEG_BEGAN and event.detail.get("role") == "agent":
            agent = event.detail.get("agent")
            return int(agent) if agent else None
    return None


def segment_begun_by(event: CallEvent) -> SegmentKind | None:
    """The segment that begins with a fact.

    A customer who was handed on without a word waits, and so does an agent who calls another.
    """
    if is_by_us(event):
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
        agent=int(agent) if agent else maker_of(events),
        result=_result(events, direction),
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
        mos=_lowest_mos(events),
    )


def _lowest_mos(events: list[CallEvent]) -> float | None:
    """The score of the leg and direction that sounded worst."""
    lowest = None
    for event in events:
        if event.kind is Kind.LEG_SOUND:
            sound = read_sound(event.detail)
            lowest = worse(lowest, worse(sound.received_mos, sound.sent_mos))
    return lowest


def _not_recorded(events: list[CallEvent]) -> str | None:
    """Why there is no whole recording, unless one started after the failure."""
    about = [e for e in events if e.kind in (Kind.RECORDING, Kind.RECORDING_FAILED)]
    if not about or about[-1].kind is Kind.RECORDING:
        return None
    return str(about[-1].detail.get("why", ""))


_REACHED = {
    Kind.CONNECTED: CallResult.ANSWERED,
    Kind.FORWARDED: CallResult.FORWARDED,
    Kind.MESSAGE: CallResult.VOICEMAIL,
    Kind.BOX_OPENED: CallResult.VOICEMAIL,
    Kind.FAX_RECEIVED: CallResult.FAX,
    Kind.FAX_FAILED: CallResult.FAILED,
    Kind.CALLBACK_ASKED: CallResult.CALLBACK,
}
"""The best that a call came to, the first that is true."""


def _callback_failed(events: list[CallEvent]) -> bool:
    over = [e for e in events if e.kind is Kind.CALLBACK_OVER]
    return bool(over) and over[-1].detail.get("state") == "failed"


def _result(events: list[CallEvent], direction: str) -> CallResult:
    kinds = {e.kind for e in events}
    ended = next((e for e in events if e.kind is Kind.ENDED), None)
    if ended is None:
        return CallResult.LIVE
    for kind, result in _REACHED.items():
        if kind in kinds:
            failed = result is CallResult.CALLBACK and _callback_failed(events)
            return CallResult.CALLBACK_FAILED if failed else result
    if direction == "out" or ended.detail.get("by") != "caller":
        unreached = CallResult.UNANSWERED if direction == "out" else CallResult.REFUSED
        return CallResult.FAILED if ended.detail.get("fault") else unreached
    return CallResult.ABANDONED if kinds & {Kind.QUEUED, Kind.FALLBACK} else CallResult.LEFT
