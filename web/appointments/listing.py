"""The list of appointments."""

from dataclasses import replace

from sqlalchemy.orm import Session

from crm.appointments import store
from crm.appointments.appointment import (
    UNFINISHED,
    AppointmentFilter,
    AppointmentMedium,
    AppointmentState,
    Phase,
)
from crm.customers.store import customer_names
from crm.sql.page import Page
from web.appointments.shapes import AppointmentShape
from web.appointments.views import (
    READERS,
    appointment_reach,
    owners_within,
    show_appointments,
)
from web.appointments.words import (
    FILTERED,
    MEDIA,
    OVERDUE,
    OVERDUE_TONE,
    SOURCES,
    STATES,
    TONES,
)
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import (
    Column,
    Export,
    FileColumn,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
)
from web.kit.listing.table import Action, Cell, Option
from web.kit.listing.usual import text_column, time_column


def _filter(query: ListQuery) -> AppointmentFilter:
    state, medium = query.text("state"), query.text("medium")
    wanted = AppointmentFilter(
        states=frozenset({AppointmentState(state)})
        if state in set(AppointmentState)
        else UNFINISHED,
        since=query.time("from"),
        until=query.time("to"),
        owner=query.id("owner"),
        group=query.id("group"),
        customer=query.id("customer"),
        medium=AppointmentMedium(medium) if medium in set(AppointmentMedium) else None,
        text=query.text("q"),
    )
    if not state:
        return replace(wanted, states=frozenset())
    if state == Phase.OVERDUE:
        return replace(wanted, until=min(wanted.until or now(), now()))
    return wanted


def _fetch(session: Session, query: ListQuery) -> Page[AppointmentShape]:
    page = store.appointments(
        session,
        _filter(query),
        appointment_reach(session, query.who),
        latest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_appointments(session, page.items, now())), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return store.how_many(session, _filter(query), appointment_reach(session, query.who))


def _owners(session: Session, query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.name) for one in owners_within(session, query.who).users]


def _groups(session: Session, query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.name) for one in owners_within(session, query.who).groups]


def _customers(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the customer of the address, which comes from a customer's page."""
    customer = query.id("customer")
    known = customer_names(session, [customer] if customer else [])
    return [Option(str(id_), name) for id_, name in known.items()]


def state_cell(one: AppointmentShape, reader: Reader) -> Cell:
    """Show the state, or that it is overdue."""
    if one.phase is Phase.OVERDUE:
        note = "" if one.state is AppointmentState.OPEN else reader.gettext(STATES[one.state])
        return Cell(reader.gettext(OVERDUE), badge=OVERDUE_TONE, note=note)
    return Cell(reader.gettext(STATES[one.state]), badge=TONES[one.state])


def _customer(one: AppointmentShape, _reader: Reader) -> Cell:
    return Cell(one.customer.name if one.customer else "")


def _number(one: AppointmentShape, reader: Reader) -> Cell:
    if not one.number:
        return Cell()
    customer = one.customer.id if one.customer else None
    return Cell(reader.phone(one.number), phone=one.number, customer=customer)


FILE: tuple[FileColumn[AppointmentShape], ...] = (
    FileColumn(N_("Due"), lambda one, _: one.due),
    FileColumn(N_("Title"), lambda one, _: one.title),
    FileColumn(N_("State"), lambda one, reader: reader.gettext(STATES[one.state])),
    FileColumn(N_("Customer"), lambda one, _: one.customer.name if one.customer else ""),
    FileColumn(N_("Phone number"), lambda one, _: one.number),
    FileColumn(N_("Owner"), lambda one, _: one.owner.name),
    FileColumn(N_("By"), lambda one, reader: reader.gettext(MEDIA[one.medium])),
    FileColumn(N_("Source"), lambda one, reader: reader.gettext(SOURCES[one.source])),
    FileColumn(N_("Note"), lambda one, _: one.note),
    FileColumn(N_("Result"), lambda one, _: one.result),
    FileColumn(N_("Changed by"), lambda one, _: one.state_by.name if one.state_by else ""),
    FileColumn(N_("Changed at"), lambda one, _: one.state_at),
    FileColumn(N_("Created by"), lambda one, _: one.created_by.name),
    FileColumn(N_("Created at"), lambda one, _: one.created_at),
)
APPOINTMENTS: Listing[AppointmentShape] = Listing(
    name="appointments",
    url="/appointments",
    title=N_("Appointments"),
    note=N_("What must be done at a time, for customers or for yourself."),
    right=None,
    rights=READERS,
    fetch=_fetch,
    count=_count,
    counted_most=store.COUNTED,
    sort="due",
    columns=(
        time_column("due", N_("Due"), lambda one: one.due, "due", required=True),
        text_column("title", N_("Title"), lambda one: one.title),
        Column("state", N_("State"), state_cell),
        Column("customer", N_("Customer"), _customer),
        Column("number", N_("Phone number"), _number),
        text_column("owner", N_("Owner"), lambda one: one.owner.name),
        Column("medium", N_("By"), lambda one, reader: reader.gettext(MEDIA[one.medium])),
        text_column("result", N_("Result"), lambda one: one.result),
        text_column("note", N_("Note"), lambda one: one.note, shown=False),
        Column(
            "source",
            N_("Source"),
            lambda one, reader: reader.gettext(SOURCES[one.source]),
            shown=False,
        ),
        text_column("by", N_("Created by"), lambda one: one.created_by.name, shown=False),
        time_column("created", N_("Created at"), lambda one: one.created_at, shown=False),
    ),
    filters=(
        Filter("state", N_("State"), FilterKind.CHOICE, FILTERED),
        Filter("q", N_("Search"), placeholder=N_("Title or note")),
        Filter("from", N_("Due from"), FilterKind.SINCE, longest=40),
        Filter("to", N_("Due to"), FilterKind.UNTIL, longest=40),
        Filter("owner", N_("Owner"), FilterKind.ID, _owners, fewest=2),
        Filter("group", N_("Group"), FilterKind.ID, _groups, fewest=1),
        Filter("medium", N_("By"), FilterKind.CHOICE, MEDIA),
        Filter("customer", N_("Customer"), FilterKind.ID, _customers, only_used=True),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/appointments/{one.id}",
    actions=(Action("done", N_("Mark as done"), "/appointments/done", icon="check"),),
    export=Export(FILE, action="appointments.exported", thing="appointments"),
    empty=N_("There are no appointments."),
    empty_icon="calendar",
    add_url="/appointments/new",
    add_label=N_("New appointment"),
)
