"""Appointments as they are shown, and how far a user sees and assigns them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crm.appointments.appointment import (
    UNFINISHED,
    Appointment,
    AppointmentFilter,
    AppointmentReach,
    Owner,
    phase_of,
)
from crm.appointments.store import appointments
from crm.customers.store import customer_names, first_numbers
from crm.kernel.errors import InvalidError
from crm.people.groups.store import groups, groups_of, groups_within
from crm.people.person import SignedIn, User
from crm.people.rights import Right
from crm.people.store import names, users
from web.appointments.shapes import AppointmentShape, OwnerKind, OwnerShape
from web.kit.auth import reach_of
from web.kit.clock import now
from web.kit.etag import etag_of
from web.kit.i18n import N_
from web.kit.shapes import Choice, Named

READERS = (Right.APPOINTMENTS_SEE, Right.DESK)
"""One of them opens the pages: an agent without the first sees their own appointments only."""
MOST_SHOWN = 5  # on a customer's page


@dataclass(frozen=True, slots=True)
class Owners:
    """The users and groups that may be given an appointment."""

    users: tuple[Named, ...]
    groups: tuple[Named, ...]


def own_groups(session: Session, user: int) -> frozenset[int]:
    """Give the groups of a user."""
    return frozenset(groups_of(session, [user]).get(user, ()))


def appointment_reach(
    session: Session, who: SignedIn, right: Right = Right.APPOINTMENTS_SEE
) -> AppointmentReach:
    """Give the appointments that a user sees: their own, those of their groups, and within reach.

    Without the permission a user sees their own appointments alone.
    """
    own = own_groups(session, who.user.id)
    if not who.may(right):
        return AppointmentReach(frozenset({who.user.id}), own)
    people = reach_of(session, who, right).people
    return AppointmentReach(people, own | groups_within(session, who, right))


def owners_within(session: Session, who: SignedIn) -> Owners:
    """Give the active users and groups that a user may give an appointment to, by name."""
    reach = appointment_reach(session, who)
    people = [
        Named(id=one.id, name=one.name)
        for one in users(session)
        if _can_own(one) and (reach.people is None or one.id in reach.people)
    ]
    teams = [
        Named(id=one.id, name=one.name)
        for one in groups(session)
        if one.enabled and (reach.people is None or one.id in reach.groups)
    ]
    return Owners(tuple(people), tuple(teams))


def owner_choices(found: Owners) -> list[tuple[str, list[Choice]]]:
    """Give the choices of a form, below the headings of users and groups."""
    return [
        (
            N_("Users"),
            [Choice(key=f"{OwnerKind.USER}:{one.id}", name=one.name) for one in found.users],
        ),
        (
            N_("Groups"),
            [Choice(key=f"{OwnerKind.GROUP}:{one.id}", name=one.name) for one in found.groups],
        ),
    ]


def read_owner(session: Session, who: SignedIn, text: str, before: Owner | None = None) -> Owner:
    """Read `user:3` or `group:2`; InvalidError unless the user may give it to them."""
    if not text:
        return Owner(user=int(who.user.id))
    kind, _, id_ = text.partition(":")
    owner = Owner(user=int(id_)) if kind == OwnerKind.USER else Owner(group=int(id_))
    if owner in {before, Owner(user=int(who.user.id))}:
        return owner
    found = owners_within(session, who)
    allowed = found.users if owner.user is not None else found.groups
    if (owner.user or owner.group) not in {one.id for one in allowed}:
        raise InvalidError(N_("Select an owner from the list."), "owner")
    return owner


def owner_text(owner: Owner) -> str:
    """Write an owner as a form and the API name it."""
    if owner.user is not None:
        return f"{OwnerKind.USER}:{owner.user}"
    return f"{OwnerKind.GROUP}:{owner.group}"


def show_appointments(
    session: Session, found: Iterable[Appointment], at: datetime
) -> list[AppointmentShape]:
    """Show appointments with the names and numbers of customers, users and groups."""
    found = list(found)
    people = names(session, _people(found))
    customers = sorted({one.draft.customer for one in found if one.draft.customer})
    named, numbers = customer_names(session, customers), first_numbers(session, customers)
    teams = {int(one.id): one.name for one in groups(session)} if _has_groups(found) else {}
    return [_show(one, at, people, named, numbers, teams) for one in found]


def open_appointments(
    session: Session, who: SignedIn, customer: int
) -> list[AppointmentShape] | None:
    """Give a customer's next appointments that a user sees; None if they see none at all."""
    if not any(who.may(right) for right in READERS):
        return None
    wanted = AppointmentFilter(states=UNFINISHED, customer=customer)
    page = appointments(session, wanted, appointment_reach(session, who), limit=MOST_SHOWN)
    return show_appointments(session, page.items, now())


def version_of(shape: AppointmentShape) -> str:
    """Name the version of an appointment; that time goes by makes no other one."""
    return etag_of(shape.model_dump(mode="json", exclude={"phase", "number"}))


def _can_own(one: User) -> bool:
    return one.enabled and one.role.enabled and any(right in one.role.rights for right in READERS)


def _has_groups(found: list[Appointment]) -> bool:
    return any(one.draft.owner.group is not None for one in found)


def _people(found: list[Appointment]) -> set[int]:
    ids = [who for one in found for who in (one.draft.owner.user, one.state_by, one.created_by)]
    return {one for one in ids if one is not None}


def _show(  # noqa: PLR0913, PLR0917 - the names that it is shown with
    one: Appointment,
    at: datetime,
    people: dict[int, str],
    customers: dict[int, str],
    numbers: dict[int, str],
    teams: dict[int, str],
) -> AppointmentShape:
    draft = one.draft
    user, group = draft.owner.user, draft.owner.group
    if user is not None:
        owner = OwnerShape(kind=OwnerKind.USER, id=user, name=people.get(user, str(user)))
    else:
        team = int(group or 0)
        owner = OwnerShape(kind=OwnerKind.GROUP, id=team, name=teams.get(team, str(team)))
    return AppointmentShape(
        id=one.id,
        title=draft.title,
        due=draft.due,
        remind_minutes=draft.remind_minutes,
        medium=draft.medium,
        owner=owner,
        # A customer who was removed has no name any more.
        customer=_named(draft.customer, customers) if draft.customer in customers else None,
        number=draft.number or numbers.get(draft.customer or 0, ""),
        own_number=draft.number,
        call=draft.call,
        source=draft.source,
        note=draft.note,
        state=one.state,
        phase=phase_of(one, at),
        result=one.result,
        state_by=_named(one.state_by, people),
        state_at=one.state_at,
        created_by=Named(id=one.created_by, name=people.get(one.created_by, str(one.created_by))),
        created_at=one.created_at,
    )


def _named(id_: int | None, known: dict[int, str]) -> Named | None:
    return None if id_ is None else Named(id=id_, name=known.get(id_, str(id_)))
