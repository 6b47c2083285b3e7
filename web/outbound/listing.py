"""The list of outbound rules in their order."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing, ListQuery
from web.kit.listing.table import Cell
from web.kit.listing.usual import on_or_off, order_column, search, state_column, text_column
from web.outbound.actions import show_rules
from web.outbound.shapes import RuleShape
from web.outbound.words import CLASSES, EVERYONE


class ListedRule(RuleShape):
    """A rule in the list, and whether others stand before and after it."""

    position: int
    first: bool = False
    last: bool = False


def _rows(session: Session, query: ListQuery) -> Sequence[ListedRule]:
    found = show_rules(session, query.reader)
    return [
        ListedRule(**dict(one), position=place, first=place == 1, last=place == len(found))
        for place, one in enumerate(found, start=1)
    ]


def _people(one: ListedRule, reader: Reader) -> str:
    named = [*one.roles, *one.groups, *one.agents]
    return reader.joined(who.name for who in named) if named else reader.gettext(EVERYONE)


def _classes(one: ListedRule, reader: Reader) -> Cell:
    said = reader.joined(reader.gettext(CLASSES[kind]) for kind in CLASSES if kind in one.classes)
    return Cell(said, note=reader.joined(one.begins))


def _caller_number(one: ListedRule, reader: Reader) -> str:
    return reader.phone(one.caller_number) if one.caller_number else ""


OUTBOUND_RULES: Listing[ListedRule] = Listing(
    name="outbound_rules",
    url="/outbound-rules",
    title=N_("Outbound rules"),
    note=N_(
        "Who may dial which numbers over which trunks: the first rule that applies decides. Without"
        " a rule that applies a call is refused; emergency numbers always work."
    ),
    right=Right.LINES_MANAGE,
    rows=_rows,
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("people", N_("For"), _people),
        Column("classes", N_("Numbers"), _classes),
        Column(
            "trunks",
            N_("Trunks"),
            lambda one, reader: reader.joined(trunk.name for trunk in one.trunks),
        ),
        Column("caller_number", N_("Caller ID"), _caller_number),
        state_column(lambda one: one.active),
        order_column("rule", "/outbound-rules"),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/outbound-rules/{one.id}",
    row_off=lambda one: not one.active,
    row_name=lambda one, _: one.name,
    order_url="/api/v1/outbound-rules/order",
    empty=N_("There are no outbound rules yet: agents can call colleagues only."),
    empty_icon="phone-outgoing",
    add_url="/outbound-rules/new",
    add_label=N_("Add rule"),
)
