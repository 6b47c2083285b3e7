"""What one call needs of agents goes with it from queue to queue."""

from dataclasses import replace

import pytest
from journeys.published import publish
from journeys.site import open_site

from acd.agent import AgentState
from acd.decision import Decision, Verdict
from acd.queue import AgentId, OverflowStep, QueueKey, SendTo, members_of
from acd.skills import Need, SkillKey
from crm.calls.record import CallId
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core import requests as r
from cti.core.stage import Stage
from cti.fake import sign_in

GERMAN, LAW = SkillKey("german"), SkillKey("law")
SALES, SUPPORT, OPERATOR = map(QueueKey, ("sales", "support", "operator"))
THE_CALL = CallId("c1")
SPEAKER, OTHER = 2, 1


def set_queue(site, key, **fields):
    site.hear(e.QueueChanged(key, replace(site.state.queues[key], **fields)))


def sends_on(site, key, to, after=10):
    step = OverflowStep(after, SendTo(read_destination(f"queue:{to}")))
    set_queue(site, key, steps=(step,))


def asks_for(site, seconds=0, **needs):
    line = {"type": "queue", "queue": "sales", "needs": needs, "needs_seconds": seconds}
    publish(site, "line", line=line)


@pytest.fixture
def site():
    """Agent 2 speaks German and serves sales and support; sales sends on after ten seconds."""
    site = open_site((OTHER, SPEAKER))
    site.hear(e.AgentKnown(AgentId(SPEAKER), "Agent 2", "1002", skills={GERMAN: 6}))
    sends_on(site, SALES, SUPPORT)
    sign_in(site, OTHER)
    return site


def needs(site):
    (work,) = site.state.works.values()
    return work.needs


def decisions(site):
    return [fact for _, fact in site.facts if isinstance(fact, Decision)]


@pytest.mark.parametrize("dies", ["", "before", "after"])
def test_needs_go_along_to_another_queue(site, dies):
    asks_for(site, german=5)
    site.dial("c1")
    if dies == "before":
        site.engine_dies()
    site.wait(11)
    if dies == "after":
        site.engine_dies()
    assert site.state.calls[THE_CALL].queue == SUPPORT
    assert site.stage("c1") is Stage.WAITING  # agent 1 is free, and speaks no German
    assert needs(site) == (Need(GERMAN, 5),)
    sign_in(site, SPEAKER)
    assert site.agent_of("c1") == SPEAKER
    *_, made = decisions(site)
    assert made.level == {"own": {"needs": ["german 5"], "left": [], "over": False}}
    (lost,) = [one for one in made.considered if one.agent == OTHER]
    assert (lost.verdict, lost.lacks) == (Verdict.LACKS_SKILL, "german 5")


@pytest.mark.parametrize("dies", [False, True])
def test_the_time_of_needs_goes_on_in_another_queue(site, dies):
    asks_for(site, 30, german=5)
    began = site.now
    site.dial("c1")
    site.wait(11)
    if dies:
        site.engine_dies()
    site.wait(began + 29 - site.now)
    assert site.stage("c1") is Stage.WAITING
    site.wait(2)
    assert site.agent_of("c1") == OTHER
    *_, made = decisions(site)
    assert made.level == {"own": {"needs": ["german 5"], "left": [], "over": True}}


def test_needs_that_are_over_do_not_come_back_in_another_queue(site):
    sends_on(site, SALES, SUPPORT, after=40)
    site.hear(r.StateAsked(AgentId(OTHER), ready=False))
    asks_for(site, 30, german=5)
    site.dial("c1")
    site.wait(41)
    assert (site.state.calls[THE_CALL].queue, needs(site)) == (SUPPORT, ())
    site.hear(r.StateAsked(AgentId(OTHER), ready=True))
    assert site.agent_of("c1") == OTHER


@pytest.mark.parametrize("dies", [False, True])
def test_a_need_that_no_agent_of_another_queue_meets_is_left_there_and_holds_again_later(
    site, dies
):
    set_queue(site, SUPPORT, members=members_of([AgentId(OTHER)]))
    sends_on(site, SUPPORT, OPERATOR)
    site.hear(r.StateAsked(AgentId(OTHER), ready=False))
    asks_for(site, german=5)
    site.dial("c1")
    site.wait(11)
    if dies:
        site.engine_dies()
    assert (site.state.calls[THE_CALL].queue, needs(site)) == (SUPPORT, ())
    site.wait(11)
    assert site.state.calls[THE_CALL].queue == OPERATOR
    assert needs(site) == (Need(GERMAN, 5),)


def test_an_agent_who_gets_a_call_without_its_needs_is_explained(site):
    set_queue(site, SUPPORT, members=members_of([AgentId(OTHER)]))
    asks_for(site, german=5)
    site.dial("c1")
    site.wait(11)
    assert site.agent_of("c1") == OTHER
    *_, made = decisions(site)
    assert made.level == {"own": {"needs": [], "left": ["german 5"], "over": False}}


def test_needs_go_along_from_a_queue_that_takes_nobody(site):
    set_queue(site, SALES, empty=read_destination("queue:support"), members=())
    asks_for(site, 30, german=5)
    site.dial("c1")
    assert site.state.calls[THE_CALL].queue == SUPPORT
    assert (site.stage("c1"), needs(site)) == (Stage.WAITING, (Need(GERMAN, 5),))
    site.wait(31)
    assert site.agent_of("c1") == OTHER


def test_the_priority_of_a_queue_step_goes_along_from_a_queue_that_takes_nobody(site):
    set_queue(site, SALES, empty=read_destination("queue:support"), members=())
    publish(site, "line", line={"type": "queue", "queue": "sales", "priority": 7})
    site.dial("c1")
    call = site.state.calls[THE_CALL]
    assert (call.queue, call.priority) == (SUPPORT, 7)


@pytest.mark.parametrize("dies", [False, True])
def test_needs_hold_when_the_agents_phone_was_lost(site, dies):
    asks_for(site, german=5)
    sign_in(site, SPEAKER)
    site.dial("c1")
    site.pick_up("c1")
    site.hear(e.PhoneReachable(AgentId(SPEAKER), site.agent(SPEAKER).phone, reachable=False))
    site.leg_ends("c1", 41)
    if dies:
        site.engine_dies()
    site.wait(120)
    assert site.agent(SPEAKER).state is not AgentState.TALKING
    assert (site.stage("c1"), needs(site)) == (Stage.WAITING, (Need(GERMAN, 5),))


def test_a_transfer_after_the_talk_needs_nothing_more(site):
    asks_for(site, german=5)
    sign_in(site, SPEAKER)
    site.dial("c1")
    site.pick_up("c1")
    to = read_destination("queue:support")
    site.hear(r.TransferAsked(AgentId(SPEAKER), THE_CALL, to))
    assert site.agent_of("c1") == OTHER
