"""The first call: through the menu to the longest idle agent, and every way it may go wrong."""

import pytest
from journeys.site import to_queue

from acd.agent import Phone, State
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId, CallResult
from crm.kernel.errors import ConflictError, MissingError
from cti.core import events as e
from cti.core.call import Stage
from cti.core.commands import Bridge, RingAgent
from cti.fake import sign_in


def agent(fake, number):
    return fake.house.agents[AgentId(number)]


def stage(fake, call):
    return fake.house.calls[CallId(call)].stage


def test_a_caller_presses_2_and_talks_with_the_longest_idle_agent(house):
    sign_in(house, 3, 1)
    to_queue(house, "c1")

    assert agent(house, 3).state is State.OFFERED
    house.wait(2)
    house.pick_up("c1")
    assert house.talking("c1")
    assert "c1" in house.recorded
    house.wait(60)
    house.caller_hangs_up("c1")
    assert agent(house, 3).state is State.WRAP_UP
    house.wait(30)
    assert agent(house, 3).state is State.READY
    assert house.house.calls == {}
    record = house.record("c1")
    assert record.result is CallResult.ANSWERED
    assert record.talk_seconds == pytest.approx(60)
    assert record.wait_seconds == pytest.approx(2)
    total = record.ivr_seconds + record.wait_seconds + record.talk_seconds + record.hold_seconds
    assert total == pytest.approx((record.ended_at - record.started_at).total_seconds())
    assert house.states(3) == [
        "paused", "ready", "offered", "talking", "wrap-up", "ready",
    ]  # fmt: skip


def test_a_number_without_a_flow_is_refused_and_leaves_nothing(house):
    house.dial("c1", called="999")

    assert house.house.calls == {}
    assert house.channels == {}
    assert house.record("c1").result is CallResult.REFUSED


def test_a_wrong_key_is_said_and_asked_again_and_at_last_goes_to_the_operator(house):
    house.dial("c1")
    house.prompts_end("c1")
    house.press("c1", "9")
    assert house.playing[house.hearing["c1"]] == ("wrong-key", "menu")
    house.prompts_end("c1")
    house.wait(6)
    house.prompts_end("c1")
    house.wait(6)

    assert house.house.calls[CallId("c1")].queue == "operator"
    assert house.hearing["c1"] == "music"


def test_who_knows_the_menu_need_not_hear_the_greeting(house):
    house.dial("c1")
    house.press("c1", "2")

    assert house.house.calls[CallId("c1")].queue == "support"
    assert house.hearing["c1"] == "music"


def test_nobody_free_then_the_first_in_line_gets_the_first_agent(house):
    to_queue(house, "c1")
    house.wait(1)
    to_queue(house, "c2")
    sign_in(house, 1)

    assert stage(house, "c1") is Stage.OFFERED
    assert stage(house, "c2") is Stage.WAITING


def test_an_offer_nobody_answers_goes_to_another_and_after_two_misses_the_agent_rests(house):
    sign_in(house, 1, 2)
    to_queue(house, "c1")
    house.wait(15)
    assert agent(house, 1).state is State.READY
    assert agent(house, 2).state is State.OFFERED
    house.wait(15 + 5 + 15)

    assert agent(house, 1).state is State.PAUSED
    assert agent(house, 1).reason == "no answer"
    assert house.kinds("c1").count("missed") == 3


@pytest.mark.parametrize("when", ["greeting", "menu", "waiting", "ringing", "talking", "held"])
def test_a_caller_who_hangs_up_leaves_everything_tidy(house, when):
    house.dial("c1")
    if when != "greeting":
        house.prompts_end("c1")
    if when not in ("greeting", "menu"):
        house.press("c1", "2")
    if when in ("ringing", "talking", "held"):
        sign_in(house, 1)
    if when in ("talking", "held"):
        house.pick_up("c1")
    if when == "held":
        house.hear(e.HoldAsked(AgentId(1), CallId("c1"), hold=True))
    house.caller_hangs_up("c1")
    house.wait(40)

    assert house.channels == {}
    assert house.bridges == {}
    assert house.house.calls == {}
    assert all(a.state in (State.READY, State.SIGNED_OUT) for a in house.house.agents.values())


def test_the_caller_hangs_up_while_the_agent_is_being_bridged(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    leg = house.house.calls[CallId("c1")].leg
    house.caller_hangs_up("c1")
    house.channels[leg] = "up"
    house.hear(e.LegAnswered(CallId("c1"), leg))

    assert house.channels == {}
    assert agent(house, 1).state is State.READY


def test_the_withdrawn_agent_keeps_his_place_among_the_idle(house):
    sign_in(house, 1, 2)
    before = agent(house, 1).idle_since
    to_queue(house, "c1")
    house.caller_hangs_up("c1")

    assert agent(house, 1).idle_since == before


def test_a_phone_that_dies_in_a_talk_parks_the_caller_then_puts_him_first(house):
    sign_in(house, 1, phone=Phone.SIP)
    to_queue(house, "c1")
    house.pick_up("c1")
    to_queue(house, "c0")
    house.hear(e.PhoneReachable(AgentId(1), Phone.SIP, reachable=False))
    house.leg_ends("c1", cause=44)
    assert stage(house, "c1") is Stage.PARKED
    assert house.hearing["c1"] == "music"
    house.wait(12)
    assert stage(house, "c1") is Stage.WAITING
    sign_in(house, 2)

    assert stage(house, "c1") is Stage.OFFERED
    assert stage(house, "c0") is Stage.WAITING
    assert agent(house, 1).reason == "phone lost"


def test_a_page_reloaded_in_a_talk_goes_on_talking(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.hear(e.PhoneStarted(AgentId(1)))
    assert house.hearing["c1"] == "music"
    house.wait(1)
    house.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    house.pick_up("c1")

    assert house.talking("c1")
    assert agent(house, 1).state is State.TALKING


def test_a_page_reloaded_twice_in_a_talk_is_rung_where_it_is_now(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.hear(e.PhoneStarted(AgentId(1)))
    house.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    house.hear(e.PhoneStarted(AgentId(1)))
    house.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    house.pick_up("c1")

    assert house.talking("c1")


def test_a_socket_that_blinks_in_a_talk_changes_nothing(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=False))
    house.wait(1)
    house.hear(e.PhoneReachable(AgentId(1), Phone.BROWSER, reachable=True))
    house.wait(60)

    assert house.talking("c1")
    assert house.kinds("c1").count("connected") == 1


def test_an_unreachable_phone_is_not_rung_and_its_offer_goes_on(house):
    house.unreachable.add(AgentId(1))
    sign_in(house, 1, 2)
    to_queue(house, "c1")

    assert agent(house, 2).state is State.OFFERED
    assert "missed" in house.kinds("c1")


def test_one_agent_whose_phone_fails_is_not_offered_the_call_for_ever(house):
    house.unreachable.add(AgentId(1))
    sign_in(house, 1)
    to_queue(house, "c1")
    house.wait(5)

    assert agent(house, 1).state is State.PAUSED
    assert stage(house, "c1") is Stage.WAITING


def test_the_agent_holds_resumes_and_hangs_up(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.wait(10)
    house.hear(e.HoldAsked(AgentId(1), CallId("c1"), hold=True))
    assert house.hearing["c1"] == "music"
    house.wait(5)
    house.hear(e.HoldAsked(AgentId(1), CallId("c1"), hold=False))
    assert house.talking("c1")
    house.wait(10)
    house.hear(e.HangUpAsked(AgentId(1), CallId("c1")))

    record = house.record("c1")
    assert (record.talk_seconds, record.hold_seconds) == (20, 5)
    assert record.ended_by == "agent"
    assert house.channels == {}


def test_an_agent_who_declines_is_not_offered_the_call_again_at_once(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.hear(e.DeclineAsked(AgentId(1), CallId("c1")))
    assert stage(house, "c1") is Stage.WAITING
    house.wait(5)

    assert stage(house, "c1") is Stage.OFFERED


def test_another_agent_gets_a_declined_call_at_once(house):
    sign_in(house, 1, 2)
    to_queue(house, "c1")
    house.hear(e.DeclineAsked(AgentId(1), CallId("c1")))

    assert agent(house, 2).state is State.OFFERED


def test_a_new_member_of_a_queue_serves_those_who_wait_in_it(house):
    key = QueueKey("support")
    house.hear(e.QueueChanged(key, Queue(key, "support", (AgentId(2),))))
    sign_in(house, 1)
    to_queue(house, "c1")
    assert stage(house, "c1") is Stage.WAITING
    house.hear(e.QueueChanged(key, Queue(key, "support", (AgentId(1),))), e.LineOpened(key))

    assert stage(house, "c1") is Stage.OFFERED


def test_a_desk_cannot_touch_another_agents_call(house):
    sign_in(house, 1, 2)
    to_queue(house, "c1")
    house.pick_up("c1")

    with pytest.raises(MissingError):
        house.hear(e.HangUpAsked(AgentId(2), CallId("c1")))
    with pytest.raises(ConflictError):
        house.hear(e.SignedOut(AgentId(1)))


def test_without_a_recorder_the_call_goes_on_and_is_recorded_from_the_next_resume(house):
    house.recorder = False
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    assert house.talking("c1")
    assert house.record("c1").recording_failed == "the recorder is away"
    house.wait(15)
    house.hear(e.HoldAsked(AgentId(1), CallId("c1"), hold=True))
    house.wait(5)
    house.recorder = True
    house.hear(e.HoldAsked(AgentId(1), CallId("c1"), hold=False))

    assert house.record("c1").recording is not None
    late = [f.detail["late"] for _, f in house.facts if getattr(f, "kind", "") == "recording"]
    assert late == [20.0]


def test_a_recording_that_failed_starts_late_in_the_talk(house):
    house.recorder = False
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.wait(10)
    house.recorder = True
    house.hear(e.RecordAgain(CallId("c1")))

    assert house.talking("c1")
    assert house.record("c1").recording is not None
    assert house.record("c1").recording_failed is None


def test_a_bridge_that_fails_does_not_lose_the_caller(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.refuse.add(Bridge)
    house.pick_up("c1")
    house.refuse.clear()
    house.wait(13)

    assert stage(house, "c1") in (Stage.WAITING, Stage.OFFERED)


def test_an_agent_who_signs_out_while_it_rings_gives_the_call_to_another(house):
    sign_in(house, 1, 2)
    to_queue(house, "c1")
    house.hear(e.SignedOut(AgentId(1)))

    assert agent(house, 2).state is State.OFFERED
    assert agent(house, 1).state is State.SIGNED_OUT


def test_a_pause_asked_for_in_a_talk_begins_after_it(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.hear(e.StateAsked(AgentId(1), ready=False, reason="lunch"))
    house.caller_hangs_up("c1")
    house.wait(31)

    assert (agent(house, 1).state, agent(house, 1).reason) == (State.PAUSED, "lunch")


def test_asterisk_restarted_frees_the_agents(house):
    sign_in(house, 1)
    to_queue(house, "c1")
    house.pick_up("c1")
    house.channels.clear()
    house.hear(e.CallerGone(CallId("c1"), 0, fault="asterisk restarted"))

    assert agent(house, 1).state is State.READY
    assert house.house.calls == {}


def test_ringing_fails_for_everybody_and_the_caller_still_hears_music(house):
    sign_in(house, 1, 2, 3)
    house.refuse.add(RingAgent)
    to_queue(house, "c1")
    house.wait(5)

    assert house.hearing["c1"] == "music"
    assert all(a.state is State.PAUSED for a in house.house.agents.values())
