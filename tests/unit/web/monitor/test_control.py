"""What supervisors do to agents and callers: within reach only, told to the agent, and noted."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.monitor.floor import (
    WHY,
    TeamLead,
    all_noted,
    calls_on,
    last_asked,
    noted,
    team_lead,
    told,
    wait_for,
)
from unit.web.visitor import Visitor

from web.monitor.checks import CALLER_SENT, last_reasons

Database = sessionmaker[Session]


@pytest.fixture(autouse=True)
def talks(engine: fake.FakeEngine, people: People, client: Any) -> Iterator[None]:
    calls_on(engine, people)
    wait_for(Visitor(client), "c4")
    yield
    engine.change(*({"kind": "call", "id": one, "value": None} for one in ("c1", "c2", "c3", "c4")))
    engine.change(fake.agent(people.li_wei))
    engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", queues=["support"]))


@pytest.fixture
def lead(
    visitor: Visitor, database: Database, people: People, engine: fake.FakeEngine
) -> Iterator[TeamLead]:
    made = team_lead(database, visitor, people.li_wei)
    engine.change(fake.agent(made.id, "Lead 组长", "1009", queues=[]))
    yield made
    engine.change({"kind": "agent", "id": str(made.id), "value": None})


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge", "take-over"])
def test_a_supervisor_takes_part_in_a_call_of_the_team(
    lead: TeamLead, engine: fake.FakeEngine, database: Database, mode: str
) -> None:
    answer = lead.visitor.ask("/floor/calls/c1/monitor", {"mode": mode})

    assert answer.status_code == 200
    assert last_asked(engine) == {"ask": "monitor", "agent": lead.id, "call": "c1", "mode": mode}
    assert noted(database, f"call.monitored.{mode}", "c1").user == lead.id


def test_stopping_is_possible_after_the_call_left_ones_reach(
    lead: TeamLead, engine: fake.FakeEngine
) -> None:
    assert lead.visitor.ask("/floor/calls/c2/monitor", {"mode": "stop"}).status_code == 200
    assert last_asked(engine)["mode"] == "stop"


def test_without_a_seat_there_is_no_listening(chen_jing: Visitor, engine: fake.FakeEngine) -> None:
    before = len(engine.asked)

    assert chen_jing.ask("/floor/calls/c1/monitor", {"mode": "listen"}).status_code == 404
    assert len(engine.asked) == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/floor/calls/c2/monitor", {"mode": "listen"}),
        ("/floor/calls/c2/hangup", WHY),
        ("/floor/calls/c4/move", {"to": "", **WHY}),
        ("/floor/calls/c404/move", {"to": "", **WHY}),
        ("/floor/agents/{other}/state", {"state": "paused", **WHY}),
        ("/floor/agents/{other}/queues", {"queues": [], **WHY}),
        ("/floor/agents/999999/state", {"state": "ready", **WHY}),
        ("/floor/messages", {"agents": ["{other}"], "text": "Hello"}),
    ],
)
def test_another_teams_agents_and_callers_are_out_of_reach(
    lead: TeamLead, engine: fake.FakeEngine, people: People, path: str, body: dict[str, Any]
) -> None:
    if "agents" in body:
        body = {**body, "agents": [people.wang_fang]}
    before = len(engine.asked)

    answer = lead.visitor.ask(path.format(other=people.wang_fang), body)

    assert answer.status_code == 404
    assert len(engine.asked) == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/floor/calls/c1/monitor", {"mode": "listen"}),
        ("/floor/calls/c1/hangup", WHY),
        ("/floor/calls/c3/move", {"to": "", **WHY}),
        ("/floor/agents/1/state", {"state": "paused", **WHY}),
        ("/floor/agents/1/queues", {"queues": [], **WHY}),
        ("/floor/messages", {"agents": [1], "text": "Hello"}),
    ],
)
def test_an_agent_may_do_none_of_it(li_wei: Visitor, path: str, body: dict[str, Any]) -> None:
    assert li_wei.ask(path, body).status_code == 403


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        ("ready", {"ask": "state", "state": "ready", "reason": ""}),
        ("paused", {"ask": "state", "state": "paused", "reason": ""}),
        ("signed out", {"ask": "signout"}),
    ],
)
def test_a_forced_state_is_told_with_its_reason_and_noted(  # noqa: PLR0913, PLR0917
    lead: TeamLead,
    engine: fake.FakeEngine,
    database: Database,
    people: People,
    state: str,
    asked: dict[str, str],
) -> None:
    body = {"state": state, "reason": "  Team meeting  "}

    answer = lead.visitor.ask(f"/floor/agents/{people.li_wei}/state", body)

    assert answer.status_code == 200
    assert last_asked(engine) == {"agent": people.li_wei, **asked}
    line = noted(database, "agent.state_forced", people.li_wei)
    assert line.after == {"state": state, "reason": "Team meeting"}
    assert told(database, people.li_wei)[1] == {"name": "Lead 组长", "reason": "Team meeting"}
    with database.begin() as session:
        assert last_reasons(session, lead.id) == ["Team meeting"]


def test_a_call_is_ended_in_its_agents_name(
    lead: TeamLead, engine: fake.FakeEngine, database: Database, people: People
) -> None:
    assert lead.visitor.ask("/floor/calls/c1/hangup", WHY).status_code == 200
    assert last_asked(engine) == {"ask": "hangup", "agent": people.li_wei, "call": "c1"}
    assert noted(database, "call.ended", "c1").after == WHY
    assert told(database, people.li_wei)[1]["reason"] == "Team meeting"


def test_a_waiting_caller_goes_to_the_front_a_queue_or_an_agent(
    lead: TeamLead, engine: fake.FakeEngine, database: Database, people: People
) -> None:
    for to, noted_to in (
        ("", "front"),
        ("queue:support", "queue:support"),
        (f"agent:{people.wang_fang}", f"agent:{people.wang_fang}"),
    ):
        answer = lead.visitor.ask("/floor/calls/c3/move", {"to": to, **WHY})

        assert answer.status_code == 200, answer.text
        asked = {"ask": "move", "call": "c3", "to": to, "agent": lead.id}
        assert last_asked(engine) == asked
        assert noted(database, "call.moved", "c3").after == {"to": noted_to, **WHY}
    assert told(database, people.wang_fang)[0] == CALLER_SENT


@pytest.mark.parametrize("to", ["queue:nowhere", "agent:999999", "nonsense"])
def test_a_caller_is_not_sent_to_what_does_not_exist(lead: TeamLead, to: str) -> None:
    answer = lead.visitor.ask("/floor/calls/c3/move", {"to": to, **WHY})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "to")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_reason_is_needed(lead: TeamLead, people: People, reason: str) -> None:
    path = f"/floor/agents/{people.li_wei}/state"
    answer = lead.visitor.ask(path, {"state": "paused", "reason": reason})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")


def test_what_the_engine_refuses_is_neither_noted_nor_told(
    lead: TeamLead, engine: fake.FakeEngine, database: Database, people: People
) -> None:
    before = told(database, people.li_wei)
    error = {"type": "conflict", "sentence": "The call is over.", "values": {}}
    engine.answers["hangup"] = {"ok": False, "error": error}
    try:
        answer = lead.visitor.ask("/floor/calls/c1/hangup", {"reason": "Never noted"})
    finally:
        del engine.answers["hangup"]

    assert answer.status_code == 409
    reasons = [one.after for one in all_noted(database, "call.ended", "c1")]
    assert {"reason": "Never noted"} not in reasons
    assert told(database, people.li_wei) == before


def test_a_call_that_is_monitored_is_not_the_call_of_the_supervisors_own_desk(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    listening = fake.task("c2", work=f"c2/listen{people.li_wei}")
    engine.change(fake.agent(people.li_wei, state="talking", call="c2", tasks=[listening]))
    engine.change(fake.call("c5"))
    wait_for(li_wei, "c5")

    desk = li_wei.get("/api/v1/desk").json()

    engine.change({"kind": "call", "id": "c5", "value": None})
    assert (desk["agent"]["call"], desk["call"], desk["card"]) == ("c2", None, None)
