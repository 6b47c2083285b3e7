"""The form of a customer level: fields, and rows of needed skills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from acd.skill_levels.store import skills
from crm.dictionary.item import List
from crm.number_lists.lists import ListKind
from crm.number_lists.store import number_lists
from web.kit.body_form import fields_of, read_body
from web.kit.etag import etag_of
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice
from web.queues.reading import read_needs, read_rows
from web.service_levels.shapes import LevelBody, LevelSettingsForm, LevelShape


@dataclass(slots=True)
class LevelForm:
    """A form, the rows of needed skills as they were typed, and what can be chosen in them."""

    form: Form
    needs: Sequence[tuple[str, str]]
    skills: Sequence[Choice]

    @property
    def error(self) -> str:
        """What is wrong with the rows."""
        return self.form.field("needs").error


def level_form(session: Session, reader: Reader, shape: LevelShape | None) -> LevelForm:
    """Make the form for a new level, or for an existing one."""
    fields = fields_of(
        LevelSettingsForm, reader, dict(shape) if shape else {}, _options(session, reader, shape)
    )
    needs = Field("needs", reader.gettext(N_("Needed skills")), "hidden")
    form = Form(
        f"/service-levels/{shape.id}" if shape else "/service-levels",
        [*fields, needs],
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add customer level")),
        cancel_url="/service-levels",
        name="service-level",
    )
    kept = {one.skill for one in shape.needs} if shape else set()
    offered = [
        Choice(key=one.key, name=one.named(reader.language))
        for one in skills(session)
        if one.enabled or one.key in kept
    ]
    rows = [(one.skill, str(one.level)) for one in shape.needs] if shape else []
    return LevelForm(form, rows, offered)


def typed_needs(sent: Posted) -> Sequence[tuple[str, str]]:
    """Give the rows of needed skills as they were typed."""
    return read_rows(sent).needs


def read_level(sent: Posted) -> LevelBody:
    """Read the form; errors name what is wrong."""
    fields = read_body(LevelSettingsForm, sent)
    return LevelBody(**dict(fields), needs=read_needs(read_rows(sent)))


def _options(
    session: Session, reader: Reader, shape: LevelShape | None
) -> Mapping[str, Sequence[Choice]]:
    known, language = vocabulary(session), reader.language
    tiers = [
        Choice(key=one.key, name=one.name(language))
        for one in known.choices[List.CUSTOMER_LEVEL]
        if one.enabled or (shape is not None and shape.tier == one.key)
    ]
    lists = [
        Choice(key=str(one.id), name=one.draft.name)
        for one in number_lists(session)
        if one.draft.kind is ListKind.VIP
    ]
    names = known.queue_names(language)
    queues = [
        Choice(key=key, name=names[key])
        for key, one in known.queues.items()
        if one.enabled or (shape is not None and shape.queue == key)
    ]
    return {"tier": tiers, "vip_list": lists, "queue": queues}
