"""Callers who are called back: they keep their place, and are called when an agent is there."""

from dataclasses import replace

import pytest
from journeys.invariants import check
from journeys.site import open_site
from journeys.test_outbound import plan as outbound_plan

from acd.agent import AgentState, Capacity
from acd.callback import CallbackState
from acd.queue import AgentId, QueueKey
from acd.work import Medium
from crm.calls.record import CallId, Kind
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core import requests as r
from cti.core.callback_requests import CallbackCanceled
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings

LI = AgentId(1)
BOTH = Capacity({Medium.VOICE: 1, Medium.CALLBACK: 1}, 1)
MOBILE = "+8613800138000"
OTHER = "+8613900139000"


@pytest.fixture
def site():
    """Agent 1 is signed in and busy with a talk; number 200 offers a callback from support."""
    fake = open_site((1, 2), BOTH)
    fake.hear(e.OutboundChanged(outbound_plan()))
    numbers = {"100": NumberSettings(FlowId(1)), "200": NumberSettings(FlowId(1))}
    fake.hear(e.RoutesChanged(RoutePlan(numbers)))
    queue = fake.state.queues[QueueKey("sales")]
    to = read_destination("callback:support")
    fake.hear(e.QueueChanged(queue.key, replace(queue, empty=to)))
    sign_in(fake, 1)
    fake.dial("c0", caller="+8613700000000")
    fake.prompts_end("c0")
    fake.press("c0", "2")
    fake.pick_up("c0")
    return fake


def asks(fake, call="c1", caller=MOBILE, key="1"):
    """A caller is sent to the callback of support, and presses a key."""
    fake.dial(call, caller=caller)
    fake.prompts_end(call)
    fake.press(call, "2")
    fake.hear(r.MoveAsked(CallId(call), read_destination("callback:support")))
    fake.prompts_end(call)
    if key:
        fake.press(call, key)


def is_told(fake, call="c1"):
    fake.prompts_end(call)
    assert CallId(call) not in fake.state.calls


def callbacks(fake):
    return {one.id: one for one in fake.state.callbacks.values()}


def free(fake, call="c0"):
    fake.caller_hangs_up(call)
    fake.hear(r.StateAsked(LI, ready=True))


def told(fake, call="c1"):
    kinds = (Kind.CALLBACK_ASKED, Kind.CALLBACK_CALLED, Kind.CALLBACK_OVER)
    events = [one for one in fake.timeline(call) if one.kind in kinds]
    return [one.detail.get("state", one.kind.value) for one in events]


@pytest.mark.parametrize("dies", [False, True])
def test_a_caller_hangs_up_keeps_the_place_and_is_called_at_the_turn(site, dies):
    asks(site)
    is_told(site)
    site.wait(30)
    site.dial("c2", caller=OTHER)
    site.prompts_end("c2")
    site.press("c2", "2")
    if dies:
        site.engine_dies()
    free(site)

    assert site.stage("c2") is Stage.WAITING
    made = callbacks(site)["c1"].made
    leg = site.agent_leg(made)
    site.answers(leg)
    assert site.dialled[f"{made}-c2"][1].endswith("13800138000")
    site.answers(f"{made}-c2")
    assert site.talking(made)
    assert site.call(made).queue == "support"
    check(site)
    site.ends(f"{made}-c2")
    assert not callbacks(site)
    assert told(site) == ["callback asked", "callback called", "done"]
    assert site.agent(1).state is AgentState.WRAP_UP


@pytest.mark.parametrize("key", ["3", "5", ""])
def test_a_caller_who_does_not_want_a_callback_stays_in_line(site, key):
    asks(site, key=key)
    site.wait(10)

    assert site.stage("c1") is Stage.WAITING
    assert not callbacks(site)


def test_an_engine_that_dies_in_the_question_asks_again(site):
    asks(site, key="")
    site.engine_dies()
    site.press("c1", "1")

    assert callbacks(site)


def test_a_caller_who_calls_again_is_not_called_back(site):
    asks(site)
    is_told(site)
    site.dial("c2", caller=MOBILE)

    assert not callbacks(site)
    assert told(site) == ["callback asked", "canceled"]


def test_a_second_wish_has_the_place_of_the_first(site):
    asks(site)
    is_told(site)
    since = callbacks(site)["c1"].since
    site.wait(60)
    site.hear(e.TrunkReachable(1, reachable=True))
    asks(site, "c2", key="")
    assert not callbacks(site)
    site.press("c2", "1")

    assert callbacks(site)["c2"].since > since  # the first was canceled by calling again


def test_nobody_answers_and_the_customer_is_called_three_times(site):
    asks(site)
    is_told(site)
    free(site)
    for attempt in range(3):
        made = callbacks(site)["c1"].made
        site.answers(site.agent_leg(made))
        site.ends(f"{made}-c2", 19)
        site.hear(r.StateAsked(LI, ready=True))
        if attempt < 2:
            assert callbacks(site)["c1"].state is CallbackState.WAITING
            site.wait(301)

    assert not callbacks(site)
    assert told(site)[-1] == "failed"


def test_an_agent_who_does_not_pick_up_costs_the_customer_nothing(site):
    sign_in(site, 2)
    site.hear(r.StateAsked(AgentId(2), ready=False))
    asks(site)
    is_told(site)
    free(site)
    made = callbacks(site)["c1"].made
    site.hear(r.StateAsked(AgentId(2), ready=True))
    site.ends(site.agent_leg(made), 19)

    again = callbacks(site)["c1"]
    assert (again.tries, again.state) == (1, CallbackState.CALLING)
    assert site.agent_of(again.made) == 2


@pytest.mark.parametrize("moment", ["agent rings", "customer rings", "talk"])
def test_the_engine_dies_in_a_callback(site, moment):
    asks(site)
    is_told(site)
    free(site)
    made = callbacks(site)["c1"].made
    if moment != "agent rings":
        site.answers(site.agent_leg(made))
    if moment == "talk":
        site.answers(f"{made}-c2")
    site.engine_dies()
    check(site)
    if moment == "agent rings":
        site.wait(90)
        again = callbacks(site)["c1"]
        assert again.state is CallbackState.CALLING
        return
    if moment == "customer rings":
        site.answers(f"{made}-c2")
    assert site.talking(made)
    site.ends(f"{made}-c2")
    assert not callbacks(site)


def test_a_callback_can_be_canceled_and_its_queue_removed(site):
    asks(site)
    is_told(site)
    site.hear(CallbackCanceled(CallId("c1")))
    assert not callbacks(site)
    asks(site, "c2", OTHER)
    is_told(site, "c2")
    site.hear(e.QueueChanged(QueueKey("support"), None))
    assert not callbacks(site)
    assert told(site, "c2")[-1] == "failed"


@pytest.mark.parametrize("dies", [False, True])
def test_a_callback_of_a_deleted_queue_waits_on_in_the_successor(site, dies):
    asks(site)
    is_told(site)
    since = callbacks(site)["c1"].since
    routes = replace(site.state.routes, successors={QueueKey("support"): QueueKey("operator")})
    site.hear(e.RoutesChanged(routes), e.QueueChanged(QueueKey("support"), None))
    if dies:
        site.engine_dies()
    [kept] = callbacks(site).values()
    assert (kept.queue, kept.since) == ("operator", since)
    free(site)
    assert callbacks(site)["c1"].made is not None
    check(site)
