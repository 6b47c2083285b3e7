"""User groups, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.people.groups.group import GroupKind
from web.kit.bodies import Body
from web.kit.shapes import Named
from web.people.shapes import Id, Ids, Name


class GroupBody(Body):
    """A group: a department, or whatever the site needs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "After-sales", "members": [1]}]}
    )

    name: Name
    kind: GroupKind = GroupKind.DEPARTMENT
    parent: Id | None = None
    note: Annotated[str, Field(max_length=1000)] = ""
    members: Ids = Field(default_factory=list)


class GroupChange(Body):
    """What changes of a group; what is left out stays. `parent: null` puts it at the top."""

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


class Groups(BaseModel):
    """All groups, each behind the one above it."""

    items: list[GroupLine]
    next: str | None = None
