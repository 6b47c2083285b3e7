"""The list of calls."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from acd.store import agent_names
from crm.calls.quality import word_of
from crm.calls.question import CallFilter, CallOrder
from crm.calls.record import CallResult
from crm.calls.search import store as search
from crm.calls.sums.store import CallSums, sums_of
from crm.charges.rate import amount_of
from crm.customers.store import customer_names
from crm.people.rights import Reach, Right
from crm.sql.page import Page
from cti.trunks.store import trunks
from cti.trunks.trunk import TrunkId, endpoint_name
from ivr.flow import FlowId
from ivr.store import flow_names, numbers
from web.calls.leg_words import QUALITIES
from web.calls.shapes import CallShape
from web.calls.views import show_call, words
from web.calls.ways import changes_of, output_name, sentence_of, step_name, way_of
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
    Sum,
)
from web.kit.listing.rows import escaped
from web.kit.listing.table import Cell, Option
from web.kit.listing.usual import text_column
from web.kit.number_input import read_number
from web.kit.settings_cache import vocabulary


def _reach(session: Session, query: ListQuery) -> Reach:
    return reach_of(session, query.who, query.right or Right.CALLS_SEE)


def _filter(session: Session, query: ListQuery) -> CallFilter:
    region, result = query.reader.region, query.text("result")
    trunk = query.id("trunk")
    return CallFilter(
        caller=read_number(query.text("caller"), region),
        called=read_number(query.text("called"), region),
        region=region,
        result=CallResult(result) if result else None,
        agent=query.id("agent"),
        customer=query.id("customer"),
        direction=query.text("direction"),
        own_number=read_number(query.text("own"), region),
        trunk=endpoint_name(TrunkId(trunk)) if trunk else "",
        talk_from_seconds=query.seconds("talk_from"),
        talk_to_seconds=query.seconds("talk_to"),
        queue=query.text("queue"),
        flow=query.id("flow"),
        version=query.id("version"),
        step=query.text("step"),
        changes=changes_of(session, query),
        bad_sound=bool(query.values.get("bad_sound")),
        low_score=bool(query.values.get("low_score")),
        since=query.time("from"),
        until=query.time("to"),
    )


def _fetch(session: Session, query: ListQuery) -> Page[CallShape]:
    page = search.calls(
        session,
        _filter(session, query),
        _reach(session, query),
        order=CallOrder(query.sort),
        descending=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    known = words(session, query.reader, page.items)
    return Page(tuple(show_call(one, known) for one in page.items), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return search.how_many(session, _filter(session, query), _reach(session, query))


def call_sums(session: Session, query: ListQuery) -> CallSums:
    """Sum all calls that the filters leave."""
    return sums_of(session, _filter(session, query), _reach(session, query))


def _sums(session: Session, query: ListQuery) -> list[Sum]:
    found = call_sums(session, query)
    if not found.count:
        return []
    reader = query.reader
    times = (
        (N_("Total talk time"), found.talk_seconds),
        (N_("Average talk time"), found.talk_mean),
        (N_("Total wait time"), found.wait_seconds),
        (N_("Average wait time"), found.wait_mean),
    )
    return [
        Sum(N_("Number of calls"), reader.number(found.count), found.count),
        *(
            Sum(label, duration(one), round(one, 1), reader.gettext(N_("seconds")))
            for label, one in times
        ),
        *(
            Sum(N_("Cost"), f"{amount_of(cost)} {currency}".strip(), float(cost), currency)
            for currency, cost in found.costs.items()
        ),
    ]


def _agents(session: Session, query: ListQuery) -> list[Option]:
    reach = _reach(session, query)
    named = sorted(
        (name, str(id_)) for id_, name in agent_names(session).items() if reach.holds(id_)
    )
    return [Option(id_, name) for name, id_ in named]


def _queues(session: Session, query: ListQuery) -> list[Option]:
    names = vocabulary(session).queue_names(query.reader.language)
    return [Option(key, name) for key, name in names.items()]


def _trunks(session: Session, _query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.name) for one in trunks(session)]


def _own_numbers(session: Session, query: ListQuery) -> list[Option]:
    return [
        Option(one.number, " · ".join(dict.fromkeys((query.reader.phone(one.number), one.name))))
        for one in numbers(session)
    ]


def _customer(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the customer of the address, which comes from a customer's page."""
    customer = query.id("customer")
    names = customer_names(session, [customer] if customer else [])
    return [Option(str(id_), name) for id_, name in names.items()]


def _flow(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the flow of the address, which comes from the picture of a flow."""
    flow = query.id("flow")
    name = flow_names(session).get(FlowId(flow)) if flow is not None else None
    return [Option(str(flow), name)] if name is not None else []


def _step(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the step of the address."""
    step = query.text("step")
    return [Option(step, step_name(session, query))] if step else []


def _version(_session: Session, query: ListQuery) -> list[Option]:
    """Offer only the version of the address."""
    version = query.id("version")
    return [Option(str(version), str(version))] if version else []


def _output(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the output of the address."""
    output, way = query.text("output"), way_of(query)
    name = output_name(session, query.reader, way) if way is not None else output
    return [Option(output, name)] if output else []


# Scripts find a call and its result by these marks.
def _began(one: CallShape, reader: Reader) -> Cell:
    at = escaped(reader.moment(one.started_at))
    link = f'<a class="cell-link" href="{escaped(one.url)}">{at}</a>'
    marked = f'<span data-testid="call-row" data-call="{escaped(one.id)}">{link}</span>'
    return Cell(html=Markup(marked))  # noqa: S704 - every part is escaped


def _result(one: CallShape, _reader: Reader) -> Cell:
    name, outcome = escaped(one.result_name), escaped(one.outcome_name or one.unanswered_name)
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


def _sound(one: CallShape, reader: Reader) -> str:
    """Name the sound of the party and direction that sounded worst."""
    return "" if one.mos is None else reader.gettext(QUALITIES[word_of(one.mos)])


def _numbers_of(one: CallShape, reader: Reader) -> tuple[Cell, Cell]:
    """The caller's number and the called one: the customer's number can be called, ours cannot."""
    name, whose = (one.customer.name, one.customer.id) if one.customer else ("", None)
    made = one.direction == "out"
    cells = []
    for number, ours in ((one.caller, made), (one.called, not made)):
        between_us = one.direction == "internal"
        cells.append(
            Cell(
                reader.phone(number),
                phone=number,
                note="" if ours or between_us else name,
                customer=None if ours or between_us else whose,
                ours=ours and not between_us,
            )
        )
    return cells[0], cells[1]


def _direction(one: CallShape, reader: Reader) -> str:
    return reader.gettext(DIRECTIONS.get(one.direction, ""))


def _customer_name(one: CallShape) -> str:
    return one.customer.name if one.customer else ""


def _agent_name(one: CallShape, _reader: Reader) -> str:
    return one.agent.name if one.agent else ""


COLUMNS: tuple[Column[CallShape], ...] = (
    Column("began", N_("Started"), _began, sort="began", required=True),
    Column("direction", N_("Direction"), _direction),
    Column("caller", N_("Caller"), lambda one, reader: _numbers_of(one, reader)[0]),
    Column("called", N_("Called number"), lambda one, reader: _numbers_of(one, reader)[1]),
    Column("result", N_("Call result"), _result),
    Column("outcome", N_("Disposition"), lambda one, _: one.outcome_name, shown=False),
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
    Column(
        "cost",
        N_("Cost"),
        lambda one, _: f"{one.cost} {one.currency}".strip() if one.cost else "",
        align="end",
        shown=False,
    ),
    Column("sound", N_("Sound quality"), _sound, shown=False),
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
    FileColumn(N_("Sound quality (MOS)"), lambda one, _: "" if one.mos is None else one.mos),
    FileColumn(N_("Cost"), lambda one, _: float(one.cost) if one.cost else ""),
    FileColumn(N_("Currency"), lambda one, _: one.currency),
    FileColumn(N_("Call ID"), lambda one, _: one.id),
)
_LENGTH = N_("Seconds, or 1:30")
FILTERS: tuple[Filter[CallShape], ...] = (
    Filter("caller", N_("Caller"), placeholder=N_("Contains digits"), longest=64),
    Filter("called", N_("Called number"), placeholder=N_("Contains digits"), longest=64),
    Filter("result", N_("Call result"), FilterKind.CHOICE, RESULTS),
    Filter("direction", N_("Direction"), FilterKind.CHOICE, DIRECTIONS),
    Filter("own", N_("Our number"), FilterKind.CHOICE, _own_numbers, longest=64, fewest=2),
    Filter("trunk", N_("Trunk"), FilterKind.ID, _trunks, fewest=1),
    Filter("queue", N_("Queue"), FilterKind.CHOICE, _queues),
    Filter("agent", N_("Agent"), FilterKind.ID, _agents, fewest=2),
    Filter("from", N_("From"), FilterKind.SINCE, longest=40),
    Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
    Filter("talk_from", N_("Talk time from"), FilterKind.LENGTH, placeholder=_LENGTH, longest=20),
    Filter("talk_to", N_("Talk time to"), FilterKind.LENGTH, placeholder=_LENGTH, longest=20),
    Filter("bad_sound", N_("Bad sound"), FilterKind.FLAG),
    Filter("low_score", N_("Low score"), FilterKind.FLAG),
    Filter("customer", N_("Customer"), FilterKind.ID, _customer, only_used=True),
    Filter("flow", N_("Call flow"), FilterKind.ID, _flow, only_used=True),
    Filter("version", N_("Version"), FilterKind.ID, _version, only_used=True),
    Filter("step", N_("Step"), FilterKind.CHOICE, _step, only_used=True),
    Filter("output", N_("Way out of the step"), FilterKind.CHOICE, _output, only_used=True),
)
CALLS: Listing[CallShape] = Listing(
    name="calls",
    url="/calls",
    title=N_("Calls"),
    right=Right.CALLS_SEE,
    fetch=_fetch,
    count=_count,
    sums=_sums,
    told=sentence_of,
    counted_most=search.COUNTED,
    sort="-began",
    columns=COLUMNS,
    filters=FILTERS,
    row_id=lambda one: one.id,
    row_url=lambda one: one.url,
    export=Export(FILE, Right.CALLS_EXPORT, "calls.exported", "calls"),
    empty=N_("No calls yet."),
    empty_icon="phone-off",
)
