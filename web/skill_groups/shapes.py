"""Skill groups, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.kit.bodies import Body, Ids
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Choice, Items, Named

GroupName = Annotated[str, Field(min_length=1, max_length=100)]
Description = Annotated[str, Field(max_length=1000)]


class SkillGroupBody(Body):
    """A skill group."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Second line", "members": [1]}]}
    )

    name: Annotated[GroupName, Input(N_("Name"))]
    description: Annotated[Description, Input(N_("Description"))] = ""
    active: Annotated[
        bool,
        Input(N_("Active"), help=N_("An inactive skill group gives its queues no agents.")),
    ] = True
    members: Annotated[
        Ids,
        Input(
            N_("Agents"),
            help=N_("They serve every queue that the group serves. One agent can be in many."),
        ),
    ] = Field(default_factory=list)


class SkillGroupChange(Body):
    """The fields of a skill group to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"description": "From 18:00 on"}]}
    )

    name: GroupName | None = None
    description: Description | None = None
    active: bool | None = None
    members: Ids | None = None


class SkillGroupShape(BaseModel):
    """A skill group, and the queues that it serves, directly or from a step on."""

    id: int
    name: str
    description: str
    active: bool
    members: list[Named]
    queues: list[Choice]


class SkillGroupShapes(Items[SkillGroupShape]):
    """All skill groups."""
