"""The lanes of a call's parties for pages and API, and where the page draws them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.calls.lanes import Bar, Lane
from crm.calls.record import CallRecord
from web.calls.leg_words import DOINGS, MUTED, ROLES, WITH
from web.calls.shapes import BarShape, LaneShape
from web.calls.views import Words
from web.kit.i18n import duration

STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)
MOST_TICKS = 5
LAST_TICK_PERCENT = 92.0
"""A label further right would be cut off."""

NARROWEST_PERCENT = 0.4
LABEL_PERCENT, WIDE_PERCENT = 12.0, 35.0
"""A narrower bar has no room for its label; on a phone only a wide one has."""


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar with its place, in percent of the width."""

    bar: BarShape
    left: float
    width: float
    label: str  # "" where there is no room
    wide: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis of time."""

    left: float
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All lanes, with the bars of each, and the axis below."""

    lanes: tuple[tuple[LaneShape, tuple[DrawnBar, ...]], ...]
    ticks: tuple[Tick, ...]
    legend: tuple[tuple[str, str], ...]  # kinds that occur, with their names
    has_muted: bool


def show_lanes(lanes: Iterable[Lane], call: CallRecord, known: Words) -> list[LaneShape]:
    """Show what each party of a call did."""
    drawn = list(lanes)
    names = {one.key: _name(one, call, known) for one in drawn}
    return [
        LaneShape(
            role=one.role,
            role_name=known.reader.gettext(ROLES.get(one.role, one.role)),
            agent=known.agent(one.agent),
            name=names[one.key],
            bars=[_bar(bar, names, known) for bar in one.bars],
        )
        for one in drawn
    ]


def _name(lane: Lane, call: CallRecord, known: Words) -> str:
    if lane.agent is not None:
        return known.agent_name(lane.agent)
    if lane.number:
        return known.reader.phone(lane.number)
    customer = known.customer(call.customer)
    return customer.name if customer else known.reader.phone(call.customer_number)


def _bar(bar: Bar, names: Mapping[str, str], known: Words) -> BarShape:
    say = known.reader
    others = [names[one] for one in bar.others if one in names]
    doing = say.gettext(DOINGS[bar.doing])
    text = say.say(WITH, doing=doing, others=say.joined(others)) if others else doing
    return BarShape(
        doing=bar.doing,
        doing_name=doing,
        text=say.say(MUTED, doing=text) if bar.muted else text,
        began_at=bar.began,
        ended_at=bar.ended,
        seconds=round((bar.ended - bar.began).total_seconds(), 3),
        others=others,
        muted=bar.muted,
    )


def drawing(lanes: Sequence[LaneShape]) -> Drawing | None:
    """Place the bars and the marks of time; None where there is nothing to draw."""
    bars = [bar for lane in lanes for bar in lane.bars]
    if not bars:
        return None
    began = min(bar.began_at for bar in bars)
    seconds = (max(bar.ended_at for bar in bars) - began).total_seconds()
    if seconds <= 0:
        return None
    kinds = dict.fromkeys((bar.doing.value, bar.doing_name) for bar in bars)
    return Drawing(
        tuple((lane, tuple(_placed(bar, began, seconds) for bar in lane.bars)) for lane in lanes),
        _ticks(seconds),
        tuple(kinds),
        any(bar.muted for bar in bars),
    )


def _placed(bar: BarShape, began: datetime, seconds: float) -> DrawnBar:
    left = 100 * (bar.began_at - began).total_seconds() / seconds
    width = max(NARROWEST_PERCENT, 100 * bar.seconds / seconds)
    left = min(left, 100 - width)
    return DrawnBar(
        bar,
        round(left, 2),
        round(width, 2),
        bar.text if width >= LABEL_PERCENT else "",
        width >= WIDE_PERCENT,
    )


def _ticks(seconds: float) -> tuple[Tick, ...]:
    step = next((one for one in STEPS_SECONDS if seconds / one <= MOST_TICKS), STEPS_SECONDS[-1])
    marks = range(0, int(seconds) + 1, step)
    return tuple(
        Tick(round(100 * mark / seconds, 2), duration(mark))
        for mark in marks
        if 100 * mark / seconds <= LAST_TICK_PERCENT
    )
