"""What an agent has to do, from all its sources."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.lost_calls.losing import forget, lose
from unit.web.visitor import Visitor

from crm.appointments.appointment import AppointmentDraft, Owner
from crm.appointments.models import AppointmentRow
from crm.appointments.store import add_appointment
from crm.calls.missed.store import MissedCall
from crm.calls.record import CallId
from crm.lost_calls.lost_call import LostCareTaken, LostState
from web.desk.todo_entries import TodoEntry, TodoKind, in_order, still_missed
from web.kit.clock import now

Database = sessionmaker[Session]
NOW = now()


@pytest.fixture(autouse=True)
def nothing_left(database: Database) -> Iterator[None]:
    yield
    forget(database)
    with database.begin() as session:
        session.execute(delete(AppointmentRow))


def entry(kind: TodoKind, minutes: float, *, overdue: bool = False) -> TodoEntry:
    return TodoEntry(
        kind=kind,
        kind_name="",
        id=f"{kind}{minutes}",
        what="",
        who="",
        number="",
        customer=None,
        at=NOW + timedelta(minutes=minutes),
        at_name="",
        overdue=overdue,
        url="",
    )


def todo(visitor: Visitor) -> list[dict[str, Any]]:
    return list(visitor.get("/api/v1/desk/todo").json()["items"])


def test_the_overdue_come_first_then_the_calls_then_what_is_due_later() -> None:
    late = entry(TodoKind.APPOINTMENT, -5, overdue=True)
    later = entry(TodoKind.APPOINTMENT, 5)
    missed, lost = entry(TodoKind.MISSED, -60), entry(TodoKind.LOST, -90)

    assert in_order([later, missed, lost, late]) == [late, lost, missed, later]


@pytest.mark.parametrize(
    ("owner", "state", "minutes", "expected"),
    [
        (None, LostState.OPEN, 5, True),
        (7, LostState.WORK, 5, True),
        (8, LostState.WORK, 5, False),
        (None, LostState.DONE, 5, False),
        (8, LostState.DONE, -5, True),
    ],
)
def test_a_missed_call_is_no_more_ones_own_when_another_cares_for_it(
    owner: int | None, state: LostState, minutes: float, *, expected: bool
) -> None:
    missed = MissedCall(CallId("a"), "+8613700000001", None, internal=False, at=NOW, tries=1)
    care = LostCareTaken(missed.number, owner, state, NOW + timedelta(minutes=minutes))

    assert still_missed(missed, [care], 7) is expected
    assert still_missed(missed, [], 7)


def test_an_appointment_and_an_own_lost_call_stand_in_one_list(
    li_wei: Visitor, database: Database, people: People
) -> None:
    before = {one["id"] for one in todo(li_wei)}
    due = now() - timedelta(minutes=3)
    with database.begin() as session:
        draft = AppointmentDraft("Call the bank", due, Owner(user=people.li_wei))
        add_appointment(session, draft, people.li_wei, due - timedelta(hours=1))
    call = lose(database)
    li_wei.ask(f"/lost-calls/{call}/take")

    found = [one for one in todo(li_wei) if one["id"] not in before]
    panel = li_wei.get("/desk/todo", HX_Request="true").text
    page = li_wei.get("/desk").text

    assert [one["kind"] for one in found] == ["appointment", "lost call"]
    assert (found[0]["what"], found[0]["overdue"]) == ("Call the bank", True)
    assert found[1]["url"] == f"/lost-calls/{call}"
    assert "Call the bank" in panel
    assert 'data-kind="lost call"' in panel
    assert "Call the bank" in page


def test_a_hidden_panel_is_not_drawn(li_wei: Visitor) -> None:
    shown = li_wei.get("/desk").text
    hidden = li_wei.post("/desk/layout", {"do": "hide:todo"}, HX_Request="true")
    after, side = li_wei.get("/desk").text, li_wei.get("/desk/side").text
    li_wei.post("/desk/layout", {"do": "reset"})

    assert 'data-testid="todo"' in shown
    assert hidden.headers["HX-Trigger"] == "layout-changed"
    assert 'value="show:todo"' in hidden.text
    assert 'data-testid="todo"' not in after
    assert 'data-testid="todo"' not in side
    assert 'data-testid="todo"' in li_wei.get("/desk").text
