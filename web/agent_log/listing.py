"""The list of the agents' states with their reasons and lengths."""

from dataclasses import replace

from sqlalchemy.orm import Session

from acd.agent import AgentState
from acd.agent_log.lines import store
from acd.agent_log.lines.line import LogFilter, LogLine
from acd.store import pause_reasons
from crm.people.rights import Right
from crm.sql.page import Page
from web.agent_log.shapes import LogLineShape
from web.agent_log.words import CAUSES, PHONES, STATES, TONES, reason_name
from web.kit.clock import now
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
from web.kit.listing.table import Cell, Option
from web.kit.listing.usual import text_column, time_column
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Named
from web.statistics.scope import PERIOD, WHO, agents_asked, names_within


def _filter(session: Session, query: ListQuery) -> LogFilter:
    state = query.text("state")
    return LogFilter(
        tuple(agents_asked(session, query)),
        query.time("from"),
        query.time("to"),
        AgentState(state) if state else None,
        query.text("reason"),
        query.text("queue"),
    )


def _fetch(session: Session, query: ListQuery) -> Page[LogLineShape]:
    page = store.log_lines(
        session,
        _filter(session, query),
        oldest_first=not query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_lines(session, query, page.items)), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return store.how_many(session, _filter(session, query))


def show_lines(
    session: Session, query: ListQuery, lines: tuple[LogLine, ...]
) -> list[LogLineShape]:
    """Show lines with the names of agents, reasons and queues."""
    reader = query.reader
    names = names_within(session, query)
    reasons = {one.key: one for one in pause_reasons(session, disabled_too=True)}
    queues = vocabulary(session).queue_names(reader.language)
    return [
        LogLineShape(
            id=line.number,
            agent=Named(id=one.agent, name=names.get(one.agent, str(one.agent))),
            state=one.state,
            reason=one.reason,
            reason_name=reason_name(reader, reasons, one.reason)
            if one.state is AgentState.PAUSED
            else "",
            since=one.at,
            until=line.until,
            seconds=line.seconds,
            cause=one.cause,
            phone=one.phone,
            call=one.call,
            queue=line.queue,
            queue_name=queues.get(line.queue, line.queue),
            inferred=one.inferred,
        )
        for line in lines
        for one in (line.event,)
    ]


def _reason_options(session: Session, query: ListQuery) -> list[Option]:
    reasons = {one.key: one for one in pause_reasons(session, disabled_too=True)}
    return [Option(key, reason_name(query.reader, reasons, key)) for key in reasons]


def _state(one: LogLineShape, reader: Reader) -> Cell:
    return Cell(reader.gettext(STATES[one.state]), badge=TONES[one.state])


def _seconds(one: LogLineShape) -> float:
    """Give the length, so far if the state goes on."""
    return max(0.0, (now() - one.since).total_seconds()) if one.seconds is None else one.seconds


def _until(one: LogLineShape, reader: Reader) -> str:
    return reader.moment(one.until) if one.until else reader.gettext(N_("still"))


def _cause(one: LogLineShape, reader: Reader) -> str:
    return reader.gettext(CAUSES.get(one.cause, one.cause))


def _phone(one: LogLineShape, reader: Reader) -> str:
    return reader.gettext(PHONES[one.phone]) if one.phone else ""


def _call(one: LogLineShape, reader: Reader) -> Cell:
    if not one.call:
        return Cell()
    return Cell(reader.gettext(N_("Show call")), url=f"/calls/{one.call}", note=one.queue_name)


FILE: tuple[FileColumn[LogLineShape], ...] = (
    FileColumn(N_("Agent"), lambda one, _: one.agent.name),
    FileColumn(N_("State"), lambda one, reader: reader.gettext(STATES[one.state])),
    FileColumn(N_("Reason"), lambda one, _: one.reason_name),
    FileColumn(N_("From"), lambda one, _: one.since),
    FileColumn(N_("To"), lambda one, _: one.until),
    FileColumn(N_("Length (seconds)"), lambda one, _: round(_seconds(one), 1)),
    FileColumn(N_("Trigger"), _cause),
    FileColumn(N_("Phone"), _phone),
    FileColumn(N_("Queue"), lambda one, _: one.queue_name),
    FileColumn(N_("Call"), lambda one, _: one.call or ""),
)
AGENT_LOG: Listing[LogLineShape] = Listing(
    name="agent_log",
    url="/agents/log",
    title=N_("Agent state log"),
    note=N_("Each change of state with its reason, trigger and length."),
    right=Right.STATISTICS_SEE,
    fetch=_fetch,
    count=_count,
    counted_most=store.COUNTED,
    sort="-since",
    columns=(
        time_column("since", N_("From"), lambda one: one.since, "since", required=True),
        Column("until", N_("To"), _until),
        text_column("agent", N_("Agent"), lambda one: one.agent.name),
        Column("state", N_("State"), _state),
        text_column("reason", N_("Reason"), lambda one: one.reason_name),
        Column("length", N_("Length"), lambda one, _: duration(_seconds(one)), align="end"),
        Column("cause", N_("Trigger"), _cause),
        Column("phone", N_("Phone"), _phone),
        Column("call", N_("Call"), _call),
    ),
    filters=(
        *PERIOD,
        *WHO,
        Filter("state", N_("State"), FilterKind.CHOICE, STATES),
        Filter("reason", N_("Reason"), FilterKind.CHOICE, _reason_options),
    ),
    row_id=lambda one: one.id,
    export=Export(FILE, action="agent_log.exported", thing="statistics"),
    empty=N_("No agent has connected a phone yet."),
    empty_icon="history",
)


def of_agent(query: ListQuery, agent: int) -> ListQuery:
    """Ask for the log of one agent alone."""
    return replace(query, values={**query.values, "agent": agent})
