"""An agent's seat: its page, its queues until midnight, messages, and the alarm of long waits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.monitor.floor import WHY, TeamLead, noted, team_lead, told
from unit.web.visitor import Visitor

from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queue_successor.store import remove_queue
from acd.queues.store import save_queue
from acd.store import queues_of, set_queues_of
from crm.alarms.store import open_keys
from crm.parameters.store import save
from crm.queue_changes.store import queue_change
from web.kit.clock import now
from web.monitor.alarms import look
from web.monitor.queues import TAKEN_BACK, take_back
from web.monitor.thresholds import LONG_WAIT

Database = sessionmaker[Session]


@pytest.fixture
def lead(
    visitor: Visitor, database: Database, people: People, engine: fake.FakeEngine
) -> Iterator[TeamLead]:
    engine.change(fake.agent(people.li_wei), fake.agent(people.wang_fang, "Wang Fang", "1002"))
    yield team_lead(database, visitor, people.li_wei)
    with database.begin() as session:
        set_queues_of(session, people.li_wei, [QueueKey("support")])
        take_back(session, now() + timedelta(days=2))


@pytest.fixture(autouse=True)
def second_queue(database: Database, people: People) -> None:
    with database.begin() as session:
        members = members_of([AgentId(people.wang_fang)])
        save_queue(session, Queue(QueueKey("night"), "Night", members, fallback=7), "夜班")


def serves(database: Database, agent: int) -> list[str]:
    with database.begin() as session:
        return [str(key) for key in queues_of(session, [agent]).get(agent, ())]


def test_queues_are_changed_until_midnight_and_taken_back(
    lead: TeamLead, database: Database, people: People
) -> None:
    path = f"/floor/agents/{people.li_wei}"
    answer = lead.visitor.ask(f"{path}/queues", {"queues": ["night"], **WHY})
    shown = lead.visitor.get(f"/api/v1{path}").json()
    told_then = told(database, people.li_wei)

    assert answer.status_code == 200, answer.text
    assert serves(database, people.li_wei) == ["night"]
    today = shown["today"]
    assert [one["key"] for one in today["added"] + today["removed"]] == ["night", "support"]
    assert (today["reason"], today["by"]["id"]) == ("Team meeting", lead.id)
    assert told_then[1] == {"name": "Lead 组长", "reason": "Team meeting"}
    line = noted(database, "agent.queues_changed", people.li_wei)
    assert line.after == {"queues": ["night"], **WHY}
    with database.begin() as session:
        assert take_back(session, now()) == []
        assert len(take_back(session, now() + timedelta(days=1, minutes=1))) == 1
    assert serves(database, people.li_wei) == ["support"]
    assert told(database, people.li_wei)[0] == TAKEN_BACK
    assert lead.visitor.get(f"/api/v1{path}").json()["today"] is None


def test_a_queue_that_is_deleted_meanwhile_does_not_come_back(
    lead: TeamLead, database: Database, people: People
) -> None:
    gone = QueueKey("gone")
    with database.begin() as session:
        save_queue(session, Queue(gone, "Gone", members_of([AgentId(people.li_wei)])), "x")
    path = f"/floor/agents/{people.li_wei}/queues"
    assert lead.visitor.ask(path, {"queues": ["night"], **WHY}).status_code == 200

    with database.begin() as session:
        remove_queue(session, gone)
        assert len(take_back(session, now() + timedelta(days=1, minutes=1))) == 1

    assert serves(database, people.li_wei) == ["support"]


def test_the_usual_queues_end_the_change(
    lead: TeamLead, database: Database, people: People
) -> None:
    path = f"/floor/agents/{people.li_wei}/queues"
    for queues in (["night", "support"], ["night"], ["support"]):
        assert lead.visitor.ask(path, {"queues": queues, **WHY}).status_code == 200

    with database.begin() as session:
        assert queue_change(session, people.li_wei) is None
    again = lead.visitor.ask(path, {"queues": ["support"], **WHY})
    unknown = lead.visitor.ask(path, {"queues": ["nowhere"], **WHY})
    assert (again.status_code, unknown.status_code) == (422, 422)


def test_a_message_goes_to_agents_or_to_a_group_within_reach(
    lead: TeamLead, database: Database, people: People
) -> None:
    one = lead.visitor.ask("/floor/messages", {"agents": [people.li_wei], "text": "请回电"})
    said = told(database, people.li_wei)
    group = lead.visitor.ask("/floor/messages", {"group": lead.group, "text": "Lunch is later"})

    assert (one.json(), group.json()) == ({"agents": 1}, {"agents": 1})
    assert said[1] == {"name": "Lead 组长", "text": "请回电"}
    assert told(database, people.li_wei)[1]["text"] == "Lunch is later"
    assert noted(database, "agent.messaged", people.li_wei).after == {"text": "Lunch is later"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "x"}, 422),
        ({"agents": [1], "group": 1, "text": "x"}, 422),
        ({"agents": [1], "text": "  "}, 422),
        ({"group": 999_999, "text": "x"}, 404),
    ],
)
def test_a_message_needs_a_text_and_someone_to_read_it(
    lead: TeamLead, body: dict[str, Any], status: int
) -> None:
    assert lead.visitor.ask("/floor/messages", body).status_code == status


def test_a_seat_is_shown_within_reach_only(
    lead: TeamLead, people: People, visitor: Visitor
) -> None:
    page = visitor.get(f"/floor/agents/{people.li_wei}")
    other = visitor.get(f"/floor/agents/{people.wang_fang}")
    floor = visitor.get("/floor")

    assert (page.status_code, other.status_code, floor.status_code) == (200, 404, 200)
    assert 'data-testid="strip"' in page.text
    assert lead.visitor.get(f"/api/v1/floor/agents/{lead.id}").status_code == 404
    assert '"control":' in floor.text.replace(" ", "")


def test_an_agent_sees_no_seat(li_wei: Visitor, people: People) -> None:
    assert li_wei.get(f"/api/v1/floor/agents/{people.li_wei}").status_code == 403


def test_a_long_wait_raises_an_alarm_that_ends_by_itself(database: Database) -> None:
    since = (now() - timedelta(seconds=90)).isoformat()
    waiting = fake.queue("alarmed", waiting=2, oldest_since=since)["value"]
    quiet = fake.queue("alarmed")["value"]
    found = []
    with database.begin() as session:
        for queues in ([waiting], [waiting], [quiet]):
            look(session, queues)
            found.append("queue:alarmed" in open_keys(session, LONG_WAIT))
        save(session, {"wait_red": 0, "waiting_red": 0}, None)
        look(session, [waiting])
        found.append("queue:alarmed" in open_keys(session, LONG_WAIT))
        save(session, {"wait_red": 60, "waiting_red": 6}, None)

    assert found == [True, True, False, False]
