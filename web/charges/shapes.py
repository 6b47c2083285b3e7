"""Charged calls, as the API returns them."""

from datetime import datetime

from pydantic import BaseModel

from web.kit.shapes import Items, Named


class ChargeShape(BaseModel):
    """A leg over a trunk, and what it cost by the rate of then. Amounts are decimal numbers."""

    call: str
    url: str  # the page of the call
    leg: str
    at: datetime  # when it was answered
    agent: Named | None
    trunk: Named | None
    number: str
    number_class: str
    class_name: str
    seconds: float
    rate: str  # the name of the rate; "" without one
    per_minute: str | None
    cost: str | None  # null without a rate
    currency: str


class ChargeShapes(Items[ChargeShape]):
    """A page of charged calls, the newest first."""


class AmountShape(BaseModel):
    """An amount of money."""

    currency: str
    amount: str


class ChargeSumShape(BaseModel):
    """The sum of all charged calls that the filters leave."""

    calls: int
    seconds: float
    costs: list[AmountShape]
