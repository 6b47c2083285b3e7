"""Each leg's own times: when it began, rang, was answered and ended, and why it ended."""

from dataclasses import replace

import pytest
from journeys.site import to_queue

from acd.agent import Phone
from acd.queue import AgentId
from acd.work import WorkState
from crm.calls.record import LEG_KINDS, CallId, Kind, segments
from crm.kernel.destination import to_agent
from cti.core import events as e
from cti.core import leg_facts
from cti.core import requests as r
from cti.core.facts import own_name
from cti.core.leg_facts import NO_LEG
from cti.core.state import SwitchTransaction
from cti.fake import START, sign_in


def seconds(at):
    return None if at is None else round(at.timestamp() - START, 3)


def times(leg):
    return [seconds(at) for at in (leg.began_at, leg.rang_at, leg.answered_at, leg.ended_at)]


def test_a_call_has_the_callers_leg_and_the_agents_each_with_its_own_numbers(fake):
    sign_in(fake, 1)
    began = fake.now - START
    to_queue(fake, "c1")
    fake.wait(4)
    fake.pick_up("c1")
    fake.wait(60)
    fake.caller_hangs_up("c1")

    caller, agent = fake.legs("c1")
    assert (caller.leg, caller.role, caller.agent) == ("c1", "customer", None)
    assert (caller.caller_number, caller.called_number) == ("+8613800138000", "100")
    assert (caller.cause, caller.reason) == (16, "")
    assert (agent.leg, agent.role, agent.agent, agent.phone) == ("c1-a1", "agent", 1, "browser")
    assert (agent.caller_number, agent.called_number) == ("+8613800138000", "1001")
    assert (agent.cause, agent.reason) == (None, "normal")
    assert times(agent) == [
        pytest.approx(began + at, abs=0.002) for at in (0, 0, 4, 64)
    ]  # fmt: skip
    assert times(caller)[-1] == pytest.approx(began + 64, abs=0.002)
    assert (agent.talk_seconds, caller.talk_seconds) == (pytest.approx(60), pytest.approx(60))


def test_an_unanswered_phone_has_no_talk_and_a_reason(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.wait(16)

    _, agent = fake.legs("c1")
    assert (agent.answered_at, agent.talk_seconds, agent.reason) == (None, 0.0, "no answer")
    assert agent.ended_at is not None


def test_a_phone_that_declines_gives_its_cause(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.leg_ends("c1", 21)

    _, agent = fake.legs("c1")
    assert (agent.cause, agent.reason) == (21, "declined")


def test_a_phone_that_could_not_be_rung_has_a_leg_that_ended_at_once(fake):
    sign_in(fake, 1)
    fake.unreachable = {AgentId(1)}
    to_queue(fake, "c1")

    _, agent = fake.legs("c1")
    assert (agent.rang_at, agent.cause, agent.reason) == (None, 20, "unreachable")


def test_an_agent_whose_phone_was_lost_has_two_legs_that_add_up_to_the_talk(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    fake.leg_ends("c1", 20)
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    fake.wait(2)
    fake.pick_up("c1")
    fake.wait(30)
    fake.hear(r.HoldAsked(AgentId(1), "c1", hold=True))
    fake.wait(5)
    fake.caller_hangs_up("c1")

    caller, first, second = fake.legs("c1")
    assert (first.reason, first.cause) == ("phone lost", 20)
    assert [first.talk_seconds, second.talk_seconds] == [pytest.approx(10), pytest.approx(30)]
    assert (second.hold_seconds, caller.hold_seconds) == (pytest.approx(5), pytest.approx(5))
    assert caller.talk_seconds == pytest.approx(40)


def test_a_leg_found_by_a_new_engine_has_the_same_facts_with_the_same_ids(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    call, legs = fake.call("c1"), tuple(fake.state.call_legs("c1"))
    work = fake.state.works["c1"]
    bridges = tuple(fake.state.bridges.values())
    told = {own_name(fact) for _, fact in fake.facts if getattr(fact, "kind", "") in LEG_KINDS}
    before = fake.legs("c1")
    assert work.state is WorkState.ASSIGNED
    fake.state = type(fake.state)()
    fake.hear(e.AgentKnown(AgentId(1), "Agent 1", "1001"))
    told_before = len(fake.facts)
    fake.hear(e.CallFound(call, legs, (work,), bridges=bridges))

    again = [fact for _, fact in fake.facts[told_before:] if getattr(fact, "kind", "") in LEG_KINDS]
    assert {fact.kind for fact in again} == {Kind.LEG_BEGAN, Kind.LEG_ANSWERED, Kind.LEG_PLACED}
    named = {own_name(fact) for fact in again if fact.kind is not Kind.LEG_PLACED}
    assert named <= told
    assert fake.legs("c1") == before


def test_a_leg_with_only_a_known_end_has_no_facts(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    leg = next(leg for leg in fake.state.call_legs("c1") if leg.id != "c1")
    found = len(fake.facts)
    ghost = type(leg)(NO_LEG, leg.role, leg.party, leg.call, since=fake.now)
    fake.hear(e.CallFound(fake.call("c1"), (ghost,)), e.LegEnded(NO_LEG, 20))

    assert [fact for _, fact in fake.facts[found:] if getattr(fact, "kind", "") in LEG_KINDS] == []


def test_a_leg_that_goes_from_one_call_to_the_next_has_a_part_in_both(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(5)
    to_queue(fake, "c2")
    fake.wait(1)
    tx = SwitchTransaction(fake.state, fake.now, lambda *_: None)
    tx.legs.put(replace(fake.state.legs["c1-a1"], call=CallId("c2")))
    leg_facts.note_changed(tx, e.AsteriskBack())
    fake.facts += [(fake.now, fact) for fact in tx.change().facts]

    _, first = fake.legs("c1")
    _, second = fake.legs("c2")
    assert (first.leg, first.reason) == (second.leg, "moved")
    assert first.ended_at == second.began_at == second.answered_at
    names = [own_name(fact) for _, fact in fake.facts if getattr(fact, "kind", "") in LEG_KINDS]
    named = [name for name in names if name is not None]
    assert len(set(named)) == len(named)


@pytest.fixture
def talk(fake):
    """Agent 1 talks with a caller since ten seconds; agent 2 is free."""
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    return fake


def cut(fake):
    pieces = segments(fake.timeline("c1"), fake.legs("c1")[0].ended_at)
    return [
        (one.kind.value, one.agent, round((one.ended_at - one.started_at).total_seconds()))
        for one in pieces
        if one.ended_at > one.started_at
    ]


def test_after_a_blind_transfer_the_customer_waits_until_the_recipient_answers(talk):
    talk.hear(r.TransferAsked(AgentId(1), CallId("c1"), to_agent(AgentId(2))))
    talk.wait(5)
    talk.answers("c1-a2")
    talk.wait(20)
    talk.caller_hangs_up("c1")

    assert cut(talk) == [("talk", 1, 10), ("queue", None, 5), ("talk", 2, 20)]
    _, first, second = talk.legs("c1")
    assert (first.agent, round(first.talk_seconds)) == (1, 10)
    assert (second.agent, round(second.talk_seconds)) == (2, 20)


def test_a_consultation_counts_as_hold_and_not_as_talk(talk):
    talk.hear(r.ConsultAsked(AgentId(1), CallId("c1"), to_agent(AgentId(2))))
    talk.wait(3)
    talk.answers("c1-a2")
    talk.wait(4)
    talk.hear(r.CompleteAsked(AgentId(1), CallId("c1")))
    talk.wait(20)
    talk.caller_hangs_up("c1")

    assert cut(talk) == [("talk", 1, 10), ("hold", 1, 7), ("talk", 2, 20)]
    _, first, second = talk.legs("c1")
    assert (round(first.talk_seconds), round(first.hold_seconds)) == (10, 7)
    assert (round(second.talk_seconds), round(second.hold_seconds)) == (20, 0)


def test_a_call_between_agents_has_two_legs_and_no_customer(fake):
    sign_in(fake, 1, 2)
    fake.hear(r.DialAsked(CallId("d1"), AgentId(1), AgentId(2)))
    for leg in ("d1-a1", "d1-a2"):
        fake.answers(leg)
    fake.wait(30)
    fake.ends("d1-a1")

    assert [(leg.role, leg.agent) for leg in fake.legs("d1")] == [("agent", 1), ("agent", 2)]
    assert all(leg.answered_at and leg.ended_at for leg in fake.legs("d1"))
