"""The list of ring groups."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import (
    number_column,
    on_or_off,
    search,
    state_column,
    text_column,
)
from web.ring_groups.actions import show_ring_groups
from web.ring_groups.shapes import RingGroupShape

MOST_NAMES = 3


def _members(one: RingGroupShape, _: Reader) -> Cell:
    names = [member.name for member in one.members]
    more = len(names) - MOST_NAMES
    shown = [*names[:MOST_NAMES], f"+{more}"] if more > 0 else names
    return Cell(", ".join(shown), title=", ".join(names))


RING_GROUPS: Listing[RingGroupShape] = Listing(
    name="ring-groups",
    url="/ring-groups",
    title=N_("Ring groups"),
    note=N_(
        "The phones of a few agents ring together or one after the other. Nobody waits in line: "
        "a call that is not taken goes on."
    ),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_ring_groups(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("members", N_("Agents"), _members),
        text_column("order", N_("Ring"), lambda one: one.order_name),
        number_column("seconds", N_("Ring time (seconds)"), lambda one: one.ring_seconds),
        text_column("then", N_("If nobody answers"), lambda one: one.then_name),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/ring-groups/{one.id}",
    row_off=lambda one: not one.active,
    empty=N_("There are no ring groups yet."),
    empty_icon="phone-ringing",
    add_url="/ring-groups/new",
    add_label=N_("Add ring group"),
)
