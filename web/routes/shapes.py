"""Routes, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.kit.bodies import Body, Id, Ids
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

RouteName = Annotated[str, Field(min_length=1, max_length=100)]
Pattern = Annotated[str, Field(max_length=40)]
DestinationText = Annotated[str, Field(max_length=150)]  # `queue:support`, `hangup`


class RouteForm(Body):
    """The fields of a route, without its destinations."""

    name: Annotated[RouteName, Input(N_("Name"))]
    called: Annotated[
        Pattern,
        Input(
            N_("Called number"),
            placeholder=N_("Any"),
            help=N_(
                "A number, a beginning with * behind it, or empty for any; ? stands for one digit."
            ),
        ),
    ] = ""
    caller: Annotated[
        Pattern,
        Input(
            N_("Caller's number"),
            placeholder=N_("Any"),
            help=N_("For example 021* for callers from Shanghai."),
        ),
    ] = ""
    time_group: Annotated[
        Id | None,
        Input(N_("Time group"), "select", placeholder=N_("At any time")),
    ] = None
    active: Annotated[bool, Input(N_("Active"))] = True


class RouteBody(RouteForm):
    """A route: calls to a number from a number go to a destination.

    With a time group, calls outside of its hours go to `closed`; without `closed` the route does
    not apply then. A destination is a text: `queue:support`, `agent:7`, `flow:1`,
    `number:+8613800138000`, `hangup`.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"name": "Shanghai", "caller": "021*", "destination": "queue:support"},
            ]
        },
    )

    destination: DestinationText
    closed: DestinationText = ""


class RouteChange(Body):
    """The fields of a route to change; missing ones stay. `time_group: null` removes it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Shanghai", "active": True}]}
    )

    name: RouteName | None = None
    called: Pattern | None = None
    caller: Pattern | None = None
    time_group: Id | None = None
    destination: DestinationText | None = None
    closed: DestinationText | None = None
    active: bool | None = None


class RouteOrder(Body):
    """The ids of all routes in the wanted order; a call takes the first one that applies."""

    keys: Ids


class RouteShape(BaseModel):
    """A route's settings, with the names of what they refer to."""

    id: int
    name: str
    called: str
    caller: str
    time_group: Named | None
    destination: str
    destination_name: str
    closed: str
    closed_name: str
    active: bool


class RouteLine(RouteShape):
    """A route in its place in the list, and what is wrong with it."""

    position: int
    hidden_by: Named | None  # an earlier route takes all its calls
    fault: str  # a destination that calls cannot be sent to; "" if all is well


class RouteLines(Items[RouteLine]):
    """All routes in their order."""
