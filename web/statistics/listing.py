"""The lists of the statistics of seats: key figures, and traffic."""

from collections.abc import Callable, Sequence

from markupsafe import Markup
from sqlalchemy.orm import Session

from acd.statistics.figures import total
from acd.statistics.intervals import MIDNIGHT
from crm.kernel.names import sort_key
from crm.people.rights import Right
from web.kit.i18n import N_, Reader, duration
from web.kit.listing.declaration import (
    Column,
    Export,
    FileColumn,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
    Sum,
)
from web.kit.listing.table import Cell
from web.kit.listing.usual import time_column
from web.statistics.callback_columns import CALLBACKS
from web.statistics.columns import (
    HANDLED_CALLS,
    HANDLING,
    TIMES,
    TRAFFIC,
    Figure,
    FigureKind,
    file_column,
)
from web.statistics.parts_listing import SEAT_CALLS
from web.statistics.rows import read_reasons, seat_rows, show_numbers, whole_figures
from web.statistics.scope import PERIOD, WHO
from web.statistics.shapes import SeatFiguresShape
from web.statistics.words import BY, INTERVALS, By

SUMMED = {FigureKind.TIME, FigureKind.COUNT}
AVERAGED = {"talk_mean", "handling", "longest", "callback_wait"}


def _reasons(one: SeatFiguresShape, reader: Reader) -> Cell:
    """Show the time of each reason, the longest first."""
    if one.by is By.QUEUE:
        return Cell()
    said = [f"{part.name} {duration(part.seconds)}" for part in one.numbers.reasons]
    return Cell(reader.joined(said))


def _sums(figures: Sequence[Figure]) -> Callable[[Session, ListQuery], list[Sum]]:
    """Make the function that sums figures over the whole period, each agent once."""

    def sums(session: Session, query: ListQuery) -> list[Sum]:
        found, _ = whole_figures(session, query)
        reader, many = query.reader, [one for one in found if not one.is_empty]
        if not many:
            return []
        numbers = show_numbers(total(many), read_reasons(session, reader))
        by_queue = query.text("by") == By.QUEUE
        told = []
        for one in figures:
            value = one.get(numbers)
            if (
                one.kind is FigureKind.MOMENT
                or not isinstance(value, int | float)
                or (one.of_agents and by_queue)
                or (one.of_queues and not by_queue)
            ):
                continue
            shown = one.text(value, reader)
            if one.kind in SUMMED and one.key not in AVERAGED:
                mean = value / len(many)
                kind = mean if one.kind is FigureKind.TIME else round(mean, 1)
                shown = reader.say(
                    N_("{total} (average {mean})"), total=shown, mean=one.text(kind, reader)
                )
            unit = reader.gettext(N_("seconds")) if one.kind is FigureKind.TIME else ""
            told.append(Sum(one.label, shown, round(value, 4), unit))
        return told

    return sums


def _name(one: SeatFiguresShape, _reader: Reader) -> str:
    return one.name


def _since(one: SeatFiguresShape, reader: Reader) -> Cell:
    """Show when an interval begins, in one line: only the day for whole days."""
    whole = reader.local(one.since).time() == MIDNIGHT == reader.local(one.until).time()
    text = reader.date(one.since) if whole else reader.moment(one.since)
    return Cell(text, html=Markup('<span class="text-nowrap">{}</span>').format(text))


FIRST: tuple[Column[SeatFiguresShape], ...] = (
    Column("name", N_("Name"), _name, order=lambda one: sort_key(one.name), required=True),
    Column(
        "since",
        N_("From"),
        _since,
        order=lambda one: one.since,
        value=lambda one, _: one.since,
        required=True,
    ),
    time_column("until", N_("To"), lambda one: one.until, shown=False),
)
FILTERS: tuple[Filter[SeatFiguresShape], ...] = (
    *PERIOD,
    Filter("by", N_("Rows by"), FilterKind.CHOICE, BY, placeholder=N_("Agent"), by_source=True),
    Filter(
        "interval",
        N_("Interval"),
        FilterKind.CHOICE,
        INTERVALS,
        placeholder=N_("Whole period"),
        by_source=True,
    ),
    *WHO,
    Filter("compare", N_("Compare with the period before"), FilterKind.FLAG, by_source=True),
)
NOTE = N_("Without dates: today and the six days before. Each figure leads to what it counts.")
FILE: tuple[FileColumn[SeatFiguresShape], ...] = (
    FileColumn(N_("Name"), lambda one, _: one.name),
    FileColumn(N_("From"), lambda one, _: one.since),
    FileColumn(N_("To"), lambda one, _: one.until),
)
REASONS: Column[SeatFiguresShape] = Column(
    "reasons",
    N_("Not ready by reason"),
    _reasons,
    help=N_("The time of each reason, the longest first."),
)
SEATS: Listing[SeatFiguresShape] = Listing(
    name="seats",
    url="/statistics/seats",
    title=N_("Agent figures"),
    note=NOTE,
    right=Right.STATISTICS_SEE,
    rows=seat_rows,
    sums=_sums((*TIMES, HANDLED_CALLS, HANDLING)),
    columns=(
        *FIRST,
        *(one.column() for one in TIMES),
        HANDLED_CALLS.column(),
        HANDLING.column(),
        REASONS,
    ),
    filters=FILTERS,
    row_id=lambda one: one.id,
    export=Export(
        (
            *FILE,
            *(file_column(one) for one in (*TIMES, HANDLED_CALLS, HANDLING)),
            FileColumn(N_("Not ready by reason"), lambda one, reader: _reasons(one, reader).text),
        ),
        action="statistics.exported",
        thing="statistics",
    ),
    empty=N_("Nobody was connected, and there were no calls."),
    empty_icon="chart-line",
)
SEAT_TRAFFIC: Listing[SeatFiguresShape] = Listing(
    name="seat_traffic",
    url="/statistics/seats/traffic",
    title=N_("Agent traffic"),
    note=NOTE,
    right=Right.STATISTICS_SEE,
    rows=seat_rows,
    sums=_sums((*TRAFFIC, *CALLBACKS)),
    columns=(*FIRST, *(one.column() for one in (*TRAFFIC, *CALLBACKS))),
    filters=FILTERS,
    row_id=lambda one: one.id,
    export=Export(
        (*FILE, *(file_column(one) for one in (*TRAFFIC, *CALLBACKS))),
        action="statistics.exported",
        thing="statistics",
    ),
    empty=N_("Nobody was connected, and there were no calls."),
    empty_icon="chart-line",
)
LISTINGS = (SEATS, SEAT_TRAFFIC, SEAT_CALLS)
"""All lists of statistics: what is found here has its tests, columns and saved views."""
