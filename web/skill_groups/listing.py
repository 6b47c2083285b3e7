"""The list of skill groups."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import number_column, on_or_off, search, state_column, text_column
from web.skill_groups.actions import show_groups
from web.skill_groups.shapes import SkillGroupShape

READERS = (Right.SKILLS_MANAGE, Right.QUEUES_MANAGE, Right.FLOOR_SEE)


def _name(one: SkillGroupShape, _: Reader) -> Cell:
    return Cell(one.name, note=one.description)


def _queues(one: SkillGroupShape, reader: Reader) -> str:
    return reader.joined(queue.name for queue in one.queues)


SKILL_GROUPS: Listing[SkillGroupShape] = Listing(
    name="skill_groups",
    url="/skill-groups",
    title=N_("Skill groups"),
    note=N_("Agents who serve queues together. One agent can be in many groups."),
    right=None,
    rights=READERS,
    rows=lambda session, query: show_groups(session, query.reader),
    columns=(
        Column("name", N_("Name"), _name, order=lambda one: one.name.casefold(), required=True),
        text_column("description", N_("Description"), lambda one: one.description, shown=False),
        number_column("members", N_("Agents"), lambda one: len(one.members)),
        Column("queues", N_("Used by"), _queues),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/skill-groups/{one.id}",
    row_off=lambda one: not one.active,
    empty=N_("There are no skill groups yet."),
    empty_icon="users",
    add_url="/skill-groups/new",
    add_label=N_("Add skill group"),
    add_right=Right.SKILLS_MANAGE,
)
