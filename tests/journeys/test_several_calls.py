"""An agent with several calls: one to speak with, the others on hold; and busy colleagues."""

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue
from journeys.test_outbound import plan as outbound_plan

from acd.agent import AgentState, Capacity, TaskState
from acd.queue import AgentId
from acd.work import Medium
from crm.calls.record import CallId, Kind
from crm.kernel.destination import to_agent
from crm.kernel.errors import ConflictError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG = AgentId(1), AgentId(2)
C1, C2, C3 = CallId("c1"), CallId("c2"), CallId("c3")
TWO = Capacity({Medium.VOICE: 2}, 2)


@pytest.fixture
def li():
    """Agent 1 alone is signed in, takes two calls at once, and talks with the first caller."""
    fake = open_site((1, 2), TWO)
    fake.hear(e.OutboundChanged(outbound_plan()))
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    return fake


def hold(fake, call, *, on=True):
    fake.hear(r.HoldAsked(LI, CallId(call), on))


def states(fake):
    return {task.call: task.state for task in fake.agent(1).tasks}


def test_a_second_call_comes_only_while_the_first_is_on_hold(li):
    to_queue(li, "c2")
    assert li.stage("c2") is Stage.WAITING

    hold(li, "c1")

    assert li.stage("c2") is Stage.OFFERED
    assert li.agent(1).state is AgentState.TALKING


@pytest.mark.parametrize("dies", [False, True])
def test_an_agent_changes_between_calls_and_each_customer_hears_music_meanwhile(li, dies):
    to_queue(li, "c2")
    hold(li, "c1")
    li.pick_up("c2")
    if dies:
        li.engine_dies()
    assert states(li) == {C1: TaskState.HELD, C2: TaskState.ACTIVE}
    assert (li.hearing["c1"], li.talking("c2")) == ("music", True)

    hold(li, "c1", on=False)

    assert states(li) == {C1: TaskState.ACTIVE, C2: TaskState.HELD}
    assert (li.hearing["c2"], li.talking("c1")) == ("music", True)
    check(li)


def test_a_call_that_is_resumed_while_the_second_rings_is_held_again_at_the_answer(li):
    to_queue(li, "c2")
    hold(li, "c1")
    hold(li, "c1", on=False)
    li.pick_up("c2")

    assert states(li) == {C1: TaskState.HELD, C2: TaskState.ACTIVE}


def test_the_end_of_one_call_leaves_the_others_on_hold(li):
    to_queue(li, "c2")
    hold(li, "c1")
    li.pick_up("c2")
    li.caller_hangs_up("c2")

    assert states(li) == {C1: TaskState.HELD, C2: TaskState.WRAP_UP}
    assert li.agent(1).state is AgentState.TALKING
    hold(li, "c1", on=False)
    assert li.talking("c1")
    li.caller_hangs_up("c1")
    li.wait(120)
    assert li.agent(1).state is AgentState.READY


def test_an_agent_dials_beside_a_call_on_hold_and_not_beside_a_talk(li):
    dial = r.CallAsked(CallId("d1"), LI, "13800138000")
    with pytest.raises(ConflictError, match="put it on hold"):
        li.hear(dial)
    hold(li, "c1")
    li.hear(dial)
    li.answers("d1-a1")

    with pytest.raises(ConflictError, match="Finish the other call"):
        hold(li, "c1", on=False)
    assert states(li) == {C1: TaskState.HELD, CallId("d1"): TaskState.ACTIVE}


def test_a_fourth_call_on_hold_is_refused():
    fake = open_site((1,), Capacity({Medium.VOICE: 4}, 4))
    sign_in(fake, 1)
    for call in ("c1", "c2", "c3"):
        to_queue(fake, call)
        fake.pick_up(call)
        hold(fake, call)

    with pytest.raises(ConflictError, match="3 calls on hold already"):
        fake.hear(r.CallAsked(CallId("d1"), LI, "13800138000"))


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("order", [("c1", "c2"), ("c2", "c1")])
def test_a_phone_that_is_lost_has_every_call_again_as_it_was(li, order, dies):
    to_queue(li, "c2")
    hold(li, "c1")
    li.pick_up("c2")
    for call in ("c1", "c2"):
        li.leg_ends(call, 44)

    assert {li.stage("c1"), li.stage("c2")} == {Stage.PHONE_LOST}
    if dies:
        li.engine_dies()
    for call in order:
        li.pick_up(call)
    assert states(li) == {C1: TaskState.HELD, C2: TaskState.ACTIVE}
    assert (li.hearing["c1"], li.talking("c2")) == ("music", True)
    check(li)


def test_a_phones_own_hold_and_second_line_are_followed(li):
    li.tell_held("c1-a1", True)
    to_queue(li, "c2")
    li.pick_up("c2")
    li.tell_held(li.agent_leg("c2"), True)
    li.tell_held("c1-a1", False)

    assert states(li) == {C1: TaskState.ACTIVE, C2: TaskState.HELD}


def test_a_consultation_is_no_call_on_hold(li):
    sign_in(li, 2)
    li.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    to_queue(li, "c2")

    assert li.stage("c2") is Stage.WAITING
    with pytest.raises(ConflictError):
        li.hear(r.CallAsked(CallId("d1"), LI, "13800138000"))


# ---- colleagues who are busy


@pytest.fixture
def both(li):
    """Agent 2 talks with the second caller."""
    sign_in(li, 2)
    to_queue(li, "c2")
    li.pick_up("c2")
    return li


@pytest.mark.parametrize("dies", [False, True])
def test_a_customer_waits_for_a_busy_agent_and_rings_when_they_are_free(both, dies):
    with pytest.raises(ConflictError):
        both.hear(r.TransferAsked(LI, C1, to_agent(WANG)))
    both.hear(r.TransferAsked(LI, C1, to_agent(WANG), wait=True))
    if dies:
        both.engine_dies()
    assert both.stage("c1") is Stage.WAITING
    assert both.hearing["c1"] == "music"
    check(both)

    both.caller_hangs_up("c2")
    both.hear(r.StateAsked(WANG, ready=True))

    assert both.stage("c1") is Stage.OFFERED
    both.pick_up("c1")
    assert both.agent_of("c1") == WANG


def test_a_customer_who_waits_too_long_for_an_agent_is_back_with_the_one_who_transferred(both):
    both.hear(r.TransferAsked(LI, C1, to_agent(WANG), wait=True))
    both.wait(181)

    assert both.agent_of("c1") == LI


def test_an_agent_is_called_when_a_colleague_is_free(both):
    both.caller_hangs_up("c1")
    both.hear(r.StateAsked(LI, ready=False, reason="lunch"))
    both.hear(r.CallWhenFreeAsked(CallId("d1"), LI, WANG))
    assert both.agent(1).wishes
    both.caller_hangs_up("c2")
    both.hear(r.StateAsked(WANG, ready=True))

    assert not both.agent(1).wishes
    both.answers("d1-a1")
    both.answers("d1-a2")
    assert both.together("d1-a1", "d1-a2")


def test_a_wish_is_dropped_when_asked_and_after_half_an_hour(both):
    both.hear(r.CallWhenFreeAsked(CallId("d1"), LI, WANG))
    both.hear(r.CallWhenFreeAsked(CallId("d1"), LI, WANG, on=False))
    assert not both.agent(1).wishes
    both.hear(r.CallWhenFreeAsked(CallId("d1"), LI, WANG))
    both.wait(1801)

    assert not both.agent(1).wishes


# ---- what the agent says of it


def test_a_declined_call_keeps_the_reason(li):
    hold(li, "c1")
    to_queue(li, "c2")
    li.hear(r.DeclineAsked(LI, C2, "Not my language"))

    missed = next(one for one in li.timeline("c2") if one.kind is Kind.MISSED)
    assert (missed.detail["why"], missed.detail["reason"]) == ("declined", "Not my language")


@pytest.mark.parametrize("dies", [False, True])
def test_a_pause_has_an_end_that_was_meant(li, dies):
    li.caller_hangs_up("c1")
    li.hear(r.StateAsked(LI, ready=False, reason="lunch", minutes=30))
    meant = li.now + 1800
    if dies:
        li.engine_dies()

    assert li.agent(1).back_at == pytest.approx(meant, abs=1)
    li.hear(r.StateAsked(LI, ready=True))
    assert li.agent(1).back_at is None


# ---- a desk phone's own transfer


def test_a_phone_transfers_to_a_colleague_by_itself(li):
    sign_in(li, 2)
    li.hear(e.ReferReceived(LegId("c1-a1"), "1002"))

    assert li.referred == ["c1-a1"]
    assert (li.stage("c1"), li.agent_of("c1")) == (Stage.OFFERED, WANG)


def test_a_phone_that_has_called_a_colleague_leaves_the_customer_to_them(li):
    sign_in(li, 2)
    li.tell_held("c1-a1", True)
    li.hear(r.DialAsked(CallId("d1"), LI, WANG))
    li.answers("d1-a1")
    li.answers("d1-a2")
    li.hear(e.ReferReceived(LegId("c1-a1"), other=LegId("d1-a1")))

    assert li.referred == ["c1-a1"]
    li.answers(li.agent_leg("c1"))
    assert li.agent_of("c1") == WANG
    assert li.talking("c1")
    check(li)


def test_a_phone_is_told_that_a_transfer_cannot_be_done(li):
    for wanted in ({"number": "1002"}, {"number": ""}, {"other": LegId("none")}):
        li.hear(e.ReferReceived(LegId("c1-a1"), **wanted))

    assert (li.referred, len(li.declined)) == ([], 3)
    assert li.talking("c1")
