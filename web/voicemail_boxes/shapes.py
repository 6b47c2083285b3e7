"""Voicemail boxes, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.people.person import Language
from crm.voicemail.box import LEAST_SECONDS, LONGEST_GREETING, MOST_DAYS, MOST_SECONDS
from web.kit.bodies import Body, Email, Id
from web.kit.body_form import Input
from web.kit.i18n import N_, NAMES
from web.kit.shapes import Items, Named
from web.people.shapes import Name

Greeting = Annotated[str, Field(max_length=LONGEST_GREETING)]
Seconds = Annotated[int, Field(ge=LEAST_SECONDS, le=MOST_SECONDS)]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
Addresses = Annotated[list[Email], Field(max_length=50)]
Pin = Annotated[str, Field(max_length=20)]


class BoxBody(Body):
    """A voicemail box of an agent, of a user group, or (with neither) of the whole site."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "After hours", "language": "zh_CN"}]},
    )

    name: Annotated[Name, Input(N_("Name"))]
    agent: Annotated[
        Id | None,
        Input(
            N_("Agent"),
            "select",
            help=N_("An agent's own box takes the calls for this agent that are not answered."),
            placeholder=N_("None"),
        ),
    ] = None
    group: Annotated[
        Id | None,
        Input(
            N_("User group"),
            "select",
            help=N_("The group's members can listen. With neither it is for the whole site."),
            placeholder=N_("None"),
        ),
    ] = None
    language: Annotated[Language, Input(N_("Language"), names=NAMES)] = Language.ENGLISH
    greeting: Annotated[
        Greeting,
        Input(
            N_("Greeting"),
            "textarea",
            help=N_("Spoken before the tone. Leave empty for the standard greeting."),
        ),
    ] = ""
    most_seconds: Annotated[Seconds, Input(N_("Longest message (seconds)"))] = 180
    keep_days: Annotated[
        Days,
        Input(
            N_("Keep messages (days)"),
            help=N_("Older messages are deleted. 0 keeps them until a user deletes them."),
        ),
    ] = 90
    mail_to: Annotated[
        Addresses,
        Input(N_("Email new messages to"), "lines", help=N_("One email address on each line.")),
    ] = Field(default_factory=list)
    pin: Annotated[
        Pin,
        Input(
            N_("PIN"),
            "password",
            help=N_("4 to 10 digits, for access by phone. Leave empty for no access by phone."),
            autocomplete="new-password",
        ),
    ] = ""
    active: Annotated[bool, Input(N_("Active: takes messages"))] = True


class BoxWithPin(BoxBody):
    """The form of a box that has a PIN, which can be removed."""

    remove_pin: Annotated[bool, Input(N_("Remove the PIN"))] = False


class BoxChange(Body):
    """The fields of a box to change; missing ones stay. An empty `pin` removes it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"keep_days": 30}]})

    name: Name | None = None
    agent: Id | None = None
    group: Id | None = None
    language: Language | None = None
    greeting: Greeting | None = None
    most_seconds: Seconds | None = None
    keep_days: Days | None = None
    mail_to: Addresses | None = None
    pin: Pin | None = None
    active: bool | None = None


class BoxShape(BaseModel):
    """A voicemail box."""

    id: int
    name: str
    agent: Named | None
    group: Named | None
    language: Language
    greeting: str
    most_seconds: int
    keep_days: int
    mail_to: list[str]
    has_pin: bool
    active: bool
    messages: int
    waiting: int  # messages that are not handled yet


class BoxShapes(Items[BoxShape]):
    """All voicemail boxes."""
