"""The list of charged calls."""

from sqlalchemy.orm import Session

from acd.store import agent_names
from crm.charges.calls import store
from crm.charges.charge import ChargeFilter, ChargeOrder, ChargeSum
from crm.charges.rate import DIGITS, amount_of
from crm.people.rights import Reach, Right
from crm.sql.page import Page
from cti.trunks.store import trunks
from web.charges.shapes import ChargeShape
from web.charges.views import show_charges
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
from web.kit.listing.table import Cell, Option
from web.kit.listing.usual import text_column, time_column
from web.outbound.words import CLASSES

CHARGED = {key: name for key, name in CLASSES.items() if key != "internal"}


def _reach(session: Session, query: ListQuery) -> Reach:
    return reach_of(session, query.who, query.right or Right.CALLS_SEE)


def filter_of(query: ListQuery) -> ChargeFilter:
    """Read the filters of the list; a number without digits finds nothing."""
    typed = query.text("number").strip()
    return ChargeFilter(
        since=query.time("from"),
        until=query.time("to"),
        agent=query.id("agent"),
        trunk=query.id("trunk"),
        number_class=query.text("class"),
        number="".join(one for one in typed if one in DIGITS) or typed,
    )


def sum_of(session: Session, query: ListQuery) -> ChargeSum:
    """Sum all charges that the filters leave."""
    return store.sum_of(session, filter_of(query), _reach(session, query))


def _sums(session: Session, query: ListQuery) -> list[Sum]:
    found, reader = sum_of(session, query), query.reader
    if not found.count:
        return []
    seconds = round(found.seconds, 1)
    return [
        Sum(N_("Number of calls"), reader.number(found.count), found.count),
        Sum(N_("Talk time"), duration(seconds), seconds, reader.gettext(N_("seconds"))),
        *(
            Sum(N_("Cost"), f"{amount_of(cost)} {currency}".strip(), float(cost), currency)
            for currency, cost in found.costs.items()
        ),
    ]


def _charges(session: Session, query: ListQuery) -> Page[ChargeShape]:
    page = store.charges(
        session,
        filter_of(query),
        _reach(session, query),
        order=ChargeOrder(query.sort),
        descending=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_charges(session, query.reader, page.items)), page.next)


def _agents(session: Session, query: ListQuery) -> list[Option]:
    reach = _reach(session, query)
    found = ((name, id_) for id_, name in agent_names(session).items() if reach.holds(id_))
    return [Option(str(id_), name) for name, id_ in sorted(found)]


def _trunks(session: Session, _query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.name) for one in trunks(session)]


def _cost(one: ChargeShape, reader: Reader) -> Cell:
    if one.cost is None:
        return Cell(reader.gettext(N_("No rate")), badge="paused")
    return Cell(f"{one.cost} {one.currency}".strip())


def _rate(one: ChargeShape, reader: Reader) -> Cell:
    per_minute = (
        reader.say(N_("{price} per minute"), price=one.per_minute) if one.per_minute else ""
    )
    return Cell(one.rate, note=per_minute)


CHARGES: Listing[ChargeShape] = Listing(
    name="charges",
    url="/charges",
    title=N_("Charged calls"),
    note=N_("What each call over a trunk cost, by the rate when it ended."),
    right=Right.CALLS_SEE,
    fetch=_charges,
    count=lambda session, query: store.how_many(session, filter_of(query), _reach(session, query)),
    counted_most=store.COUNTED,
    sums=_sums,
    sort="-at",
    columns=(
        time_column("at", N_("Answered at"), lambda one: one.at, "at", required=True),
        text_column("agent", N_("Agent"), lambda one: one.agent.name if one.agent else ""),
        Column(
            "number",
            N_("Called number"),
            lambda one, reader: Cell(reader.phone(one.number), phone=one.number),
        ),
        text_column("class", N_("Kind of number"), lambda one: one.class_name),
        text_column("trunk", N_("Trunk"), lambda one: one.trunk.name if one.trunk else ""),
        Column("seconds", N_("Talk time"), lambda one, _: duration(one.seconds), align="end"),
        Column("rate", N_("Rate"), _rate),
        Column("cost", N_("Cost"), _cost, "cost", align="end", required=True),
    ),
    filters=(
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
        Filter("agent", N_("Agent"), FilterKind.ID, _agents, fewest=2),
        Filter("trunk", N_("Trunk"), FilterKind.ID, _trunks, fewest=1),
        Filter("class", N_("Kind of number"), FilterKind.CHOICE, CHARGED),
        Filter("number", N_("Called number"), placeholder=N_("Contains digits"), longest=64),
    ),
    row_id=lambda one: f"{one.call} {one.leg}",
    row_url=lambda one: one.url,
    export=Export(
        (
            FileColumn(N_("Answered at"), lambda one, _: one.at),
            FileColumn(N_("Agent"), lambda one, _: one.agent.name if one.agent else ""),
            FileColumn(N_("Called number"), lambda one, _: one.number),
            FileColumn(N_("Kind of number"), lambda one, _: one.class_name),
            FileColumn(N_("Trunk"), lambda one, _: one.trunk.name if one.trunk else ""),
            FileColumn(N_("Talk time (seconds)"), lambda one, _: one.seconds),
            FileColumn(N_("Rate"), lambda one, _: one.rate),
            FileColumn(
                N_("Price per minute"),
                lambda one, _: float(one.per_minute) if one.per_minute else "",
            ),
            FileColumn(N_("Cost"), lambda one, _: float(one.cost) if one.cost else ""),
            FileColumn(N_("Currency"), lambda one, _: one.currency),
            FileColumn(N_("Call ID"), lambda one, _: one.call),
        ),
        Right.CALLS_EXPORT,
    ),
    empty=N_("No calls over trunks yet."),
    empty_icon="phone-outgoing",
)
