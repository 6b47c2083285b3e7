"""The list of skills."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.usual import number_column, on_or_off, search, state_column, text_column
from web.skills.actions import show_skills
from web.skills.shapes import SkillShape

READERS = (Right.SKILLS_MANAGE, Right.QUEUES_MANAGE, Right.FLOOR_SEE)


def _queues(one: SkillShape, reader: Reader) -> str:
    return reader.joined([*(queue.name for queue in one.queues), *one.customer_levels])


SKILLS: Listing[SkillShape] = Listing(
    name="skills",
    url="/skills",
    title=N_("Skills"),
    note=N_(
        "What agents can do, each with a level from 1 to 10. A queue gives its calls to agents "
        "who have the skills it needs."
    ),
    right=None,
    rights=READERS,
    rows=lambda session, query: show_skills(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        text_column("key", N_("Key"), lambda one: one.key),
        number_column("agents", N_("Agents"), lambda one: one.agents),
        Column("queues", N_("Used by"), _queues),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.key,
    row_url=lambda one: f"/skills/{one.key}",
    row_off=lambda one: not one.active,
    empty=N_("There are no skills yet."),
    empty_icon="star",
    add_url="/skills/new",
    add_label=N_("Add skill"),
    add_right=Right.SKILLS_MANAGE,
)
