"""Lines that close while callers wait in them, and callers who come back from the fallback."""

from dataclasses import replace

import pytest
from journeys.site import open_site, to_queue

from acd.agent import AgentState
from acd.queue import AgentId, Queue, QueueKey, members_of
from cti.core import events as e
from cti.core import requests as r
from cti.core.stage import Stage
from cti.fake import FakeAsterisk, sign_in

SUPPORT, OPERATOR, SALES = QueueKey("support"), QueueKey("operator"), QueueKey("sales")


@pytest.fixture
def fake() -> FakeAsterisk:
    return open_site()


def remove(fake: FakeAsterisk, *keys: QueueKey) -> None:
    for key in keys:
        fake.hear(e.QueueChanged(key, None))


def serve(fake: FakeAsterisk, key: QueueKey, *agents: int) -> None:
    """Let only these agents serve a queue."""
    members = members_of(map(AgentId, agents))
    fake.hear(e.QueueChanged(key, Queue(key, key, members)), e.LineOpened(key))


def place(fake: FakeAsterisk, id_: str = "c1"):
    return fake.stage(id_), fake.call(id_).queue


def offer(fake: FakeAsterisk, id_: str = "c1"):
    return fake.stage(id_), fake.agent_of(id_)


def test_callers_of_a_removed_queue_wait_on_in_the_flows_default_queue(fake):
    to_queue(fake, "c1", "2")
    since = fake.call("c1").waiting_since
    fake.wait(20)
    remove(fake, SUPPORT)

    assert place(fake) == (Stage.WAITING, OPERATOR)
    assert fake.call("c1").waiting_since == since
    assert fake.hearing["c1"] == "music"
    assert fake.record("c1").queue == OPERATOR


def test_an_idle_agent_of_the_other_queue_takes_the_moved_caller_at_once(fake):
    serve(fake, SUPPORT, 1)
    serve(fake, OPERATOR, 2)
    sign_in(fake, 2)
    to_queue(fake, "c1", "2")
    remove(fake, SUPPORT)

    assert offer(fake) == (Stage.OFFERED, 2)


def test_the_longest_wait_is_kept_when_two_lines_become_one(fake):
    to_queue(fake, "c1", "2")
    fake.wait(5)
    to_queue(fake, "c2", "0")
    remove(fake, SUPPORT)
    sign_in(fake, 1)

    assert fake.stage("c1") is Stage.OFFERED
    assert fake.stage("c2") is Stage.WAITING


def test_with_the_default_queue_removed_too_any_queue_of_the_flow_takes_the_caller(fake):
    to_queue(fake, "c1", "2")
    remove(fake, OPERATOR, SUPPORT)

    assert place(fake) == (Stage.WAITING, SALES)


def test_with_no_queue_left_the_call_ends_with_a_reason(fake):
    to_queue(fake, "c1", "2")
    remove(fake, SALES, OPERATOR, SUPPORT)

    assert fake.channels == {}
    assert len(fake.state.calls) == 0
    assert fake.state.lines.waiting.lines() == {}
    assert fake.record("c1").ended_by == "system"


def test_a_call_that_rings_when_its_queue_goes_may_still_be_answered(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1", "2")
    remove(fake, SUPPORT)
    fake.pick_up("c1")

    assert fake.talking("c1")


def test_an_unanswered_call_of_a_removed_queue_waits_in_the_other_queue(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1", "2")
    remove(fake, SUPPORT)
    fake.leg_ends("c1", 21)

    assert place(fake) == (Stage.WAITING, OPERATOR)


def test_a_key_for_a_removed_queue_leads_to_the_flows_default_queue(fake):
    remove(fake, SUPPORT)
    to_queue(fake, "c1", "2")

    assert place(fake) == (Stage.WAITING, OPERATOR)


def test_a_lost_talk_of_a_removed_queue_waits_in_the_other_queue(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1", "2")
    fake.pick_up("c1")
    remove(fake, SUPPORT)
    fake.leg_ends("c1", 20)
    fake.wait(13)

    assert place(fake) == (Stage.WAITING, OPERATOR)


def test_a_new_engine_learns_of_the_new_line(fake):
    to_queue(fake, "c1", "2")
    remove(fake, SUPPORT)

    assert '"q":"operator"' in fake.saved["c1"]


def test_an_agent_freed_by_the_fallback_takes_the_next_caller(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1", "2")
    fake.pick_up("c1")
    fake.wait(1)
    to_queue(fake, "c2", "1")
    serve(fake, SUPPORT, 2)
    fake.comes_back("c1")

    assert fake.stage("c1") is Stage.WAITING
    assert offer(fake, "c2") == (Stage.OFFERED, 1)


def test_a_returning_caller_gets_the_idle_agent_and_the_next_one_the_freed_agent(fake):
    serve(fake, SALES, 1)
    sign_in(fake, 1)
    to_queue(fake, "c1", "2")
    fake.pick_up("c1")
    to_queue(fake, "c2", "1")
    sign_in(fake, 2)
    fake.comes_back("c1")

    assert (fake.agent_of("c1"), fake.agent_of("c2")) == (2, 1)


def test_the_leg_of_a_talk_that_the_fallback_broke_off_is_hung_up(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1", "2")
    fake.pick_up("c1")
    fake.hear(r.StateAsked(AgentId(1), ready=False, reason="lunch"))
    leg = fake.agent_leg("c1")
    fake.comes_back("c1")

    assert leg not in fake.channels
    assert fake.state.agents[AgentId(1)].state is AgentState.PAUSED


def test_a_caller_who_returns_without_a_saved_context_hears_the_flow_from_the_start(fake):
    fake.dial("c1")
    fake.saved.clear()
    fake.comes_back("c1")

    assert fake.stage("c1") is Stage.IVR


def succeed(fake: FakeAsterisk, key: QueueKey, successor: QueueKey) -> None:
    routes = replace(fake.state.routes, successors={key: successor})
    fake.hear(e.RoutesChanged(routes), e.QueueChanged(key, None))


def test_callers_of_a_deleted_queue_wait_on_in_its_successor_in_their_order(fake):
    for call in ("c1", "c2", "c3"):
        to_queue(fake, call, "2")
        fake.wait(10)
    to_queue(fake, "c4", "1")
    since = {call: fake.call(call).waiting_since for call in ("c1", "c2", "c3")}
    succeed(fake, SUPPORT, SALES)

    assert [place(fake, call) for call in since] == [(Stage.WAITING, SALES)] * 3
    assert {call: fake.call(call).waiting_since for call in since} == since
    served = []
    for agent in (1, 2, 3):
        sign_in(fake, agent)
        served += [call for call in (*since, "c4") if fake.agent_of(call) == agent]
    assert served == ["c1", "c2", "c3"], "before the caller who came later to the successor"


def test_a_caller_who_rings_while_the_queue_is_deleted_waits_on_in_the_successor(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1", "2")
    assert offer(fake) == (Stage.OFFERED, 1)
    succeed(fake, SUPPORT, SALES)
    fake.ends(fake.agent_leg("c1"), 21)
    fake.wait(1)
    assert fake.call("c1").queue == SALES
    assert fake.stage("c1") in (Stage.WAITING, Stage.OFFERED)


def test_another_engine_leads_callers_of_a_deleted_queue_to_the_successor(fake):
    to_queue(fake, "c1", "2")
    routes = replace(fake.state.routes, successors={SUPPORT: OPERATOR, OPERATOR: SALES})
    fake.hear(e.RoutesChanged(routes))
    remove(fake, SUPPORT, OPERATOR)
    fake.engine_dies(2)
    assert place(fake) == (Stage.WAITING, SALES)


def test_successors_in_a_circle_lead_to_the_flow_s_other_queue(fake):
    to_queue(fake, "c1", "2")
    routes = replace(fake.state.routes, successors={SUPPORT: SALES, SALES: SUPPORT})
    fake.hear(e.RoutesChanged(routes))
    remove(fake, SALES, SUPPORT)
    assert place(fake) == (Stage.WAITING, OPERATOR)
