"""The list of time groups with their states now."""

from crm.kernel.names import sort_key
from crm.people.rights import Right
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import search, text_column
from web.time_groups.actions import show_time_groups
from web.time_groups.shapes import TimeGroupLine
from web.time_groups.words import country_name, reason_name, state_sentence


def _state(one: TimeGroupLine, reader: Reader) -> Cell:
    return Cell(
        state_sentence(one.now, one.zone, now(), reader),
        badge="ready" if one.now.open else "out",
        note=reason_name(one.now.rule, one.now.name, reader),
    )


def _country(one: TimeGroupLine, reader: Reader) -> Cell:
    return Cell(country_name(one.country, reader), note=one.subdivision)


TIME_GROUPS: Listing[TimeGroupLine] = Listing(
    name="time_groups",
    url="/time-groups",
    title=N_("Time groups"),
    note=N_("Opening hours and holidays that call routes follow. Changes apply immediately."),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_time_groups(session, query.reader, now()),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("state", N_("State"), _state, order=lambda one: one.now.open),
        text_column("zone", N_("Time zone"), lambda one: one.zone),
        Column(
            "country",
            N_("Public holidays"),
            _country,
            order=lambda one: sort_key(one.country),
        ),
    ),
    filters=(search(),),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/time-groups/{one.id}",
    empty=N_("There are no time groups yet: call routes hold at any time."),
    empty_icon="clock",
    add_url="/time-groups/new",
    add_label=N_("Add time group"),
)
