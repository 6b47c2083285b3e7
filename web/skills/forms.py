"""The form of a skill."""

from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.skills.shapes import SkillBody, SkillShape


def skill_form(reader: Reader, shape: SkillShape | None) -> Form:
    """Make the form for a new skill, or for an existing one."""
    return Form(
        f"/skills/{shape.key}" if shape else "/skills",
        fields_of(SkillBody, reader, dict(shape) if shape else {}, {}),
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add skill")),
        cancel_url="/skills",
        name="skill",
        columns=1,
    )
