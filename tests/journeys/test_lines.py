"""Lines that close while callers wait in them, and callers who come back from the fallback."""

import pytest
from journeys.site import open_house, to_queue

from acd.agent import State
from acd.queue import AgentId, Queue, QueueKey
from cti.core import events as e
from cti.core.call import Stage
from cti.fake import FakeAsterisk, sign_in

SUPPORT, OPERATOR, SALES = QueueKey("support"), QueueKey("operator"), QueueKey("sales")


@pytest.fixture
def house() -> FakeAsterisk:
    return open_house()


def remove(fake: FakeAsterisk, *keys: QueueKey) -> None:
    for key in keys:
        fake.hear(e.QueueChanged(key, None))


def serve(fake: FakeAsterisk, key: QueueKey, *agents: int) -> None:
    """Let these agents alone serve a queue."""
    members = tuple(map(AgentId, agents))
    fake.hear(e.QueueChanged(key, Queue(key, key, members)), e.LineOpened(key))


def call(fake: FakeAsterisk, id_: str = "c1"):
    return fake.house.calls[id_]


def test_who_waits_in_a_removed_queue_waits_on_where_no_key_leads(house):
    to_queue(house, "c1", "2")
    since = call(house).waiting_since
    house.wait(20)
    remove(house, SUPPORT)

    assert (call(house).stage, call(house).queue) == (Stage.WAITING, OPERATOR)
    assert call(house).waiting_since == since
    assert house.hearing["c1"] == "music"
    assert house.record("c1").queue == OPERATOR


def test_in_the_other_line_an_idle_agent_takes_him_at_once(house):
    serve(house, SUPPORT, 1)
    serve(house, OPERATOR, 2)
    sign_in(house, 2)
    to_queue(house, "c1", "2")
    remove(house, SUPPORT)

    assert (call(house).stage, call(house).agent) == (Stage.OFFERED, 2)


def test_the_longest_wait_is_kept_when_two_lines_become_one(house):
    to_queue(house, "c1", "2")
    house.wait(5)
    to_queue(house, "c2", "0")
    remove(house, SUPPORT)
    sign_in(house, 1)

    assert call(house, "c1").stage is Stage.OFFERED
    assert call(house, "c2").stage is Stage.WAITING


def test_with_the_flow_s_own_way_closed_too_any_queue_of_the_flow_takes_him(house):
    to_queue(house, "c1", "2")
    remove(house, OPERATOR, SUPPORT)

    assert (call(house).stage, call(house).queue) == (Stage.WAITING, SALES)


def test_with_no_queue_left_his_call_ends_and_says_why(house):
    to_queue(house, "c1", "2")
    remove(house, SALES, OPERATOR, SUPPORT)

    assert house.channels == {}
    assert house.house.calls == {}
    assert house.house.waiting == {}
    assert house.record("c1").ended_by == "system"


def test_a_call_that_rings_when_its_queue_goes_may_still_be_answered(house):
    sign_in(house, 1)
    to_queue(house, "c1", "2")
    remove(house, SUPPORT)
    house.pick_up("c1")

    assert house.talking("c1")


def test_a_call_that_rings_in_vain_when_its_queue_goes_waits_in_the_other_line(house):
    sign_in(house, 1)
    to_queue(house, "c1", "2")
    remove(house, SUPPORT)
    house.leg_ends("c1", 21)

    assert (call(house).stage, call(house).queue) == (Stage.WAITING, OPERATOR)


def test_a_key_that_leads_to_a_removed_queue_leads_where_no_key_leads(house):
    remove(house, SUPPORT)
    to_queue(house, "c1", "2")

    assert (call(house).stage, call(house).queue) == (Stage.WAITING, OPERATOR)


def test_a_talk_that_breaks_off_after_its_queue_went_waits_in_the_other_line(house):
    sign_in(house, 1)
    to_queue(house, "c1", "2")
    house.pick_up("c1")
    remove(house, SUPPORT)
    house.leg_ends("c1", 20)
    house.wait(13)

    assert (call(house).stage, call(house).queue) == (Stage.WAITING, OPERATOR)


def test_a_new_engine_learns_of_the_new_line(house):
    to_queue(house, "c1", "2")
    remove(house, SUPPORT)

    assert '"q":"operator"' in house.memory["c1"]


def test_the_agent_whom_the_fallback_frees_takes_the_next_caller(house):
    sign_in(house, 1)
    to_queue(house, "c1", "2")
    house.pick_up("c1")
    house.wait(1)
    to_queue(house, "c2", "1")
    serve(house, SUPPORT, 2)
    house.comes_back("c1")

    assert call(house, "c1").stage is Stage.WAITING
    assert (call(house, "c2").stage, call(house, "c2").agent) == (Stage.OFFERED, 1)


def test_who_comes_back_gets_the_idle_agent_and_the_freed_one_the_next_caller(house):
    serve(house, SALES, 1)
    sign_in(house, 1)
    to_queue(house, "c1", "2")
    house.pick_up("c1")
    to_queue(house, "c2", "1")
    sign_in(house, 2)
    house.comes_back("c1")

    assert (call(house, "c1").agent, call(house, "c2").agent) == (2, 1)


def test_the_leg_of_a_talk_that_the_fallback_broke_off_is_hung_up(house):
    sign_in(house, 1)
    to_queue(house, "c1", "2")
    house.pick_up("c1")
    house.hear(e.StateAsked(AgentId(1), ready=False, reason="lunch"))
    leg = call(house).leg
    house.comes_back("c1")

    assert leg not in house.channels
    assert house.house.agents[AgentId(1)].state is State.PAUSED


def test_a_caller_who_comes_back_without_a_memory_hears_the_flow_anew(house):
    house.dial("c1")
    house.memory.clear()
    house.comes_back("c1")

    assert call(house).stage is Stage.IVR
