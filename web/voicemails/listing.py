"""The list of voicemails."""

from sqlalchemy.orm import Session

from crm.customers.store import customer_names
from crm.sql.page import Page
from crm.voicemail.message import MessageFilter, MessageState
from crm.voicemail.messages import store
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
from web.kit.listing.table import Action, Cell, Option
from web.kit.listing.usual import text_column, time_column
from web.kit.number_input import read_number
from web.voicemails.shapes import VoicemailShape
from web.voicemails.views import HEARERS, boxes_within, carers, message_reach, show_messages
from web.voicemails.words import HEARD_BY_PHONE, STATES, TONES, UNKNOWN_HEARER

OPEN = "open"  # of the filter of states: whatever is not handled
UNHEARD = "unheard"  # and was not heard either


def _filter(query: ListQuery) -> MessageFilter:
    state = query.text("state")
    return MessageFilter(
        state=MessageState(state) if state in set(MessageState) else None,
        open_only=state == OPEN,
        unheard_only=state == UNHEARD,
        box=query.id("box"),
        caller=read_number(query.text("caller"), query.reader.region),
        customer=query.id("customer"),
        assigned_to=query.id("assigned"),
        since=query.time("from"),
        until=query.time("to"),
    )


def _fetch(session: Session, query: ListQuery) -> Page[VoicemailShape]:
    page = store.messages(
        session,
        _filter(query),
        message_reach(session, query.who),
        newest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_messages(session, page.items)), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return store.how_many(session, _filter(query), message_reach(session, query.who))


def _boxes(session: Session, query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.draft.name) for one in boxes_within(session, query.who)]


def _carers(session: Session, _query: ListQuery) -> list[Option]:
    return [Option(str(one.id), one.name) for one in carers(session)]


def _customer(session: Session, query: ListQuery) -> list[Option]:
    """Offer only the customer of the address, which comes from a customer's page."""
    customer = query.id("customer")
    known = customer_names(session, [customer] if customer else [])
    return [Option(str(id_), name) for id_, name in known.items()]


def _state(one: VoicemailShape, reader: Reader) -> Cell:
    return Cell(reader.gettext(STATES[one.state]), badge=TONES[one.state])


def _caller(one: VoicemailShape, reader: Reader) -> Cell:
    name = one.customer.name if one.customer else ""
    return Cell(reader.phone(one.caller), phone=one.caller, note=name)


def _assigned(one: VoicemailShape) -> str:
    return one.assigned_to.name if one.assigned_to else ""


def _handled_by(one: VoicemailShape) -> str:
    return one.handled_by.name if one.handled_by else ""


def heard_by(one: VoicemailShape, reader: Reader) -> str:
    """Say who heard a message first, and by which way."""
    if one.heard_at is None:
        return ""
    name = one.heard_by.name if one.heard_by else reader.gettext(UNKNOWN_HEARER)
    return reader.gettext(HEARD_BY_PHONE).format(name=name) if one.heard_by_phone else name


FILE: tuple[FileColumn[VoicemailShape], ...] = (
    FileColumn(N_("When"), lambda one, _: one.at),
    FileColumn(N_("Voicemail box"), lambda one, _: one.box.name),
    FileColumn(N_("Caller"), lambda one, _: one.caller),
    FileColumn(N_("Called number"), lambda one, _: one.called),
    FileColumn(N_("Customer"), lambda one, _: one.customer.name if one.customer else ""),
    FileColumn(N_("Length (seconds)"), lambda one, _: round(one.seconds, 1)),
    FileColumn(N_("State"), lambda one, reader: reader.gettext(STATES[one.state])),
    FileColumn(N_("Assigned to"), lambda one, _: _assigned(one)),
    FileColumn(N_("Handled by"), lambda one, _: _handled_by(one)),
    FileColumn(N_("Handled at"), lambda one, _: one.handled_at),
    FileColumn(N_("Heard by"), heard_by),
    FileColumn(N_("Heard at"), lambda one, _: one.heard_at),
    FileColumn(N_("Note"), lambda one, _: one.note),
)
FILTERED = {UNHEARD: N_("Not heard"), OPEN: N_("Not handled"), **STATES}
VOICEMAILS: Listing[VoicemailShape] = Listing(
    name="voicemails",
    url="/voicemails",
    title=N_("Voicemails"),
    note=N_("Messages that callers left in voicemail boxes."),
    right=None,
    rights=HEARERS,
    fetch=_fetch,
    count=_count,
    counted_most=store.COUNTED,
    sort="-at",
    columns=(
        time_column("at", N_("When"), lambda one: one.at, "at", required=True),
        Column("state", N_("State"), _state),
        Column("caller", N_("Caller"), _caller),
        text_column("box", N_("Voicemail box"), lambda one: one.box.name),
        Column("length", N_("Length"), lambda one, _: duration(one.seconds), align="end"),
        text_column("assigned", N_("Assigned to"), _assigned),
        text_column("note", N_("Note"), lambda one: one.note),
        Column(
            "called",
            N_("Called number"),
            lambda one, reader: Cell(reader.phone(one.called), phone=one.called),
            shown=False,
        ),
        Column("heard_by", N_("Heard by"), heard_by, shown=False),
        time_column("heard", N_("Heard at"), lambda one: one.heard_at, shown=False),
        text_column("handler", N_("Handled by"), _handled_by, shown=False),
        time_column("handled", N_("Handled at"), lambda one: one.handled_at, shown=False),
    ),
    filters=(
        Filter("state", N_("State"), FilterKind.CHOICE, FILTERED),
        Filter("box", N_("Voicemail box"), FilterKind.ID, _boxes, fewest=2),
        Filter("caller", N_("Caller"), placeholder=N_("Contains digits"), longest=64),
        Filter("assigned", N_("Assigned to"), FilterKind.ID, _carers),
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
        Filter("customer", N_("Customer"), FilterKind.ID, _customer, only_used=True),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/voicemails/{one.id}",
    actions=(
        Action("handle", N_("Mark as handled"), "/voicemails/handle", icon="check"),
        Action(
            "remove",
            N_("Delete"),
            "/voicemails/remove",
            icon="trash",
            confirm=N_("Delete the selected voicemails and their sound for good?"),
            danger=True,
        ),
    ),
    export=Export(FILE, action="voicemails.exported", thing="voicemails"),
    empty=N_("There are no voicemails."),
    empty_icon="record-mail",
)
