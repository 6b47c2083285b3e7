"""What each party of a call did over time, for a picture: one lane for each, made of bars.

Who was in the same bridge at the same time talked with each other. For calls from before legs had
facts of their own, talks and holds come from the call's segments.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from crm.calls.leg import AGENT, CUSTOMER, CallLeg
from crm.calls.record import (
    CallEvent,
    Kind,
    Segment,
    SegmentKind,
    in_order,
    is_by_us,
    leg_of_talk,
    segments,
)

SUPERVISOR, SNOOP, WHISPER = "supervisor", "snoop", "whisper"
SHORTEST = timedelta(seconds=0.3)
"""What is shorter is only the way from one thing to the next."""


class Doing(StrEnum):
    """What a party does."""

    RINGS = "rings"
    IVR = "ivr"
    WAITS = "waits"
    TALKS = "talks"
    CONSULTS = "consults"
    LISTENS = "listens"
    HOLD = "hold"
    PARKED = "parked"
    ALONE = "alone"  # connected, with nobody to talk to


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a lane."""

    doing: Doing
    began: datetime
    ended: datetime
    others: tuple[str, ...] = ()  # lanes of those in the same bridge
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A party of a call, with what it did in order."""

    key: str
    role: str  # "customer", "agent", "outside" or "supervisor"
    agent: int | None
    number: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class _Stay:
    """A leg in a bridge, or out of one (`bridge` is "")."""

    lane: str
    began: datetime
    ended: datetime
    where: str
    bridge: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class _Story:
    """A call as its lanes need it."""

    events: Sequence[CallEvent]
    owned: Mapping[str, str]  # the lane of each leg
    stays: Sequence[_Stay]
    cut: Sequence[Segment]
    parked: Sequence[tuple[datetime, datetime]]
    end: datetime


_PURPOSES: Mapping[str, Doing] = {"consult": Doing.CONSULTS, "listen": Doing.LISTENS}
_OF_SEGMENTS: Mapping[SegmentKind, Doing] = {
    SegmentKind.IVR: Doing.IVR,
    SegmentKind.QUEUE: Doing.WAITS,
    SegmentKind.TALK: Doing.TALKS,
    SegmentKind.HOLD: Doing.HOLD,
    SegmentKind.PHONE_LOST: Doing.WAITS,
}


def lanes(
    timeline: Iterable[CallEvent], legs: Iterable[CallLeg], now: datetime, *, listening: bool
) -> list[Lane]:
    """Draw up a call's lanes, the customer's first; `now` while the call is alive.

    Without `listening`, nothing tells that a supervisor listened.
    """
    events = in_order(timeline)
    owned = {one.leg: _lane_of(one) for one in legs if one.role not in (SNOOP, WHISPER)}
    known = [one for one in legs if one.leg in owned]
    end = next((one.at for one in events if one.kind is Kind.ENDED), now)
    story = _Story(
        events,
        owned,
        list(_stays(events, known, owned, end)),
        segments(events, end),
        list(_parked(events, end)),
        end,
    )
    bars: dict[str, list[Bar]] = defaultdict(list)
    for leg in known:
        bars[owned[leg.leg]] += _bars(leg, story)
    hidden = set() if listening else _listeners(known, owned, events)
    first: dict[str, CallLeg] = {}
    for leg in known:
        first.setdefault(owned[leg.leg], leg)
    order = sorted(first, key=lambda key: (key != CUSTOMER, first[key].began_at, key))
    return [
        Lane(
            key,
            first[key].role,
            first[key].agent,
            first[key].called_number if first[key].role not in (CUSTOMER, AGENT) else "",
            _joined(_without(bars[key], hidden, listening=listening)),
        )
        for key in order
        if key not in hidden
    ]


def _lane_of(leg: CallLeg) -> str:
    """Legs of one person are one lane: a phone that was lost is rung again."""
    if leg.role == CUSTOMER:
        return CUSTOMER
    return f"{leg.role}:{leg.agent}" if leg.agent is not None else f"{leg.role}:{leg.leg}"


def _end_of(leg: CallLeg, end: datetime) -> datetime:
    return min(leg.ended_at, end) if leg.ended_at is not None else end


def _stays(
    events: Sequence[CallEvent],
    legs: Iterable[CallLeg],
    owned: Mapping[str, str],
    end: datetime,
) -> Iterator[_Stay]:
    """Give where the legs were, from one fact of their places to the next."""
    placed: dict[str, list[CallEvent]] = defaultdict(list)
    for event in events:
        if event.kind is Kind.LEG_PLACED:
            placed[str(event.detail.get("leg", ""))].append(event)
    for leg in legs:
        over = _end_of(leg, end)
        facts = placed[leg.leg]
        for number, fact in enumerate(facts):
            until = facts[number + 1].at if number + 1 < len(facts) else over
            if min(until, over) > fact.at:
                detail = fact.detail
                yield _Stay(
                    owned[leg.leg],
                    fact.at,
                    min(until, over),
                    str(detail.get("where", "")),
                    str(detail.get("bridge", "")),
                    bool(detail.get("muted")),
                )


def _bars(leg: CallLeg, story: _Story) -> Iterator[Bar]:
    came = leg.role == CUSTOMER and not any(is_by_us(event) for event in story.events)
    over = _end_of(leg, story.end)
    began = leg.began_at if came else leg.answered_at
    if not came:
        rang = leg.rang_at or leg.began_at
        if (until := min(began or over, over)) > rang:
            yield Bar(Doing.RINGS, rang, until)
    if began is None or began >= over:
        return
    lane = story.owned[leg.leg]
    own = [one for one in story.stays if one.lane == lane]
    own = [one for one in own if began <= one.ended and one.began < over]
    if leg.role == CUSTOMER:
        yield from _of_customer(began, over, own, story)
    elif own:
        yield from _of_others(began, over, own, story)
    else:
        yield from _of_segments(leg, began, over, story.cut)


def _of_customer(
    began: datetime, over: datetime, own: Sequence[_Stay], story: _Story
) -> Iterator[Bar]:
    """The customer is in bridges; what is heard outside of them the segments tell."""
    at = began
    bridged = [one for one in own if one.bridge]
    for stay in bridged:
        yield from _outside(at, min(stay.began, over), story, told=True)
        yield from _inside(stay, story.stays, began, over)
        at = max(at, stay.ended)
    yield from _outside(at, over, story, told=bool(bridged))


def _outside(began: datetime, over: datetime, story: _Story, *, told: bool) -> Iterator[Bar]:
    for segment in story.cut:
        since, until = max(began, segment.started_at), min(over, segment.ended_at)
        if since >= until:
            continue
        doing = _OF_SEGMENTS[segment.kind]
        if doing is Doing.TALKS and told:
            doing = Doing.HOLD  # known not to be in a bridge
        talks = doing is Doing.TALKS and segment.leg in story.owned
        bar = Bar(doing, since, until, (story.owned[segment.leg],) if talks else ())
        yield from _with_parked(bar, story.parked)


def _with_parked(bar: Bar, parked: Sequence[tuple[datetime, datetime]]) -> Iterator[Bar]:
    at = bar.began
    for since, until in parked:
        first, last = max(at, since), min(bar.ended, until)
        if first >= last or bar.doing in (Doing.TALKS, Doing.IVR):
            continue
        if first > at:
            yield replace(bar, began=at, ended=first)
        yield replace(bar, doing=Doing.PARKED, began=first, ended=last)
        at = last
    if at < bar.ended:
        yield replace(bar, began=at)


def _parked(events: Iterable[CallEvent], over: datetime) -> Iterator[tuple[datetime, datetime]]:
    since: datetime | None = None
    for event in events:
        if event.kind is Kind.PARKED:
            since = event.at
        elif since is not None and event.kind in (Kind.RETRIEVED, Kind.CONNECTED, Kind.QUEUED):
            yield since, event.at
            since = None
    if since is not None:
        yield since, over


def _of_others(
    began: datetime, over: datetime, own: Sequence[_Stay], story: _Story
) -> Iterator[Bar]:
    at = began
    for stay in own:
        if stay.began > at:
            yield Bar(Doing.ALONE, at, min(stay.began, over))
        yield from _inside(stay, story.stays, began, over)
        at = max(at, stay.ended)
    if at < over:
        yield Bar(Doing.ALONE, at, over)


def _inside(stay: _Stay, stays: Sequence[_Stay], began: datetime, over: datetime) -> Iterator[Bar]:
    """Give the bars of a stay: one for each set of others who were there."""
    since, until = max(stay.began, began), min(stay.ended, over)
    if since >= until:
        return
    if not stay.bridge:
        yield Bar(Doing.HOLD if stay.where == "hold" else Doing.ALONE, since, until)
        return
    doing = _PURPOSES.get(stay.where, Doing.TALKS)
    if doing is Doing.LISTENS:
        yield Bar(doing, since, until, muted=stay.muted)
        return
    there = [one for one in stays if one.bridge == stay.bridge and one.lane != stay.lane]
    edges = {since, until}
    for one in there:
        edges |= {edge for edge in (one.began, one.ended) if since < edge < until}
    marks = sorted(edges)
    for first, last in pairwise(marks):
        others = {one.lane for one in there if one.began <= first and one.ended >= last}
        named = tuple(sorted(others, key=lambda key: (key != CUSTOMER, key)))
        yield Bar(doing if named else Doing.ALONE, first, last, named, stay.muted)


def _of_segments(
    leg: CallLeg, began: datetime, over: datetime, cut: Iterable[Segment]
) -> Iterator[Bar]:
    for segment in cut:
        since, until = max(began, segment.started_at), min(over, segment.ended_at)
        if segment.leg != leg.leg or since >= until:
            continue
        if segment.kind is SegmentKind.TALK:
            yield Bar(Doing.TALKS, since, until, (CUSTOMER,))
        elif segment.kind is SegmentKind.HOLD:
            yield Bar(Doing.ALONE, since, until)


def _listeners(
    legs: Iterable[CallLeg], owned: Mapping[str, str], events: Iterable[CallEvent]
) -> set[str]:
    """Give the lanes of supervisors who did nothing but take part; not of one who took over."""
    talked = {leg_of_talk(one) for one in events if one.kind is Kind.CONNECTED}
    listened = {owned[one.leg] for one in legs if one.role == SUPERVISOR}
    return listened - {owned[leg] for leg in talked if leg in owned}


def _without(bars: Iterable[Bar], hidden: set[str], *, listening: bool) -> Iterator[Bar]:
    for bar in bars:
        if listening:
            yield bar
        elif bar.doing is not Doing.LISTENS:
            yield replace(bar, others=tuple(one for one in bar.others if one not in hidden))


def _joined(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Put bars in order, join equal neighbours, and leave out what is only the way between."""
    found: list[Bar] = []
    for bar in sorted(bars, key=lambda one: (one.began, one.ended)):
        last = found[-1] if found else None
        near = last is not None and bar.began - last.ended < SHORTEST
        if last is not None and near and _same(last, bar):
            found[-1] = replace(last, ended=max(last.ended, bar.ended))
        elif last is not None and near and last.ended - last.began < SHORTEST:
            found[-1] = replace(bar, began=last.began)
        else:
            found.append(bar)
    while len(found) > 1 and found[-1].ended - found[-1].began < SHORTEST:
        last = found.pop()
        found[-1] = replace(found[-1], ended=last.ended)
    return tuple(found)


def _same(one: Bar, other: Bar) -> bool:
    return (one.doing, one.others, one.muted) == (other.doing, other.others, other.muted)


def without_listening(
    timeline: Sequence[CallEvent], legs: Sequence[CallLeg]
) -> tuple[list[CallEvent], list[CallLeg]]:
    """Leave out what tells that a supervisor listened; one who took the call over is an agent."""
    talked = {leg_of_talk(one) for one in timeline if one.kind is Kind.CONNECTED}
    hidden = {SUPERVISOR, SNOOP, WHISPER}
    return (
        [one for one in timeline if one.kind is not Kind.LISTENED],
        [one for one in legs if one.role not in hidden or one.leg in talked],
    )
