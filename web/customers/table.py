"""The list of customers as a table and as a file."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from crm.customers import store
from crm.customers.customer import Customer, CustomerFilter
from crm.customers.search import store as search
from crm.kernel.errors import InvalidError
from crm.people.rights import Right
from web.calls.views import Words, words
from web.customers.api import read_order
from web.customers.forms import LABELS
from web.customers.shapes import CustomerQuery
from web.customers.views import show_customer
from web.kit.i18n import N_, Reader
from web.kit.settings_cache import vocabulary
from web.kit.table import Action, Cell, Column, Filter, Option, Row

PIECE = 500  # customers that are read at once for a file


def columns(reader: Reader) -> list[Column]:
    """Name the columns."""
    say = reader.gettext
    return [
        Column("name", say(N_("Name")), sort="name", required=True),
        Column("company", say(N_("Company"))),
        Column("phones", say(N_("Telephone numbers"))),
        Column("level", say(N_("Level"))),
        Column("category", say(N_("Category"))),
        Column("status", say(N_("Customer status"))),
        Column("email", say(N_("E-mail")), shown=False),
        Column("address", say(N_("Address")), shown=False),
        Column("created", say(N_("Added")), sort="created", shown=False),
        Column("updated", say(N_("Changed")), sort="updated"),
    ]


def actions(reader: Reader) -> list[Action]:
    """Offer what can be done with chosen customers together."""
    label = reader.gettext(N_("Set level, category or status"))
    return [Action("choose", label, "/customers/choose", icon="pencil", right=Right.CUSTOMERS_EDIT)]


def filters(
    session: Session, reader: Reader, query: CustomerQuery, error: InvalidError | None
) -> list[Filter]:
    """Make the filters with what was typed, and what is wrong about it."""
    say = reader.gettext
    wrong = {error.field: reader.error(error)} if error else {}
    text = Filter("text", say(N_("Name or company")), value=query.text, error=wrong.get("text", ""))
    phone = Filter(
        "phone",
        say(N_("Telephone number")),
        value=query.phone,
        placeholder=say(N_("Part of a number")),
        error=wrong.get("phone", ""),
    )
    known = vocabulary(session)
    chosen = [
        Filter(
            name,
            say(LABELS[which]),
            kind="select",
            options=[Option(one.key, one.name(reader.language)) for one in known.offered(which)],
            value=str(getattr(query, name)),
        )
        for name, which in store.CHOSEN.items()
    ]
    return [text, phone, *chosen]


def row(one: Customer, known: Words) -> Row:
    """Show a customer as a line."""
    shown, reader = show_customer(one, known), known.reader
    first, *more = [reader.phone(number) for number in shown.phones] or [""]
    cells = {
        "name": Cell(shown.name, title=shown.name),
        "company": Cell(shown.company),
        "phones": Cell(first, note=", ".join(more)),
        "level": Cell(shown.level_name, badge="info" if shown.level else ""),
        "category": Cell(shown.category_name),
        "status": Cell(shown.status_name),
        "email": Cell(shown.email),
        "address": Cell(shown.address),
        "created": Cell(reader.moment(shown.created_at)),
        "updated": Cell(reader.moment(shown.updated_at)),
    }
    return Row(shown.id, cells, url=shown.url)


def heads(reader: Reader) -> list[str]:
    """Name the columns of the file."""
    say = reader.gettext
    return [
        say(N_("Name")),
        say(N_("Company")),
        say(N_("Level")),
        say(N_("Category")),
        say(N_("Customer status")),
        say(N_("Telephone numbers")),
        say(N_("E-mail")),
        say(N_("Address")),
        say(N_("Note")),
        say(N_("Added")),
        say(N_("Changed")),
    ]


def exported(
    session: Session, reader: Reader, wanted: CustomerFilter, sort: str
) -> Iterator[Sequence[object]]:
    """Read all customers that match, piece by piece."""
    known = words(session, reader)
    order, descending = read_order(sort)
    cursor: str | None = None
    while True:
        page = search.customers(
            session, wanted, order=order, descending=descending, limit=PIECE, cursor=cursor
        )
        for one in page.items:
            shown = show_customer(one, known)
            yield (
                shown.name,
                shown.company,
                shown.level_name,
                shown.category_name,
                shown.status_name,
                ", ".join(shown.phones),
                shown.email,
                shown.address,
                shown.note,
                shown.created_at,
                shown.updated_at,
            )
        session.expunge_all()
        if not (cursor := page.next):
            return
