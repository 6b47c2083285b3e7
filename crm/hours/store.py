"""Time groups: read with their holidays, added, changed and removed."""

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.hours.calendar import calendar
from crm.hours.group import TimeGroup, TimeGroupId
from crm.hours.models import TimeGroupRow
from crm.hours.settings import TimeGroupSettings, check_opens, read_document, write_document
from crm.kernel.errors import ConflictError, MissingError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.sql.db import notify

YEARS_BACK, YEARS_AHEAD = 1, 2
ENGLISH = "en_US"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class StoredTimeGroup:
    """A time group as settings pages edit it, and as it is with its holidays."""

    settings: TimeGroupSettings
    group: TimeGroup


def time_groups(
    session: Session, ids: Collection[int] | None = None, language: str = ENGLISH
) -> list[TimeGroup]:
    """Give time groups by name, with the holidays of last year to two years ahead.

    All, or those of `ids`; the names of holidays are in `language` if they are known in it.
    """
    return [one.group for one in stored_time_groups(session, ids, language)]


def stored_time_groups(
    session: Session, ids: Collection[int] | None = None, language: str = ENGLISH
) -> list[StoredTimeGroup]:
    """Give time groups with their settings, by name."""
    query = select(TimeGroupRow)
    if ids is not None:
        query = query.where(TimeGroupRow.id.in_(set(ids)))
    year = session.execute(select(func.now())).scalar_one().year
    found = session.scalars(query.execution_options(populate_existing=True))
    rows = sorted(found, key=lambda row: (sort_key(row.name), row.id))
    return [_read(row, year, language) for row in rows]


def time_group(session: Session, id_: int, language: str = ENGLISH) -> StoredTimeGroup:
    """Read a time group; MissingError if there is none of this id."""
    for one in stored_time_groups(session, [id_], language):
        return one
    raise MissingError("There is no time group {group}.", group=id_)


def time_group_to_change(session: Session, id_: int) -> StoredTimeGroup:
    """Read a time group and lock it until this transaction ends."""
    session.execute(select(TimeGroupRow.id).where(TimeGroupRow.id == id_).with_for_update())
    return time_group(session, id_)


def add_time_group(session: Session, settings: TimeGroupSettings) -> TimeGroupId:
    """Add a time group; TakenError if its name is taken, InvalidError if it is never open."""
    columns = _columns(settings)
    added = insert(TimeGroupRow).values(columns).on_conflict_do_nothing().returning(TimeGroupRow.id)
    id_ = session.scalars(added).one_or_none()
    if id_ is None:
        raise _taken(settings)
    notify(session, f"time_groups:{id_}")
    return TimeGroupId(id_)


def change_time_group(session: Session, id_: int, settings: TimeGroupSettings) -> None:
    """Change a time group, with the refusals of `add_time_group`."""
    columns = {**_columns(settings), "updated_at": func.clock_timestamp()}
    changed = update(TimeGroupRow).where(TimeGroupRow.id == id_).returning(TimeGroupRow.id)
    try:
        with session.begin_nested():
            there = session.scalars(changed.values(columns)).one_or_none()
    except IntegrityError:
        raise _taken(settings) from None
    if there is None:
        raise MissingError("There is no time group {group}.", group=id_)
    notify(session, f"time_groups:{id_}")


def remove_time_group(session: Session, id_: int) -> None:
    """Remove a time group; ConflictError while a route or another setting refers to it."""
    removed = delete(TimeGroupRow).where(TimeGroupRow.id == id_).returning(TimeGroupRow.id)
    try:
        with session.begin_nested():
            there = session.scalars(removed).one_or_none()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "table_name", "") == "routes":
            raise ConflictError(
                "Call routes use this time group. Select another one for them first."
            ) from None
        raise ConflictError(
            "Other settings use this time group. Select another one for them first."
        ) from None
    if there is None:
        raise MissingError("There is no time group {group}.", group=id_)
    notify(session, f"time_groups:{id_}")


def _taken(settings: TimeGroupSettings) -> TakenError:
    return TakenError("The name “{name}” is taken.", "name", name=settings.name.strip())


def _columns(settings: TimeGroupSettings) -> dict[str, object]:
    check_opens(settings)
    return {
        "name": needed_name(settings.name, LONGEST_NAME),
        "zone": clean(settings.zone, 64),
        "country": clean(settings.country, 10),
        "subdivision": clean(settings.subdivision, 50),
        "hours": write_document(settings),
    }


def _known_zone(name: str) -> str:
    """Give a zone; UTC for one that the machine does not know."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _read(row: TimeGroupRow, year: int, language: str) -> StoredTimeGroup:
    weekly, days = read_document(row.hours)
    settings = TimeGroupSettings(row.name, row.zone, weekly, row.country, row.subdivision, days)
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    known = calendar(row.country, row.subdivision, years, language)
    group = TimeGroup(
        id=TimeGroupId(row.id),
        name=row.name,
        zone=_known_zone(row.zone),
        weekly=weekly,
        holidays=known.holidays,
        workdays=known.workdays,
        days={one.date: one for one in days},
    )
    return StoredTimeGroup(settings, group)
