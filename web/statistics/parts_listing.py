"""The list of agents' parts in calls: what the figures of traffic count."""

from sqlalchemy.orm import Session

from acd.statistics.calls import store
from acd.statistics.calls.part import DIALLED as DIALLED_KINDS
from acd.statistics.calls.part import OFFERED as OFFERED_KINDS
from acd.statistics.calls.part import CallPart, PartFilter, PartKind
from crm.people.rights import Right
from crm.sql.page import Page
from web.calls.words import DIRECTIONS
from web.kit.i18n import N_, Reader, duration
from web.kit.listing.declaration import (
    Column,
    Export,
    FileColumn,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
)
from web.kit.listing.table import Cell
from web.kit.listing.usual import text_column, time_column
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Named
from web.statistics.scope import PERIOD, WHO, agents_asked, period_asked
from web.statistics.shapes import PartShape
from web.statistics.words import CHOSEN_KINDS, DIALLED, HANDLED, OFFERED, PART_KINDS, TONES


def _filter(query: ListQuery) -> PartFilter:
    period, kind = period_asked(query), query.text("kind")
    kinds = {OFFERED: frozenset(OFFERED_KINDS), DIALLED: frozenset(DIALLED_KINDS)}
    one = frozenset({PartKind(kind)}) if kind in set(PartKind) else frozenset()
    return PartFilter(
        period.since, period.until, kinds.get(kind, one), kind == HANDLED, query.text("queue")
    )


def _fetch(session: Session, query: ListQuery) -> Page[PartShape]:
    agents = agents_asked(session, query)
    page = store.parts(
        session,
        list(agents),
        _filter(query),
        oldest_first=not query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    names = vocabulary(session).queue_names(query.reader.language)
    return Page(tuple(_show(one, agents, names) for one in page.items), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return store.how_many(session, list(agents_asked(session, query)), _filter(query))


def _show(one: CallPart, agents: dict[int, str], queues: dict[str, str]) -> PartShape:
    return PartShape(
        call=one.call,
        leg=one.leg,
        agent=Named(id=one.agent, name=agents.get(one.agent, str(one.agent))),
        began_at=one.began_at,
        kind=one.kind,
        direction=one.direction,
        number=one.number,
        queue=one.queue,
        queue_name=queues.get(one.queue, one.queue),
        ring_seconds=one.ring_seconds,
        talk_seconds=one.talk_seconds,
        hold_seconds=one.hold_seconds,
    )


def _kind(one: PartShape, reader: Reader) -> Cell:
    return Cell(reader.gettext(PART_KINDS[one.kind]), badge=TONES[one.kind])


def _direction(one: PartShape, reader: Reader) -> str:
    return reader.gettext(DIRECTIONS.get(one.direction, one.direction))


FILE: tuple[FileColumn[PartShape], ...] = (
    FileColumn(N_("Time"), lambda one, _: one.began_at),
    FileColumn(N_("Agent"), lambda one, _: one.agent.name),
    FileColumn(N_("Result"), lambda one, reader: reader.gettext(PART_KINDS[one.kind])),
    FileColumn(N_("Direction"), _direction),
    FileColumn(N_("Phone number"), lambda one, _: one.number),
    FileColumn(N_("Queue"), lambda one, _: one.queue_name),
    FileColumn(N_("Ringing (seconds)"), lambda one, _: round(one.ring_seconds, 1)),
    FileColumn(N_("Talk time (seconds)"), lambda one, _: round(one.talk_seconds, 1)),
    FileColumn(N_("Hold time (seconds)"), lambda one, _: round(one.hold_seconds, 1)),
)
SEAT_CALLS: Listing[PartShape] = Listing(
    name="seat_calls",
    url="/statistics/seats/calls",
    title=N_("Calls of agents"),
    note=N_("One row for each agent whose phone rang or who made the call."),
    right=Right.STATISTICS_SEE,
    fetch=_fetch,
    count=_count,
    counted_most=store.COUNTED,
    sort="-began",
    columns=(
        time_column("began", N_("Time"), lambda one: one.began_at, "began", required=True),
        text_column("agent", N_("Agent"), lambda one: one.agent.name),
        Column("kind", N_("Result"), _kind),
        Column("direction", N_("Direction"), _direction),
        Column("number", N_("Phone number"), lambda one, reader: reader.phone(one.number)),
        text_column("queue", N_("Queue"), lambda one: one.queue_name),
        Column("ring", N_("Ringing"), lambda one, _: duration(one.ring_seconds), align="end"),
        Column("talk", N_("Talk time"), lambda one, _: duration(one.talk_seconds), align="end"),
        Column("hold", N_("Hold time"), lambda one, _: duration(one.hold_seconds), align="end"),
    ),
    filters=(
        *PERIOD,
        Filter("kind", N_("Result"), FilterKind.CHOICE, CHOSEN_KINDS),
        *WHO,
    ),
    row_id=lambda one: one.leg,
    row_url=lambda one: f"/calls/{one.call}",
    export=Export(FILE, action="statistics.exported", thing="statistics"),
    empty=N_("There are no calls."),
    empty_icon="phone",
)
