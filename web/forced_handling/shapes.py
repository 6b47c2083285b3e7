"""Forced handling, as the API takes and returns it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Named

Reason = Annotated[str, Field(max_length=200)]


class ForcedForm(Body):
    """The fields of forced handling, without its destinations."""

    number: Annotated[
        str,
        Field(max_length=40),
        Input(N_("Called number"), "select", placeholder=N_("All numbers")),
    ] = ""
    reason: Annotated[Reason, Input(N_("Reason"), help=N_("Everyone sees it in the bar."))] = ""
    # A local time without a zone is the user's own.
    until: Annotated[
        datetime | None,
        Input(N_("Until"), "datetime-local", help=N_("Empty: until it is turned off.")),
    ] = None


class ForcedBody(ForcedForm):
    """Forced handling of all numbers (`number` is empty) or one: on, or off without a destination.

    While it is on, all calls to the number go to the destination, whatever the routes say.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"number": "", "destination": "queue:support", "reason": "Fire drill"},
                {"number": "", "destination": None},
            ]
        },
    )

    destination: Annotated[str, Field(max_length=150)] | None


class ForcedShape(BaseModel):
    """Forced handling that is on."""

    id: int
    number: str  # "": all numbers
    destination: str
    destination_name: str
    reason: str
    since: datetime
    until: datetime | None
    by: Named  # who turned it on


class ForcedShapes(BaseModel):
    """All forced handling that is on now; none: calls follow the routes."""

    items: list[ForcedShape]
