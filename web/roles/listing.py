"""The list of roles."""

from crm.people.rights import BuiltIn, Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.usual import number_column, on_or_off, search, state_column, text_column
from web.roles.actions import show_roles
from web.roles.shapes import RoleShape
from web.roles.words import right_names


def _rights(one: RoleShape, reader: Reader) -> str:
    if one.key == BuiltIn.ADMINISTRATOR:
        return reader.gettext(N_("All permissions"))
    return reader.joined(reader.gettext(right_names()[right]) for right in one.rights)


def _kind(one: RoleShape, reader: Reader) -> str:
    return reader.gettext(N_("Built-in") if one.key else N_("Custom"))


ROLES: Listing[RoleShape] = Listing(
    name="roles",
    url="/roles",
    title=N_("Roles"),
    note=N_("What each role can do and whose data it covers. Changes apply immediately."),
    right=Right.ROLES_MANAGE,
    rows=lambda session, query: show_roles(session, query.reader),
    columns=(
        text_column("name", N_("Role"), lambda one: one.name, required=True),
        Column("rights", N_("Permissions"), _rights, order=lambda one: len(one.rights)),
        number_column("people", N_("Members"), lambda one: one.people),
        Column("kind", N_("Type"), _kind, order=lambda one: not one.key),
        state_column(lambda one: one.enabled),
    ),
    filters=(search(), on_or_off(lambda one: one.enabled)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/roles/{one.id}",
    row_off=lambda one: not one.enabled,
    add_url="/roles/new",
    add_label=N_("Add role"),
)
