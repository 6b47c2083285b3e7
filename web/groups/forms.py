"""The form of a user group."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.people import store
from web.groups.actions import group_choices
from web.groups.shapes import GroupBody, GroupShape
from web.groups.words import GROUP_KINDS
from web.kit.body_form import form_of
from web.kit.forms import Field, Form, choices_of
from web.kit.i18n import N_, Reader, named
from web.kit.shapes import Choice


def group_form(session: Session, reader: Reader, shape: GroupShape | None, version: str) -> Form:
    """Make the form for a new group, or for an existing one."""
    own = shape.id if shape else 0
    members = {one.id for one in shape.members} if shape else set()
    options = {
        "kind": choices_of(named(reader, GROUP_KINDS).items()),
        "parent": [one for one in group_choices(session) if one.key != str(own)],
        "members": [
            Choice(key=str(one.id), name=f"{one.name} ({one.login})")
            for one in store.users(session)
            if one.enabled or one.id in members
        ],
    }
    url = f"/groups/{own}" if own else "/groups"
    form = form_of(GroupBody, reader, url, _values(shape), options)
    form.fields.insert(0, Field("version", "", "hidden", version))
    form.name, form.cancel_url = "group", "/groups"
    form.submit = reader.gettext(N_("Save")) if own else reader.gettext(N_("Add group"))
    return form


def _values(shape: GroupShape | None) -> Mapping[str, object]:
    if shape is None:
        return {}
    parent = shape.parent.id if shape.parent else None
    return {**dict(shape), "parent": parent, "members": [one.id for one in shape.members]}
