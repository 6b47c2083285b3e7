"""The list of faxes."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.customers.store import customer_names
from crm.faxes import store
from crm.faxes.fax import FaxFilter, FaxState
from crm.people.rights import Right
from crm.sql.page import Page
from web.faxes.actions import sees_faxes, show_faxes
from web.faxes.shapes import FaxShape
from web.faxes.words import STATES, TONES, why_name
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Action, Cell, Option
from web.kit.listing.usual import number_column, text_column, time_column
from web.kit.number_input import read_number

HANDLED: Mapping[str, str] = {"no": N_("Not handled"), "yes": N_("Handled")}


def _filter(query: ListQuery) -> FaxFilter:
    state, handled = query.text("state"), query.text("handled")
    return FaxFilter(
        state=FaxState(state) if state else None,
        handled=handled == "yes" if handled else None,
        caller=read_number(query.text("caller"), query.reader.region),
        customer=query.id("customer"),
        since=query.time("from"),
        until=query.time("to"),
    )


def _fetch(session: Session, query: ListQuery) -> Page[FaxShape]:
    if not sees_faxes(session, query.who):
        return Page((), None)
    page = store.faxes(
        session,
        _filter(query),
        newest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_faxes(session, page.items)), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return store.how_many(session, _filter(query)) if sees_faxes(session, query.who) else 0


def _customer(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the customer of the address, which comes from a customer's page."""
    customer = query.id("customer")
    known = customer_names(session, [customer] if customer else [])
    return [Option(str(id_), name) for id_, name in known.items()]


def _state(one: FaxShape, reader: Reader) -> Cell:
    state = reader.gettext(STATES[one.state])
    return Cell(state, badge=TONES[one.state], note=why_name(one.why, reader))


def _caller(one: FaxShape, reader: Reader) -> Cell:
    name = one.customer.name if one.customer else ""
    return Cell(reader.phone(one.caller), phone=one.caller, note=name)


def _handled_by(one: FaxShape) -> str:
    return one.handled_by.name if one.handled_by else ""


FAXES: Listing[FaxShape] = Listing(
    name="faxes",
    url="/faxes",
    title=N_("Faxes"),
    note=N_("Faxes that were received on your numbers."),
    right=Right.VOICEMAIL_HEAR,
    fetch=_fetch,
    count=_count,
    counted_most=store.COUNTED,
    sort="-at",
    columns=(
        time_column("at", N_("When"), lambda one: one.at, "at", required=True),
        Column("state", N_("State"), _state),
        Column("caller", N_("Caller"), _caller),
        number_column("pages", N_("Page count"), lambda one: one.pages),
        text_column("station", N_("Sender's fax machine"), lambda one: one.station),
        Column(
            "called",
            N_("Called number"),
            lambda one, reader: Cell(reader.phone(one.called), phone=one.called),
        ),
        text_column("handler", N_("Handled by"), _handled_by),
        time_column("handled", N_("Handled at"), lambda one: one.handled_at, shown=False),
    ),
    filters=(
        Filter("state", N_("State"), FilterKind.CHOICE, STATES),
        Filter("handled", N_("Handled"), FilterKind.CHOICE, HANDLED),
        Filter("caller", N_("Caller"), placeholder=N_("Contains digits"), longest=64),
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
        Filter("customer", N_("Customer"), FilterKind.ID, _customer, only_used=True),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/faxes/{one.id}",
    actions=(Action("handle", N_("Mark as handled"), "/faxes/handle", icon="check"),),
    empty=N_("There are no faxes."),
    empty_icon="printer",
)
