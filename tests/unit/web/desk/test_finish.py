"""Finishing a call: typed text is never lost, a disposition can be given and corrected later."""

from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.desk.test_desk import HX, ring, wait_for
from unit.web.site import LI_WEIS_CALL
from unit.web.visitor import Visitor

FORM = f"/calls/{LI_WEIS_CALL}/finish"
RECORD = {"outcome": "solved", "note": "已重启", "service_type": "complaint"}


def type_into(who: Visitor, form: str, **values: str) -> None:
    answer = who.ask("/drafts", {"form": form, "values": values}, method="PUT")
    assert answer.status_code == 200, answer.text


def records(who: Visitor) -> list[dict[str, object]]:
    return who.get(f"/api/v1/calls/{LI_WEIS_CALL}").json()["service_records"]


def test_what_was_typed_is_in_the_form_again_in_another_tab(li_wei: Visitor) -> None:
    type_into(li_wei, FORM, note="路由器坏了", outcome="solved")

    again = li_wei.get(f"{FORM}").text
    assert "路由器坏了" in again
    assert 'data-testid="finish-saved"' not in again


def test_a_draft_is_the_users_own(li_wei: Visitor, database: sessionmaker[Session]) -> None:
    type_into(li_wei, FORM, note="only mine")
    li_wei.enter(database, "chen.jing")

    page = li_wei.get(f"/calls/{LI_WEIS_CALL}")
    assert page.status_code == 200
    assert "only mine" not in page.text


def test_a_saved_form_has_one_record_however_often_it_is_sent(
    li_wei: Visitor, engine: fake.FakeEngine
) -> None:
    before = len(records(li_wei))
    for note in ("first", "second", "second"):
        answer = li_wei.post(FORM, RECORD | {"note": note}, **HX)
        assert answer.status_code == 200
        assert "finish-saved" in answer.text

    assert len(records(li_wei)) <= before + 1
    assert engine.asked[-1]["outcome"] == "solved"
    assert "second" in str(records(li_wei))


def test_ready_saves_what_was_typed_and_says_what_is_missing(
    li_wei: Visitor, engine: fake.FakeEngine
) -> None:
    type_into(li_wei, FORM, note="no disposition yet", service_type="", outcome="")
    kept = li_wei.ask(f"/desk/calls/{LI_WEIS_CALL}/finish").json()
    assert (kept["saved"], kept["field"]) == (False, "outcome")
    assert "no disposition yet" in li_wei.get(FORM).text

    type_into(li_wei, FORM, note="done now", outcome="solved")
    saved = li_wei.ask(f"/desk/calls/{LI_WEIS_CALL}/finish").json()
    assert saved["saved"]
    assert engine.asked[-1]["note"] == "done now"


def test_a_record_without_its_type_is_asked_for_it(li_wei: Visitor) -> None:
    answer = li_wei.post(FORM, {"outcome": "solved", "method": "phone"}, **HX)

    assert answer.status_code == 422
    assert "Choose a service type." in answer.text


def test_a_supervisor_corrects_a_disposition_and_the_audit_log_says_so(
    chen_jing: Visitor, database: sessionmaker[Session]
) -> None:
    answer = chen_jing.ask(
        f"/calls/{LI_WEIS_CALL}/outcome", {"outcome": "solved", "note": "checked"}, method="PUT"
    )

    assert answer.status_code in {200, 404}  # the engine of the tests knows no supervisor
    chen_jing.enter(database, "admin")
    entries = chen_jing.get("/api/v1/audit").json()["items"]
    assert "call.corrected" in {one["action"] for one in entries}


def test_a_record_is_corrected_by_its_agent_and_by_no_other(
    li_wei: Visitor, database: sessionmaker[Session]
) -> None:
    li_wei.post(FORM, RECORD, **HX)
    record = records(li_wei)[-1]
    body = {"version": record["version"], "note": "corrected"}

    li_wei.enter(database, "wang.fang")
    theirs = li_wei.ask(f"/service-records/{record['id']}", body, method="PATCH")
    li_wei.enter(database, "li.wei")
    mine = li_wei.ask(f"/service-records/{record['id']}", body, method="PATCH")
    late = li_wei.ask(f"/service-records/{record['id']}", body, method="PATCH")

    assert [one.status_code for one in (theirs, mine, late)] == [404, 200, 409]


def test_a_caller_without_a_number_is_linked_to_the_new_customer_once(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    ring(engine, people.li_wei, "c9", caller="")
    wait_for(li_wei, "c9")

    made = li_wei.post("/desk/customers", {"name": "赵敏", "call": "c9"}, **HX)
    assert made.status_code == 200
    assert "赵敏" in made.text
    linked = engine.asked[-1]
    assert (linked["ask"], linked["call"], linked["customer"]["name"]) == ("customer", "c9", "赵敏")


def test_an_unknown_caller_is_looked_for_first(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    ring(engine, people.li_wei, "c10", caller="")
    wait_for(li_wei, "c10")

    found = li_wei.get("/desk/calls/c10/customers?text=王小明", **HX).text
    assert "王小明" in found
    assert "This is the caller" in found
    assert "nobody-like-this" in li_wei.get("/desk/calls/c10/customers?text=nobody-like-this").text


def test_phone_settings_are_ones_own(li_wei: Visitor) -> None:
    chosen = {"auto_answer": True, "ring_volume": 30}
    assert li_wei.ask("/desk/phone-settings", chosen, method="PUT").status_code == 200
    phone = li_wei.get("/api/v1/desk").json()["phone"]
    assert (phone["auto_answer"], phone["ring_volume"], phone["screen_pop"]) == (True, 30, "answer")
    wrong = li_wei.ask("/desk/phone-settings", {"ring_volume": 300}, method="PUT")
    assert wrong.status_code == 422
    li_wei.ask("/desk/phone-settings", {}, method="PUT")


def test_a_saved_record_is_in_the_customers_list_at_once(
    li_wei: Visitor, database: sessionmaker[Session]
) -> None:
    li_wei.post(FORM, RECORD | {"note": "seen at once"}, **HX)

    shown = li_wei.get(f"/desk/calls/{LI_WEIS_CALL}/records")
    assert "seen at once" in shown.text
    li_wei.enter(database, "wang.fang")
    assert li_wei.get(f"/desk/calls/{LI_WEIS_CALL}/records").status_code == 404
