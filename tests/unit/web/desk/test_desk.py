"""An agent's desk, by API and by page."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.patience import until
from unit.web.site import LI_WEIS_CALL
from unit.web.visitor import Visitor

from acd.store import CountedIn, PauseReason, save_pause_reason

HX = {"HX_Request": "true"}


def ring(engine: fake.FakeEngine, agent: int, id_: str, **more: object) -> None:
    engine.change(fake.call(id_, agent, **more), fake.agent(agent, state="offered", call=id_))


def test_a_call_brings_the_customers_card(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    ring(engine, people.li_wei, "c1")
    wait_for(li_wei, "c1")

    card = li_wei.get("/api/v1/desk").json()["card"]

    assert (card["known"], card["customer"]["name"]) == (True, "王小明")
    mine, theirs = card["calls"][1], card["calls"][0]
    assert mine["recording"] == f"/api/v1/calls/{LI_WEIS_CALL}/recording"
    assert (theirs["recording"], theirs["url"]) == (None, "")


def test_an_unknown_number_is_shown_as_unknown(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    ring(engine, people.li_wei, "c2", caller="+8613911112222")
    wait_for(li_wei, "c2")

    card = li_wei.get("/api/v1/desk").json()["card"]

    assert (card["known"], card["number"]) == (False, "+8613911112222")


def test_a_withheld_number_finds_no_customer(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    ring(engine, people.li_wei, "c3", caller="")
    wait_for(li_wei, "c3")

    card = li_wei.get("/api/v1/desk").json()["card"]

    assert (card["known"], card["withheld"], card["calls"]) == (False, True, [])
    assert li_wei.get("/desk").status_code == 200


def test_signing_in_gives_the_phones_credentials(li_wei: Visitor) -> None:
    answer = li_wei.ask("/desk/signin", {"phone": "browser"}).json()

    assert answer["sip"]["user"] == "w1001"
    assert answer["desk"]["pause_reasons"] == [{"key": "lunch", "name": "Lunch"}]


def test_the_phone_of_the_last_time_is_offered_again(li_wei: Visitor) -> None:
    before = li_wei.ask("/desk", None, "GET").json()["phone"]
    li_wei.ask("/desk/signin", {"phone": "outside", "number": "13800138000"})
    outside = li_wei.ask("/desk", None, "GET").json()["phone"]
    li_wei.ask("/desk/signin", {"phone": "sip"})
    desk_phone = li_wei.ask("/desk", None, "GET").json()["phone"]
    li_wei.ask("/desk/signin", {"phone": "browser"})

    assert before["kind"] == "browser"
    assert (outside["kind"], outside["number"]) == ("outside", "+8613800138000")
    assert (desk_phone["kind"], desk_phone["number"]) == ("sip", "+8613800138000")


def test_a_call_is_answered_held_and_ended(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    ring(engine, people.li_wei, "c4")
    wait_for(li_wei, "c4")

    told = [li_wei.ask(f"/desk/calls/c4/{what}") for what in ("answer", "hold", "resume", "hangup")]

    assert [answer.status_code for answer in told] == [200] * 4
    asked = [one["ask"] for one in engine.asked if one.get("call") == "c4"]
    assert asked == ["answer", "hold", "resume", "hangup"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/desk/state", {"state": "flying"}, "state"),
        ("/desk/state", {"state": "paused", "reason": "beach"}, "reason"),
        ("/desk/signin", {"phone": "tin can"}, "phone"),
        (f"/desk/calls/{LI_WEIS_CALL}/outcome", {"outcome": "nonsense"}, "outcome"),
        (f"/desk/calls/{LI_WEIS_CALL}/outcome", {"outcome": "solved", "more": 1}, "more"),
        (f"/calls/{LI_WEIS_CALL}/service-records", {"service_type": "x"}, "service_type"),
        ("/customers", {"name": ""}, "name"),
        ("/customers", {"name": "A", "phones": ["none"]}, "phones"),
    ],
)
def test_an_invalid_field_is_named(
    li_wei: Visitor, path: str, body: dict[str, object], field: str
) -> None:
    answer = li_wei.ask(path, body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_break_has_the_longest_time_of_its_reason_and_so_many_places(
    li_wei: Visitor,
    engine: fake.FakeEngine,
    people: People,
    database: sessionmaker[Session],
) -> None:
    lunch = PauseReason("lunch", "Lunch", "午餐")
    rules = replace(lunch, most_minutes=40, most_at_once=1, counted_in=CountedIn.SITE)
    wanted = {"state": "paused", "reason": "lunch"}
    with database.begin() as session:
        save_pause_reason(session, rules)

    taken = li_wei.ask("/desk/state", wanted)
    asked = engine.asked[-1]
    engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", state="paused", reason="lunch"))
    ring(engine, people.li_wei, "c5")
    wait_for(li_wei, "c5")
    refused = li_wei.ask("/desk/state", wanted)

    engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", queues=["support"]))
    with database.begin() as session:
        save_pause_reason(session, lunch)
    assert (taken.status_code, asked["minutes"]) == (200, 40)
    assert refused.status_code == 409
    assert "At most 1 agents may be not ready for this reason at once" in refused.text


def test_an_outcome_may_come_after_the_wrap_up(li_wei: Visitor, engine: fake.FakeEngine) -> None:
    answer = li_wei.ask(f"/desk/calls/{LI_WEIS_CALL}/outcome", {"outcome": "solved"})

    assert answer.status_code == 200
    assert engine.asked[-1]["outcome"] == "solved"


def test_a_refusal_of_the_engine_is_told_in_the_users_language(
    li_wei: Visitor, engine: fake.FakeEngine
) -> None:
    error = {"type": "conflict", "sentence": "Agent {agent} is talking.", "values": {"agent": 7}}
    engine.answers["signout"] = {"ok": False, "error": error}

    answer = li_wei.ask("/desk/signout")

    del engine.answers["signout"]
    assert (answer.status_code, answer.json()["detail"]) == (409, "Agent 7 is talking.")


def test_a_supervisor_without_a_seat_is_told_so(chen_jing: Visitor) -> None:
    assert chen_jing.get("/api/v1/desk").status_code == 404


def test_a_service_record_is_kept_with_the_call_and_the_customer(li_wei: Visitor) -> None:
    body = {"service_type": "complaint", "note": "太慢"}

    made = li_wei.ask(f"/calls/{LI_WEIS_CALL}/service-records", body).json()

    assert made["customer"] is not None
    assert made["fields"][0]["value"] == "Complaint"
    records = li_wei.get(f"/api/v1/calls/{LI_WEIS_CALL}").json()["service_records"]
    assert made["id"] in [record["id"] for record in records]


def test_forms_of_the_desk_come_back_with_what_is_wrong(li_wei: Visitor) -> None:
    finish = f"/calls/{LI_WEIS_CALL}/finish"

    empty = li_wei.post(finish, {"note": "what I typed"}, **HX)
    bad = li_wei.post("/desk/customers", {"name": "A", "phones": "none"}, **HX)
    unknown = li_wei.post(finish, {"outcome": "nope"}, **HX)

    assert [one.status_code for one in (empty, bad, unknown)] == [422, 422, 422]
    assert "what I typed" in empty.text
    assert "<html" not in empty.text


def test_without_the_engine_the_desk_says_so(li_wei: Visitor, engine: fake.FakeEngine) -> None:
    engine.stop()
    try:
        until(lambda: li_wei.get("/readyz").status_code == 503)
        asked = li_wei.ask("/desk/signout")
        assert (asked.status_code, asked.headers["retry-after"]) == (503, "2")
        assert li_wei.get("/api/v1/desk").status_code == 503
        assert li_wei.get("/desk").status_code == 200
        assert li_wei.get("/api/v1/calls").status_code == 200
    finally:
        engine.start()
        li_wei.until_linked()


def wait_for(visitor: Visitor, call: str) -> None:
    until(lambda: (visitor.get("/api/v1/desk").json().get("call") or {}).get("id") == call)
