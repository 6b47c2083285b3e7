"""More than two in a call: transfers anywhere, consultations outside, conferences."""

import pytest
from journeys.invariants import check
from journeys.site import to_queue
from journeys.test_outbound import plan as outbound_plan

from acd.agent import AgentState
from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId
from crm.calls.record import CallId, CallResult
from crm.kernel.destination import read_destination, to_agent
from crm.kernel.errors import ConflictError, MissingError, RefusedError
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId, LegRole
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings

LI, WANG, ZHANG = AgentId(1), AgentId(2), AgentId(3)
C1 = CallId("c1")
MOBILE = "+8613800138000"
OUTSIDE = read_destination(f"number:{MOBILE}")


@pytest.fixture
def talk(fake):
    """Agent 1 talks with a caller; agents 2 and 3 are free; a box, a group and a trunk."""
    sign_in(fake, 1, 2, 3)
    group = RingGroup(RingGroupId(5), "Office", (WANG, ZHANG))
    box = VoicemailBox(BoxId(7), "Night", most_seconds=60)
    numbers = {"100": NumberSettings(FlowId(1))}
    fake.hear(e.OutboundChanged(outbound_plan()))
    fake.hear(e.RoutesChanged(RoutePlan(numbers, boxes={7: box}, ring_groups={5: group})))
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    return fake


def hand(fake, to, **more):
    fake.hear(r.TransferAsked(LI, C1, read_destination(to), **more))


def legs(fake, role):
    return [one.id for one in fake.state.legs.values() if one.role is role]


def kinds(fake):
    return [one.kind for one in fake.timeline("c1")]


def talks_with(fake, *agents):
    """Whether the customer and the agents talk together, and nobody else."""
    members = next((m for m in fake.bridges.values() if LegId("c1") in m), set())
    there = {fake.state.legs[one].agent for one in members if one != "c1"}
    return there == set(agents)


# ---- transfers to anything


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize(
    ("to", "stage"),
    [
        ("queue:sales", Stage.OFFERED),
        ("flow:1", Stage.IVR),
        ("voicemail:7", Stage.VOICEMAIL),
        ("ring-group:5", Stage.OFFERED),
        (str(OUTSIDE), Stage.FORWARDED),
        ("agent:2", Stage.OFFERED),
    ],
)
def test_a_customer_is_handed_to_any_destination_also_when_the_engine_dies(talk, to, stage, dies):
    hand(talk, to, note="wants a refund")
    if dies:
        talk.engine_dies()
    assert talk.stage("c1") is stage
    assert talk.agent(1).state is AgentState.WRAP_UP
    assert talk.state.calls[C1].handed.agent == LI
    assert talk.state.calls[C1].handed.note == "wants a refund"
    check(talk)
    talk.caller_hangs_up("c1")
    talk.wait(60)
    assert talk.channels == {}
    assert not talk.state.calls


def test_a_queue_keeps_the_callers_wait_and_the_front_is_before_everybody(talk):
    for agent in (2, 3):
        talk.hear(r.StateAsked(AgentId(agent), ready=False))
    to_queue(talk, "c2", "1")
    hand(talk, "queue:sales")
    to_queue(talk, "c3", "1")
    hand_over = talk.state.works["c1"]
    assert hand_over.since < talk.state.works["c2"].since
    talk.hear(r.MoveAsked(CallId("c3"), None))
    talk.hear(r.StateAsked(WANG, ready=True))
    assert talk.agent_of("c3") == WANG


def test_a_number_outside_that_is_not_reached_brings_the_customer_back(talk):
    hand(talk, str(OUTSIDE))
    talk.ends("c1-o2", 17)
    assert talk.stage("c1") is Stage.OFFERED
    assert talk.agent_of("c1") == LI
    talk.answers(next(one for one in talk.state.legs if talk.state.legs[one].agent == LI))
    assert talks_with(talk, LI)
    check(talk)


def test_a_ring_group_that_does_not_take_the_customer_brings_them_back(talk):
    hand(talk, "ring-group:5")
    talk.wait(21)
    assert talk.agent_of("c1") == LI
    check(talk)


def test_a_number_outside_has_the_customer_when_it_answers(talk):
    hand(talk, str(OUTSIDE))
    talk.answers("c1-o2")
    talk.wait(30)
    assert talk.together("c1", "c1-o2")
    talk.engine_dies()
    talk.ends("c1-o2")
    assert talk.channels == {}
    assert talk.record("c1").result is CallResult.ANSWERED


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("queue:gone", MissingError),
        ("flow:9", MissingError),
        ("voicemail:9", MissingError),
        ("ring-group:9", MissingError),
        ("agent:9", MissingError),
        ("agent:1", ConflictError),
        ("hangup", ConflictError),
        ("number:+442079460000", RefusedError),
    ],
)
def test_what_is_not_there_or_not_allowed_is_refused_and_the_talk_goes_on(talk, to, error):
    with pytest.raises(error):
        hand(talk, to)
    assert talks_with(talk, LI)


# ---- a consultation outside


def consult_outside(fake):
    fake.hear(r.ConsultAsked(LI, C1, OUTSIDE))
    fake.answers("c1-o2")


@pytest.mark.parametrize("dies", [False, True])
def test_an_agent_consults_a_number_outside_changes_sides_and_completes(talk, dies):
    talk.hear(r.ConsultAsked(LI, C1, OUTSIDE))
    assert talk.hearing["c1"] == "music"
    assert talk.together("c1-a1", "c1-o2")
    if dies:
        talk.engine_dies()
    talk.answers("c1-o2")
    assert talk.together("c1-a1", "c1-o2")
    talk.hear(r.ShuttleAsked(LI, C1))
    assert talks_with(talk, LI)
    assert talk.hearing["c1-o2"] == "music"
    if dies:
        talk.engine_dies()
    talk.hear(r.CompleteAsked(LI, C1))
    assert talk.together("c1", "c1-o2")
    assert talk.agent(1).state is AgentState.WRAP_UP
    assert talk.stage("c1") is Stage.FORWARDED
    check(talk)
    talk.caller_hangs_up("c1")
    talk.wait(60)
    assert talk.channels == {}


@pytest.mark.parametrize("when", ["ringing", "talking"])
def test_a_number_outside_that_leaves_a_consultation_gives_the_customer_back(talk, when):
    talk.hear(r.ConsultAsked(LI, C1, OUTSIDE))
    if when == "talking":
        talk.answers("c1-o2")
    talk.ends("c1-o2", 17)
    assert talk.stage("c1") is Stage.HELD
    talk.hear(r.HoldAsked(LI, C1, hold=False))
    assert talks_with(talk, LI)
    check(talk)


@pytest.mark.parametrize("how", ["phone", "desk"])
def test_an_initiator_who_hangs_up_leaves_customer_and_number_outside_together(talk, how):
    consult_outside(talk)
    if how == "phone":
        talk.ends("c1-a1", 16)
    else:
        talk.hear(r.HangUpAsked(LI, C1))
    assert talk.together("c1", "c1-o2")
    assert "c1-a1" not in talk.channels
    check(talk)


# ---- conferences


def confer(fake):
    fake.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    fake.answers("c1-a2")
    fake.hear(r.ConferenceAsked(LI, C1))
    return fake


@pytest.mark.parametrize("dies", [False, True])
def test_customer_and_two_agents_talk_together_also_when_the_engine_dies(talk, dies):
    confer(talk)
    if dies:
        talk.engine_dies()
    assert talks_with(talk, LI, WANG)
    assert talk.stage("c1") is Stage.TALKING
    assert talk.agent(2).state is AgentState.TALKING
    check(talk)
    talk.caller_hangs_up("c1")
    talk.wait(60)
    assert talk.channels == {}
    assert not talk.state.calls


@pytest.mark.parametrize("how", ["phone", "desk"])
@pytest.mark.parametrize("dies", [False, True])
def test_who_began_a_conference_leaves_and_the_other_agent_has_the_customer(talk, how, dies):
    confer(talk)
    if dies:
        talk.engine_dies()
    if how == "phone":
        talk.ends("c1-a1", 16)
    else:
        talk.hear(r.HangUpAsked(LI, C1))
    assert talks_with(talk, WANG)
    assert talk.agent_of("c1") == WANG
    assert talk.agent(1).state is AgentState.WRAP_UP
    check(talk)
    talk.caller_hangs_up("c1")
    assert talk.agent(2).state is AgentState.WRAP_UP


def test_who_leaves_a_conference_with_the_customer_on_hold_gives_them_to_the_other(talk):
    confer(talk)
    talk.hear(r.HoldAsked(LI, C1, hold=True))
    assert talk.hearing["c1"] == "music"
    talk.hear(r.HangUpAsked(LI, C1))
    assert talks_with(talk, WANG)
    assert talk.stage("c1") is Stage.TALKING
    check(talk)


@pytest.mark.parametrize("how", ["phone", "desk", "dropped"])
def test_who_joined_leaves_and_the_first_agent_goes_on(talk, how):
    confer(talk)
    if how == "phone":
        talk.ends("c1-a2", 16)
    elif how == "desk":
        talk.hear(r.HangUpAsked(WANG, C1))
    else:
        talk.hear(r.DropAsked(LI, C1, "c1-a2"))
    assert talks_with(talk, LI)
    assert talk.agent(2).state is AgentState.READY
    check(talk)


@pytest.mark.parametrize("dies", [False, True])
def test_an_agent_and_a_number_outside_are_called_into_the_talk(talk, dies):
    talk.hear(r.AddAsked(LI, C1, to_agent(WANG)))
    assert talks_with(talk, LI)
    if dies:
        talk.engine_dies()
    talk.answers(next(one.id for one in talk.state.legs.values() if one.agent == WANG))
    assert talks_with(talk, LI, WANG)
    talk.hear(r.AddAsked(LI, C1, OUTSIDE))
    (outside,) = legs(talk, LegRole.OUTSIDE)
    talk.answers(outside)
    if dies:
        talk.engine_dies()
    assert talk.together("c1", "c1-a1", outside)
    check(talk)
    talk.hear(r.HangUpAsked(LI, C1))
    assert talk.agent_of("c1") == WANG
    talk.hear(r.HangUpAsked(WANG, C1))
    assert talk.stage("c1") is Stage.FORWARDED
    check(talk)
    talk.ends(outside)
    assert talk.channels == {}


def test_a_party_that_does_not_come_into_the_talk_leaves_it_as_it_was(talk):
    talk.hear(r.AddAsked(LI, C1, to_agent(WANG)))
    talk.wait(16)
    assert talks_with(talk, LI)
    talk.hear(r.AddAsked(LI, C1, OUTSIDE))
    talk.ends(legs(talk, LegRole.OUTSIDE)[0], 17)
    assert talks_with(talk, LI)
    assert kinds(talk).count("conference") == 4
    check(talk)


def test_one_party_is_muted_and_another_than_the_owner_cannot_do_that(talk):
    confer(talk)
    talk.hear(r.MuteAsked(LI, C1, "c1-a2", on=True))
    assert talk.state.legs[LegId("c1-a2")].placement.muted
    talk.engine_dies()
    assert talk.state.legs[LegId("c1-a2")].placement.muted
    talk.hear(r.MuteAsked(LI, C1, "c1-a2", on=False))
    assert not talk.state.legs[LegId("c1-a2")].placement.muted
    with pytest.raises((ConflictError, MissingError)):
        talk.hear(r.MuteAsked(WANG, C1, "c1-a1", on=True))
    with pytest.raises(MissingError):
        talk.hear(r.DropAsked(LI, C1, "c9"))


# ---- slots, calls of others


@pytest.mark.parametrize("dies", [False, True])
def test_a_parked_customer_is_fetched_by_another_agent(talk, dies):
    talk.hear(r.ParkAsked(LI, C1))
    assert talk.stage("c1") is Stage.PARKED
    assert talk.hearing["c1"] == "music"
    assert talk.agent(1).state is AgentState.READY
    if dies:
        talk.engine_dies()
    check(talk)
    with pytest.raises(MissingError):
        talk.hear(r.RetrieveAsked(WANG, 2))
    talk.hear(r.RetrieveAsked(WANG, 1))
    talk.answers(next(one.id for one in talk.state.legs.values() if one.agent == WANG))
    assert talks_with(talk, WANG)
    check(talk)


@pytest.mark.parametrize("dies", [False, True])
def test_a_parked_customer_who_is_not_fetched_rings_at_the_agent_who_parked(talk, dies):
    talk.hear(r.ParkAsked(LI, C1))
    talk.wait(60)
    if dies:
        talk.engine_dies()
    talk.wait(61)
    assert talk.agent_of("c1") == LI
    check(talk)


def test_an_agent_takes_the_call_that_rings_at_a_colleague(talk):
    to_queue(talk, "c2")
    assert talk.agent_of("c2") == WANG
    talk.hear(r.PickUpAsked(ZHANG, CallId("c2")))
    assert talk.agent(2).state is AgentState.READY
    talk.answers(next(one.id for one in talk.state.legs.values() if one.agent == ZHANG))
    assert talk.agent_of("c2") == ZHANG
    assert talk.stage("c2") is Stage.TALKING
    check(talk)


def test_a_supervisor_sends_a_waiting_caller_elsewhere(talk):
    to_queue(talk, "c2")
    talk.hear(r.MoveAsked(CallId("c2"), read_destination("agent:3"), WANG))
    assert talk.agent_of("c2") == ZHANG
    talk.hear(r.MoveAsked(CallId("c2"), read_destination("voicemail:7"), WANG))
    assert talk.stage("c2") is Stage.VOICEMAIL
    assert talk.agent(3).state is AgentState.READY
    check(talk)
