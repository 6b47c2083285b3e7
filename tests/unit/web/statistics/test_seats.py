"""The statistics of seats: by agent, group and queue, by interval, and what lies behind them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.callbacks.asking import ask, called, forget, new_id, over
from unit.web.seat_facts import AGO, MINUTES, STATES, add_seat_facts
from unit.web.visitor import Visitor

SEATS = "/api/v1/statistics/seats"
CONNECTED = 60 * MINUTES * (len(STATES) - 1)


@pytest.fixture(autouse=True)
def facts(database: sessionmaker[Session], people: Any) -> Iterator[None]:
    with database.begin() as session:
        add_seat_facts(session, [people.li_wei, people.wang_fang])
    yield
    with database.begin() as session:
        for sentence in (
            "DELETE FROM agent_events WHERE starts_with(fact, 'seat/')",
            "DELETE FROM call_events WHERE starts_with(call, 'seat-')",
            "DELETE FROM call_legs WHERE starts_with(call, 'seat-')",
            "DELETE FROM calls WHERE starts_with(id, 'seat-')",
            "DELETE FROM pause_reasons WHERE key IN ('0', '1', '2')",
        ):
            session.execute(text(sentence))


def items(visitor: Visitor, words: str = "", part: str = "") -> list[dict[str, Any]]:
    answer = visitor.get(f"{SEATS}{part}?limit=500&{words}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_days_and_hours_add_up_to_the_whole_period(admin: Visitor, people: Any) -> None:
    one = f"agent={people.li_wei}"
    (whole,) = items(admin, one)

    assert whole["numbers"]["signed_in_seconds"] == len(AGO) * CONNECTED
    assert whole["numbers"]["answered"] == len(AGO)
    for interval in ("day", "hour", "half+hour"):
        pieces = items(admin, f"{one}&interval={interval}")
        seconds = sum(piece["numbers"]["signed_in_seconds"] for piece in pieces)
        assert len(pieces) > 1
        assert seconds == pytest.approx(whole["numbers"]["signed_in_seconds"])
        assert sum(piece["numbers"]["answered"] for piece in pieces) == len(AGO)


def test_the_page_shows_each_time_of_an_agent_but_no_callbacks(admin: Visitor, people: Any) -> None:
    page = admin.get(f"/statistics/seats?agent={people.li_wei}").text
    shown = dict(re.findall(r'<td data-label="([^"]*)"[^>]*>(.*?)</td>', page))

    for label in ("Time connected", "Ready", "Ringing", "On call", "Wrap-up", "Not ready"):
        assert ":" in shown[label], label
    assert not {"Paid time", "Callbacks"} & set(shown)


def test_a_queue_has_the_times_of_its_calls_alone(admin: Visitor) -> None:
    (queue,) = items(admin, "by=queue&queue=support")

    assert queue["name"] == "Support"
    assert queue["numbers"]["on_call_seconds"] == 2 * len(AGO) * 60 * MINUTES
    assert queue["numbers"]["ready_seconds"] == 0


def test_a_figure_leads_to_as_many_calls(admin: Visitor, people: Any) -> None:
    behind = items(admin, f"agent={people.li_wei}&kind=answered", "/calls")
    log = admin.get(f"/api/v1/agents/{people.li_wei}/log?state=talking").json()["items"]

    assert len(behind) == len(log) == len(AGO)
    assert {one["agent"]["id"] for one in behind} == {people.li_wei}


def test_an_agent_sees_nobody_elses_figures(li_wei: Visitor, people: Any) -> None:
    assert {one["key"] for one in items(li_wei)} == {str(people.li_wei)}
    assert items(li_wei, f"agent={people.wang_fang}") == []
    assert li_wei.get(f"/api/v1/agents/{people.wang_fang}/log").status_code == 404
    seen = li_wei.get("/api/v1/agents/log?limit=500").json()["items"]
    assert {one["agent"]["id"] for one in seen} == {people.li_wei}


def test_the_period_before_is_compared_and_a_long_one_by_hour_refused(admin: Visitor) -> None:
    page = admin.get("/statistics/seats?compare=on&interval=day")
    refused = admin.get("/statistics/seats?interval=hour&from=2026-01-01&to=2026-06-01")

    assert page.status_code == 200
    assert refused.status_code == 422
    assert "Choose at most 31 days for this interval." in refused.text


def test_a_queue_counts_its_callbacks_and_an_agent_has_none(
    admin: Visitor, database: sessionmaker[Session], people: Any
) -> None:
    call = new_id()
    ask(database, id_=call, facts=[called(call, people.li_wei), over("failed", "no answer")])
    ask(database)
    try:
        (queue,) = items(admin, "by=queue&queue=support")
        agents = items(admin, f"agent={people.li_wei}")
        sums = admin.get("/statistics/seats/traffic/sums?by=queue").text
    finally:
        forget(database)

    numbers = queue["numbers"]
    assert (numbers["callbacks"], numbers["callbacks_failed"]) == (2, 1)
    assert numbers["average_callback_wait_seconds"] is None
    assert {one["numbers"]["callbacks"] for one in agents} == {0}
    assert "Callbacks failed" in sums
