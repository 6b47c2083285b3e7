"""Transfers: blind, and after a consultation; and every way they may go wrong."""

import pytest
from journeys.site import to_queue

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from crm.calls.record import CallId, CallResult
from crm.kernel.destination import to_agent
from crm.kernel.errors import ConflictError, MissingError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG, ZHANG = AgentId(1), AgentId(2), AgentId(3)
C1 = CallId("c1")


@pytest.fixture
def talk(fake):
    """Agent 1 talks with a caller; agents 2 and 3 are free."""
    sign_in(fake, 1, 2, 3)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    return fake


def leg_of(fake, agent):
    """The leg of an agent, ringing or up."""
    legs = [one.id for one in fake.state.legs.values() if one.agent == agent]
    return legs[-1] if legs else ""


def transfers(fake):
    """The states that the call's transfers came into."""
    return [f.detail["state"] for _, f in fake.facts if getattr(f, "kind", "") == "transfer"]


def consult(fake, to=WANG):
    fake.hear(r.ConsultAsked(LI, C1, to_agent(to)))


# ---- blind


def test_a_blind_transfer_brings_the_customer_to_the_other_agent_and_the_first_wraps_up(talk):
    talk.hear(r.TransferAsked(LI, C1, to_agent(WANG), "wants a refund"))
    talk.wait(5)
    assert talk.hearing["c1"] == "music"
    assert talk.agent(1).state is AgentState.WRAP_UP
    assert talk.stage("c1") is Stage.OFFERED
    talk.answers(leg_of(talk, WANG))

    assert talk.together("c1", leg_of(talk, WANG))
    assert talk.agent_of("c1") == WANG
    assert talk.agent(2).state is AgentState.TALKING
    assert talk.call("c1").transfer is None
    talk.wait(25)
    talk.caller_hangs_up("c1")
    talk.wait(60)
    record = talk.record("c1")
    assert (record.result, record.agent) == (CallResult.ANSWERED, 2)
    assert (record.talk_seconds, record.wait_seconds) == (pytest.approx(35), pytest.approx(5))
    talks = {leg.agent: leg.talk_seconds for leg in talk.legs("c1") if leg.agent is not None}
    assert talks == {1: pytest.approx(10), 2: pytest.approx(25)}
    assert len(talk.state.calls) == 0
    assert len(talk.channels) == 0


@pytest.mark.parametrize("how", ["refuses", "does not answer", "cannot be rung"])
def test_an_unanswered_transfer_comes_back_to_the_initiator(talk, how):
    if how == "cannot be rung":
        talk.unreachable.add(WANG)
    talk.hear(r.TransferAsked(LI, C1, to_agent(WANG)))
    if how == "refuses":
        talk.hear(r.DeclineAsked(WANG, C1))
    if how == "does not answer":
        talk.wait(15)

    assert talk.agent(1).state is AgentState.OFFERED
    assert talk.agent_of("c1") == LI
    assert talk.hearing["c1"] == "music"
    talk.answers(leg_of(talk, LI))
    assert talk.together("c1", leg_of(talk, LI))


def test_a_transfer_that_the_initiator_does_not_take_back_either_goes_to_the_front_of_the_line(
    talk,
):
    to_queue(talk, "c2")
    talk.hear(r.DeclineAsked(talk.agent_of("c2"), CallId("c2")))
    free = ({2, 3} - {talk.agent_of("c2")}).pop()
    talk.hear(r.TransferAsked(LI, C1, to_agent(AgentId(free))))
    talk.hear(r.DeclineAsked(AgentId(free), C1))
    talk.hear(r.DeclineAsked(LI, C1))

    assert talk.stage("c1") in (Stage.WAITING, Stage.OFFERED)
    assert talk.call("c1").priority >= 1000
    assert talk.hearing["c1"] == "music"


def test_a_caller_who_hangs_up_in_a_transfer_leaves_no_state_behind(talk):
    talk.hear(r.TransferAsked(LI, C1, to_agent(WANG)))
    talk.caller_hangs_up("c1")
    talk.wait(60)

    assert len(talk.channels) == 0
    assert len(talk.state.calls) == len(talk.state.works) == len(talk.state.bridges) == 0
    assert {talk.agent(n).state for n in (1, 2)} == {AgentState.READY}


def test_an_impossible_transfer_is_refused_with_the_reason(talk):
    with pytest.raises(ConflictError):
        talk.hear(r.TransferAsked(LI, C1, to_agent(LI)))
    with pytest.raises(MissingError):
        talk.hear(r.TransferAsked(LI, C1, to_agent(AgentId(99))))
    with pytest.raises(MissingError):
        talk.hear(r.TransferAsked(WANG, C1, to_agent(ZHANG)))
    talk.hear(r.StateAsked(WANG, ready=False, reason="lunch"))
    with pytest.raises(ConflictError):
        talk.hear(r.TransferAsked(LI, C1, to_agent(WANG)))

    assert talk.talking("c1")


def test_the_initiator_may_note_the_outcome_while_wrapping_up(talk):
    talk.hear(r.TransferAsked(LI, C1, to_agent(WANG)))
    talk.answers(leg_of(talk, WANG))
    talk.hear(r.OutcomeChosen(LI, C1, "solved"))

    assert "outcome" in talk.kinds("c1")


# ---- consultation


def test_in_a_consultation_the_two_agents_talk_and_the_customer_hears_music(talk):
    consult(talk)
    assert talk.hearing["c1"] == "music"
    assert not talk.together("c1", leg_of(talk, LI))
    talk.answers(leg_of(talk, WANG))

    assert talk.together(leg_of(talk, LI), leg_of(talk, WANG))
    assert talk.hearing["c1"] == "music"
    assert talk.stage("c1") is Stage.HELD
    assert talk.agent(2).state is AgentState.TALKING


def test_a_completed_consultation_leaves_customer_and_recipient_together(talk):
    consult(talk)
    talk.answers(leg_of(talk, WANG))
    talk.wait(20)
    before = leg_of(talk, LI)
    talk.hear(r.CompleteAsked(LI, C1))

    assert talk.together("c1", leg_of(talk, WANG))
    assert before not in talk.channels
    assert talk.agent_of("c1") == WANG
    assert talk.agent(1).state is AgentState.WRAP_UP
    assert transfers(talk) == ["asked", "consulting", "completed"]
    talk.caller_hangs_up("c1")
    assert talk.agent(2).state is AgentState.WRAP_UP
    talk.wait(60)
    assert len(talk.state.calls) == len(talk.state.bridges) == len(talk.channels) == 0
    record = talk.record("c1")
    assert (record.talk_seconds, record.hold_seconds) == (10, 20)


@pytest.mark.parametrize("when", ["ringing", "talking", "shuttled"])
def test_a_consultation_taken_back_brings_the_customer_back_to_the_initiator(talk, when):
    consult(talk)
    if when != "ringing":
        talk.answers(leg_of(talk, WANG))
    if when == "shuttled":
        talk.hear(r.ShuttleAsked(LI, C1))
    talk.hear(r.TakeBackAsked(LI, C1))

    assert talk.together("c1", leg_of(talk, LI))
    assert leg_of(talk, WANG) == ""
    assert talk.agent(2).state is AgentState.READY
    assert talk.stage("c1") is Stage.TALKING


def test_shuttling_changes_who_hears_music(talk):
    consult(talk)
    talk.answers(leg_of(talk, WANG))
    talk.hear(r.ShuttleAsked(LI, C1))
    assert talk.together("c1", leg_of(talk, LI))
    assert talk.hearing[LegId(leg_of(talk, WANG))] == "music"
    talk.hear(r.ShuttleAsked(LI, C1))

    assert talk.together(leg_of(talk, LI), leg_of(talk, WANG))
    assert talk.hearing["c1"] == "music"


@pytest.mark.parametrize("how", ["declines", "does not answer", "hangs up"])
def test_a_failed_consultation_leaves_the_customer_on_hold_with_the_initiator(talk, how):
    consult(talk)
    match how:
        case "declines":
            talk.hear(r.DeclineAsked(WANG, C1))
        case "does not answer":
            talk.wait(15)
        case "hangs up":
            talk.answers(leg_of(talk, WANG))
            talk.ends(leg_of(talk, WANG))
    assert talk.stage("c1") is Stage.HELD
    assert talk.hearing["c1"] == "music"
    talk.hear(r.HoldAsked(LI, C1, hold=False))

    assert talk.together("c1", leg_of(talk, LI))


def test_an_initiator_who_hangs_up_in_the_consultation_has_completed_it(talk):
    consult(talk)
    talk.answers(leg_of(talk, WANG))
    talk.ends(leg_of(talk, LI))

    assert talk.together("c1", leg_of(talk, WANG))
    assert talk.agent_of("c1") == WANG


@pytest.mark.parametrize("answered", [True, False])
def test_a_customer_who_hangs_up_ends_the_consultation(talk, answered):
    consult(talk)
    if answered:
        talk.answers(leg_of(talk, WANG))
    talk.caller_hangs_up("c1")
    assert talk.agent(2).state is AgentState.READY
    talk.wait(60)

    assert len(talk.channels) == len(talk.state.calls) == len(talk.state.works) == 0
    assert len(talk.state.bridges) == 0


def test_a_second_transfer_waits_for_the_first(talk):
    consult(talk)
    with pytest.raises(ConflictError):
        talk.hear(r.TransferAsked(LI, C1, to_agent(ZHANG)))
    with pytest.raises(ConflictError):
        talk.hear(r.ConsultAsked(LI, C1, to_agent(ZHANG)))
    with pytest.raises(ConflictError):
        talk.hear(r.CompleteAsked(LI, C1))


def test_an_initiator_whose_phone_dies_in_the_consultation_leaves_the_customer_to_the_recipient(
    talk,
):
    consult(talk)
    talk.answers(leg_of(talk, WANG))
    talk.hear(e.PhoneReachable(LI, Phone.BROWSER, reachable=False))
    talk.ends(leg_of(talk, LI), cause=44)

    assert talk.together("c1", leg_of(talk, WANG))
    assert talk.agent(1).state is AgentState.WRAP_UP


@pytest.mark.parametrize("when", ["ringing", "talking"])
def test_retrieving_the_customer_in_a_consultation_changes_sides(talk, when):
    consult(talk)
    if when == "talking":
        talk.answers(leg_of(talk, WANG))
    talk.hear(r.HoldAsked(LI, C1, hold=False))

    assert talk.together("c1", leg_of(talk, LI))
    if when == "ringing":
        assert leg_of(talk, WANG) == ""
        return
    assert talk.hearing[leg_of(talk, WANG)] == "music"
    talk.hear(r.HoldAsked(LI, C1, hold=True))
    assert talk.together(leg_of(talk, LI), leg_of(talk, WANG))
    assert talk.hearing["c1"] == "music"


def test_a_recipient_who_reloads_the_page_leaves_the_consultation(talk):
    consult(talk)
    talk.answers(leg_of(talk, WANG))
    talk.hear(e.PhoneStarted(WANG))

    assert leg_of(talk, WANG) == ""
    assert talk.rings_or_is_up(leg_of(talk, LI))
    assert talk.stage("c1") is Stage.HELD


def test_a_short_reconnect_of_the_recipient_ends_no_leg_of_the_consultation(talk):
    consult(talk)
    talk.answers(leg_of(talk, WANG))
    talk.hear(e.PhoneReachable(WANG, Phone.BROWSER, reachable=False))
    talk.wait(30)

    assert talk.together(leg_of(talk, LI), leg_of(talk, WANG))


# ---- a phone's own transfer


@pytest.mark.parametrize("who", ["the agent's phone", "the caller's phone"])
@pytest.mark.parametrize("wanted", [{"number": "+864008001234"}, {"other": LegId("c1-a9")}, {}])
def test_a_transfer_by_refer_moves_nobody_and_is_answered(talk, who, wanted):
    leg = LegId(leg_of(talk, LI) if who == "the agent's phone" else "c1")
    talk.hear(e.ReferReceived(leg, **wanted))

    assert talk.declined == [leg]
    assert talk.together("c1", leg_of(talk, LI))
    assert talk.stage("c1") is Stage.TALKING
    assert talk.call("c1").transfer is None


def test_a_transfer_by_refer_of_a_leg_that_is_not_known_is_answered_too(fake):
    fake.hear(e.ReferReceived(LegId("c9-a1")))

    assert fake.declined == ["c9-a1"]
