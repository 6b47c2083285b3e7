"""The charge of one leg of a call, as it was written when the leg ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Charge:
    """What one leg over a trunk cost; `cost` is None when there was no rate for it."""

    call: str
    leg: str
    at: datetime  # when it was answered
    agent: int | None
    trunk: int | None
    trunk_name: str
    rule: int | None
    number: str
    number_class: str
    seconds: float
    rate: str  # the rate's name then; "" without one
    per_minute: Decimal | None
    cost: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class ChargeFilter:
    """Which charges are wanted; an empty field is any."""

    since: datetime | None = None
    until: datetime | None = None
    agent: int | None = None
    trunk: int | None = None
    number_class: str = ""
    number: str = ""  # digits that the number has


class ChargeOrder(StrEnum):
    """What a list of charges is sorted by."""

    AT = "at"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class ChargeSum:
    """The sum of some charges: how many legs, how long, and the cost by currency."""

    count: int = 0
    seconds: float = 0.0
    costs: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DaySums:
    """The costs since a time: by agent, by rule, by trunk, and of all together."""

    agents: Mapping[int, Decimal] = field(default_factory=dict)
    rules: Mapping[int, Decimal] = field(default_factory=dict)
    trunks: Mapping[int, Decimal] = field(default_factory=dict)
    site: Decimal = Decimal(0)
