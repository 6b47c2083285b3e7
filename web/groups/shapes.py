"""User groups, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.people.groups.group import GroupKind
from web.groups.words import GROUP_KINDS
from web.kit.bodies import Body, Id, Ids
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named
from web.people.shapes import Name


class GroupBody(Body):
    """A group: a department, or whatever the site needs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "After-sales", "members": [1]}]}
    )

    name: Annotated[Name, Input(N_("Name"))]
    kind: Annotated[GroupKind, Input(N_("Type"), names=GROUP_KINDS)] = GroupKind.DEPARTMENT
    parent: Annotated[
        Id | None,
        Input(N_("Parent group"), "select", placeholder=N_("None (top level)")),
    ] = None
    note: Annotated[str, Field(max_length=1000), Input(N_("Note"))] = ""
    members: Annotated[
        Ids,
        Input(
            N_("Members"),
            help=N_("Users with team access see the calls of these members."),
        ),
    ] = Field(default_factory=list)


class GroupChange(Body):
    """The fields of a group to change; missing ones stay. `parent: null` puts it at the top."""

    name: Name | None = None
    kind: GroupKind | None = None
    parent: Id | None = None
    note: Annotated[str, Field(max_length=1000)] | None = None
    members: Ids | None = None


class GroupShape(BaseModel):
    """A group."""

    id: int
    name: str
    kind: GroupKind
    parent: Named | None
    note: str
    enabled: bool
    members: list[Named]


class GroupLine(BaseModel):
    """A group in the list, with its depth in the tree."""

    id: int
    name: str
    kind: GroupKind
    parent: int | None
    depth: int
    enabled: bool
    members: int


class Groups(Items[GroupLine]):
    """All groups, each below its parent."""
