"""What an agent dials: by API, again, and what pages show of a call that was made."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker
from stores.outgoing import made
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.visitor import Visitor

from crm.calls.removal.store import remove_calls
from crm.calls.store import keep_events
from web.kit.clock import now
from web.kit.phone_mark import phone_mark

BUSY, TALK = "out-busy", "out-talk"


@pytest.fixture
def dialled(database: sessionmaker[Session], people: People):
    """Two calls of Li Wei: to a known customer who was busy, and a talk."""
    at = now() - timedelta(minutes=5)
    with database.begin() as session:
        keep_events(session, made(BUSY, "+8613800138486", people.li_wei, at, customer=1))
        later = at + timedelta(minutes=1)
        keep_events(session, made(TALK, "+8613800138000", people.li_wei, later, talk=30))
    yield
    with database.begin() as session:
        remove_calls(session, [BUSY, TALK])


@pytest.mark.usefixtures("dialled")
def test_the_last_numbers_are_the_agents_own(li_wei: Visitor) -> None:
    items = li_wei.get("/api/v1/desk/dialled").json()["items"]

    assert [one["number"] for one in items] == ["+8613800138000", "+8613800138486"]
    assert (items[1]["number_name"], items[1]["result_name"]) == ("138 0013 8486", "Not answered")
    assert items[1]["name"] == "王小明"


def test_a_refusal_of_the_engine_is_a_sentence(li_wei: Visitor, engine: fake.FakeEngine) -> None:
    error = {"type": "refused", "sentence": "You may not call {x}.", "values": {"x": "+44"}}
    engine.answers["dial"] = {"ok": False, "error": error}
    try:
        answer = li_wei.ask("/desk/calls", {"to": "+44 20 7946 0000", "customer": None})
    finally:
        del engine.answers["dial"]

    assert (answer.status_code, answer.json()["detail"]) == (403, "You may not call +44.")


@pytest.mark.usefixtures("dialled")
def test_a_call_that_was_not_answered_has_its_page_and_its_entry(li_wei: Visitor) -> None:
    page = li_wei.get(f"/calls/{BUSY}").text
    assert "138 0013 8486" in page
    assert "Busy" in page
    assert 'data-dial="+8613800138486"' in page
    assert "finish-" in page, "it can be given a disposition"

    shown = li_wei.get("/calls?direction=out&result=unanswered").text
    assert BUSY in shown
    assert TALK not in shown
    (entry,) = [line for line in shown.splitlines() if "aria-current" in line and "/calls" in line]
    assert "Unanswered outgoing" in entry


@pytest.mark.usefixtures("dialled")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?direction=out&talk_from=30", {TALK}),
        ("?direction=out&talk_from=0:30&talk_to=1:00", {TALK}),
        ("?direction=out&talk_to=29", {BUSY}),
        ("?direction=out&own=%2B864008001234", {TALK, BUSY}),
        ("?direction=out&own=4008009999", set()),
        ("?direction=out&trunk=1", {TALK, BUSY}),
        ("?direction=out&trunk=2", set()),
    ],
)
def test_outgoing_calls_are_narrowed(li_wei: Visitor, query: str, found: set[str]) -> None:
    items = li_wei.get(f"/api/v1/calls{query}").json()["items"]
    assert {one["id"] for one in items} == found


@pytest.mark.parametrize("typed", ["x", "1:2:3:4", "-5", "1.5", "99999999"])
def test_a_wrong_length_is_said_at_its_field(li_wei: Visitor, typed: str) -> None:
    assert li_wei.get(f"/api/v1/calls?talk_from={typed}").status_code == 422
    page = li_wei.get(f"/calls?talk_from={typed}")
    assert page.status_code == 422
    assert "Enter seconds, or minutes and seconds such as 1:30." in page.text


def test_the_card_of_an_outgoing_call_is_of_a_customer_not_a_caller(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    out = {"direction": "out", "caller": "+8613911112299", "state": "dialling", "queue": None}
    engine.change(
        fake.call("out-live", people.li_wei, **out),
        fake.agent(people.li_wei, state="talking", call="out-live"),
    )
    for _ in range(50):
        page = li_wei.get("/desk/card?call=out-live").text
        if "out-live" in page:
            break
    assert "Unknown number" in page
    assert "Number shown" in page
    engine.change(fake.call("out-live") | {"value": None}, fake.agent(people.li_wei))


def test_a_mark_names_the_customer_and_whether_the_number_is_ours() -> None:
    assert 'data-customer="3"' in phone_mark("+861", "1", 3)
    assert "data-ours" in phone_mark("+861", "1", ours=True)
    assert "data-ours" not in phone_mark("+861", "1")
    assert phone_mark("", "<b>") == "&lt;b&gt;"
