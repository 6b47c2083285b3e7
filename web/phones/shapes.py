"""Phones, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.agent import AgentState
from web.kit.bodies import Body, Ids
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named
from web.kit.shown_once import SHOWN_ONCE
from web.people.shapes import LoginName, Name, SipAccount

MOST_NEW = 50  # users that are added at once: each gets a password, which takes a while
Extension = Annotated[str, Field(max_length=6)]
Start = Annotated[
    str,
    Field(max_length=6),
    Input(N_("First extension"), help=N_("The next free extensions from here on are used.")),
]


class RegistrationShape(BaseModel):
    """A phone that is registered."""

    address: str  # host and port
    user_agent: str
    since: datetime  # known at this address since


class ExtensionShape(BaseModel):
    """An extension: its user, and what is registered as it."""

    user: Named
    extension: str
    active: bool  # the user and their extension
    known: bool  # the phone server could be asked
    desk_phone: RegistrationShape | None
    softphone: RegistrationShape | None
    signed_in: bool
    state: AgentState | None


class ExtensionShapes(Items[ExtensionShape]):
    """All extensions."""


class NewPerson(Body):
    """A new user with an extension; an empty one is the next free."""

    name: Name
    login: LoginName
    extension: Extension = ""


class PhonesBody(Body):
    """Extensions to make: for users who have none, and for new users."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"start": "1101", "people": [{"name": "Zhao Lei", "login": "zhao.lei.phones"}]}
            ]
        },
    )

    start: Extension = ""  # "": the lowest free one
    users: Ids = Field(default_factory=list)
    people: Annotated[list[NewPerson], Field(max_length=MOST_NEW)] = Field(default_factory=list)


class PhonesForm(Body):
    """The form of new extensions."""

    start: Start = ""
    users: Annotated[Ids, Input(N_("Users without an extension"))] = Field(default_factory=list)
    people: Annotated[
        str,
        Field(max_length=20_000),
        Input(
            N_("New users"),
            "textarea",
            help=N_("One on each line: name, username, extension. The extension can be left out."),
        ),
    ] = ""


class MadePhone(BaseModel):
    """A new extension; its secrets are shown only once."""

    user: int
    name: str
    login: str
    extension: str
    secret: str  # of the desk phone
    password: str  # of a new user; "" for others


class MadePhones(BaseModel):
    """New extensions with their secrets."""

    items: Annotated[list[MadePhone], SHOWN_ONCE]


class ResetPhone(BaseModel):
    """A desk phone's new password, and its configuration by maker; shown only once."""

    account: Annotated[SipAccount, SHOWN_ONCE]
    provisioning: Annotated[dict[str, str], SHOWN_ONCE]
