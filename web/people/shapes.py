"""Users, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.agent import Outbound
from crm.people.person import Language
from web.kit.bodies import Body, Email, Id, Ids, Zone
from web.kit.body_form import Input, OptionalPart
from web.kit.i18n import N_, NAMES
from web.kit.shapes import Items, Named
from web.kit.shown_once import SHOWN_ONCE
from web.people.words import OUTBOUND

LoginName = Annotated[str, Field(min_length=1, max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class AgentBody(Body):
    """An agent's extension and telephone."""

    # "": the next free one
    extension: Annotated[
        str,
        Field(max_length=6),
        Input(N_("Extension"), help=N_("Leave empty for {number}.")),
    ] = ""
    # "": that of the site
    caller_number: Annotated[
        str,
        Field(max_length=32),
        Input(
            N_("Caller ID"),
            "tel",
            help=N_("Leave empty to use the main number."),
        ),
    ] = ""
    outbound: Annotated[Outbound, Input(N_("Outbound permission"), names=OUTBOUND)] = (
        Outbound.BY_RULE
    )
    # A local time without a zone is the user's own.
    outbound_until: Annotated[
        datetime | None,
        Input(
            N_("Outbound permission until"),
            "datetime-local",
            help=N_("Then the outbound rules hold again. Empty: until it is changed."),
        ),
    ] = None
    calls_at_once: Annotated[
        int,
        Field(ge=1, le=4),
        Input(
            N_("Calls at once"),
            help=N_("A second call is offered only while the first one is on hold."),
        ),
    ] = 1
    queues: Annotated[
        list[Annotated[str, Field(max_length=40)]], Field(max_length=500), Input(N_("Queues"))
    ] = Field(default_factory=list)


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

    login: Annotated[LoginName, Input(N_("Username"))]
    name: Annotated[Name, Input(N_("Full name"))]
    email: Annotated[Email, Input(N_("Email"), "email")] = ""
    role: Annotated[Id, Input(N_("Role"), "select")]
    language: Annotated[Language, Input(N_("Language"), names=NAMES)] = Language.ENGLISH
    timezone: Annotated[
        Zone, Input(N_("Time zone"), "select", placeholder=N_("System default"))
    ] = ""
    groups: Annotated[Ids, Input(N_("Groups and departments"))] = Field(default_factory=list)
    mail_link: Annotated[bool, Input(N_("Email a link to set the password"))] = False
    agent: Annotated[
        AgentBody | None,
        OptionalPart("takes_calls", N_("Can take calls")),
    ] = None


class UserChange(Body):
    """The fields of a user to change; missing ones stay. `agent: null` removes the phone."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Zhao Lei", "groups": [1]}]}
    )

    login: LoginName | None = None
    name: Name | None = None
    role: Id | None = None
    email: Email | None = None
    groups: Ids | None = None
    language: Language | None = None
    timezone: Zone | None = None
    agent: AgentBody | None = None


class AgentShape(BaseModel):
    """An agent's extension and telephone."""

    extension: str
    caller_number: str
    outbound: Outbound
    outbound_until: datetime | None
    calls_at_once: int
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


class UserFiles(Items[UserFile]):
    """A page of users."""


class SipSettings(BaseModel):
    """What a desk phone needs to register, without its password."""

    server: str
    port: int
    transport: str = "UDP"
    user: str


class SipAccount(SipSettings):
    """What a desk phone needs to register, with a new password that is shown only once."""

    secret: Annotated[str, SHOWN_ONCE]


class FirstPassword(BaseModel):
    """A password that was made for a user; shown only once."""

    user: UserFile
    password: Annotated[str, SHOWN_ONCE]
    sip_secret: Annotated[str | None, SHOWN_ONCE] = None  # of a new telephone
