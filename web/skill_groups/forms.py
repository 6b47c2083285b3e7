"""The form of a skill group."""

from sqlalchemy.orm import Session

from acd.store import agents
from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice
from web.skill_groups.shapes import SkillGroupBody, SkillGroupShape


def group_form(session: Session, reader: Reader, shape: SkillGroupShape | None) -> Form:
    """Make the form for a new group, or for an existing one."""
    kept = {one.id for one in shape.members} if shape else set()
    people = [one for one in agents(session) if one.enabled or one.id in kept]
    people.sort(key=lambda one: (one.id not in kept, one.name.casefold()))
    choices = [Choice(key=str(one.id), name=f"{one.name} ({one.extension})") for one in people]
    values = dict(shape) if shape else {}
    return Form(
        f"/skill-groups/{shape.id}" if shape else "/skill-groups",
        fields_of(SkillGroupBody, reader, values, {"members": choices}),
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add skill group")),
        cancel_url="/skill-groups",
        name="skill-group",
    )
