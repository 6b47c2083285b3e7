"""What the API takes and tells of people, roles, groups and logs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from acd.agent import Outbound
from crm.people.directory.store import Order
from crm.people.groups.group import GroupKind
from crm.people.person import Language, SessionKind
from crm.people.rights import Extent, Right
from web.kit.bodies import Body
from web.kit.shapes import Named
from web.kit.shown_once import SHOWN_ONCE

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Ids = Annotated[list[Id], Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class AgentBody(Body):
    """A place at the telephones."""

    extension: Annotated[str, Field(max_length=6)] = ""  # "": the next free one
    caller_number: Annotated[str, Field(max_length=32)] = ""  # "": the house's
    outbound: Outbound = Outbound.INTERNAL
    queues: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=500)


class UserBody(Body):
    """Somebody new; his first password is made for him and told once."""

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
    mail_link: bool = False  # mail him a link by which he sets his first password


class UserChange(Body):
    """What changes of somebody; what is left out stays. `agent: null` takes his telephone away."""

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
    """A place at the telephones."""

    extension: str
    caller_number: str
    outbound: Outbound
    queues: list[str]


class UserFile(BaseModel):
    """Somebody who may sign in, or once might."""

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
    """A page of people."""

    items: list[UserFile]
    next: str | None


class FirstPassword(BaseModel):
    """A password that was made for somebody; told this once."""

    user: UserFile
    password: Annotated[str, SHOWN_ONCE]
    sip_secret: Annotated[str | None, SHOWN_ONCE] = None  # of a new telephone


class UserQuery(BaseModel):
    """What the list of people is narrowed to."""

    q: Annotated[str, Field(max_length=100)] = ""
    role: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    group: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    enabled: Literal["", "true", "false"] = ""
    sort: Order = Order.NAME
    descending: bool = False
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=400)] = ""


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

    name_en: Annotated[str, Field(max_length=100)] = ""
    name_zh: Annotated[str, Field(max_length=100)] = ""
    rights: dict[Right, Extent] = Field(default_factory=dict[Right, Extent])


class RoleChange(Body):
    """What changes of a role; what is left out stays, `rights` are given whole."""

    name_en: Annotated[str, Field(max_length=100)] | None = None
    name_zh: Annotated[str, Field(max_length=100)] | None = None
    rights: dict[Right, Extent] | None = None


class PeopleBody(Body):
    """Some people."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"people": [1]}]})

    people: Ids


class RoleShape(BaseModel):
    """A role."""

    id: int
    key: str  # of the house's own roles; "" for one that the site made
    name: str  # in the reader's language
    name_en: str
    name_zh: str
    rights: dict[Right, Extent]
    enabled: bool
    people: int


class Roles(BaseModel):
    """All roles; there are few, so they come at once."""

    items: list[RoleShape]
    next: str | None = None


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
    """A group in the list, as it lies in the tree."""

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


class LoginShape(BaseModel):
    """An attempt to sign in."""

    at: datetime
    login: str
    user: Named | None
    address: str
    result: str
    result_name: str


class Logins(BaseModel):
    """A page of the login log, newest first."""

    items: list[LoginShape]
    next: str | None


class PresentShape(BaseModel):
    """An open session."""

    id: int
    user: Named
    login: str
    kind: SessionKind
    address: str
    user_agent: str
    created_at: datetime
    seen_at: datetime


class PresentList(BaseModel):
    """Who is signed in now."""

    items: list[PresentShape]
    next: str | None = None


class EntryShape(BaseModel):
    """A line of the audit log."""

    at: datetime
    user: Named | None
    action: str
    action_name: str
    what: str
    which: str
    address: str
    via: str
    before: dict[str, Any]
    after: dict[str, Any]


class Entries(BaseModel):
    """A page of the audit log, newest first."""

    items: list[EntryShape]
    next: str | None
