"""The form of a user group."""

from sqlalchemy.orm import Session

from crm.people import store
from web.groups.actions import group_choices
from web.groups.shapes import GroupBody, GroupShape
from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice


def group_form(session: Session, reader: Reader, shape: GroupShape | None) -> Form:
    """Make the form for a new group, or for an existing one."""
    own = shape.id if shape else 0
    members = {one.id for one in shape.members} if shape else set()
    options = {
        "parent": [one for one in group_choices(session) if one.key != str(own)],
        "members": [
            Choice(key=str(one.id), name=f"{one.name} ({one.login})")
            for one in store.users(session)
            if one.enabled or one.id in members
        ],
    }
    return Form(
        f"/groups/{own}" if own else "/groups",
        fields_of(GroupBody, reader, dict(shape) if shape else {}, options),
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if own else reader.gettext(N_("Add group")),
        cancel_url="/groups",
        name="group",
    )
