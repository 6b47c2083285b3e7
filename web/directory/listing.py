"""The two lists of the address book: colleagues, and contacts outside."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.directory import store
from crm.directory.contact import ContactFilter, ContactOrder
from crm.kernel.names import sort_key
from crm.people.rights import Right
from crm.sql.page import Page
from web.directory.shapes import ColleagueShape, ContactShape
from web.directory.views import show_colleagues, show_contact
from web.directory.words import PRESENCE_TONES, PRESENCES
from web.imports.views import import_option
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import (
    Column,
    Export,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
)
from web.kit.listing.table import Cell
from web.kit.listing.usual import search, text_column, time_column
from web.kit.number_input import read_text
from web.kit.phone_mark import phone_mark
from web.live.context import LiveContext

READERS = (Right.DESK, Right.DIRECTORY_EDIT)


def _colleagues(session: Session, query: ListQuery) -> list[ColleagueShape]:
    live: LiveContext = query.state.live
    return show_colleagues(session, query.reader, live.mirror)


def _presence(one: ColleagueShape, _reader: Reader) -> Cell:
    return Cell(one.presence_name, badge=PRESENCE_TONES.get(one.presence, "out"))


COLLEAGUES: Listing[ColleagueShape] = Listing(
    name="colleagues",
    url="/address-book",
    title=N_("Address book"),
    right=None,
    rights=READERS,
    rows=_colleagues,
    columns=(
        Column(
            "name",
            N_("Full name"),
            lambda one, _: one.name,
            order=lambda one: sort_key(one.name),
            required=True,
        ),
        Column(
            "extension",
            N_("Extension"),
            lambda one, _: Cell(one.extension, phone=one.extension),
            order=lambda one: one.extension,
        ),
        text_column("groups", N_("User group"), lambda one: ", ".join(one.groups)),
        Column("presence", N_("State"), _presence, order=lambda one: one.presence),
    ),
    filters=(
        search(),
        Filter("presence", N_("State"), FilterKind.CHOICE, PRESENCES, of=lambda one: one.presence),
    ),
    row_id=lambda one: one.id,
    empty=N_("There are no agents yet."),
    empty_icon="headset",
)


def _filter(query: ListQuery) -> ContactFilter:
    region = query.reader.region
    return ContactFilter(read_text(query.text("q"), region), region, query.id("import"))


def _contacts(session: Session, query: ListQuery) -> Page[ContactShape]:
    page = store.contacts(
        session,
        _filter(query),
        order=ContactOrder(query.sort),
        descending=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(map(show_contact, page.items)), page.next)


def _numbers(one: ContactShape, reader: Reader) -> Cell:
    first, *more = one.numbers
    marked = [(phone_mark(other.number, reader.phone(other.number)), other) for other in more]
    others = [
        Markup("{} ({})").format(mark, other.label) if other.label else mark
        for mark, other in marked
    ]
    return Cell(reader.phone(first.number), phone=first.number, note=Markup(", ").join(others))


CONTACTS: Listing[ContactShape] = Listing(
    name="contacts",
    url="/address-book/contacts",
    title=N_("Address book"),
    right=None,
    rights=READERS,
    fetch=_contacts,
    count=lambda session, query: store.count_contacts(session, _filter(query)),
    counted_most=store.COUNTED,
    sort="name",
    columns=(
        text_column("name", N_("Full name"), lambda one: one.name, "name", required=True),
        text_column("company", N_("Company"), lambda one: one.company, "company"),
        Column(
            "numbers",
            N_("Phone numbers"),
            _numbers,
            value=lambda one, _: ", ".join(f"{n.number} {n.label}".strip() for n in one.numbers),
        ),
        text_column("note", N_("Note"), lambda one: one.note),
        time_column("updated", N_("Updated"), lambda one: one.updated_at, "updated", shown=False),
    ),
    filters=(
        Filter("q", N_("Search"), placeholder=N_("Name, pinyin, company or number")),
        Filter("import", N_("Import"), FilterKind.ID, import_option, only_used=True),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: one.url,
    export=Export(right=Right.DIRECTORY_EDIT),
    empty=N_("There are no contacts yet."),
    empty_icon="address-book",
    add_url="/address-book/contacts/new",
    add_label=N_("New contact"),
    add_right=Right.DIRECTORY_EDIT,
    import_target="contacts",
    import_right=Right.DIRECTORY_EDIT,
)
