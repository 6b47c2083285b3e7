"""The rules of not-ready reasons, as the API takes and returns them."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from acd.store import CountedIn
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items
from web.pause_reasons.words import COUNTED_IN

ReasonPath = Annotated[str, Path(max_length=50)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Agents = Annotated[int, Field(ge=0, le=1000)]


class ReasonRulesBody(Body):
    """The rules of a not-ready reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"paid": False, "most_minutes": 30}]}
    )

    paid: Annotated[bool, Input(N_("Paid"), help=N_("Statistics count unpaid breaks apart."))] = (
        True
    )
    most_minutes: Annotated[
        Minutes,
        Input(
            N_("Longest time (minutes)"),
            help=N_("The planned end of a break for which the agent names none; 0 for no limit."),
        ),
    ] = 0
    most_at_once: Annotated[
        Agents,
        Input(
            N_("Agents at once"),
            help=N_("A further agent is refused, except supervisors; 0 for no limit."),
        ),
    ] = 0
    counted_in: Annotated[CountedIn, Input(N_("Counted"), names=COUNTED_IN)] = CountedIn.GROUP


class ReasonRulesChange(Body):
    """The rules to change; missing ones stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"most_at_once": 2}]})

    paid: bool | None = None
    most_minutes: Minutes | None = None
    most_at_once: Agents | None = None
    counted_in: CountedIn | None = None


class ReasonShape(BaseModel):
    """A not-ready reason with its rules."""

    key: str
    name: str
    enabled: bool
    system: bool  # the system sets it, and agents cannot choose it
    paid: bool
    most_minutes: int
    most_at_once: int
    counted_in: CountedIn


class ReasonShapes(Items[ReasonShape]):
    """A page of the not-ready reasons."""
