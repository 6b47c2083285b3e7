"""The audit log in the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from crm.audit.entry import AuditEntry, differences
from crm.audit.store import AuditFilter, entries, note
from crm.people.person import NewUser, UserId
from crm.people.rights import BuiltIn
from crm.people.store import add_user

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_only_differences_are_stored() -> None:
    before, after = differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})

    assert (before, after) == ({"b": 2}, {"b": 3, "c": 4})


def test_lines_are_found_by_person_action_thing_and_time_newest_first(session: Session) -> None:
    users = [
        add_user(session, NewUser(login, login, BuiltIn.AGENT, "x")).id for login in ("a", "b")
    ]
    for number in range(6):
        at = NOW + timedelta(minutes=number)
        user = UserId(users[number % 2])
        after = {"name": "\0x", "at": at, "list": (1, 2)}
        note(session, AuditEntry(at, user, "thing.changed", "things", str(number), after=after))

    first = entries(session, AuditFilter(what="things"), limit=4)
    rest = entries(session, AuditFilter(what="things"), limit=4, cursor=first.next)
    of_one = entries(session, AuditFilter(users=frozenset({users[0]})))
    of_nobody = entries(session, AuditFilter(users=frozenset()))
    early = entries(session, AuditFilter(what="things", until=NOW + timedelta(minutes=2)))

    assert [one.which for one in (*first.items, *rest.items)] == list("543210")
    assert {one.user for one in of_one.items} == {users[0]}
    assert of_nobody.items == ()
    assert [one.which for one in early.items] == ["1", "0"]
    assert first.items[0].after == {"name": "x", "at": "2026-11-02T09:05:00+00:00", "list": [1, 2]}
