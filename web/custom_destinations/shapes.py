"""Custom destinations, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.custom_destinations.custom import LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items
from web.kit.shown_once import SHOWN_ONCE

Name = Annotated[str, Field(min_length=1, max_length=100)]
Url = Annotated[str, Field(min_length=1, max_length=2000)]
Seconds = Annotated[int, Field(ge=LEAST_SECONDS, le=MOST_SECONDS)]
DestinationText = Annotated[str, Field(max_length=150)]
Number = Annotated[str, Field(max_length=40)]


class CustomForm(Body):
    """The fields of a custom destination, without its destinations."""

    name: Annotated[Name, Input(N_("Name"))]
    url: Annotated[Url, Input(N_("URL"), "url", placeholder="https://")]
    seconds: Annotated[
        Seconds,
        Input(
            N_("Longest wait (seconds)"),
            help=N_("The caller hears music until the response arrives."),
        ),
    ] = USUAL_SECONDS
    inside: Annotated[
        bool,
        Input(
            N_("Allow private addresses"),
            help=N_("Administrators only. http:// is allowed too."),
        ),
    ] = False
    active: Annotated[bool, Input(N_("Active"))] = True


class CustomBody(CustomForm):
    """Another system that is asked where calls go.

    Without a usable response in time calls go to `fallback`, a destination such as `queue:support`;
    with "" the caller hears that the call cannot be taken. Only an administrator may set `inside`.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "CRM decides",
                    "url": "https://example.com/calls",
                    "fallback": "queue:support",
                }
            ]
        },
    )

    fallback: DestinationText = ""


class CustomChange(Body):
    """The fields of a custom destination to change; missing ones stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"seconds": 5}]})

    name: Name | None = None
    url: Url | None = None
    seconds: Seconds | None = None
    inside: bool | None = None
    fallback: DestinationText | None = None
    active: bool | None = None


class TestBody(Body):
    """The call that a test describes to the other system."""

    __test__ = False  # pytest must not collect it

    caller: Annotated[Number, Input(N_("Caller's number"), "tel")] = ""
    called: Annotated[Number, Input(N_("Called number"), "tel")] = ""


class LastAnswerShape(BaseModel):
    """The last response to a real call."""

    at: datetime
    seconds: float
    destination: str  # where the call went, "" if it was ended
    destination_name: str
    why: str  # why the response was of no use, "" if it was
    why_name: str
    status: int | None  # HTTP


class CustomShape(BaseModel):
    """A custom destination; its secret is never shown again."""

    id: int
    name: str
    url: str
    seconds: int
    inside: bool
    fallback: str
    fallback_name: str
    active: bool
    old_secret_until: datetime | None
    last: LastAnswerShape | None


class CustomSecret(CustomShape):
    """A custom destination with a new secret, shown only this once."""

    secret: Annotated[str, SHOWN_ONCE]


class CustomShapes(Items[CustomShape]):
    """All custom destinations."""


class CustomTestShape(BaseModel):
    """What a test sent, what came back, and what it would mean for a call."""

    __test__ = False

    request: str
    status: int | None
    milliseconds: int
    answer: str
    why: str  # why the response is of no use, "" if it is
    why_name: str
    destination: str  # where the call would go, "" if it would be ended
    destination_name: str
    priority: int
    variables: dict[str, str]
