"""The engine dies at any moment; the next one goes on as if nothing had happened."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.acts import AGENTS, CALLS, acts, play
from journeys.invariants import check
from journeys.site import open_site, to_queue

from acd.agent import AgentState
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.kernel.destination import to_agent
from crm.kernel.errors import HotlineError
from cti.core import events as e
from cti.core import requests as r
from cti.core import switch
from cti.core.commands import HangUp
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG = AgentId(1), AgentId(2)
C1 = CallId("c1")


@pytest.fixture
def ready(fake):
    sign_in(fake, 1, 2)
    return fake


@pytest.fixture
def talk(ready):
    to_queue(ready, "c1")
    ready.pick_up("c1")
    return ready


def leg_of(fake, agent):
    legs = [one.id for one in fake.state.legs.values() if one.agent == agent]
    return legs[-1] if legs else ""


# ---- one call


@pytest.mark.parametrize("stage", ["ivr", "waiting", "ringing", "talking", "held"])
def test_a_call_goes_on_where_it_was(fake, stage):
    if stage != "waiting":
        sign_in(fake, 1)
    if stage == "ivr":
        fake.dial("c1")
    else:
        to_queue(fake, "c1")
    if stage in ("talking", "held"):
        fake.pick_up("c1")
    if stage == "held":
        fake.hear(r.HoldAsked(LI, C1, hold=True))
        held_since = fake.state.agents[LI].tasks[0].since
    before = fake.stage("c1"), fake.agent_of("c1"), fake.agent_leg("c1")
    fake.wait(3)
    fake.engine_dies()
    if stage == "held":
        assert fake.state.agents[LI].tasks[0].since == pytest.approx(held_since, abs=0.01)

    assert (fake.stage("c1"), fake.agent_of("c1"), fake.agent_leg("c1")) == before
    assert fake.state.agents[LI].state.value in fake.states(1) or stage == "waiting"
    check(fake)


def test_an_agent_who_picks_up_while_no_engine_is_there_has_the_caller_when_one_is(ready):
    to_queue(ready, "c1")
    leg = ready.agent_leg("c1")
    ready.unheard(leg, "up")
    ready.engine_dies()

    assert ready.together("c1", leg)
    assert ready.stage("c1") is Stage.TALKING


def test_a_caller_who_hangs_up_while_no_engine_is_there_frees_the_agent(talk):
    talk.unheard("c1")
    talk.engine_dies()
    talk.wait(60)

    assert talk.agent(1).state is AgentState.READY
    assert len(talk.channels) == 0


def test_an_agent_whose_leg_is_gone_is_rung_again(talk):
    talk.unheard(talk.agent_leg("c1"))
    talk.engine_dies()

    assert talk.stage("c1") is Stage.PHONE_LOST
    assert talk.hearing["c1"] == "music"
    talk.pick_up("c1")
    assert talk.talking("c1")


def test_a_pause_asked_for_in_a_call_follows_it_also_when_the_engine_dies_meanwhile(talk):
    talk.hear(r.StateAsked(LI, ready=False, reason="lunch"))
    talk.engine_dies()
    assert talk.agent(1).state is AgentState.TALKING
    talk.caller_hangs_up("c1")
    talk.wait(60)

    assert (talk.agent(1).state, talk.agent(1).reason) == (AgentState.PAUSED, "lunch")


def test_a_transfer_of_which_nothing_was_saved_costs_the_caller_nothing(talk):
    saved, leg = dict(talk.saved), talk.agent_leg("c1")
    talk.hear(r.TransferAsked(LI, C1, to_agent(WANG)))
    talk.saved |= {LegId("c1"): saved[LegId("c1")]}
    talk.engine_dies()

    assert (talk.stage("c1"), talk.agent_of("c1")) == (Stage.PHONE_LOST, LI)
    assert talk.ended_with[leg].cause == 26
    talk.answers(leg_of(talk, LI))
    assert talk.talking("c1")


# ---- transfers and consultations


def test_a_blind_transfer_goes_on_ringing_at_the_recipient(talk):
    talk.hear(r.TransferAsked(LI, C1, to_agent(WANG)))
    talk.engine_dies()
    assert talk.agent_of("c1") == WANG
    talk.answers(leg_of(talk, WANG))

    assert talk.together("c1", leg_of(talk, WANG))
    assert talk.agent(1).state is AgentState.WRAP_UP


@pytest.mark.parametrize("when", ["ringing", "talking", "shuttled"])
def test_a_consultation_goes_on_and_can_be_completed(talk, when):
    talk.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    if when != "ringing":
        talk.answers(leg_of(talk, WANG))
    if when == "shuttled":
        talk.hear(r.ShuttleAsked(LI, C1))
    talk.engine_dies()
    check(talk)
    if when == "ringing":
        talk.answers(leg_of(talk, WANG))
    if when == "shuttled":
        assert talk.together("c1", leg_of(talk, LI))
    else:
        assert talk.together(leg_of(talk, LI), leg_of(talk, WANG))
    talk.hear(r.CompleteAsked(LI, C1))

    assert talk.together("c1", leg_of(talk, WANG))
    assert talk.agent_of("c1") == WANG


@pytest.mark.parametrize("when", ["ringing", "talking"])
def test_a_consultation_can_be_taken_back_from_the_next_engine(talk, when):
    talk.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    if when == "talking":
        talk.answers(leg_of(talk, WANG))
    talk.engine_dies()
    talk.hear(r.TakeBackAsked(LI, C1))

    assert talk.together("c1", leg_of(talk, LI))
    assert leg_of(talk, WANG) == ""


def test_a_recipient_who_answers_while_no_engine_is_there_is_in_the_consultation(talk):
    talk.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    talk.unheard(leg_of(talk, WANG), "up")
    talk.engine_dies()

    assert talk.together(leg_of(talk, LI), leg_of(talk, WANG))
    assert talk.hearing["c1"] == "music"


def test_a_recipient_who_leaves_while_no_engine_is_there_leaves_the_customer_with_the_initiator(
    talk,
):
    talk.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    talk.answers(leg_of(talk, WANG))
    talk.unheard(leg_of(talk, WANG))
    talk.engine_dies()

    assert talk.stage("c1") is Stage.HELD
    assert talk.call("c1").transfer is None
    talk.hear(r.HoldAsked(LI, C1, hold=False))
    assert talk.together("c1", leg_of(talk, LI))
    check(talk)


# ---- anything


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=30), st.lists(acts, max_size=30))
def test_after_any_story_the_next_engine_agrees_with_asterisk_and_goes_on(before, after):
    fake = open_site(AGENTS)
    for act in before:
        with contextlib.suppress(HotlineError):
            play(fake, act)
    talking = {call for call in CALLS if fake.talking(call)}
    fake.engine_dies()
    check(fake)
    assert talking <= {call for call in CALLS if fake.talking(call)}, "a talk was cut"
    for act in after:
        with contextlib.suppress(HotlineError):
            play(fake, act)
        check(fake)


@pytest.mark.parametrize("event", [e.LegAnswered, e.LegCreated])
def test_events_before_the_calls_are_found_end_no_leg(ready, event):
    ready.hear(e.AsteriskAway())
    told = event(LegId("c9-a1"))
    assert switch.step(ready.state, told, ready.now).commands == ()
    ready.hear(e.AsteriskBack())

    assert switch.step(ready.state, told, ready.now).commands == (HangUp(LegId("c9-a1")),)
