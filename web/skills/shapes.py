"""Skills and the agents' levels, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.kit.bodies import Body, ChineseName, EnglishName
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Choice, Items, Named

SkillText = Annotated[str, Field(max_length=40)]
LevelNumber = Annotated[int, Field(ge=0, le=10)]
Levels = Annotated[dict[SkillText, LevelNumber], Field(max_length=500)]


class SkillBody(Body):
    """A skill; its key is made from its English name unless it is given, and never changes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name_en": "Mandarin", "name_zh": "普通话"}]},
    )

    name_en: EnglishName = ""
    name_zh: ChineseName = ""
    active: Annotated[bool, Input(N_("Active: queues can need it"))] = True
    key: SkillText = ""


class SkillChange(Body):
    """The fields of a skill to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name_en": "Mandarin Chinese"}]}
    )

    name_en: Annotated[str, Field(max_length=100)] | None = None
    name_zh: Annotated[str, Field(max_length=100)] | None = None
    active: bool | None = None


class SkillShape(BaseModel):
    """A skill, and by what it is used."""

    key: str
    name: str  # in the reader's language
    name_en: str
    name_zh: str
    active: bool
    queues: list[Choice]  # that need it, or lower it in a step
    customer_levels: list[str]  # that need it
    agents: int  # how many have it


class SkillShapes(Items[SkillShape]):
    """All skills."""


class AgentSkillsBody(Body):
    """The skills of an agent with their levels; level 0 and missing ones are taken away."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"skills": {"english": 5}}]}
    )

    skills: Levels


class AgentSkills(BaseModel):
    """An agent's skills."""

    agent: Named
    skills: dict[str, int]


class AgentSkillsShape(AgentSkills):
    """An agent's skills; `version` is the `ETag` for a later `If-Match`."""

    version: str
