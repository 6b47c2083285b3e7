"""Whatever an administrator changes leaves a line in the audit log: each door is gone through."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from unit.web.doors import Door, doors_of
from unit.web.status.test_status import FakeSupervisor
from unit.web.visitor import Response, Visitor
from walks.own_site import own_site
from walks.requests import DEEDS, Deed, Things, deed_of

# Changes that leave no line in the audit log, and why.
UNNOTED = {
    "POST /sign-in": "the login log",
    "POST /sign-in/second-factor": "the login log",
    "POST /sign-out": "the login log",
    "POST /forgot": "the login log",
    "POST /set-password": "the login log",
    "POST /api/v1/session": "the login log",
    "DELETE /api/v1/session": "the login log",
    "POST /language": "nobody else's business",
    "POST /lists/density": "nobody else's business",
    "POST /lists/{name}/columns": "nobody else's business",
    "POST /notices/read": "nobody else's business",
    "POST /notices/{notice}/read": "nobody else's business",
    "POST /api/v1/notices/read": "nobody else's business",
    "POST /api/v1/notices/{notice}/read": "nobody else's business",
    "POST /try-it/credentials": "nobody is signed in",
    "POST /sound-check/credentials": "nothing is changed",
    "POST /customers/choose": "shows a form; nothing is changed yet",
    "POST /api/v1/account/second-factor/begin": "nothing is kept until its code comes back",
    "POST /desk/calls/{call}/outcome": "the call's timeline",
    "POST /desk/calls/{call}/service-records": "the record itself, with who and when",
    "POST /api/v1/calls/{call}/service-records": "the record itself, with who and when",
    "POST /api/v1/desk/signin": "the agent's log",
    "POST /api/v1/desk/signout": "the agent's log",
    "POST /api/v1/desk/phone": "the agent's log",
    "POST /api/v1/desk/state": "the agent's log",
    "POST /api/v1/desk/calls/{call}/answer": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/decline": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/hangup": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/hold": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/outcome": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/resume": "the call's timeline",
}
MAIL = {"mail_server": "127.0.0.1", "mail_port": 9, "mail_from": "hotline@example.com"}
MAIL |= {"mail_links": "https://hotline.example"}


@pytest.fixture(scope="module")
def things(server_url: str, quick_passwords: None) -> Iterator[Things]:
    assert quick_passwords is None
    with own_site(server_url, "audit") as house:
        supervisor = FakeSupervisor(house.settings)
        supervisor.start()
        made = Things(house, Visitor(house.client))
        made.come_in()
        answer = made.visitor.ask("/parameters", MAIL, "PATCH")
        assert answer.status_code == 200, answer.text
        yield made
        supervisor.end()


@pytest.fixture(scope="module")
def doors(things: Things) -> dict[str, Door]:
    return {f"{one.method} {one.path}": one for one in doors_of(things.house.app)}


def knock(things: Things, door: Door, deed: Deed) -> Response:
    places = {name: str(value) for name, value in deed.where.items() if name}
    address = re.sub(r"{([a-z_]+)}", lambda found: places[found[1]], door.path)
    if not door.changes:
        return things.visitor.get(address)
    if door.is_api:
        body = deed.body if deed.body or door.method == "PATCH" else None
        return things.visitor.ask(address.removeprefix("/api/v1"), body, door.method)
    return things.visitor.post(address, dict(deed.body))


def lines_of(things: Things) -> int:
    """How many lines the audit log has of who does the deeds."""
    query = text("SELECT count(*) FROM audit_log WHERE user_id = :me")
    with things.house.database.begin() as session:
        return int(session.execute(query, {"me": things.me}).scalar_one())


def test_every_change_has_a_deed_or_a_reason_to_leave_no_line(doors: dict[str, Door]) -> None:
    changes = {key for key, door in doors.items() if door.changes}
    done = {key for key in changes if deed_of(*key.split(" "))}

    assert changes - done - UNNOTED.keys() == set(), "write down what is done there, in deeds.py"
    assert UNNOTED.keys() - changes == set()
    assert UNNOTED.keys() & DEEDS.keys() == set()


def test_every_change_leaves_a_line_in_the_audit_log(
    things: Things, doors: dict[str, Door]
) -> None:
    wrong = []
    for key, door in doors.items():
        deed = deed_of(door.method, door.path)
        if deed is None or key in UNNOTED:
            continue
        things.come_in()
        to_do = deed(things)
        before = lines_of(things)

        answer = knock(things, door, to_do)

        if answer.status_code >= 400:
            wrong.append(f"{key}: {answer.status_code} {answer.text[:300]}")
        elif lines_of(things) == before:
            wrong.append(f"{key}: {answer.status_code} and no line")

    assert not wrong, "\n".join(wrong)


def test_what_is_taken_away_as_a_file_or_heard_has_a_deed(doors: dict[str, Door]) -> None:
    taken = {key for key, one in doors.items() if one.path.endswith(("/export", "/recording"))}

    assert taken <= DEEDS.keys()
