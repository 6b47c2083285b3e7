"""The list of calls."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from acd.store import agent_names
from crm.calls.question import CallFilter, CallOrder
from crm.calls.record import CallResult
from crm.calls.search import store as search
from crm.customers.store import customer_names
from crm.people.rights import Reach, Right
from crm.sql.page import Page
from web.calls.shapes import CallShape
from web.calls.views import show_call, words
from web.calls.words import DIRECTIONS, RESULTS
from web.kit.auth import reach_of
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
from web.kit.listing.rows import escaped
from web.kit.listing.table import Cell, Option
from web.kit.listing.usual import text_column
from web.kit.number_input import read_number
from web.kit.settings_cache import vocabulary


def _reach(session: Session, query: ListQuery) -> Reach:
    return reach_of(session, query.who, query.right or Right.CALLS_SEE)


def _filter(query: ListQuery) -> CallFilter:
    region, result = query.reader.region, query.text("result")
    return CallFilter(
        caller=read_number(query.text("caller"), region),
        called=read_number(query.text("called"), region),
        region=region,
        result=CallResult(result) if result else None,
        agent=query.id("agent"),
        customer=query.id("customer"),
        direction=query.text("direction"),
        queue=query.text("queue"),
        since=query.time("from"),
        until=query.time("to"),
    )


def _fetch(session: Session, query: ListQuery) -> Page[CallShape]:
    page = search.calls(
        session,
        _filter(query),
        _reach(session, query),
        order=CallOrder(query.sort),
        descending=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    known = words(session, query.reader, page.items)
    return Page(tuple(show_call(one, known) for one in page.items), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return search.how_many(session, _filter(query), _reach(session, query))


def _agents(session: Session, query: ListQuery) -> list[Option]:
    reach = _reach(session, query)
    named = sorted(
        (name, str(id_)) for id_, name in agent_names(session).items() if reach.holds(id_)
    )
    return [Option(id_, name) for name, id_ in named]


def _queues(session: Session, query: ListQuery) -> list[Option]:
    names = vocabulary(session).queue_names(query.reader.language)
    return [Option(key, name) for key, name in names.items()]


def _customer(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the customer of the address, which comes from a customer's page."""
    customer = query.id("customer")
    names = customer_names(session, [customer] if customer else [])
    return [Option(str(id_), name) for id_, name in names.items()]


# Scripts find a call and its result by these marks.
def _began(one: CallShape, reader: Reader) -> Cell:
    at = escaped(reader.moment(one.started_at))
    link = f'<a class="cell-link" href="{escaped(one.url)}">{at}</a>'
    marked = f'<span data-testid="call-row" data-call="{escaped(one.id)}">{link}</span>'
    return Cell(html=Markup(marked))  # noqa: S704 - every part is escaped


def _result(one: CallShape, _reader: Reader) -> Cell:
    name, outcome = escaped(one.result_name), escaped(one.outcome_name)
    note = f'<div class="cell-note text-secondary">{outcome}</div>' if outcome else ""
    badge = f'<span class="badge result-badge" data-result="{escaped(one.result)}">{name}</span>'
    return Cell(html=Markup(badge + note))  # noqa: S704 - every part is escaped


def _recording(one: CallShape, reader: Reader) -> Cell:
    if one.recording and one.recording_failed:
        title = reader.gettext(N_("Part of the call may be missing from the recording."))
        return Cell(icon="alert-triangle", url=one.url, title=title)
    if one.recording:
        return Cell(icon="volume", url=one.url, title=reader.gettext(N_("Recording")))
    if one.recording_failed:
        title = reader.gettext(N_("This call was not recorded."))
        return Cell(icon="alert-triangle", title=title)
    return Cell()


def _direction(one: CallShape, reader: Reader) -> str:
    return reader.gettext(DIRECTIONS.get(one.direction, ""))


def _customer_name(one: CallShape) -> str:
    return one.customer.name if one.customer else ""


def _agent_name(one: CallShape, _reader: Reader) -> str:
    return one.agent.name if one.agent else ""


COLUMNS: tuple[Column[CallShape], ...] = (
    Column("began", N_("Started"), _began, sort="began", required=True),
    Column(
        "caller",
        N_("Caller"),
        lambda one, reader: Cell(reader.phone(one.caller), note=_customer_name(one)),
    ),
    Column(
        "called", N_("Called number"), lambda one, reader: reader.phone(one.called), shown=False
    ),
    Column("direction", N_("Direction"), _direction, shown=False),
    Column("result", N_("Call result"), _result),
    text_column("queue", N_("Queue"), lambda one: one.queue_name),
    Column("agent", N_("Agent"), _agent_name),
    Column(
        "waited", N_("Wait time"), lambda one, _: duration(one.wait_seconds), "waited", align="end"
    ),
    Column(
        "talked", N_("Talk time"), lambda one, _: duration(one.talk_seconds), "talked", align="end"
    ),
    Column(
        "held",
        N_("Hold time"),
        lambda one, _: duration(one.hold_seconds),
        align="end",
        shown=False,
    ),
    Column("recording", N_("Recording"), _recording),
)
# Lengths of time are in seconds, for calculations in the spreadsheet.
FILE: tuple[FileColumn[CallShape], ...] = (
    FileColumn(N_("Started"), lambda one, _: one.started_at),
    FileColumn(N_("Ended"), lambda one, _: one.ended_at),
    FileColumn(N_("Direction"), _direction),
    FileColumn(N_("Caller"), lambda one, _: one.caller),
    FileColumn(N_("Called number"), lambda one, _: one.called),
    FileColumn(N_("Customer"), lambda one, _: _customer_name(one)),
    FileColumn(N_("Call result"), lambda one, _: one.result_name),
    FileColumn(N_("Disposition"), lambda one, _: one.outcome_name),
    FileColumn(N_("Queue"), lambda one, _: one.queue_name),
    FileColumn(N_("Agent"), _agent_name),
    FileColumn(N_("Wait time (seconds)"), lambda one, _: round(one.wait_seconds, 1)),
    FileColumn(N_("Talk time (seconds)"), lambda one, _: round(one.talk_seconds, 1)),
    FileColumn(N_("Hold time (seconds)"), lambda one, _: round(one.hold_seconds, 1)),
    FileColumn(N_("Call ID"), lambda one, _: one.id),
)
FILTERS: tuple[Filter[CallShape], ...] = (
    Filter("caller", N_("Caller"), placeholder=N_("Contains digits"), longest=64),
    Filter("called", N_("Called number"), placeholder=N_("Contains digits"), longest=64),
    Filter("result", N_("Call result"), FilterKind.CHOICE, RESULTS),
    Filter("direction", N_("Direction"), FilterKind.CHOICE, DIRECTIONS),
    Filter("queue", N_("Queue"), FilterKind.CHOICE, _queues),
    Filter("agent", N_("Agent"), FilterKind.ID, _agents, fewest=2),
    Filter("from", N_("From"), FilterKind.SINCE, longest=40),
    Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
    Filter("customer", N_("Customer"), FilterKind.ID, _customer, only_used=True),
)
CALLS: Listing[CallShape] = Listing(
    name="calls",
    url="/calls",
    title=N_("Calls"),
    right=Right.CALLS_SEE,
    fetch=_fetch,
    count=_count,
    counted_most=search.COUNTED,
    sort="-began",
    columns=COLUMNS,
    filters=FILTERS,
    row_id=lambda one: one.id,
    export=Export(FILE, Right.CALLS_EXPORT, "calls.exported", "calls"),
    empty=N_("No calls yet."),
    empty_icon="phone-off",
)
