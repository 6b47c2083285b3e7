"""When an appointment is due, overdue or to be reminded of, and how it may change."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm.appointments.appointment import (
    NEXT,
    UNFINISHED,
    Appointment,
    AppointmentDraft,
    AppointmentId,
    AppointmentState,
    Owner,
    Phase,
    Postpone,
    alerts_of,
    checked_draft,
    next_state,
    phase_of,
    postponed_to,
    serves,
)
from crm.kernel.errors import ConflictError, InvalidError

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)


def draft(minutes: float = 30, **more: Any) -> AppointmentDraft:
    owner = more.pop("owner", Owner(user=1))
    return AppointmentDraft("Call back", NOW + minutes * MINUTE, owner, **more)


def appointment(
    minutes: float = 30,
    state: AppointmentState = AppointmentState.OPEN,
    by: int | None = None,
    **more: Any,
) -> Appointment:
    set_at = more.pop("set_at", NOW - timedelta(days=1))
    made = draft(minutes, **more)
    return Appointment(AppointmentId(1), made, set_at, state, "", by, None, 1, set_at)


@pytest.mark.parametrize(
    ("minutes", "phase"),
    [
        (10.1, Phase.LATER),
        (10, Phase.SOON),
        (0.1, Phase.SOON),
        (0, Phase.OVERDUE),
        (-60, Phase.OVERDUE),
    ],
)
def test_the_reminder_comes_first_and_then_the_time(minutes: float, phase: Phase) -> None:
    assert phase_of(appointment(minutes, remind_minutes=10), NOW) is phase


def test_without_a_reminder_an_appointment_is_due_at_once() -> None:
    assert phase_of(appointment(1, remind_minutes=0), NOW) is Phase.LATER
    assert phase_of(appointment(0, remind_minutes=0), NOW) is Phase.OVERDUE


@pytest.mark.parametrize("state", [AppointmentState.DONE, AppointmentState.CANCELED])
def test_what_is_closed_is_never_overdue(state: AppointmentState) -> None:
    closed = appointment(-60, state)

    assert phase_of(closed, NOW) is Phase.CLOSED
    assert alerts_of(closed) == ()
    assert not serves(closed, 1, frozenset())


def test_its_owner_is_told_before_it_and_at_its_time() -> None:
    one = appointment(30, remind_minutes=10)

    assert alerts_of(one) == (NOW + 20 * MINUTE, NOW + 30 * MINUTE)
    assert alerts_of(appointment(30, remind_minutes=0)) == (NOW + 30 * MINUTE,)


def test_a_time_that_was_chosen_within_the_reminder_is_told_once() -> None:
    postponed = appointment(15, remind_minutes=15, set_at=NOW)

    assert alerts_of(postponed) == (NOW + 15 * MINUTE,)


@pytest.mark.parametrize(("before", "after"), product(AppointmentState, AppointmentState))
def test_a_state_follows_another_by_the_table(
    before: AppointmentState, after: AppointmentState
) -> None:
    if after is before or after in NEXT[before]:
        assert next_state(before, after) is after
        return
    assert before not in UNFINISHED
    with pytest.raises(ConflictError):
        next_state(before, after)


def test_postponing_counts_from_now_to_whole_minutes() -> None:
    at = NOW + timedelta(seconds=42)

    assert postponed_to(Postpone.QUARTER, at, SHANGHAI) == NOW + 15 * MINUTE
    assert postponed_to(Postpone.HOUR, at, SHANGHAI) == NOW + 60 * MINUTE


def test_tomorrow_is_the_users_own_day() -> None:
    evening = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # it is December there already

    found = postponed_to(Postpone.TOMORROW, evening, SHANGHAI)

    assert found.astimezone(SHANGHAI) == datetime(2026, 12, 2, 9, 0, tzinfo=SHANGHAI)
    assert found.tzinfo is UTC


def test_nine_stays_nine_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    found = postponed_to(Postpone.TOMORROW, before, berlin)

    assert found == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


def test_a_new_time_lies_ahead_and_an_old_one_may_stay() -> None:
    past = draft(-5)

    with pytest.raises(InvalidError) as refused:
        checked_draft(past, NOW)
    assert refused.value.field == "due"
    assert checked_draft(past, NOW, past) == past
    with pytest.raises(InvalidError):
        checked_draft(past, NOW, draft(5))


def test_a_title_must_show_something() -> None:
    with pytest.raises(InvalidError) as refused:
        checked_draft(AppointmentDraft("  ", NOW + MINUTE, Owner(user=1)), NOW)

    assert refused.value.field == "title"


def test_a_groups_appointment_is_that_members_who_took_it() -> None:
    group, members = Owner(group=3), frozenset({3})
    free = appointment(owner=group)
    taken = appointment(owner=group, state=AppointmentState.WORK, by=2)

    assert serves(free, 1, members)
    assert not serves(free, 1, frozenset({4}))
    assert (serves(taken, 2, members), serves(taken, 1, members)) == (True, False)
    assert serves(appointment(), 1, frozenset())
    assert not serves(appointment(), 2, members)
