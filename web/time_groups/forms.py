"""The form of a time group: its own fields, rows of weekly hours, and rows of special days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from crm.hours.settings import read_intervals, write_interval
from crm.kernel.errors import InvalidError
from web.kit.body_form import fields_of, read_body
from web.kit.clock import now
from web.kit.etag import etag_of
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.zones import grouped_zones
from web.time_groups.shapes import (
    MOST_DAYS,
    MOST_ROWS,
    WEEKDAYS,
    DayBody,
    TimeGroupBody,
    TimeGroupShape,
    WeeklyBody,
)
from web.time_groups.words import country_choices, subdivision_choices, weekday_choices

EMPTY_ROWS = 2  # rows that are free to be filled
HOURS_LENGTH = 200  # characters of all hours of a row


@dataclass(frozen=True, slots=True)
class TimeGroupForm:
    """A form, and the same fields as its page arranges them."""

    form: Form
    own: Sequence[Field] = ()
    weekly: Sequence[Sequence[Field]] = field(default_factory=list)  # one for each row
    days: Sequence[Sequence[Field]] = field(default_factory=list)


def time_group_form(
    reader: Reader, shape: TimeGroupShape | None, zone: str, region: str
) -> TimeGroupForm:
    """Make the form for a new time group, or for an existing one.

    A new one begins with the site's `zone` and the holidays of its `region`.
    """
    values = dict(shape) if shape else {"zone": zone, "country": region}
    country = str(values["country"])
    options = {"country": country_choices(reader), "subdivision": subdivision_choices(country)}
    own = fields_of(TimeGroupBody, reader, values, options)
    next(one for one in own if one.name == "zone").groups = grouped_zones(reader, now())
    if not options["subdivision"]:
        own = [one for one in own if one.name != "subdivision"]
    weekly = [_weekly_row(reader, at, row) for at, row in enumerate(_weekly(shape), start=1)]
    days = [_day_row(reader, at, day) for at, day in enumerate(_days(shape), start=1)]
    form = Form(
        f"/time-groups/{shape.id}" if shape else "/time-groups",
        [*own, *(one for row in (*weekly, *days) for one in row)],
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add time group")),
        cancel_url="/time-groups",
        name="time-group",
    )
    return TimeGroupForm(form, own, weekly, days)


def read_time_group(sent: Posted) -> TimeGroupBody:
    """Read the form; InvalidError and ValidationError name the fields of the wrong row."""
    body = read_body(TimeGroupBody, sent)
    weekly = [row for at in range(1, MOST_ROWS + 1) if (row := _read_weekly(sent, at))]
    days = [day for at in range(1, MOST_DAYS + 1) if (day := _read_day(sent, at))]
    if not weekly and not any(day.hours for day in days):
        raise InvalidError(
            N_("Enter at least one opening interval, or it is closed always."), field="hours_1"
        )
    return body.model_copy(update={"weekly": weekly, "days": days})


def _weekly(shape: TimeGroupShape | None) -> list[WeeklyBody | None]:
    known = shape.weekly if shape else ()
    return [*known, *[None] * EMPTY_ROWS][:MOST_ROWS]


def _days(shape: TimeGroupShape | None) -> list[DayBody | None]:
    known = shape.days if shape else ()
    return [*known, *[None] * EMPTY_ROWS][:MOST_DAYS]


def _weekly_row(reader: Reader, at: int, row: WeeklyBody | None) -> list[Field]:
    first = at == 1
    return [
        Field(
            f"weekdays_{at}",
            reader.gettext(N_("Weekdays")),
            "multiselect",
            options=weekday_choices(reader),
            chosen=row.weekdays if row else (),
        ),
        Field(
            f"hours_{at}",
            reader.gettext(N_("Hours")),
            value=", ".join(row.hours) if row else "",
            maxlength=HOURS_LENGTH,
            placeholder="09:00-12:00, 13:30-18:00" if first else "",
        ),
    ]


def _day_row(reader: Reader, at: int, row: DayBody | None) -> list[Field]:
    return [
        Field(
            f"date_{at}",
            reader.gettext(N_("Date")),
            "date",
            value=row.date.isoformat() if row else "",
        ),
        Field(
            f"day_name_{at}",
            reader.gettext(N_("Name")),
            value=row.name if row else "",
            maxlength=100,
        ),
        Field(
            f"day_hours_{at}",
            reader.gettext(N_("Hours")),
            value=", ".join(row.hours) if row else "",
            maxlength=HOURS_LENGTH,
            placeholder=reader.gettext(N_("Closed")),
        ),
    ]


def _read_weekly(sent: Posted, at: int) -> WeeklyBody | None:
    chosen, hours = sent.many(f"weekdays_{at}"), sent.one(f"hours_{at}").strip()
    weekdays = [one for one in WEEKDAYS if one in chosen]
    if not weekdays and not hours:
        return None
    intervals = read_intervals(hours[:HOURS_LENGTH], f"hours_{at}")
    if not intervals:
        raise InvalidError(N_("Enter the hours, for example 9:00-18:00."), f"hours_{at}")
    if not weekdays:
        raise InvalidError(N_("Select the weekdays of these hours."), f"weekdays_{at}")
    return WeeklyBody(weekdays=weekdays, hours=[write_interval(one) for one in intervals])


def _read_day(sent: Posted, at: int) -> DayBody | None:
    typed, name, hours = (
        sent.one(f"{part}_{at}").strip() for part in ("date", "day_name", "day_hours")
    )
    if not (typed or name or hours):
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise InvalidError(N_("Enter the date of this day."), f"date_{at}") from None
    intervals = read_intervals(hours[:HOURS_LENGTH], f"day_hours_{at}")
    return DayBody(date=day, name=name[:100], hours=[write_interval(one) for one in intervals])
