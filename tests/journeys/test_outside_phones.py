"""Agents who take calls at a number outside: called over a trunk, taken with a key."""

import pytest
from journeys.calls_out import plan
from journeys.invariants import check
from journeys.site import to_queue

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from crm.kernel.errors import RefusedError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.outbound.rule import Dialler

LI = AgentId(1)
MOBILE = "13911112222"


def sign_in(fake, number=MOBILE):
    diallers = {LI: Dialler(LI, phone_number="+86" + MOBILE)}
    fake.hear(
        e.OutboundChanged(plan(diallers=diallers)),
        r.SignInAsked(LI, Phone.OUTSIDE, reachable=True, number=number),
        r.StateAsked(LI, ready=True),
    )


@pytest.fixture
def called(fake):
    """The agent's mobile rings for a caller, and is picked up."""
    sign_in(fake)
    to_queue(fake, "c1")
    assert fake.dialled[LegId("c1-a1")][1] == "+8613911112222"
    fake.answers("c1-a1")
    return fake


def test_the_key_takes_the_call(called):
    assert called.hears_prompts("c1-a1")
    assert called.hearing[LegId("c1")] == "music"
    called.press("c1-a1", "5")
    called.press("c1-a1", "1")
    assert called.together("c1", "c1-a1")
    assert called.stage("c1") is Stage.TALKING
    called.caller_hangs_up("c1")
    assert called.agent(LI).state is AgentState.WRAP_UP
    check(called)


def test_the_question_may_end_before_the_key_comes(called):
    called.prompts_end("c1-a1")
    assert called.hearing[LegId("c1-a1")] == "silence"
    called.press("c1-a1", "1")
    assert called.stage("c1") is Stage.TALKING


@pytest.mark.parametrize("key", ["", "2"])
def test_without_the_key_nobody_has_the_call(called, key):
    if key:
        called.press("c1-a1", key)
    else:
        called.wait(21)
    assert "c1-a1" not in called.channels
    assert called.stage("c1") in (Stage.WAITING, Stage.OFFERED)
    assert called.record("c1").result == "live"
    check(called)


def test_a_number_outside_that_is_busy_is_a_miss(fake):
    sign_in(fake)
    to_queue(fake, "c1")
    fake.ends("c1-a1", 17)
    assert fake.stage("c1") is Stage.WAITING
    assert fake.agent(LI).misses == 1


def test_a_trunk_that_fails_is_left_for_the_next(fake):
    sign_in(fake)
    to_queue(fake, "c1")
    fake.ends("c1-a1", 34)
    assert fake.dialled[LegId("c1-a2")][0] == 2
    fake.answers("c1-a2")
    fake.press("c1-a2", "1")
    assert fake.stage("c1") is Stage.TALKING


def test_an_engine_that_dies_before_the_key_asks_again_and_in_the_talk_goes_on(called):
    called.engine_dies()
    assert not called.together("c1", "c1-a1")
    called.press("c1-a1", "1")
    assert called.stage("c1") is Stage.TALKING
    called.engine_dies()
    assert called.stage("c1") is Stage.TALKING
    assert called.together("c1", "c1-a1")


def test_a_number_that_the_agent_may_not_dial_is_no_phone(fake):
    fake.hear(e.OutboundChanged(plan()))
    with pytest.raises(RefusedError, match="international"):
        fake.hear(r.SignInAsked(LI, Phone.OUTSIDE, reachable=True, number="+442079460000"))


def test_the_agent_calls_out_from_there_too(fake):
    sign_in(fake)
    fake.hear(r.CallAsked("o1", LI, "13800138000"))
    fake.answers("o1-a1")
    fake.press("o1-a1", "1")
    assert fake.dialled[LegId("o1-c2")][1] == "+8613800138000"
    fake.answers("o1-c2")
    assert fake.together("o1-a1", "o1-c2")
    check(fake)
