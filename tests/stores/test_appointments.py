"""Appointments in the database: who sees them, what a user has to do, what has changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.appointments.appointment import (
    UNFINISHED,
    Appointment,
    AppointmentDraft,
    AppointmentFilter,
    AppointmentMedium,
    AppointmentReach,
    AppointmentState,
    Owner,
)
from crm.appointments.store import (
    add_appointment,
    appointment,
    appointments,
    change_appointment,
    how_many,
    set_state,
    to_do,
)
from crm.kernel.errors import MissingError
from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_members
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user
from crm.workspace.layout import USUAL, Area, Panel, with_shown
from crm.workspace.store import own_layout, role_layout, save_own_layout, save_role_layout

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODYS: frozenset[int] = frozenset()


@pytest.fixture
def li_wei(session: Session) -> int:
    return add_user(session, NewUser("li.wei", "Li Wei", BuiltIn.AGENT, "")).id


@pytest.fixture
def wang_fang(session: Session) -> int:
    return add_user(session, NewUser("wang.fang", "Wang Fang", BuiltIn.AGENT, "")).id


@pytest.fixture
def team(session: Session, li_wei: int, wang_fang: int) -> int:
    made = add_group(session, GroupDraft("Sales"))
    set_members(session, made.id, [li_wei, wang_fang])
    return int(made.id)


def made(session: Session, owner: Owner, by: int, hours: float = 1, **more: Any) -> Appointment:
    title = more.pop("title", "Call back")
    draft = AppointmentDraft(title, NOW + hours * HOUR, owner, **more)
    return add_appointment(session, draft, by, NOW)


def test_an_appointment_is_read_as_it_was_written(session: Session, li_wei: int) -> None:
    draft = AppointmentDraft(
        "拜访客户",
        NOW + HOUR,
        Owner(user=li_wei),
        30,
        AppointmentMedium.VISIT,
        7,
        "+8613800138000",
        "c1",
        "Note",
    )

    found = add_appointment(session, draft, li_wei, NOW)

    assert appointment(session, found.id) == found
    assert (found.draft, found.state, found.created_by) == (draft, AppointmentState.OPEN, li_wei)
    with pytest.raises(MissingError):
        appointment(session, found.id + 1)


def test_the_list_goes_by_time_and_page_by_page(session: Session, li_wei: int) -> None:
    ids = [made(session, Owner(user=li_wei), li_wei, hours).id for hours in (3, 1, 2, 1)]
    by_time = [ids[1], ids[3], ids[2], ids[0]]

    first = appointments(session, AppointmentFilter(), limit=3)
    rest = appointments(session, AppointmentFilter(), limit=3, cursor=first.next)
    back = appointments(session, AppointmentFilter(), latest_first=True)

    assert [one.id for one in (*first.items, *rest.items)] == by_time
    assert [one.id for one in back.items] == by_time[::-1]
    assert rest.next is None


def test_filters_narrow_the_list(session: Session, li_wei: int, team: int) -> None:
    mine = Owner(user=li_wei)
    visit = made(
        session,
        mine,
        li_wei,
        1,
        medium=AppointmentMedium.VISIT,
        customer=7,
        note="Bring 100% of it",
    )
    groups = made(session, Owner(group=team), li_wei, 2, title="Offer")
    done = set_state(
        session, made(session, mine, li_wei, 3), AppointmentState.DONE, "ok", li_wei, NOW
    )

    def ids(**wanted: Any) -> list[int]:
        return [one.id for one in appointments(session, AppointmentFilter(**wanted)).items]

    assert ids(states=UNFINISHED) == [visit.id, groups.id]
    assert ids(states=frozenset({AppointmentState.DONE})) == [done.id]
    assert ids(owner=li_wei) == [visit.id, done.id]
    assert ids(group=team) == [groups.id]
    assert ids(customer=7) == ids(medium=AppointmentMedium.VISIT) == ids(text="100%") == [visit.id]
    assert ids(text="OFFER") == [groups.id]
    assert ids(since=NOW + 2 * HOUR, until=NOW + 3 * HOUR) == [groups.id]
    assert how_many(session, AppointmentFilter(states=UNFINISHED)) == 2


def test_a_user_sees_their_own_what_they_made_and_their_groups(
    session: Session, li_wei: int, wang_fang: int, team: int
) -> None:
    own = made(session, Owner(user=li_wei), li_wei)
    given = made(session, Owner(user=wang_fang), li_wei, 2)
    of_team = made(session, Owner(group=team), wang_fang, 3)
    others = made(session, Owner(user=wang_fang), wang_fang, 4)
    mine = AppointmentReach(frozenset({li_wei}), frozenset({team}))

    seen = appointments(session, AppointmentFilter(), mine).items

    assert [one.id for one in seen] == [own.id, given.id, of_team.id]
    with pytest.raises(MissingError):
        appointment(session, others.id, mine)
    assert how_many(session, AppointmentFilter(), mine) == 3


def test_what_there_is_to_do_ends_with_the_day_but_for_early_reminders(
    session: Session, li_wei: int
) -> None:
    mine, ends = Owner(user=li_wei), NOW + 16 * HOUR
    overdue = made(session, mine, li_wei, -1)
    today = made(session, mine, li_wei, 2)
    early = made(session, mine, li_wei, 30, remind_minutes=24 * 60)
    made(session, mine, li_wei, 30)
    over = made(session, mine, li_wei, 1)
    set_state(session, over, AppointmentState.CANCELED, "", li_wei, NOW)

    found = to_do(session, li_wei, NOBODYS, ends)

    assert [one.id for one in found] == [overdue.id, today.id, early.id]


def test_a_groups_appointment_leaves_the_lists_of_the_others_when_one_takes_it(
    session: Session, li_wei: int, wang_fang: int, team: int
) -> None:
    groups, ends = frozenset({team}), NOW + 16 * HOUR
    shared = made(session, Owner(group=team), li_wei)
    both = [to_do(session, who, groups, ends) for who in (li_wei, wang_fang)]
    set_state(session, shared, AppointmentState.WORK, "", wang_fang, NOW)

    after = [to_do(session, who, groups, ends) for who in (li_wei, wang_fang)]

    assert [len(one) for one in both] == [1, 1]
    assert [len(one) for one in after] == [0, 1]


def test_a_new_time_is_remembered_and_another_change_keeps_it(
    session: Session, li_wei: int
) -> None:
    one = made(session, Owner(user=li_wei), li_wei)
    later = NOW + HOUR / 2

    renamed = change_appointment(
        session, one, AppointmentDraft("Other", one.draft.due, one.draft.owner), later
    )
    moved = change_appointment(
        session, renamed, AppointmentDraft("Other", NOW + 2 * HOUR, one.draft.owner), later
    )

    assert (renamed.due_set_at, moved.due_set_at) == (NOW, later)


def test_a_layout_is_the_roles_until_the_user_has_their_own(session: Session, li_wei: int) -> None:
    role = 1
    save_role_layout(session, role, with_shown(USUAL, Panel.DAY, shown=False))
    of_role = own_layout(session, li_wei, role)
    save_own_layout(session, li_wei, with_shown(of_role, Panel.TODO, shown=False))
    own = own_layout(session, li_wei, role)
    save_own_layout(session, li_wei, None)
    save_role_layout(session, role, None)

    assert Panel.DAY not in of_role.shown(Area.SIDE)
    assert own.hidden == {Panel.DAY, Panel.TODO}
    assert own_layout(session, li_wei, role) == role_layout(session, role) == USUAL
