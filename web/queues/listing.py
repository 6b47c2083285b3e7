"""The list of queues."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.usual import (
    number_column,
    on_or_off,
    search,
    state_column,
    text_column,
)
from web.queues.actions import show_queues
from web.queues.shapes import QueueShape


def _recorded(one: QueueShape, reader: Reader) -> str:
    return reader.gettext(N_("Yes") if one.record else N_("No"))


QUEUES: Listing[QueueShape] = Listing(
    name="queues",
    url="/queues",
    title=N_("Queues"),
    note=N_("Callers wait in a queue until one of its agents is free. Changes apply immediately."),
    right=Right.QUEUES_MANAGE,
    rows=lambda session, query: show_queues(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        number_column("members", N_("Agents"), lambda one: len(one.members)),
        number_column("ring", N_("Ring time (seconds)"), lambda one: round(one.ring_seconds)),
        number_column(
            "wrapup", N_("Wrap-up time (seconds)"), lambda one: round(one.wrapup_seconds)
        ),
        Column("record", N_("Record calls"), _recorded, order=lambda one: one.record),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.key,
    row_url=lambda one: f"/queues/{one.key}",
    row_off=lambda one: not one.active,
    empty=N_("There are no queues yet."),
    empty_icon="hourglass",
    add_url="/queues/new",
    add_label=N_("Add queue"),
)
