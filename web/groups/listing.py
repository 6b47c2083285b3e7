"""The list of user groups: as a tree unless another order is asked for."""

from crm.kernel.names import sort_key
from crm.people.rights import Right
from web.groups.actions import INDENT, show_tree
from web.groups.shapes import GroupLine
from web.groups.words import GROUP_KINDS
from web.kit.i18n import N_
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.usual import name_column, number_column, on_or_off, search, state_column

GROUPS: Listing[GroupLine] = Listing(
    name="groups",
    url="/groups",
    title=N_("Groups"),
    note=N_("Team access covers a user's groups and subgroups. Queue skills are separate."),
    right=Right.PEOPLE_MANAGE,
    rows=lambda session, _: show_tree(session),
    columns=(
        Column(
            "name",
            N_("Name"),
            lambda one, _: INDENT * one.depth + one.name,
            order=lambda one: sort_key(one.name),
            value=lambda one, _: one.name,
            required=True,
        ),
        name_column("kind", N_("Type"), lambda one: one.kind, GROUP_KINDS),
        number_column("members", N_("Members"), lambda one: one.members),
        state_column(lambda one: one.enabled),
    ),
    filters=(
        search(),
        Filter("kind", N_("Type"), FilterKind.CHOICE, GROUP_KINDS, of=lambda one: one.kind.value),
        on_or_off(lambda one: one.enabled),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/groups/{one.id}",
    row_off=lambda one: not one.enabled,
    empty=N_("No groups yet. Without groups, a team is one user."),
    empty_icon="sitemap",
    add_url="/groups/new",
    add_label=N_("Add group"),
)
