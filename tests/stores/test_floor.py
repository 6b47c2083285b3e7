"""Settings of agents, queues, flows and numbers, and the agents' log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from acd import store as acd
from acd.agent import PAST, AgentEvent, AgentState, Phone
from acd.agent_log import store as agent_log
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues import store as queue_store
from crm.calls.record import CallId, FactId
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user, set_enabled
from ivr import store as ivr
from ivr.flow import NumberSettings

MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
BYE: dict[str, Any] = {"start": "bye", "nodes": {"bye": {"type": "hangup", "prompts": ["goodbye"]}}}


def agent(session: Session, extension: str) -> AgentId:
    user = add_user(session, NewUser(f"agent{extension}", f"A {extension}", BuiltIn.AGENT, "x"))
    acd.add_agent(session, user.id, extension, "s3cret")
    return AgentId(user.id)


def came(
    who: AgentId, state: AgentState, number: int, minute: int = 0, call: str | None = None
) -> AgentEvent:
    return AgentEvent(
        FactId(f"hotline-1/9/{number}"),
        who,
        MORNING + timedelta(minutes=minute),
        state,
        "lunch" if state is AgentState.PAUSED else "",
        "desk",
        CallId(call) if call else None,
        Phone.SIP,
        detail={"seen": "yes"},
    )


def test_agents_are_given_with_their_names_and_telephones(session: Session) -> None:
    second, first = agent(session, "1002"), agent(session, "1001")
    set_enabled(session, second, enabled=False)

    found = acd.agents(session)

    assert [(one.id, one.extension, one.enabled) for one in found] == [
        (first, "1001", True),
        (second, "1002", False),
    ]
    assert "s3cret" not in repr(found)


def test_an_extension_belongs_to_one_agent(session: Session) -> None:
    agent(session, "1001")
    other = agent(session, "1002")

    with pytest.raises(ConflictError):
        agent(session, "1001")
    with pytest.raises(ConflictError):
        acd.change_agent(session, other, "1001", enabled=True)
    with pytest.raises(InvalidError):
        acd.change_agent(session, other, "10;01", enabled=True)
    with pytest.raises(MissingError):
        acd.change_agent(session, 10**9, "1009", enabled=True)


def test_a_queue_is_saved_and_saved_anew_with_its_members(session: Session) -> None:
    one, two = agent(session, "1001"), agent(session, "1002")
    queue_store.save_queue(
        session, Queue(QueueKey("sales"), "Sales", members_of((two, one))), "销售"
    )
    queue = Queue(
        QueueKey("sales"), "Sales 2", members_of((two,)), 10.0, 5.0, 3, 1, False, "jazz", 2
    )

    queue_store.save_queue(session, queue, "")

    assert queue_store.queues(session) == [queue]
    assert acd.queue_names(session) == {"sales": acd.QueueNames("Sales 2", "Sales 2")}


@pytest.mark.parametrize(
    ("queue", "field"),
    [
        (Queue(QueueKey("a b"), "x"), "key"),
        (Queue(QueueKey("a"), " "), "name"),
        (Queue(QueueKey("a"), "x", ring_seconds=0), "ring_seconds"),
        (Queue(QueueKey("a"), "x", max_misses=0), "max_misses"),
        (Queue(QueueKey("a"), "x", fallback=33), "fallback"),
        (Queue(QueueKey("a"), "x", members_of([AgentId(10**9)])), "members"),
    ],
)
def test_a_queue_that_cannot_be_is_refused(session: Session, queue: Queue, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        queue_store.save_queue(session, queue, "")

    assert refused.value.field == field


def test_the_last_state_of_each_agent_is_their_newest_line(session: Session) -> None:
    one, two = agent(session, "1001"), agent(session, "1002")
    agent(session, "1003")
    log = [
        came(one, AgentState.PAUSED, 1),
        # Ready and offered a call in the same instant.
        came(one, AgentState.READY, 9, minute=1),
        came(one, AgentState.OFFERED, 10, minute=1, call="c1"),
        came(two, AgentState.READY, 2),
    ]
    agent_log.keep_agent_events(session, log)
    agent_log.keep_agent_events(session, log[::-1])

    assert agent_log.last_states(session) == [log[2], log[3]]


def test_an_agents_log_is_given_for_a_stretch_of_time(session: Session) -> None:
    one = agent(session, "1001")
    log = [came(one, AgentState.READY, number, minute=number) for number in range(5)]
    agent_log.keep_agent_events(session, log)

    found = agent_log.agent_log(session, one, log[1].at, log[4].at)

    assert found == log[1:4]


def test_the_last_state_is_the_line_that_came_last_though_the_clock_was_set_back(
    session: Session,
) -> None:
    one = agent(session, "1001")
    agent_log.keep_agent_events(session, [came(one, AgentState.TALKING, 1, minute=59, call="c1")])
    agent_log.keep_agent_events(session, [came(one, AgentState.PAUSED, 2)])

    assert [last.state for last in agent_log.last_states(session)] == [AgentState.PAUSED]


def test_a_talk_that_is_told_when_it_is_over_is_not_the_last_that_is_known(
    session: Session,
) -> None:
    one = agent(session, "1001")
    late = replace(came(one, AgentState.TALKING, 2, call="c1"), detail={PAST: "1"})
    agent_log.keep_agent_events(session, [came(one, AgentState.PAUSED, 1, minute=5), late])

    assert [last.state for last in agent_log.last_states(session)] == [AgentState.PAUSED]
    assert len(agent_log.agent_log(session, one, MORNING, MORNING + timedelta(hours=1))) == 2


def test_last_states_are_found_by_the_index(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_sort = off"))
    plan = session.execute(
        text(
            "EXPLAIN SELECT n.* FROM agents JOIN LATERAL (SELECT * FROM agent_events e WHERE"
            " e.agent = agents.user_id ORDER BY number DESC LIMIT 1) n ON true"
        )
    ).scalars()

    assert "ix_agent_events_agent_number" in "\n".join(plan)


def test_pause_reasons_come_in_their_order(session: Session) -> None:
    acd.save_pause_reason(session, acd.PauseReason("lunch", "Lunch", "午餐", 2))
    acd.save_pause_reason(session, acd.PauseReason("break", "Break", "小休", 1))
    acd.save_pause_reason(session, acd.PauseReason("old", "Old", "旧", 0, enabled=False))

    assert [one.key for one in acd.pause_reasons(session)] == ["break", "lunch"]
    assert len(acd.pause_reasons(session, disabled_too=True)) == 3


def test_a_published_flow_is_what_callers_hear_from_then_on(session: Session) -> None:
    flow = ivr.add_flow(session, "Welcome")
    ivr.add_flow(session, "Draft")
    ivr.publish(session, flow, BYE, None)

    newest = ivr.publish(session, flow, BYE, None)

    assert newest.version == 2
    assert ivr.published_flows(session) == [newest]
    assert ivr.flow_names(session)[flow] == "Welcome"


def test_a_flow_that_cannot_be_followed_is_not_published(session: Session) -> None:
    flow = ivr.add_flow(session, "Welcome")
    ivr.publish(session, flow, BYE, None)

    with pytest.raises(InvalidError):
        ivr.publish(session, flow, {"start": "x", "nodes": {}}, None)
    with pytest.raises(MissingError):
        ivr.publish(session, 10**9, BYE, None)

    assert [one.version for one in ivr.published_flows(session)] == [1]


def test_a_flow_that_can_no_longer_be_read_does_not_close_the_others(session: Session) -> None:
    bad, good = ivr.add_flow(session, "Bad"), ivr.add_flow(session, "Good")
    ivr.publish(session, bad, BYE, None)
    ivr.publish(session, good, BYE, None)
    session.execute(
        text("UPDATE flow_versions SET document = '{}' WHERE flow_id = :flow"), {"flow": bad}
    )

    assert [one.name for one in ivr.published_flows(session)] == ["Good"]


def test_a_number_leads_to_its_flow_until_it_is_switched_off(session: Session) -> None:
    flow = ivr.add_flow(session, "Welcome")
    ivr.save_number(session, ivr.Number("+864008001234", "Hotline", flow))
    before = ivr.numbers_in_use(session)
    ivr.save_number(session, ivr.Number("+864008001234", "Hotline", flow, enabled=False))

    assert before == {"+864008001234": NumberSettings(flow)}
    assert ivr.numbers_in_use(session) == {}
    assert [one.enabled for one in ivr.numbers(session)] == [False]


def test_a_flow_has_a_name_of_its_own_and_a_number_a_flow_that_exists(session: Session) -> None:
    flow = ivr.add_flow(session, "Welcome")

    with pytest.raises(ConflictError):
        ivr.add_flow(session, "Welcome")
    with pytest.raises(InvalidError):
        ivr.save_number(session, ivr.Number("1", "x", type(flow)(10**9)))


def test_a_prompt_has_the_text_that_was_saved_last(session: Session) -> None:
    ivr.save_prompt(session, ivr.Prompt("greeting", "en", "Hello"))
    ivr.save_prompt(session, ivr.Prompt("greeting", "en", "Welcome"))

    assert ivr.prompts(session) == [ivr.Prompt("greeting", "en", "Welcome")]
