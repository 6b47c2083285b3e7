"""Roles, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.people.rights import Extent, Right
from web.kit.bodies import Body, ChineseName, EnglishName, Ids
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items


class RoleBody(Body):
    """A role: its names and its rights, each with how far it reaches."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name_en": "Quality",
                    "name_zh": "质检员",
                    "rights": {"calls.see": "team", "recordings.hear": "team"},
                }
            ]
        },
    )

    name_en: EnglishName = ""
    name_zh: ChineseName = ""
    rights: dict[Right, Extent] = Field(default_factory=dict[Right, Extent])


class RoleChange(Body):
    """The fields of a role to change; missing ones stay, `rights` are given whole."""

    name_en: EnglishName | None = None
    name_zh: ChineseName | None = None
    rights: dict[Right, Extent] | None = None


class PeopleBody(Body):
    """Some users."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"people": [1]}]})

    people: Annotated[Ids, Input(N_("Other users (current role)"))]


class RoleShape(BaseModel):
    """A role."""

    id: int
    key: str  # of a built-in role; "" for a role made by the site
    name: str  # in the reader's language
    name_en: str
    name_zh: str
    rights: dict[Right, Extent]
    enabled: bool
    people: int


class Roles(Items[RoleShape]):
    """All roles; there are few, so they come at once."""
