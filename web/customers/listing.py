"""The list of customers."""

from collections.abc import Callable, Sequence
from functools import partial

from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.customers import store
from crm.customers.customer import CustomerFilter, CustomerOrder
from crm.customers.search import store as search
from crm.dictionary.item import List
from crm.people.rights import Right
from crm.sql.page import Page
from web.calls.views import words
from web.customers.shapes import CustomerShape
from web.customers.views import owners_of, show_customer
from web.customers.words import CHOICE_LABELS
from web.imports.views import import_option
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
from web.kit.number_input import read_text
from web.kit.phone_mark import phone_mark
from web.kit.settings_cache import vocabulary


def _filter(query: ListQuery) -> CustomerFilter:
    region = query.reader.region
    return CustomerFilter(
        text=read_text(query.text("text"), region),
        phone=read_text(query.text("phone"), region),
        region=region,
        level=query.text("level"),
        category=query.text("category"),
        status=query.text("status"),
        imported=query.id("import"),
    )


def _fetch(session: Session, query: ListQuery) -> Page[CustomerShape]:
    page = search.customers(
        session,
        _filter(query),
        order=CustomerOrder(query.sort),
        descending=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    known = words(session, query.reader, agents=owners_of(page.items))
    return Page(tuple(show_customer(one, known) for one in page.items), page.next)


def _offered(which: List, session: Session, query: ListQuery) -> Sequence[Option]:
    language = query.reader.language
    return [Option(one.key, one.name(language)) for one in vocabulary(session).offered(which)]


def _options(which: List) -> Callable[[Session, ListQuery], Sequence[Option]]:
    return partial(_offered, which)


def _phones(one: CustomerShape, reader: Reader) -> Cell:
    if not one.phones:
        return Cell()
    first, *more = one.phones
    others = Markup(", ").join(phone_mark(other, reader.phone(other), one.id) for other in more)
    return Cell(reader.phone(first), phone=first, note=others, customer=one.id)


COLUMNS: tuple[Column[CustomerShape], ...] = (
    Column(
        "name",
        N_("Full name"),
        lambda one, _: Cell(one.name, title=one.name),
        "name",
        required=True,
    ),
    text_column("company", N_("Company"), lambda one: one.company),
    Column("phones", N_("Phone numbers"), _phones),
    Column(
        "level",
        N_("Tier"),
        lambda one, _: Cell(one.level_name, badge="info" if one.level else ""),
    ),
    text_column("category", N_("Category"), lambda one: one.category_name),
    text_column("status", N_("Customer status"), lambda one: one.status_name),
    text_column("owner", N_("Owner"), lambda one: one.owner.name if one.owner else "", shown=False),
    text_column("email", N_("Email"), lambda one: one.email, shown=False),
    text_column("address", N_("Address"), lambda one: one.address, shown=False),
    time_column("created", N_("Created"), lambda one: one.created_at, "created", shown=False),
    time_column("updated", N_("Updated"), lambda one: one.updated_at, "updated"),
)
FILE: tuple[FileColumn[CustomerShape], ...] = (
    FileColumn(N_("Full name"), lambda one, _: one.name),
    FileColumn(N_("Company"), lambda one, _: one.company),
    FileColumn(N_("Tier"), lambda one, _: one.level_name),
    FileColumn(N_("Category"), lambda one, _: one.category_name),
    FileColumn(N_("Customer status"), lambda one, _: one.status_name),
    FileColumn(N_("Phone numbers"), lambda one, _: ", ".join(one.phones)),
    FileColumn(N_("Owner"), lambda one, _: one.owner.name if one.owner else ""),
    FileColumn(N_("Email"), lambda one, _: one.email),
    FileColumn(N_("Address"), lambda one, _: one.address),
    FileColumn(N_("Note"), lambda one, _: one.note),
    FileColumn(N_("Created"), lambda one, _: one.created_at),
    FileColumn(N_("Updated"), lambda one, _: one.updated_at),
)
CUSTOMERS: Listing[CustomerShape] = Listing(
    name="customers",
    url="/customers",
    title=N_("Customers"),
    right=Right.CUSTOMERS_SEE,
    fetch=_fetch,
    count=lambda session, query: search.how_many(session, _filter(query)),
    counted_most=search.COUNTED,
    sort="-updated",
    columns=COLUMNS,
    filters=(
        Filter("text", N_("Name or company")),
        Filter("phone", N_("Phone number"), placeholder=N_("Contains digits"), longest=40),
        *(
            Filter(name, CHOICE_LABELS[which], FilterKind.CHOICE, _options(which), longest=50)
            for name, which in store.CHOSEN.items()
        ),
        Filter("import", N_("Import"), FilterKind.ID, import_option, only_used=True),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: one.url,
    actions=(
        Action(
            "choose",
            N_("Set tier, category or status"),
            "/customers/choose",
            icon="pencil",
            right=Right.CUSTOMERS_EDIT,
        ),
    ),
    export=Export(FILE, Right.CUSTOMERS_EXPORT, "customers.exported", "customers"),
    empty=N_("There are no customers yet."),
    empty_icon="address-book",
    add_url="/customers/new",
    add_label=N_("New customer"),
    add_right=Right.CUSTOMERS_EDIT,
    import_target="customers",
    import_right=Right.CUSTOMERS_IMPORT,
)
