"""Routes, saved test cases and forced handling in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from acd.forwarding.store import forwards
from acd.queue_successor.store import successors
from acd.ring_groups.store import ring_groups
from acd.service_levels.store import live_levels
from crm.custom_destinations.store import live_custom
from crm.hours.group import TimeGroupId
from crm.hours.store import time_groups
from crm.kernel.destination import Destination, read_destination
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.names import needed_name
from crm.kernel.text import clean
from crm.number_lists.lists import NumberLists
from crm.number_lists.store import live_entries
from crm.parameters.store import parameters
from crm.sql.db import notify
from crm.voicemail.store import box_codes, live_boxes
from cti.routes.cases import RouteCase
from cti.routes.models import ForcedRow, RouteCaseRow, RouteRow
from cti.routes.rule import Forced, RouteId, RoutePlan, RouteRule, read_pattern
from ivr.store import numbers_in_use

MOST_CASES = 500


@dataclass(frozen=True, slots=True)
class RouteSettings:
    """A route and whether it is in use."""

    rule: RouteRule
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class ForcedHandling:
    """Forced handling that is on; times are aware UTC."""

    id: int
    forced: Forced
    reason: str
    since: datetime
    until: datetime | None
    begun_by: int


def route_plan(session: Session, *, with_lists: bool = True) -> RoutePlan:
    """Give everything by which calls that arrive are led, as the engine uses it."""
    return RoutePlan(
        numbers_in_use(session),
        tuple(one.rule for one in routes(session) if one.enabled),
        {one.id: one for one in time_groups(session)},
        NumberLists(live_entries(session) if with_lists else ()),
        tuple(one.forced for one in forced_handling(session)),
        live_boxes(session),
        forwards(session),
        ring_groups(session),
        box_codes(session),
        live_custom(session),
        faxes=parameters(session).flag("faxes"),
        levels=live_levels(session),
        successors=successors(session),
    )


# ---- routes


def routes(session: Session) -> list[RouteSettings]:
    """Give all routes in their order."""
    query = select(RouteRow).order_by(RouteRow.position, RouteRow.id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return [_route(row) for row in rows]


def route_to_change(session: Session, route: int) -> RouteSettings:
    """Read a route and lock it until this transaction ends; MissingError if there is none."""
    query = select(RouteRow).where(RouteRow.id == route).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("There is no route {route}.", route=route)
    return _route(row)


def add_route(session: Session, new: RouteSettings) -> RouteId:
    """Add a route behind the others."""
    last = session.scalar(select(func.max(RouteRow.position))) or 0
    added = insert(RouteRow).values(position=last + 1, **_columns(new)).returning(RouteRow.id)
    id_ = session.scalars(added).one()
    notify(session, f"routes:{id_}")
    return RouteId(id_)


def save_route(session: Session, changed: RouteSettings) -> None:
    """Change a route."""
    saved = update(RouteRow).where(RouteRow.id == changed.rule.id).values(**_columns(changed))
    session.execute(saved)
    notify(session, f"routes:{changed.rule.id}")


def remove_route(session: Session, route: RouteId) -> None:
    """Remove a route."""
    session.execute(delete(RouteRow).where(RouteRow.id == route))
    notify(session, f"routes:{route}")


def routes_to(session: Session, destination: Destination) -> list[str]:
    """Give the names of the active routes that lead to a destination, by day or out of hours."""
    text = str(destination)
    query = select(RouteRow.name).where(
        RouteRow.enabled, or_(RouteRow.destination == text, RouteRow.closed == text)
    )
    return list(session.scalars(query.order_by(RouteRow.position)))


def order_routes(session: Session, wanted: Sequence[int]) -> None:
    """Put the routes into this order; InvalidError unless each is named once."""
    known = {one.rule.id for one in routes(session)}
    if len(wanted) != len(known) or set(wanted) != known:
        raise InvalidError("Name each route once.", field="order")
    for position, route in enumerate(wanted, 1):
        session.execute(update(RouteRow).where(RouteRow.id == route).values(position=position))
    notify(session, "routes:all")


def _columns(one: RouteSettings) -> dict[str, object]:
    rule = one.rule
    return {
        "name": needed_name(rule.name, 100),
        "called": read_pattern(rule.called, "called"),
        "caller": read_pattern(rule.caller, "caller"),
        "time_group_id": rule.hours,
        "destination": str(rule.destination),
        "closed": str(rule.closed) if rule.closed is not None else "",
        "enabled": one.enabled,
    }


def _route(row: RouteRow) -> RouteSettings:
    rule = RouteRule(
        RouteId(row.id),
        row.name,
        read_destination(row.destination),
        row.called,
        row.caller,
        TimeGroupId(row.time_group_id) if row.time_group_id is not None else None,
        read_destination(row.closed) if row.closed else None,
    )
    return RouteSettings(rule, row.enabled)


# ---- saved test cases


def cases(session: Session) -> list[RouteCase]:
    """Give the saved test cases, oldest first."""
    query = select(RouteCaseRow).order_by(RouteCaseRow.id)
    return [
        RouteCase(row.id, row.called, row.caller, row.at, row.destination)
        for row in session.scalars(query)
    ]


def add_case(session: Session, case: RouteCase) -> int:
    """Save a test case; its id is made here."""
    if (session.scalar(select(func.count()).select_from(RouteCaseRow)) or 0) >= MOST_CASES:
        raise ConflictError("There are {most} test cases already. Delete some.", most=MOST_CASES)
    columns = {
        "called": clean(case.called, 32),
        "caller": clean(case.caller, 32),
        "at": case.at,
        "destination": clean(case.destination, 150),
    }
    return session.scalars(insert(RouteCaseRow).values(columns).returning(RouteCaseRow.id)).one()


def expect(session: Session, case: int, destination: str) -> None:
    """Change where the call of a test case should go; MissingError if there is no such case."""
    row = RouteCaseRow
    changed = update(row).where(row.id == case).values(destination=clean(destination, 150))
    if session.scalars(changed.returning(row.id)).one_or_none() is None:
        raise _no_case(case)


def remove_case(session: Session, case: int) -> None:
    """Remove a test case; MissingError if there is none."""
    removed = delete(RouteCaseRow).where(RouteCaseRow.id == case).returning(RouteCaseRow.id)
    if session.scalars(removed).one_or_none() is None:
        raise _no_case(case)


def _no_case(case: int) -> MissingError:
    return MissingError("There is no test case {case}.", case=case)


# ---- forced handling


def forced_handling(session: Session) -> list[ForcedHandling]:
    """Give what is on now, that of all numbers first."""
    query = select(ForcedRow).where(
        ForcedRow.ended_at.is_(None),
        (ForcedRow.until.is_(None)) | (ForcedRow.until > func.now()),
    )
    rows = session.scalars(
        query.order_by(ForcedRow.number).execution_options(populate_existing=True)
    )
    return [_forced(row) for row in rows]


def begin_forced(session: Session, forced: Forced, reason: str, user: int) -> int:
    """Switch forced handling on, for one number or ("") all; what was on for it ends."""
    end_forced(session, forced.number, user)
    until = datetime.fromtimestamp(forced.until, UTC) if forced.until is not None else None
    columns = {
        "number": clean(forced.number, 32),
        "destination": str(forced.destination),
        "reason": clean(reason.strip(), 200),
        "until": until,
        "begun_by": user,
    }
    try:
        with session.begin_nested():
            added = insert(ForcedRow).values(columns).returning(ForcedRow.id)
            id_ = session.scalars(added).one()
    except IntegrityError:
        # Another user has switched it on at the same moment.
        raise ConflictError("Someone else just changed this. Try again.") from None
    notify(session, f"forced_handling:{id_}")
    return id_


def last_destination(session: Session, number: str = "") -> Destination | None:
    """Give where calls were sent the last time; None if forced handling was never on."""
    query = select(ForcedRow.destination).where(ForcedRow.number == number)
    found = session.scalars(query.order_by(ForcedRow.id.desc()).limit(1)).one_or_none()
    return read_destination(found) if found else None


def end_forced(session: Session, number: str, user: int) -> bool:
    """Switch forced handling off, for one number or ("") all; False if it was not on."""
    ended = (
        update(ForcedRow)
        .where(ForcedRow.number == number, ForcedRow.ended_at.is_(None))
        .values(ended_at=func.now(), ended_by=user)
        .returning(ForcedRow.id)
    )
    found = session.scalars(ended).all()
    if found:
        notify(session, f"forced_handling:{found[0]}")
    return bool(found)


def _forced(row: ForcedRow) -> ForcedHandling:
    until = row.until.timestamp() if row.until is not None else None
    forced = Forced(read_destination(row.destination), row.number, until)
    return ForcedHandling(row.id, forced, row.reason, row.since, row.until, row.begun_by)
