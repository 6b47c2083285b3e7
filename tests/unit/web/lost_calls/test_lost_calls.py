"""Lost calls: who sees them, who takes them, and when they are over."""

import secrets
from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from unit.web.lost_calls.losing import lose, talk_back
from unit.web.visitor import Visitor

from crm.audit.store import AuditFilter, entries
from crm.notices.store import notices
from crm.people.person import NewUser
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user

Database = sessionmaker[Session]


def number() -> str:
    return f"+86136{secrets.randbelow(10**8):08}"


def listed(visitor: Visitor, **words: str) -> list[dict[str, Any]]:
    asked = "&".join(f"{key}={value}" for key, value in {"limit": "200", **words}.items())
    return list(visitor.get(f"/api/v1/lost-calls?{asked}").json()["items"])


def entry(visitor: Visitor, call: str) -> dict[str, Any]:
    return dict(visitor.get(f"/api/v1/lost-calls/{call}").json())


def test_a_caller_who_tried_three_times_is_one_row(chen_jing: Visitor, database: Database) -> None:
    caller = number()
    first = lose(database, caller, ago=900)
    lose(database, caller, queue="", ago=800)
    last = lose(database, caller, ago=700)

    found = entry(chen_jing, last)

    assert (found["id"], found["tries"], found["state"]) == (first, 3, "open")
    assert found["queue"] == "support"
    assert found["waited_seconds"] == 20.0
    assert [one["id"] for one in listed(chen_jing, number=caller[-8:])] == [first]


def test_a_talk_afterwards_closes_it_whoever_called(
    chen_jing: Visitor, database: Database, people: Any
) -> None:
    caller = number()
    call = lose(database, caller)
    back = talk_back(database, caller, people.li_wei)

    found = entry(chen_jing, call)

    assert (found["state"], found["reached_call"], found["called_back"]) == ("reached", back, 1)
    assert found["reached_by"]["name"] == "Li Wei"
    assert listed(chen_jing, state="todo", number=caller[-8:]) == []


def test_a_later_lost_call_of_the_day_opens_what_was_done(
    chen_jing: Visitor, database: Database
) -> None:
    caller = number()
    call = lose(database, caller)
    done = chen_jing.ask("/lost-calls/done", {"ids": [call]})
    state = entry(chen_jing, call)["state"]
    lose(database, caller, ago=-60)

    assert (done.status_code, state) == (200, "done")
    assert entry(chen_jing, call)["state"] == "open"


def test_taking_one_makes_its_owner_and_is_noted(
    chen_jing: Visitor, database: Database, people: Any
) -> None:
    call = lose(database)

    taken = chen_jing.ask(f"/lost-calls/{call}/take").json()

    assert (taken["owner"]["id"], taken["state"]) == (people.chen_jing, "work")
    with database.begin() as session:
        wanted = AuditFilter(action="lost_call.changed", which=call)
        (noted,) = entries(session, wanted).items
    assert noted.after == {"owner": people.chen_jing, "state": "work"}


def test_a_new_owner_is_told_and_another_version_is_refused(
    chen_jing: Visitor, database: Database, people: Any
) -> None:
    call = lose(database)
    before = chen_jing.get(f"/api/v1/lost-calls/{call}").headers["ETag"]
    body = {"owner": people.admin, "note": "Please call."}

    given = chen_jing.ask(f"/lost-calls/{call}", body, "PATCH")
    again = chen_jing.client.patch(
        f"/api/v1/lost-calls/{call}",
        json={"state": "done"},
        headers={"X-CSRF-Token": chen_jing.word, "If-Match": before},
    )

    assert (given.status_code, given.json()["state"], again.status_code) == (200, "work", 412)
    with database.begin() as session:
        (newest, *_) = notices(session, people.admin).items
    assert newest.url == f"/lost-calls/{call}"


def test_an_agent_sees_the_lost_calls_of_their_own_queues_only(
    li_wei: Visitor, database: Database
) -> None:
    mine, others, menu = (lose(database, queue=queue) for queue in ("support", "sales", ""))
    found = [li_wei.get(f"/api/v1/lost-calls/{call}").status_code for call in (mine, others, menu)]

    assert found == [200, 404, 404]
    assert li_wei.ask(f"/lost-calls/{others}/take").status_code == 404
    shown = {one["id"] for one in listed(li_wei)}
    assert mine in shown
    assert not {others, menu} & shown


def test_a_form_is_saved_and_its_errors_are_shown(chen_jing: Visitor, database: Database) -> None:
    call = lose(database)

    saved = chen_jing.post(f"/lost-calls/{call}", {"state": "done", "owner": "", "note": "Mailed"})
    wrong = chen_jing.post(f"/lost-calls/{call}", {"state": "done", "owner": "999999", "note": "x"})

    assert (saved.status_code, saved.headers["location"]) == (303, f"/lost-calls/{call}")
    assert entry(chen_jing, call)["note"] == "Mailed"
    assert wrong.status_code == 422
    page = chen_jing.get("/lost-calls?state=todo").text
    assert 'data-testid="call-back"' in page


def test_a_file_reaches_as_far_as_the_permission_to_export(
    visitor: Visitor, database: Database
) -> None:
    call = lose(database)
    login = f"exporter.{secrets.token_hex(4)}"
    rights = {Right.CALLS_SEE: Extent.ALL, Right.CALLS_EXPORT: Extent.OWN}
    with database.begin() as session:
        role = add_role(session, RoleDraft(login, "", rights))
        add_user(session, NewUser(login, login, role, "x"))
    visitor.enter(database, login)
    caller = entry(visitor, call)["number"]

    page = visitor.get(f"/lost-calls?number={caller[-8:]}").text
    file = visitor.get(f"/lost-calls/export?format=csv&number={caller[-8:]}").text

    assert f'data-id="{call}"' in page
    assert caller not in file
