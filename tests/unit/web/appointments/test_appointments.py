"""Appointments by API and by page: who sees, makes, gives and finishes them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.lost_calls.losing import lose
from unit.web.visitor import Visitor

from crm.audit.store import AuditFilter, entries
from crm.customers.store import customer_by_phone
from crm.notices.store import notices
from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_members
from web.kit.clock import now

Database = sessionmaker[Session]
KNOWN = "+8613800138000"


def body(hours: float = 2, **more: Any) -> dict[str, Any]:
    due = (now() + timedelta(hours=hours)).isoformat()
    return {"title": "Call back", "due": due, **more}


def make(visitor: Visitor, hours: float = 2, **more: Any) -> dict[str, Any]:
    answer = visitor.ask("/appointments", body(hours, **more))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def change(visitor: Visitor, id_: int, sent: dict[str, Any], **headers: str) -> Any:
    named = {"X-CSRF-Token": visitor.word, **headers}
    return visitor.client.patch(f"/api/v1/appointments/{id_}", json=sent, headers=named)


def test_an_agent_makes_one_for_themselves(
    li_wei: Visitor, database: Database, people: People
) -> None:
    made = make(li_wei, number="138 0013 8000")

    assert (made["owner"]["id"], made["owner"]["kind"]) == (people.li_wei, "user")
    assert (made["number"], made["customer"]["name"]) == (KNOWN, "王小明")
    assert (made["state"], made["phase"]) == ("open", "later")
    with database.begin() as session:
        wanted = AuditFilter(action="appointment.added", which=str(made["id"]))
        (noted,) = entries(session, wanted).items
    assert noted.after["title"] == "Call back"


def test_a_customers_own_number_is_called(li_wei: Visitor, database: Database) -> None:
    with database.begin() as session:
        known = customer_by_phone(session, KNOWN)
    assert known

    made = make(li_wei, customer=known.id)

    assert (made["number"], made["own_number"]) == (KNOWN, "")


def test_what_is_wrong_is_said_at_its_field(li_wei: Visitor, people: People) -> None:
    wrong = {
        "due": body(-1),
        "title": body(title=" "),
        "owner": body(owner=f"user:{people.wang_fang}"),
        "customer": body(customer=999_999),
        "call": body(call="no-such-call"),
        "number": body(number="no number"),
    }
    for field, sent in wrong.items():
        answer = li_wei.ask("/appointments", sent)
        assert answer.status_code == 422, field
        assert answer.json()["errors"][0]["field"] == field, answer.text


def test_a_colleagues_appointment_does_not_exist_for_an_agent(
    li_wei: Visitor, visitor: Visitor, database: Database
) -> None:
    made = make(li_wei)["id"]
    visitor.enter(database, "wang.fang")

    assert visitor.get(f"/appointments/{made}").status_code == 404
    assert visitor.get(f"/api/v1/appointments/{made}").status_code == 404
    assert change(visitor, made, {"state": "done"}).status_code == 404
    assert visitor.ask(f"/appointments/{made}/postpone", {"by": "1 hour"}).status_code == 404
    assert visitor.get("/api/v1/appointments").json()["items"] == []


def test_a_supervisor_gives_one_to_an_agent_who_is_told(
    chen_jing: Visitor, database: Database, people: People
) -> None:
    made = make(chen_jing, owner=f"user:{people.li_wei}", title="Check the order")

    with database.begin() as session:
        (newest, *_) = notices(session, people.li_wei).items
    assert newest.url == f"/appointments/{made['id']}"
    chen_jing.enter(database, "li.wei")
    seen = chen_jing.get("/api/v1/appointments?state=todo").json()["items"]
    assert [one["title"] for one in seen] == ["Check the order"]


def test_a_member_takes_what_belongs_to_the_group(
    li_wei: Visitor, database: Database, people: People
) -> None:
    with database.begin() as session:
        team = add_group(session, GroupDraft("Appointment team"))
        set_members(session, team.id, [people.li_wei, people.wang_fang])
    made = make(li_wei, owner=f"group:{team.id}")["id"]
    taken = change(li_wei, made, {"state": "in progress"})
    li_wei.enter(database, "wang.fang")

    seen = li_wei.get(f"/api/v1/appointments/{made}").json()
    todo = li_wei.get("/api/v1/desk/todo").json()["items"]

    assert taken.status_code == 200
    assert (seen["state"], seen["state_by"]["id"]) == ("in progress", people.li_wei)
    assert all(one["id"] != str(made) or one["kind"] != "appointment" for one in todo)


def test_a_state_is_set_once_however_often_it_is_sent(li_wei: Visitor, database: Database) -> None:
    made = make(li_wei)["id"]
    done = {"state": "done", "result": "They ordered."}

    first, second = change(li_wei, made, done), change(li_wei, made, {"state": "done"})
    closed = li_wei.ask(f"/appointments/{made}/postpone", {"by": "1 hour"})
    again = change(li_wei, made, {"state": "open"}).json()

    assert first.json() == second.json()
    assert (first.json()["phase"], closed.status_code) == ("closed", 409)
    assert (again["state"], again["result"]) == ("open", "")
    with database.begin() as session:
        wanted = AuditFilter(action="appointment.changed", which=str(made))
        assert len(entries(session, wanted).items) == 2


def test_another_version_is_not_overwritten(li_wei: Visitor) -> None:
    made = make(li_wei)["id"]
    before = li_wei.get(f"/api/v1/appointments/{made}").headers["ETag"]
    change(li_wei, made, {"note": "first"}, **{"If-Match": before})

    late = change(li_wei, made, {"note": "second"}, **{"If-Match": before})
    form = {"title": "x", "due": "2036-01-01T09:00", "remind_minutes": "10", "medium": "call"}
    page = li_wei.post(f"/appointments/{made}", {**form, "version": before})

    assert (late.status_code, page.status_code) == (412, 409)
    assert li_wei.get(f"/api/v1/appointments/{made}").json()["note"] == "first"


def test_postponing_twice_at_once_is_postponing_once(li_wei: Visitor) -> None:
    made = make(li_wei)["id"]

    later = li_wei.ask(f"/appointments/{made}/postpone", {"by": "tomorrow"})
    again = li_wei.ask(f"/appointments/{made}/postpone", {"by": "tomorrow"})
    own = li_wei.ask(f"/appointments/{made}/postpone", {"to": "2036-05-01T10:00"})
    past = li_wei.ask(f"/appointments/{made}/postpone", {"to": "2020-05-01T10:00"})
    never = li_wei.ask(f"/appointments/{made}/postpone", {})

    assert later.json() == again.json()
    assert own.json()["due"] == "2036-05-01T02:00:00Z"
    assert (past.status_code, never.status_code) == (422, 422)


def test_the_form_keeps_what_was_typed(li_wei: Visitor, people: People) -> None:
    form = {
        "title": "我的预约",
        "due": "2020-01-01T09:00",
        "remind_minutes": "10",
        "medium": "visit",
        "source": "manual",
    }
    refused = li_wei.post("/appointments", {**form, "owner": f"user:{people.li_wei}"})
    form["due"] = "2036-01-01T09:00"
    made = li_wei.post("/appointments", {**form, "owner": f"user:{people.li_wei}"})
    page = li_wei.get(made.headers["location"])

    assert refused.status_code == 422
    assert "我的预约" in refused.text
    assert "Choose a time that is still to come." in refused.text
    assert made.status_code == 303
    assert "我的预约" in page.text


def test_the_buttons_of_the_page_work_without_a_script(li_wei: Visitor) -> None:
    made = make(li_wei)["id"]
    place = f"/appointments/{made}"

    for path, sent in (
        ("state", {"state": "in progress"}),
        ("postpone", {"by": "15 minutes"}),
        ("state", {"state": "done", "result": "Done by phone"}),
    ):
        assert li_wei.post(f"{place}/{path}", sent).status_code == 303, path
    twice = li_wei.post(f"{place}/state", {"state": "canceled"})

    assert twice.status_code == 409
    assert "This appointment is closed. Open it again first." in twice.text
    assert "Done by phone" in li_wei.get(place).text


def test_several_are_marked_as_done_all_or_none(li_wei: Visitor) -> None:
    ids = [make(li_wei)["id"] for _ in range(2)]
    wrong = li_wei.post("/appointments/done", {"ids": [ids[0], 999_999]})
    still = li_wei.get(f"/api/v1/appointments/{ids[0]}").json()["state"]
    right = li_wei.post("/appointments/done", {"ids": ids})
    none = li_wei.post("/appointments/done", {})

    assert (wrong.status_code, still, right.status_code, none.status_code) == (
        404,
        "open",
        303,
        422,
    )
    assert li_wei.get("/api/v1/appointments?state=todo").json()["items"] == []


def test_a_lost_call_leads_to_a_filled_form(chen_jing: Visitor, database: Database) -> None:
    call = lose(database)
    page = chen_jing.get(f"/lost-calls/{call}").text
    place = page[page.index("/appointments/new?") :].split('"')[0].replace("&amp;", "&")

    form = chen_jing.get(place)

    assert form.status_code == 200
    assert "Call back" in form.text
    assert call in form.text


def test_a_customers_page_shows_what_is_planned(li_wei: Visitor, database: Database) -> None:
    with database.begin() as session:
        known = customer_by_phone(session, KNOWN)
    assert known
    make(li_wei, customer=known.id, title="Send the offer")

    page = li_wei.get(f"/customers/{known.id}").text

    assert "Send the offer" in page
    assert f"/appointments/new?customer={known.id}" in page
