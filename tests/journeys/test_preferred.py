"""Callers who wait for the agent who knows them, and how urgent callers become by waiting."""

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue

from acd.preferred import FamiliarAgents
from acd.queue import AgentId, Preferred, Queue, QueueKey, members_of
from cti.core import events as e
from cti.core import requests as r
from cti.core.answer_events import AgentsFound
from cti.core.commands import FindAgents
from cti.core.stage import Stage
from cti.fake import sign_in

SUPPORT, SALES = QueueKey("support"), QueueKey("sales")
DAY = 24 * 3600
BOTH = Preferred(last_agent_days=7, owner=True, patience_seconds=20)


def set_queue(fake, key=SUPPORT, members=(1, 2, 3), **fields):
    queue = Queue(key, key.title(), members_of(map(AgentId, members)), **fields)
    fake.hear(e.QueueChanged(key, queue), e.LineOpened(key))


@pytest.fixture
def fake():
    made = open_site()
    set_queue(made, preferred=BOTH)
    sign_in(made, 1, 2, 3)
    made.wait(10)
    return made


def known(fake, owner=None, last=None, days=1.0, call="c1"):
    """Answer who knows the caller."""
    assert any(isinstance(one, FindAgents) and one.call == call for one in fake.asked)
    said = FamiliarAgents(owner, last, fake.now - days * DAY)
    fake.hear(AgentsFound(call, said))


def pause(fake, agent):
    fake.hear(r.StateAsked(AgentId(agent), ready=False, reason="lunch"))


def test_the_agent_who_spoke_last_with_the_caller_is_rung_and_not_the_longest_idle(fake):
    to_queue(fake, "c1")
    assert fake.stage("c1") is Stage.WAITING, "until it is known who that is"
    known(fake, last=AgentId(3))
    assert fake.agent_of("c1") == 3
    check(fake)


def test_the_owner_goes_before_the_last_agent(fake):
    to_queue(fake, "c1")
    known(fake, owner=AgentId(2), last=AgentId(3))
    assert fake.agent_of("c1") == 2


def test_a_caller_waits_for_the_owner_and_after_that_for_anybody(fake):
    pause(fake, 2)
    to_queue(fake, "c1")
    known(fake, owner=AgentId(2))
    fake.wait(15)
    assert fake.stage("c1") is Stage.WAITING
    check(fake)
    fake.wait(6)
    assert fake.agent_of("c1") == 1
    check(fake)


def test_an_owner_who_becomes_ready_in_time_gets_their_caller_before_others(fake):
    pause(fake, 2)
    to_queue(fake, "c1")
    known(fake, owner=AgentId(2))
    for agent in (1, 3):
        pause(fake, agent)
    to_queue(fake, "c2")
    fake.wait(5)
    fake.hear(r.StateAsked(AgentId(2), ready=True))
    assert fake.agent_of("c1") == 2
    check(fake)


@pytest.mark.parametrize(("owner", "last", "days"), [(None, None, 0), (None, 3, 8), (9, None, 0)])
def test_without_a_known_agent_the_caller_is_offered_to_all_at_once(fake, owner, last, days):
    to_queue(fake, "c1")
    known(fake, owner, last, days)
    assert fake.agent_of("c1") == 1
    check(fake)


def test_an_owner_who_is_signed_out_or_of_another_queue_is_not_waited_for(fake):
    fake.hear(r.SignOutAsked(AgentId(2)))
    to_queue(fake, "c1")
    known(fake, owner=AgentId(2))
    assert fake.agent_of("c1") == 1
    set_queue(fake, members=(1, 3), preferred=BOTH)
    sign_in(fake, 2)
    to_queue(fake, "c2")
    known(fake, owner=AgentId(2), call="c2")
    assert fake.agent_of("c2") == 3
    check(fake)


def test_a_database_that_does_not_answer_costs_two_seconds(fake):
    to_queue(fake, "c1")
    fake.wait(1.9)
    assert fake.stage("c1") is Stage.WAITING
    fake.wait(0.2)
    assert fake.agent_of("c1") == 1
    known(fake, last=AgentId(3))
    assert fake.agent_of("c1") == 1, "too late"
    check(fake)


def test_after_the_owner_declines_anybody_is_rung(fake):
    to_queue(fake, "c1")
    known(fake, owner=AgentId(2))
    fake.ends(fake.agent_leg("c1"), 21)
    assert fake.agent_of("c1") == 1
    check(fake)


def test_the_wait_for_the_owner_goes_on_when_the_engine_dies(fake):
    pause(fake, 2)
    to_queue(fake, "c1")
    known(fake, owner=AgentId(2))
    fake.wait(5)
    fake.engine_dies(2)
    check(fake)
    assert fake.stage("c1") is Stage.WAITING
    fake.hear(r.StateAsked(AgentId(2), ready=True))
    assert fake.agent_of("c1") == 2
    check(fake)


def test_ageing_lets_an_old_caller_pass_an_urgent_one():
    fake = open_site()
    set_queue(fake, ageing=1.0)
    set_queue(fake, SALES, priority=2)
    to_queue(fake, "old", "2")
    fake.wait(200)
    to_queue(fake, "urgent", "1")
    sign_in(fake, 1)
    assert fake.agent_of("old") == 1
    check(fake)


def test_of_queues_of_equal_priority_the_heavier_one_is_served_sooner():
    fake = open_site()
    set_queue(fake, weight=3.0)
    set_queue(fake, SALES)
    to_queue(fake, "light", "1")
    fake.wait(60)
    to_queue(fake, "heavy", "2")
    fake.wait(40)
    sign_in(fake, 1)
    assert fake.agent_of("heavy") == 1, "3 times 40 is more than 100"
    check(fake)
