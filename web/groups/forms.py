"""The form of a user group, and what was entered into it."""

from sqlalchemy.orm import Session

from crm.people import store
from crm.people.groups.group import GroupKind
from web.groups.actions import group_choices
from web.groups.shapes import GroupBody, GroupShape
from web.groups.words import GROUP_KINDS
from web.kit.forms import Field, Form, choices_of
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice


def group_form(session: Session, reader: Reader, shape: GroupShape | None, version: str) -> Form:
    """Make the form for a new group, or for one that is there."""
    say = reader.gettext
    own = shape.id if shape else 0
    parent = str(shape.parent.id) if shape and shape.parent else ""
    people = [
        Choice(key=str(one.id), name=f"{one.name} ({one.login})")
        for one in store.users(session)
        if one.enabled or (shape and one.id in {m.id for m in shape.members})
    ]
    kind = shape.kind if shape else GroupKind.DEPARTMENT
    return Form(
        url=f"/groups/{own}" if own else "/groups",
        name="group",
        cancel_url="/groups",
        submit=say(N_("Save")) if own else say(N_("Add group")),
        fields=[
            Field("version", "", "hidden", version),
            Field(
                "name",
                say(N_("Name")),
                value=shape.name if shape else "",
                required=True,
                maxlength=100,
            ),
            Field(
                "kind",
                say(N_("Kind")),
                "select",
                kind.value,
                required=True,
                options=choices_of((key, say(name)) for key, name in GROUP_KINDS.items()),
            ),
            Field(
                "parent",
                say(N_("Lies below")),
                "select",
                parent,
                options=[one for one in group_choices(session) if one.key != str(own)],
                placeholder=say(N_("Nothing: it stands at the top")),
            ),
            Field(
                "note",
                say(N_("Note")),
                "textarea",
                shape.note if shape else "",
                maxlength=1000,
            ),
            Field(
                "members",
                say(N_("Members")),
                "multiselect",
                options=people,
                chosen=[str(one.id) for one in shape.members] if shape else (),
                help=say(N_("A user who may see the team's calls sees the calls of these people.")),
            ),
        ],
    )


def entered_group(posted: Posted) -> GroupBody:
    """Read the form of a group; ValidationError names what cannot be."""
    parent = posted.ids("parent")
    return GroupBody.model_validate(
        {
            "name": posted.one("name").strip(),
            "kind": posted.one("kind"),
            "parent": parent[0] if parent else None,
            "note": posted.one("note"),
            "members": posted.ids("members"),
        }
    )
