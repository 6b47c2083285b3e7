"""Callbacks: who sees them, who cancels them, and where the calls tell of them."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.callbacks.asking import ask, call_back, called, new_id, over
from unit.web.monitor.floor import last_asked, noted, team_lead
from unit.web.visitor import Visitor

from crm.customers.customer import CustomerFilter
from crm.customers.search.store import customers as all_customers
from crm.people.person import NewUser
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user
from web.kit.clock import now

Database = sessionmaker[Session]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake engine writes no fact, so nobody looks for one."""
    monkeypatch.setattr("web.callbacks.actions.STORED_LOOKS", 1)
    monkeypatch.setattr("web.callbacks.actions.STORED_SECONDS", 0.0)


def listed(visitor: Visitor, words: str = "") -> list[dict[str, Any]]:
    return list(visitor.get(f"/api/v1/callbacks?limit=200&{words}").json()["items"])


def ids(visitor: Visitor, words: str = "") -> list[str]:
    return [one["id"] for one in listed(visitor, words)]


def done(database: Database, agent: int, **more: Any) -> str:
    call = new_id()
    return ask(database, id_=call, facts=[called(call, agent), over("done")], **more)


def test_those_that_are_not_over_come_first_and_then_the_newest(
    chen_jing: Visitor, database: Database, people: Any
) -> None:
    waits = [ask(database, ago=ago) for ago in (900, 700)]
    reached = [done(database, people.li_wei, ago=ago) for ago in (800, 60)]

    first = chen_jing.get("/api/v1/callbacks?limit=3").json()
    rest = chen_jing.get(f"/api/v1/callbacks?limit=3&cursor={first['next']}").json()

    found = [one["id"] for one in (*first["items"], *rest["items"])]
    assert found == [*reversed(waits), *reversed(reached)]
    assert ids(chen_jing, "sort=-state") == found[::-1]
    assert ids(chen_jing, "sort=-asked") == [reached[1], waits[1], reached[0], waits[0]]
    assert ids(chen_jing, "state=open") == list(reversed(waits))
    assert chen_jing.get("/api/v1/callbacks?cursor=WyJvcGVuIiwgIngiLCAieSJd").status_code == 422


def test_a_callback_tells_how_far_it_is(
    chen_jing: Visitor, database: Database, people: Any
) -> None:
    call = new_id()
    tried = [called(call, people.li_wei), over("waiting", "again", tries=1)]
    ask(
        database,
        id_=call,
        facts=[*tried, called(call, people.li_wei, 2), over("failed", "no answer")],
    )

    shown = chen_jing.get(f"/api/v1/callbacks/{call}").json()
    page = chen_jing.get(f"/callbacks/{call}").text

    told = {key: shown[key] for key in ("state_name", "reason_name", "tries", "cancelable")}
    assert told == {
        "state_name": "Not reached", "reason_name": "no answer", "tries": 2, "cancelable": False,
    }  # fmt: skip
    assert shown["agent"]["name"] == "Li Wei"
    assert shown["asking_call"] == call
    assert shown["made_call"] is None, "there is no such call"
    assert "Not reached" in page
    assert "cancel-callback" not in page


@pytest.mark.parametrize(("word", "count"), [("王小", 1), ("nobody", 0)])
def test_they_are_found_by_the_customers_name(
    chen_jing: Visitor, database: Database, word: str, count: int
) -> None:
    with database.begin() as session:
        known = all_customers(session, CustomerFilter(text="王小明")).items[0]
    ask(database, customer=known.id)
    ask(database)

    assert len(listed(chen_jing, f"customer={word}")) == count


def test_a_team_lead_sees_the_callbacks_of_the_teams_queues(
    visitor: Visitor, database: Database, people: Any
) -> None:
    theirs = ask(database, "support")
    ask(database, "elsewhere")
    lead = team_lead(database, visitor, people.li_wei)

    assert ids(lead.visitor) == [theirs]
    assert lead.visitor.get("/api/v1/floor/callbacks").json() == {"queues": {"support": 1}}


def test_a_supervisor_cancels_one_that_waits(
    chen_jing: Visitor, database: Database, engine: fake.FakeEngine, people: Any
) -> None:
    call = ask(database)
    offered = chen_jing.get("/callbacks").text
    answer = chen_jing.post(f"/callbacks/{call}/cancel")

    assert f"/callbacks/{call}/cancel" in offered
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/callbacks")
    assert last_asked(engine) == {"ask": "cancel callback", "callback": call}
    assert noted(database, "callback.canceled", call).user == people.chen_jing


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ([over("canceled", "called again")], "This callback no longer waits."),
        ([called("x", 1)], "The customer is being called just now."),
    ],
)
def test_one_that_does_not_wait_is_not_canceled(
    chen_jing: Visitor,
    database: Database,
    engine: fake.FakeEngine,
    facts: list[Any],
    sentence: str,
) -> None:
    call = ask(database, facts=facts)
    before = len(engine.asked)

    page = chen_jing.post(f"/callbacks/{call}/cancel")
    answer = chen_jing.ask(f"/callbacks/{call}/cancel")

    assert (page.status_code, answer.status_code) == (409, 409)
    assert sentence in page.text
    assert len(engine.asked) == before


def test_a_cancellation_that_the_engine_refuses_is_told(
    chen_jing: Visitor, database: Database, engine: fake.FakeEngine
) -> None:
    error = {"type": "missing", "sentence": "This callback no longer waits.", "values": {}}
    engine.answers["cancel callback"] = {"ok": False, "error": error}
    call = ask(database)
    try:
        answer = chen_jing.post(f"/callbacks/{call}/cancel")
    finally:
        engine.answers.pop("cancel callback")

    assert answer.status_code == 409
    assert "This callback no longer waits." in answer.text


def test_an_agent_sees_them_and_cancels_none(li_wei: Visitor, database: Database) -> None:
    call = ask(database)

    assert li_wei.ask(f"/callbacks/{call}/cancel").status_code == 403
    assert li_wei.post(f"/callbacks/{call}/cancel").status_code == 403
    assert f"/callbacks/{call}/cancel" not in li_wei.get("/callbacks").text
    assert li_wei.get("/api/v1/callbacks/nobodys").status_code == 404


def test_who_only_exports_gets_the_file(visitor: Visitor, database: Database) -> None:
    call, login = ask(database), f"exports.{new_id()}"
    with database.begin() as session:
        role = add_role(session, RoleDraft(login, "", {Right.CALLS_EXPORT: Extent.ALL}))
        add_user(session, NewUser(login, "Exporter", role, "x"))
    visitor.enter(database, login)

    file = visitor.get("/callbacks/export?format=csv")

    assert file.status_code == 200
    assert call in file.text


def test_both_calls_name_each_other(chen_jing: Visitor, database: Database, people: Any) -> None:
    call = done(database, people.li_wei)
    made = call_back(database, call, people.li_wei)

    asking, making = (chen_jing.get(f"/calls/{one}").text for one in (call, made))

    assert "Callback done: the customer was reached" in asking
    assert "Called back by Li Wei, try 1" in asking
    assert f'href="/callbacks/{call}"' in asking
    assert "Callback of" in making
    assert f'href="/calls/{call}"' in making
    assert f'href="/calls/{made}"' in chen_jing.get(f"/callbacks/{call}").text


def test_the_card_tells_the_agent_that_the_call_is_a_callback(
    li_wei: Visitor, database: Database, engine: fake.FakeEngine, people: Any
) -> None:
    call = ask(database, ago=720)
    made = f"cb1-{call}"
    mirror = li_wei.client.app.state.live.mirror  # type: ignore[attr-defined]
    engine.change(
        fake.agent(people.li_wei, state="offered", call=made),
        fake.call(made, people.li_wei, direction="out", started_at=now().isoformat()),
    )
    deadline = time.monotonic() + timedelta(seconds=5).total_seconds()
    while mirror.value("call", made) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        card = li_wei.get("/desk/card").text
    finally:
        engine.change({"kind": "call", "id": made, "value": None}, fake.agent(people.li_wei))

    assert "Callback: requested 12 min ago in Support" in card
