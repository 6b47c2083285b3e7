"""Rates, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.charges.rate import LONGEST_BEGINNING, MOST_STEP
from web.kit.bodies import Body, Id
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

RateName = Annotated[str, Field(min_length=1, max_length=100)]
Begins = Annotated[str, Field(min_length=1, max_length=LONGEST_BEGINNING + 4)]
Price = Annotated[str, Field(min_length=1, max_length=20)]
Step = Annotated[int, Field(ge=1, le=MOST_STEP)]


class RateForm(Body):
    """The fields of a rate."""

    begins: Annotated[
        Begins,
        Input(
            N_("Numbers that begin with"),
            help=N_(
                "With the country code, for example +8613; the longest beginning counts. Or a kind "
                "of numbers: local, national, mobile, international, premium, emergency."
            ),
            placeholder="+86",
        ),
    ]
    name: Annotated[RateName, Input(N_("Name"))]
    per_minute: Annotated[Price, Input(N_("Price per minute"), placeholder="0.12")]
    connection_fee: Annotated[
        Price, Input(N_("Connection fee"), help=N_("For each answered call."))
    ] = "0"
    first_seconds: Annotated[
        Step, Input(N_("First step (seconds)"), help=N_("Charged whole for each answered call."))
    ] = 60
    step_seconds: Annotated[
        Step, Input(N_("Further steps (seconds)"), help=N_("Each step that has begun is charged."))
    ] = 60
    trunk: Annotated[
        Id | None, Input(N_("Only over the trunk"), "select", placeholder=N_("Every trunk"))
    ] = None


class RateBody(RateForm):
    """A rate: what calls to numbers with one beginning cost. Prices are decimal numbers in text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"begins": "+8613", "name": "Mobile", "per_minute": "0.15"}]
        },
    )


class RateChange(Body):
    """The fields of a rate to change; missing ones stay. The trunk 0 means every trunk."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"per_minute": "0.20"}]}
    )

    begins: Begins | None = None
    name: RateName | None = None
    per_minute: Price | None = None
    connection_fee: Price | None = None
    first_seconds: Step | None = None
    step_seconds: Step | None = None
    trunk: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class RateShape(BaseModel):
    """A rate."""

    id: int
    begins: str
    name: str
    per_minute: str
    connection_fee: str
    first_seconds: int
    step_seconds: int
    trunk: Named | None


class RateShapes(Items[RateShape]):
    """All rates by their beginnings."""
