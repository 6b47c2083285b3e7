"""A callback needs the skills that the call needed which asked for it."""

from dataclasses import replace

import pytest
from journeys.invariants import check
from journeys.published import publish
from journeys.site import open_site
from journeys.test_outbound import plan as outbound_plan

from acd.agent import Capacity
from acd.decision import Decision, Verdict
from acd.queue import AgentId, OverflowStep, QueueKey, SendTo, members_of
from acd.skills import Need, SkillKey
from acd.work import Medium
from crm.calls.record import CallId, Kind
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core import requests as r
from cti.core.stage import Stage
from cti.fake import sign_in

GERMAN = SkillKey("german")
SALES, SUPPORT = QueueKey("sales"), QueueKey("support")
OTHER, SPEAKER = 1, 2
BOTH = Capacity({Medium.VOICE: 1, Medium.CALLBACK: 1}, 1)


def set_queue(site, key, **fields):
    site.hear(e.QueueChanged(key, replace(site.state.queues[key], **fields)))


def asks_for(site, seconds=0):
    line = {"type": "queue", "queue": "sales", "needs": {"german": 5}, "needs_seconds": seconds}
    publish(site, "line", line=line)


@pytest.fixture
def site():
    """Agent 2, who is away, speaks German; sales offers a callback after ten seconds."""
    site = open_site((OTHER, SPEAKER), BOTH)
    site.hear(e.OutboundChanged(outbound_plan()))
    site.hear(e.AgentKnown(AgentId(SPEAKER), "Agent 2", "1002", skills={GERMAN: 6}, capacity=BOTH))
    set_queue(site, SALES, steps=(OverflowStep(10, SendTo(read_destination("callback:support"))),))
    sign_in(site, OTHER)
    asks_for(site)
    return site


def wants_callback(site):
    """A caller waits for a German speaker, is asked after ten seconds and presses 1."""
    site.dial("c1")
    site.wait(11)
    site.prompts_end("c1")
    site.press("c1", "1")
    site.prompts_end("c1")
    assert CallId("c1") not in site.state.calls


def work(site):
    (found,) = site.state.works.values()
    return found


def made(site):
    return next(iter(site.state.callbacks.values())).made


@pytest.mark.parametrize("dies", ["", "in the question", "in line"])
def test_a_callback_is_not_given_to_an_agent_without_the_skill(site, dies):
    if dies == "in the question":
        site.dial("c1")
        site.wait(11)
        site.engine_dies()
        site.prompts_end("c1")
        site.press("c1", "1")
        site.prompts_end("c1")
    else:
        wants_callback(site)
    if dies == "in line":
        site.engine_dies()
    assert work(site).needs == (Need(GERMAN, 5),)
    site.wait(300)
    assert made(site) is None
    sign_in(site, SPEAKER)
    assert site.agent_of(made(site)) == SPEAKER
    check(site)


@pytest.mark.parametrize("dies", [False, True])
def test_when_the_needs_are_over_any_agent_calls_back(site, dies):
    asks_for(site, 60)
    wants_callback(site)
    if dies:
        site.engine_dies()
    site.wait(30)
    assert made(site) is None, "the time in the queue counts"
    site.wait(20)
    assert site.agent_of(made(site)) == OTHER
    (decision,) = [fact for _, fact in site.facts if isinstance(fact, Decision)]
    assert decision.level == {"own": {"needs": ["german 5"], "left": [], "over": True}}


def test_an_agent_who_calls_back_is_explained_by_the_needs(site):
    wants_callback(site)
    sign_in(site, SPEAKER)
    (decision,) = [fact for _, fact in site.facts if isinstance(fact, Decision)]
    assert decision.level == {"own": {"needs": ["german 5"], "left": [], "over": False}}
    verdicts = {one.agent: (one.verdict, one.lacks) for one in decision.considered}
    assert verdicts[OTHER] == (Verdict.LACKS_SKILL, "german 5")


def test_needs_that_no_agent_of_the_queue_meets_are_left_there(site):
    set_queue(site, SUPPORT, members=members_of([AgentId(OTHER)]))
    wants_callback(site)
    assert site.agent_of(made(site)) == OTHER
    (decision,) = [fact for _, fact in site.facts if isinstance(fact, Decision)]
    assert decision.level == {"own": {"needs": [], "left": ["german 5"], "over": False}}


def test_needs_hold_for_the_next_try(site):
    sign_in(site, SPEAKER)
    site.hear(r.StateAsked(AgentId(SPEAKER), ready=False, reason="break"))
    wants_callback(site)
    site.hear(r.StateAsked(AgentId(SPEAKER), ready=True))
    site.ends(site.agent_leg(made(site)), 19)
    site.hear(r.StateAsked(AgentId(SPEAKER), ready=False, reason="break"))
    site.engine_dies()
    site.wait(400)
    assert made(site) is None
    assert work(site).needs == (Need(GERMAN, 5),)


def test_a_queue_that_takes_nobody_offers_a_callback_with_the_needs(site):
    set_queue(site, SALES, empty=read_destination("callback:support"), members=())
    site.dial("c1")
    site.prompts_end("c1")
    site.press("c1", "1")
    site.prompts_end("c1")
    assert work(site).needs == (Need(GERMAN, 5),)


def test_whoever_stays_on_the_line_still_needs_the_skill(site):
    set_queue(site, SALES, empty=read_destination("callback:support"), members=())
    site.dial("c1")
    site.prompts_end("c1")
    site.press("c1", "3")
    site.wait(10)
    assert (site.stage("c1"), work(site).needs) == (Stage.WAITING, (Need(GERMAN, 5),))


def test_a_callback_goes_from_queue_to_queue_with_its_needs(site):
    step = OverflowStep(20, SendTo(read_destination("queue:operator")))
    set_queue(site, SUPPORT, steps=(step,))
    wants_callback(site)
    site.wait(25)
    assert (work(site).queue, work(site).needs) == ("operator", (Need(GERMAN, 5),))


def test_the_fact_of_a_callback_names_its_needs(site):
    asks_for(site, 60)
    wants_callback(site)
    (asked,) = [one for one in site.timeline("c1") if one.kind is Kind.CALLBACK_ASKED]
    assert asked.detail["needs"] == "german 5"
    assert asked.detail["needs_until"] == pytest.approx(asked.detail["since"] + 60)
