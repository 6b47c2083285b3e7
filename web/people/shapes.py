"""Users, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.agent import Outbound
from crm.people.person import Language
from web.kit.bodies import Body
from web.kit.shapes import Named
from web.kit.shown_once import SHOWN_ONCE

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Ids = Annotated[list[Id], Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class AgentBody(Body):
    """An agent's extension and telephone."""

    extension: Annotated[str, Field(max_length=6)] = ""  # "": the next free one
    caller_number: Annotated[str, Field(max_length=32)] = ""  # "": that of the site
    outbound: Outbound = Outbound.INTERNAL
    queues: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=500)


class UserBody(Body):
    """A new user; the first password is made here and shown only once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "login": "zhao.lei",
                    "name": "Zhao Lei",
                    "role": 1,
                    "agent": {"extension": "1005", "queues": ["support"]},
                }
            ]
        },
    )

    login: Annotated[str, Field(min_length=1, max_length=64)]
    name: Name
    role: Id
    email: Annotated[str, Field(max_length=254)] = ""
    groups: Ids = Field(default_factory=list)
    language: Language = Language.ENGLISH
    timezone: Annotated[str, Field(max_length=64)] = ""
    agent: AgentBody | None = None
    mail_link: bool = False  # mail a link to set the first password


class UserChange(Body):
    """The fields of a user to change; missing ones stay. `agent: null` removes the phone."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Zhao Lei", "groups": [1]}]}
    )

    login: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    name: Name | None = None
    role: Id | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    groups: Ids | None = None
    language: Language | None = None
    timezone: Annotated[str, Field(max_length=64)] | None = None
    agent: AgentBody | None = None


class AgentShape(BaseModel):
    """An agent's extension and telephone."""

    extension: str
    caller_number: str
    outbound: Outbound
    queues: list[str]


class UserFile(BaseModel):
    """A user, also a disabled one."""

    id: int
    login: str
    name: str
    email: str
    role: Named
    groups: list[Named]
    language: Language
    timezone: str
    enabled: bool
    must_change_password: bool
    second_factor: bool
    created_at: datetime
    seen_at: datetime | None
    agent: AgentShape | None


class UserFiles(BaseModel):
    """A page of users."""

    items: list[UserFile]
    next: str | None


class FirstPassword(BaseModel):
    """A password that was made for a user; shown only once."""

    user: UserFile
    password: Annotated[str, SHOWN_ONCE]
    sip_secret: Annotated[str | None, SHOWN_ONCE] = None  # of a new telephone
