"""The first call: through the menu to the longest idle agent, and every way it may go wrong."""

import pytest
from journeys.site import to_queue

from acd.agent import AgentState, Phone
from acd.queue import AgentId, Queue, QueueKey, members_of
from crm.calls.record import CallId, CallResult
from crm.kernel.errors import ConflictError, MissingError
from cti.core import events as e
from cti.core import requests as r
from cti.core.commands import CreateLeg, Join
from cti.core.recording_events import RecordAgain
from cti.core.stage import Stage
from cti.fake import sign_in


def agent(fake, number):
    return fake.state.agents[AgentId(number)]


def stage(fake, call):
    return fake.stage(call)


def test_a_caller_presses_2_and_talks_with_the_longest_idle_agent(fake):
    sign_in(fake, 3, 1)
    to_queue(fake, "c1")

    assert agent(fake, 3).state is AgentState.OFFERED
    fake.wait(2)
    fake.pick_up("c1")
    assert fake.talking("c1")
    assert "c1" in fake.recorded
    fake.wait(60)
    fake.caller_hangs_up("c1")
    assert agent(fake, 3).state is AgentState.WRAP_UP
    fake.wait(30)
    assert agent(fake, 3).state is AgentState.READY
    assert len(fake.state.calls) == 0
    record = fake.record("c1")
    assert record.result is CallResult.ANSWERED
    assert record.talk_seconds == pytest.approx(60)
    assert record.wait_seconds == pytest.approx(2)
    total = record.ivr_seconds + record.wait_seconds + record.talk_seconds + record.hold_seconds
    assert total == pytest.approx((record.ended_at - record.started_at).total_seconds())
    assert fake.states(3) == [
        "paused", "ready", "offered", "talking", "wrap-up", "ready",
    ]  # fmt: skip


def test_a_number_without_a_flow_is_refused_and_leaves_nothing(fake):
    fake.dial("c1", called="999")

    assert len(fake.state.calls) == 0
    assert fake.channels == {}
    assert fake.record("c1").result is CallResult.REFUSED


def test_wrong_keys_repeat_the_menu_and_the_last_one_leads_to_the_operator(fake):
    fake.dial("c1")
    fake.prompts_end("c1")
    fake.press("c1", "9")
    assert fake.playing[fake.hearing["c1"]] == ("wrong-key", "menu")
    fake.prompts_end("c1")
    fake.wait(6)
    fake.prompts_end("c1")
    fake.wait(6)

    assert fake.state.calls[CallId("c1")].queue == "operator"
    assert fake.hearing["c1"] == "music"


def test_a_key_pressed_in_the_greeting_is_taken_for_the_menu(fake):
    fake.dial("c1")
    fake.press("c1", "2")

    assert fake.state.calls[CallId("c1")].queue == "support"
    assert fake.hearing["c1"] == "music"


def test_the_first_caller_in_line_gets_the_first_agent_who_becomes_free(fake):
    to_queue(fake, "c1")
    fake.wait(1)
    to_queue(fake, "c2")
    sign_in(fake, 1)

    assert stage(fake, "c1") is Stage.OFFERED
    assert stage(fake, "c2") is Stage.WAITING


def test_a_missed_offer_goes_to_another_agent_and_two_misses_pause_the_agent(fake):
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.wait(15)
    assert agent(fake, 1).state is AgentState.READY
    assert agent(fake, 2).state is AgentState.OFFERED
    fake.wait(15 + 5 + 15)

    assert agent(fake, 1).state is AgentState.PAUSED
    assert agent(fake, 1).reason == "no answer"
    assert fake.kinds("c1").count("missed") == 3


@pytest.mark.parametrize("when", ["greeting", "menu", "waiting", "ringing", "talking", "held"])
def test_a_caller_who_hangs_up_leaves_no_state_behind(fake, when):
    fake.dial("c1")
    if when != "greeting":
        fake.prompts_end("c1")
    if when not in ("greeting", "menu"):
        fake.press("c1", "2")
    if when in ("ringing", "talking", "held"):
        sign_in(fake, 1)
    if when in ("talking", "held"):
        fake.pick_up("c1")
    if when == "held":
        fake.hear(r.HoldAsked(AgentId(1), CallId("c1"), hold=True))
    fake.caller_hangs_up("c1")
    fake.wait(40)

    assert fake.channels == {}
    assert fake.bridges == {}
    assert len(fake.state.calls) == 0
    assert all(
        a.state in (AgentState.READY, AgentState.SIGNED_OUT) for a in fake.state.agents.values()
    )


def test_the_caller_hangs_up_while_the_agent_is_being_bridged(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    leg = fake.agent_leg("c1")
    fake.caller_hangs_up("c1")
    fake.channels[leg] = "up"
    fake.hear(e.LegAnswered(leg))

    assert fake.channels == {}
    assert agent(fake, 1).state is AgentState.READY


def test_an_agent_with_a_withdrawn_offer_stays_the_longest_idle(fake):
    sign_in(fake, 1, 2)
    before = agent(fake, 1).idle_since
    to_queue(fake, "c1")
    fake.caller_hangs_up("c1")

    assert agent(fake, 1).idle_since == before


@pytest.mark.parametrize("cause", [18, 44])
def test_a_caller_whose_line_is_lost_in_the_queue_has_not_abandoned(fake, cause):
    to_queue(fake, "c1")
    fake.tell_ended("c1", cause)
    record = fake.record("c1")

    assert (record.result, record.ended_by, record.cause) == (CallResult.FAILED, "system", cause)
    assert fake.legs("c1")[0].reason == "line lost"


def test_an_agent_whose_callers_line_is_lost_wraps_the_talk_up(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.tell_ended("c1", 44)
    record = fake.record("c1")

    assert (record.result, record.ended_by) == (CallResult.ANSWERED, "system")
    assert agent(fake, 1).state is AgentState.WRAP_UP


def test_a_phone_lost_in_a_talk_makes_the_caller_wait_and_then_first_in_line(fake):
    sign_in(fake, 1, phone=Phone.SIP)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    to_queue(fake, "c0")
    fake.hear(e.PhoneReachable(AgentId(1), Phone.SIP, reachable=False))
    fake.leg_ends("c1", cause=44)
    assert stage(fake, "c1") is Stage.PHONE_LOST
    assert fake.hearing["c1"] == "music"
    fake.wait(12)
    assert stage(fake, "c1") is Stage.WAITING
    sign_in(fake, 2)

    assert stage(fake, "c1") is Stage.OFFERED
    assert stage(fake, "c0") is Stage.WAITING
    assert agent(fake, 1).reason == "phone lost"


def test_a_page_reloaded_in_a_talk_goes_on_talking(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.hear(e.PhoneStarted(AgentId(1)))
    assert fake.hearing["c1"] == "music"
    fake.wait(1)
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    fake.pick_up("c1")

    assert fake.talking("c1")
    assert agent(fake, 1).state is AgentState.TALKING


def test_a_page_reloaded_twice_in_a_talk_is_rung_where_it_is_now(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.hear(e.PhoneStarted(AgentId(1)))
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    fake.hear(e.PhoneStarted(AgentId(1)))
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    fake.pick_up("c1")

    assert fake.talking("c1")


def test_a_socket_that_blinks_in_a_talk_changes_nothing(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=False))
    fake.wait(1)
    fake.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    fake.wait(60)

    assert fake.talking("c1")
    assert fake.kinds("c1").count("connected") == 1


def test_an_unreachable_phone_is_not_rung_and_its_offer_goes_on(fake):
    fake.unreachable.add(AgentId(1))
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")

    assert agent(fake, 2).state is AgentState.OFFERED
    assert "missed" in fake.kinds("c1")


def test_one_agent_whose_phone_fails_is_not_offered_the_call_for_ever(fake):
    fake.unreachable.add(AgentId(1))
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.wait(5)

    assert agent(fake, 1).state is AgentState.PAUSED
    assert stage(fake, "c1") is Stage.WAITING


def test_the_agent_holds_resumes_and_hangs_up(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    fake.hear(r.HoldAsked(AgentId(1), CallId("c1"), hold=True))
    assert fake.hearing["c1"] == "music"
    fake.wait(5)
    fake.hear(r.HoldAsked(AgentId(1), CallId("c1"), hold=False))
    assert fake.talking("c1")
    fake.wait(10)
    fake.hear(r.HangUpAsked(AgentId(1), CallId("c1")))

    record = fake.record("c1")
    assert (record.talk_seconds, record.hold_seconds) == (20, 5)
    assert record.ended_by == "agent"
    assert fake.channels == {}


def test_an_agent_who_declines_is_not_offered_the_call_again_at_once(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.hear(r.DeclineAsked(AgentId(1), CallId("c1")))
    assert stage(fake, "c1") is Stage.WAITING
    fake.wait(5)

    assert stage(fake, "c1") is Stage.OFFERED


def test_another_agent_gets_a_declined_call_at_once(fake):
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.hear(r.DeclineAsked(AgentId(1), CallId("c1")))

    assert agent(fake, 2).state is AgentState.OFFERED


def test_a_new_member_of_a_queue_serves_those_who_wait_in_it(fake):
    key = QueueKey("support")
    fake.hear(e.QueueChanged(key, Queue(key, "support", members_of([AgentId(2)]))))
    sign_in(fake, 1)
    to_queue(fake, "c1")
    assert stage(fake, "c1") is Stage.WAITING
    fake.hear(
        e.QueueChanged(key, Queue(key, "support", members_of([AgentId(1)]))), e.LineOpened(key)
    )

    assert stage(fake, "c1") is Stage.OFFERED


def test_a_desk_cannot_touch_another_agents_call(fake):
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.pick_up("c1")

    with pytest.raises(MissingError):
        fake.hear(r.HangUpAsked(AgentId(2), CallId("c1")))
    with pytest.raises(ConflictError):
        fake.hear(r.SignOutAsked(AgentId(1)))


def test_without_a_recorder_the_call_goes_on_and_is_recorded_from_the_next_resume(fake):
    fake.recorder = False
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    assert fake.talking("c1")
    assert fake.record("c1").recording_failed == "the recorder is away"
    fake.wait(15)
    fake.hear(r.HoldAsked(AgentId(1), CallId("c1"), hold=True))
    fake.wait(5)
    fake.recorder = True
    fake.hear(r.HoldAsked(AgentId(1), CallId("c1"), hold=False))

    assert fake.record("c1").recording is not None
    late = [f.detail["late"] for _, f in fake.facts if getattr(f, "kind", "") == "recording"]
    assert late == [20.0]


def test_a_recording_that_failed_starts_late_in_the_talk(fake):
    fake.recorder = False
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    fake.recorder = True
    fake.hear(RecordAgain(CallId("c1")))

    assert fake.talking("c1")
    assert fake.record("c1").recording is not None
    assert fake.record("c1").recording_failed is None


def test_a_bridge_that_fails_does_not_lose_the_caller(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.refuse.add(Join)
    fake.pick_up("c1")
    fake.refuse.clear()
    fake.wait(13)

    assert stage(fake, "c1") in (Stage.WAITING, Stage.OFFERED)


def test_an_agent_who_signs_out_while_it_rings_gives_the_call_to_another(fake):
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.hear(r.SignOutAsked(AgentId(1)))

    assert agent(fake, 2).state is AgentState.OFFERED
    assert agent(fake, 1).state is AgentState.SIGNED_OUT


def test_a_pause_asked_for_in_a_talk_begins_after_it(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.hear(r.StateAsked(AgentId(1), ready=False, reason="lunch"))
    fake.caller_hangs_up("c1")
    fake.wait(31)

    assert (agent(fake, 1).state, agent(fake, 1).reason) == (AgentState.PAUSED, "lunch")


def test_asterisk_restarted_frees_the_agents(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.channels.clear()
    fake.hear(e.LegEnded("c1", 0, fault="asterisk restarted"))

    assert agent(fake, 1).state is AgentState.READY
    assert len(fake.state.calls) == 0


def test_when_no_phone_can_ring_the_caller_still_hears_music(fake):
    sign_in(fake, 1, 2, 3)
    fake.refuse.add(CreateLeg)
    to_queue(fake, "c1")
    fake.wait(5)

    assert fake.hearing["c1"] == "music"
    assert all(a.state is AgentState.PAUSED for a in fake.state.agents.values())
