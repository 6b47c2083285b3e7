"""Appointments: what a person, or a group of persons, must do at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NewType

from crm.kernel.errors import ConflictError, InvalidError

AppointmentId = NewType("AppointmentId", int)
MOST_REMIND_MINUTES = 7 * 24 * 60
MORNING = time(9)


class AppointmentMedium(StrEnum):
    """How the customer is met. The values are stored."""

    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"
    OTHER = "other"


class Source(StrEnum):
    """Where an appointment comes from. The values are stored."""

    MANUAL = "manual"
    LOST_CALL = "lost call"


class AppointmentState(StrEnum):
    """How far an appointment is. The values are stored."""

    OPEN = "open"
    WORK = "in progress"
    DONE = "done"
    CANCELED = "canceled"


UNFINISHED = frozenset({AppointmentState.OPEN, AppointmentState.WORK})
NEXT: Mapping[AppointmentState, frozenset[AppointmentState]] = {
    AppointmentState.OPEN: frozenset(
        {AppointmentState.WORK, AppointmentState.DONE, AppointmentState.CANCELED}
    ),
    AppointmentState.WORK: frozenset(
        {AppointmentState.OPEN, AppointmentState.DONE, AppointmentState.CANCELED}
    ),
    AppointmentState.DONE: frozenset({AppointmentState.OPEN}),
    AppointmentState.CANCELED: frozenset({AppointmentState.OPEN}),
}
"""The states that can follow each state, beside the state itself."""


class Phase(StrEnum):
    """Where an appointment stands against the clock."""

    LATER = "later"
    SOON = "soon"  # its reminder is due, the appointment itself is not
    OVERDUE = "overdue"
    CLOSED = "closed"  # done or canceled


class Postpone(StrEnum):
    """By how much an appointment is postponed, beside a time that the user chooses."""

    QUARTER = "15 minutes"
    HOUR = "1 hour"
    TOMORROW = "tomorrow"  # at nine


@dataclass(frozen=True, slots=True)
class Owner:
    """Who must do it: one user, or a member of a user group who takes it. Exactly one is given."""

    user: int | None = None
    group: int | None = None


@dataclass(frozen=True, slots=True)
class AppointmentDraft:
    """What users set of an appointment."""

    title: str
    due: datetime  # aware UTC
    owner: Owner
    remind_minutes: int = 10  # before it is due; 0: when it is due
    medium: AppointmentMedium = AppointmentMedium.CALL
    customer: int | None = None
    number: str = ""  # to be called; "" is the customer's own
    call: str = ""  # the call that it follows
    note: str = ""
    source: Source = Source.MANUAL


@dataclass(frozen=True, slots=True)
class Appointment:
    """A stored appointment."""

    id: AppointmentId
    draft: AppointmentDraft
    due_set_at: datetime  # when the present time was chosen
    state: AppointmentState
    result: str
    state_by: int | None
    state_at: datetime | None
    created_by: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentReach:
    """The appointments that a user sees; all if `people` is None.

    Within reach is what these people own or have made, and what these groups own.
    """

    people: frozenset[int] | None = None
    groups: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """The filter of a list of appointments; an empty field matches all."""

    states: frozenset[AppointmentState] = field(default_factory=frozenset)
    since: datetime | None = None
    until: datetime | None = None  # not included
    owner: int | None = None
    group: int | None = None
    customer: int | None = None
    medium: AppointmentMedium | None = None
    text: str = ""  # a part of title or note


def remind_at(draft: AppointmentDraft) -> datetime:
    """Give the moment of the reminder."""
    return draft.due - timedelta(minutes=draft.remind_minutes)


def phase_of(appointment: Appointment, now: datetime) -> Phase:
    """Say where an appointment stands."""
    if appointment.state not in UNFINISHED:
        return Phase.CLOSED
    if now >= appointment.draft.due:
        return Phase.OVERDUE
    return Phase.SOON if now >= remind_at(appointment.draft) else Phase.LATER


def alerts_of(appointment: Appointment) -> tuple[datetime, ...]:
    """Give the moments at which its owner is told: at the reminder, and when it is due.

    The reminder is left out if its moment had passed when the time was chosen.
    """
    if appointment.state not in UNFINISHED:
        return ()
    before, due = remind_at(appointment.draft), appointment.draft.due
    return (before, due) if appointment.due_set_at < before < due else (due,)


def next_state(before: AppointmentState, wanted: AppointmentState) -> AppointmentState:
    """Give the state after a wish; ConflictError if it cannot follow. The same one may."""
    if wanted is not before and wanted not in NEXT[before]:
        raise ConflictError("This appointment is closed. Open it again first.")
    return wanted


def postponed_to(by: Postpone, now: datetime, zone: tzinfo) -> datetime:
    """Give the new time, a whole minute, of what is postponed now by a user in a zone."""
    match by:
        case Postpone.QUARTER:
            later = now + timedelta(minutes=15)
        case Postpone.HOUR:
            later = now + timedelta(hours=1)
        case Postpone.TOMORROW:
            tomorrow = now.astimezone(zone).date() + timedelta(days=1)
            later = datetime.combine(tomorrow, MORNING, zone)
    return later.astimezone(UTC).replace(second=0, microsecond=0)


def checked_draft(
    draft: AppointmentDraft, now: datetime, before: AppointmentDraft | None = None
) -> AppointmentDraft:
    """Check what a user set; InvalidError names the field. A new time must lie ahead."""
    if not draft.title.strip():
        raise InvalidError("Enter the title.", "title")
    if draft.due <= now and (before is None or draft.due != before.due):
        raise InvalidError("Choose a time that is still to come.", "due")
    return replace(draft, title=draft.title.strip(), note=draft.note.strip())


def serves(appointment: Appointment, user: int, groups: frozenset[int]) -> bool:
    """Whether a user must do it: their own, or their group's if no other member took it."""
    if appointment.state not in UNFINISHED:
        return False
    owner = appointment.draft.owner
    if owner.user is not None:
        return owner.user == user
    taken = appointment.state is AppointmentState.WORK and appointment.state_by != user
    return owner.group in groups and not taken
