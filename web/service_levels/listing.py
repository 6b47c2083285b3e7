"""The list of customer levels."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import number_column, on_or_off, search, state_column, text_column
from web.service_levels.actions import show_levels
from web.service_levels.shapes import LevelShape


def _who(one: LevelShape, reader: Reader) -> str:
    said = []
    if one.tier:
        said.append(reader.say(N_("Tier {name}"), name=one.tier_name))
    if one.vip_list is not None:
        said.append(reader.say(N_("VIP list {name}"), name=one.vip_list_name))
    return reader.joined(said) or reader.gettext(N_("Nobody yet"))


def _needs(one: LevelShape, reader: Reader) -> str:
    return reader.joined(f"{need.name} ≥ {need.level}" for need in one.needs)


SERVICE_LEVELS: Listing[LevelShape] = Listing(
    name="service_levels",
    url="/service-levels",
    title=N_("Customer levels"),
    note=N_("Important customers are served sooner, in another queue, or by skilled agents."),
    right=Right.QUEUES_MANAGE,
    rows=lambda session, query: show_levels(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("customers", N_("Customers"), lambda one, reader: Cell(_who(one, reader))),
        number_column("priority", N_("Added priority"), lambda one: one.priority),
        text_column("queue", N_("Wait in another queue"), lambda one: one.queue_name),
        Column("needs", N_("Needed skills"), _needs),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/service-levels/{one.id}",
    row_off=lambda one: not one.active,
    empty=N_("There are no customer levels yet."),
    empty_icon="tag",
    add_url="/service-levels/new",
    add_label=N_("Add customer level"),
)
