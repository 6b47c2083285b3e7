"""Time groups, as the API takes and returns them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from crm.hours.group import OpenRule
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
MOST_ROWS = 20  # of weekly hours
MOST_DAYS = 200
HoursText = Annotated[str, Field(max_length=30)]  # "09:00-12:00"
Hours = Annotated[list[HoursText], Field(max_length=10)]
GroupName = Annotated[str, Field(min_length=1, max_length=100)]
GroupZone = Annotated[str, Field(min_length=1, max_length=64)]
Country = Annotated[str, Field(max_length=10)]
Subdivision = Annotated[str, Field(max_length=50)]
DayName = Annotated[str, Field(max_length=100)]


class WeeklyBody(Body):
    """The hours of some weekdays."""

    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    hours: Annotated[Hours, Field(min_length=1)]


class DayBody(Body):
    """A day with hours of its own; without hours it is closed."""

    date: date
    name: DayName = ""
    hours: Hours = Field(default_factory=list)


Weekly = Annotated[list[WeeklyBody], Field(max_length=MOST_ROWS)]
Days = Annotated[list[DayBody], Field(max_length=MOST_DAYS)]
_EXAMPLE: dict[str, Any] = {
    "name": "Office hours",
    "zone": "Asia/Shanghai",
    "country": "CN",
    "weekly": [{"weekdays": ["mon", "tue", "wed", "thu", "fri"], "hours": ["09:00-18:00"]}],
    "days": [{"date": "2026-12-31", "name": "Stocktaking", "hours": ["09:00-12:00"]}],
}


class TimeGroupBody(Body):
    """Opening hours in a time zone; days of their own beat holidays, holidays beat weekly hours."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    name: Annotated[GroupName, Input(N_("Name"))]
    zone: Annotated[GroupZone, Input(N_("Time zone"), "select")]
    country: Annotated[
        Country,
        Input(
            N_("Public holidays"),
            "select",
            help=N_("Closed on the holidays of this country."),
            placeholder=N_("None"),
        ),
    ] = ""
    subdivision: Annotated[
        Subdivision,
        Input(
            N_("Region"),
            "select",
            help=N_("Some regions of a country have holidays of their own."),
            placeholder=N_("Whole country"),
        ),
    ] = ""
    weekly: Weekly = Field(default_factory=list)
    days: Days = Field(default_factory=list)


class TimeGroupChange(Body):
    """The fields of a time group to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Office hours"}]}
    )

    name: GroupName | None = None
    zone: GroupZone | None = None
    country: Country | None = None
    subdivision: Subdivision | None = None
    weekly: Weekly | None = None
    days: Days | None = None


class TimeGroupShape(BaseModel):
    """The settings of a time group."""

    id: int
    name: str
    zone: str
    country: str
    subdivision: str
    weekly: list[WeeklyBody]
    days: list[DayBody]


class TimeGroupState(BaseModel):
    """Whether a time group is open, and by which rule of which day."""

    open: bool
    rule: OpenRule
    day: date
    name: str  # of the holiday or special day
    until: datetime | None  # the next change; null if there is none within a year


class TimeGroupLine(TimeGroupShape):
    """A time group in the list, with its state now."""

    now: TimeGroupState


class TimeGroupShapes(Items[TimeGroupLine]):
    """All time groups."""
