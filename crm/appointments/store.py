"""Appointments in the database: listed, added, changed, and what a user has to do."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, cast, func, insert, or_, select, update
from sqlalchemy.orm import Session

from crm.appointments.appointment import (
    UNFINISHED,
    Appointment,
    AppointmentDraft,
    AppointmentFilter,
    AppointmentId,
    AppointmentMedium,
    AppointmentReach,
    AppointmentState,
    Owner,
    Source,
)
from crm.appointments.models import AppointmentRow
from crm.kernel.errors import MissingError
from crm.kernel.text import clean, one_line
from crm.people.models import GroupMemberRow
from crm.sql.db import in_time_order, notify
from crm.sql.page import Page, one_page, rows

COUNTED = 1000  # more matches are shown as “more than”
EVERY_APPOINTMENT = AppointmentReach()
MOST_TO_DO = 50


def appointments(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: AppointmentFilter,
    reach: AppointmentReach = EVERY_APPOINTMENT,
    *,
    latest_first: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Appointment]:
    """Page through appointments by their time."""
    row = AppointmentRow
    query = in_time_order(
        select(row).where(*_wanted(wanted), *_within(reach)),
        row.due,
        row.id,
        cursor,
        newest_first=latest_first,
    )
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown, after = one_page(found, limit, lambda one: (one.due, one.id))
    return Page(tuple(_appointment(one) for one in shown), after)


def how_many(
    session: Session, wanted: AppointmentFilter, reach: AppointmentReach = EVERY_APPOINTMENT
) -> int:
    """Count the appointments that match, up to one more than `COUNTED`."""
    query = select(AppointmentRow.id).where(*_wanted(wanted), *_within(reach))
    return (
        session.scalar(select(func.count()).select_from(query.limit(COUNTED + 1).subquery())) or 0
    )


def appointment(
    session: Session, id_: int, reach: AppointmentReach = EVERY_APPOINTMENT
) -> Appointment:
    """Read an appointment; MissingError if there is none of this id within reach."""
    query = select(AppointmentRow).where(AppointmentRow.id == id_, *_within(reach))
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("There is no appointment {appointment}.", appointment=id_)
    return _appointment(row)


def appointment_to_change(
    session: Session, id_: int, reach: AppointmentReach = EVERY_APPOINTMENT
) -> Appointment:
    """Read an appointment and lock it until this transaction ends."""
    session.execute(select(AppointmentRow.id).where(AppointmentRow.id == id_).with_for_update())
    return appointment(session, id_, reach)


def to_do(
    session: Session, user: int, groups: frozenset[int], until: datetime
) -> list[Appointment]:
    """Give what a user has to do before a time, and what they wish to be reminded of before it.

    What another member of the group has in progress is left out.
    """
    row = AppointmentRow
    before = func.make_interval(0, 0, 0, 0, 0, cast(row.remind_minutes, Integer))
    untaken = or_(row.state == AppointmentState.OPEN.value, row.state_by == user)
    theirs = or_(row.owner_id == user, and_(row.group_id.in_(groups), untaken))
    unfinished = row.state.in_([one.value for one in sorted(UNFINISHED)])
    query = select(row).where(unfinished, theirs, row.due - before < until)
    found = session.scalars(query.order_by(row.due, row.id).limit(MOST_TO_DO))
    return [_appointment(one) for one in found]


def add_appointment(
    session: Session, draft: AppointmentDraft, by: int, at: datetime
) -> Appointment:
    """Add an open appointment."""
    new = insert(AppointmentRow).values(
        **_columns(draft),
        due_set_at=at,
        state=AppointmentState.OPEN.value,
        result="",
        created_by=by,
        created_at=at,
    )
    made = session.scalars(new.returning(AppointmentRow.id)).one()
    _tell(session, draft.owner)
    return appointment(session, made)


def change_appointment(
    session: Session, known: Appointment, draft: AppointmentDraft, at: datetime
) -> Appointment:
    """Change a locked appointment."""
    set_at = known.due_set_at if draft.due == known.draft.due else at
    columns = {**_columns(draft), "due_set_at": set_at}
    session.execute(update(AppointmentRow).where(AppointmentRow.id == known.id).values(**columns))
    _tell(session, known.draft.owner, draft.owner)
    return appointment(session, known.id)


def set_state(  # noqa: PLR0913, PLR0917 - what a state is made of
    session: Session,
    known: Appointment,
    state: AppointmentState,
    result: str,
    by: int,
    at: datetime,
) -> Appointment:
    """Store the state of a locked appointment, who did it, and what came of it."""
    columns = {
        "state": state.value,
        "result": clean(result.strip()),
        "state_by": by,
        "state_at": at,
    }
    session.execute(update(AppointmentRow).where(AppointmentRow.id == known.id).values(**columns))
    _tell(session, known.draft.owner)
    return appointment(session, known.id)


def _tell(session: Session, *owners: Owner) -> None:
    """Notify the users whose to-do lists have changed."""
    groups = {one.group for one in owners if one.group is not None}
    people = {one.user for one in owners if one.user is not None}
    if groups:
        members = select(GroupMemberRow.user_id).where(GroupMemberRow.group_id.in_(groups))
        people |= set(session.scalars(members))
    for person in sorted(people):
        notify(session, f"appointments:{person}")


def _within(reach: AppointmentReach) -> list[ColumnElement[bool]]:
    row, people = AppointmentRow, reach.people
    if people is None:
        return []
    return [
        or_(
            row.owner_id.in_(people),
            row.group_id.in_(reach.groups),
            row.created_by.in_(people),
        )
    ]


def _wanted(wanted: AppointmentFilter) -> Iterable[ColumnElement[bool]]:
    row = AppointmentRow
    if wanted.states:
        yield row.state.in_(sorted(one.value for one in wanted.states))
    if wanted.since is not None:
        yield row.due >= wanted.since
    if wanted.until is not None:
        yield row.due < wanted.until
    if wanted.owner is not None:
        yield row.owner_id == wanted.owner
    if wanted.group is not None:
        yield row.group_id == wanted.group
    if wanted.customer is not None:
        yield row.customer_id == wanted.customer
    if wanted.medium is not None:
        yield row.medium == wanted.medium.value
    if wanted.text:
        part = clean(wanted.text, 100)
        yield or_(
            row.title.icontains(part, autoescape=True), row.note.icontains(part, autoescape=True)
        )


def _columns(draft: AppointmentDraft) -> dict[str, object]:
    return {
        "title": one_line(draft.title, 200),
        "note": clean(draft.note),
        "customer_id": draft.customer,
        "number": clean(draft.number, 64),
        "call": clean(draft.call, 150),
        "owner_id": draft.owner.user,
        "group_id": draft.owner.group,
        "due": draft.due,
        "remind_minutes": draft.remind_minutes,
        "medium": draft.medium.value,
        "source": draft.source.value,
    }


def _appointment(row: AppointmentRow) -> Appointment:
    draft = AppointmentDraft(
        title=row.title,
        due=row.due,
        owner=Owner(row.owner_id, row.group_id),
        remind_minutes=row.remind_minutes,
        medium=AppointmentMedium(row.medium),
        customer=row.customer_id,
        number=row.number,
        call=row.call,
        note=row.note,
        source=Source(row.source) if row.source in set(Source) else Source.MANUAL,
    )
    return Appointment(
        id=AppointmentId(row.id),
        draft=draft,
        due_set_at=row.due_set_at,
        state=AppointmentState(row.state),
        result=row.result,
        state_by=row.state_by,
        state_at=row.state_at,
        created_by=row.created_by,
        created_at=row.created_at,
    )
