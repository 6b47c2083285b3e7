"""An agent calls a customer: trunks, answer, ends, and an engine that dies meanwhile."""

from dataclasses import replace

import pytest
from journeys.calls_out import (
    CALL,
    CUSTOMER,
    LI,
    MOBILE,
    ONE,
    TWO,
    call_out,
    dialling,
    open_for_calls,
    plan,
    routed,
    to,
)
from journeys.invariants import check

from acd.agent import AgentState, Outbound, Phone
from acd.forwards import Forwards
from acd.queue import AgentId
from crm.calls.record import CallId, CallResult
from crm.kernel.errors import ConflictError, RefusedError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.outbound.rule import Dialler, DialTrunk
from cti.routes.rule import RoutePlan


@pytest.fixture
def ready(fake):
    return open_for_calls(fake)


def test_the_agents_phone_rings_first_then_the_customer_hears_our_number(ready):
    ready.hear(r.CallAsked(CALL, LI, "138 0013 8000"))
    assert ready.stage(CALL) is Stage.DIALLING
    assert not ready.dialled

    ready.answers("o1-a1")
    assert ready.dialled[LegId(CUSTOMER)] == (ONE, "+8613800138000", "+864008001234")
    assert ready.together("o1-a1", CUSTOMER)  # ringing and announcements are heard
    assert ready.agent(LI).state is AgentState.TALKING
    check(ready)


def test_when_the_customer_answers_they_talk_and_are_recorded(ready):
    call_out(ready)
    ready.wait(5)
    ready.answers(CUSTOMER)
    ready.wait(30)

    assert ready.stage(CALL) is Stage.TALKING
    assert ready.together("o1-a1", CUSTOMER)
    assert CALL in ready.recorded
    ready.ends(CUSTOMER)
    record = ready.record(CALL)
    assert (record.direction, record.result, record.ended_by) == ("out", "answered", "customer")
    assert (record.wait_seconds, record.talk_seconds) == (5, 30)
    assert (record.customer_number, record.own_number) == ("+8613800138000", "+864008001234")
    assert ready.agent(LI).state is AgentState.WRAP_UP
    check(ready)


def test_hold_and_retrieve_work_as_with_an_inbound_call(ready):
    call_out(ready)
    ready.answers(CUSTOMER)
    ready.hear(r.HoldAsked(LI, CALL, hold=True))
    assert ready.stage(CALL) is Stage.HELD
    assert ready.hearing[LegId(CUSTOMER)] == "music"
    ready.hear(r.HoldAsked(LI, CALL, hold=False))
    assert ready.together("o1-a1", CUSTOMER)


@pytest.mark.parametrize(
    ("cause", "tried_again"), [(34, True), (38, True), (17, False), (1, False), (21, False)]
)
def test_a_trunk_that_fails_is_left_for_the_next_and_a_busy_number_is_not(
    ready, cause, tried_again
):
    call_out(ready)
    ready.ends(CUSTOMER, cause)
    if tried_again:
        assert ready.dialled[LegId("o1-c3")][0] == TWO
        ready.answers("o1-c3")
        assert ready.stage(CALL) is Stage.TALKING
    else:
        record = ready.record(CALL)
        assert (record.result, record.cause, record.ended_by) == (
            CallResult.UNANSWERED, cause, "customer",
        )  # fmt: skip
        assert ready.channels == {}
    check(ready)


def test_the_answer_of_sip_counts_before_the_cause(ready):
    call_out(ready)
    ready.hear(e.LegEnded(LegId(CUSTOMER), 21, sip=503))
    assert ready.dialled[LegId("o1-c3")][0] == TWO


def test_a_trunk_on_which_no_leg_can_be_made_is_left_at_once(ready):
    ready.dead_trunks.add(ONE)
    call_out(ready)
    assert ready.dialled[LegId("o1-c3")][0] == TWO


def test_a_silent_trunk_that_is_known_to_be_down_is_left_after_three_seconds(ready):
    call_out(ready)
    ready.hear(e.TrunkReachable(ONE, reachable=False))
    ready.state.legs.write(LegId(CUSTOMER), dialling(ready))
    ready.wait(3)
    assert ready.dialled[LegId("o1-c3")][0] == TWO
    assert CUSTOMER not in ready.channels


def test_a_phone_that_rings_too_long_is_given_up(ready):
    call_out(ready)
    ready.wait(70)
    assert ready.channels == {}
    assert (ready.record(CALL).result, ready.record(CALL).cause) == (CallResult.UNANSWERED, 19)


def test_with_every_trunk_failing_the_call_ends_and_says_so(ready):
    call_out(ready)
    ready.ends(CUSTOMER, 38)
    ready.ends("o1-c3", 34)
    assert ready.record(CALL).result is CallResult.UNANSWERED
    assert ready.channels == {}
    assert ready.agent(LI).state is AgentState.WRAP_UP


def test_the_agent_may_hang_up_while_it_rings(ready):
    call_out(ready)
    ready.hear(r.HangUpAsked(LI, CALL))
    assert ready.channels == {}
    assert ready.record(CALL).ended_by == "agent"


def test_what_no_rule_allows_is_refused_with_the_kind_of_number(ready):
    with pytest.raises(RefusedError, match="international numbers: no outbound rule"):
        ready.hear(r.CallAsked(CALL, LI, "+442079460000"))
    assert ready.channels == {}


def test_who_is_in_a_call_cannot_dial_another(ready):
    call_out(ready)
    with pytest.raises(ConflictError, match="Finish your own call"):
        ready.hear(r.CallAsked(CallId("o2"), LI, MOBILE))


def test_an_extension_is_a_call_to_the_colleague(ready):
    ready.hear(r.CallAsked(CALL, LI, "1002"))
    ready.answers("o1-a1")
    assert any(leg.agent == 2 for leg in ready.state.legs.values())
    assert not ready.dialled


@pytest.mark.parametrize("up", [False, True])
def test_an_engine_that_dies_drops_neither_a_ringing_call_nor_a_talk(ready, up):
    call_out(ready)
    if up:
        ready.answers(CUSTOMER)
    ready.engine_dies()

    assert ready.together("o1-a1", CUSTOMER)
    assert ready.stage(CALL) is (Stage.TALKING if up else Stage.DIALLING)
    assert ready.agent(LI).state is AgentState.TALKING
    if not up:
        ready.answers(CUSTOMER)
        assert ready.stage(CALL) is Stage.TALKING
    ready.ends(CUSTOMER)
    assert ready.record(CALL).result is CallResult.ANSWERED
    check(ready)


def test_a_customer_who_answers_while_the_engine_is_away_talks(ready):
    call_out(ready)
    ready.unheard(CUSTOMER, "up")
    ready.engine_dies()
    assert ready.stage(CALL) is Stage.TALKING
    assert ready.together("o1-a1", CUSTOMER)


def test_a_trunk_that_fails_after_the_engines_death_is_still_left_for_the_next(ready):
    call_out(ready)
    ready.engine_dies()
    ready.ends(CUSTOMER, 34)
    (second,) = [leg for leg, way in ready.dialled.items() if way[0] == TWO]
    assert ready.together("o1-a1", second)


# ---- a phone that dials by itself


def phone_dials(fake, dialled=MOBILE, extension="1001", phone=Phone.SIP):
    fake.channels[LegId("p1")] = "ring"
    fake.born[LegId("p1")] = fake.now
    fake.hear(e.PhoneDialled(LegId("p1"), extension, phone, dialled))


def test_a_phone_that_dials_by_itself_makes_the_same_call(fake):
    fake.hear(e.OutboundChanged(plan()))
    sign_in(fake, 1, phone=Phone.SIP)
    phone_dials(fake)
    assert fake.together("p1", "p1-c1")
    fake.answers("p1-c1")
    assert fake.stage("p1") is Stage.TALKING
    fake.engine_dies()
    assert fake.stage("p1") is Stage.TALKING
    fake.ends("p1")
    assert fake.channels == {}
    assert fake.record("p1").agent == 1


@pytest.mark.parametrize("dialled", ["+442079460000", "", "1001", "<script>"])
def test_a_phone_that_may_not_dial_is_refused_and_the_try_is_listed(fake, dialled):
    fake.hear(e.OutboundChanged(plan()))
    sign_in(fake, 1, phone=Phone.SIP)
    phone_dials(fake, dialled)
    assert fake.channels == {}
    assert not fake.dialled
    assert fake.agent(1).state is AgentState.READY
    assert fake.record("p1").result is CallResult.UNANSWERED


def test_a_phone_whose_agent_is_signed_out_reaches_emergency_numbers_only(fake):
    fake.hear(e.OutboundChanged(plan()))
    phone_dials(fake)
    assert fake.channels == {}
    fake.channels[LegId("p2")], fake.born[LegId("p2")] = "ring", fake.now
    fake.hear(e.PhoneDialled(LegId("p2"), "1001", Phone.SIP, "110"))
    assert fake.dialled[LegId("p2-c1")] == (ONE, "110", "+864008001234")


def test_a_colleagues_extension_dialled_on_the_phone_rings_the_colleague(fake):
    fake.hear(e.OutboundChanged(plan()))
    sign_in(fake, 1, 2, phone=Phone.SIP)
    phone_dials(fake, "1002")
    (leg,) = [one.id for one in fake.state.legs.values() if one.agent == 2]
    fake.answers(leg)
    assert fake.together("p1", leg)


# ---- limits


def test_a_full_trunk_is_skipped_and_a_rule_has_its_own_limit(ready):
    full = {ONE: DialTrunk(ONE, "Carrier", most_calls=1), TWO: DialTrunk(TWO, "Second")}
    rule = plan().rules[0]
    ready.hear(e.OutboundChanged(plan(trunks=full)))
    call_out(ready)
    ready.hear(r.CallAsked(CallId("o2"), AgentId(2), MOBILE))
    ready.answers("o2-a1")
    assert ready.dialled[LegId("o2-c2")][0] == TWO
    ready.hear(e.OutboundChanged(plan(rules=(replace(rule, most_calls=2),))))
    sign_in(ready, 3)
    with pytest.raises(RefusedError, match="no more calls at the same time"):
        ready.hear(r.CallAsked(CallId("o3"), AgentId(3), MOBILE))


def test_an_own_limit_of_an_agent_stands_over_the_rules(ready):
    limited = {LI: Dialler(LI, limit=Outbound.INTERNAL)}
    ready.hear(e.OutboundChanged(plan(diallers=limited)))
    with pytest.raises(RefusedError, match="your own limit"):
        ready.hear(r.CallAsked(CALL, LI, MOBILE))


# ---- callers who are led to a number outside, or to one agent


def test_a_caller_is_led_to_a_number_outside_and_talks_there(fake):
    routed(fake, f"number:{MOBILE}")
    assert fake.stage("c1") is Stage.FORWARDED
    assert fake.together("c1", "c1-o1")
    fake.wait(4)
    fake.answers("c1-o1")
    fake.wait(10)
    fake.engine_dies()
    assert fake.stage("c1") is Stage.FORWARDED
    assert fake.together("c1", "c1-o1")
    fake.ends("c1-o1")
    assert fake.channels == {}
    assert fake.record("c1").result is CallResult.FORWARDED


def test_a_number_outside_that_is_not_reached_ends_the_call(fake):
    routed(fake, f"number:{MOBILE}")
    fake.ends("c1-o1", 34)
    fake.ends("c1-o2", 17)
    assert fake.channels == {}
    assert fake.record("c1").ended_by == "outside"


def test_a_caller_is_led_to_one_agent_or_hears_that_the_agent_is_away(fake):
    sign_in(fake, 1, 2)
    routed(fake, "agent:2")
    assert fake.agent_of("c1") == 2
    fake.pick_up("c1")
    assert fake.stage("c1") is Stage.TALKING
    fake.dial("c2")
    fake.prompts_end("c2")
    assert fake.record("c2").result is CallResult.REFUSED


@pytest.mark.parametrize(
    ("forwards", "wanted"),
    [
        (Forwards(all=to("queue:sales")), Stage.OFFERED),
        (Forwards(away=to(f"number:{MOBILE}")), Stage.FORWARDED),
        (Forwards(busy=to("queue:sales")), Stage.IVR),
    ],
)
def test_calls_to_an_agent_who_is_away_go_where_the_extension_is_forwarded(fake, forwards, wanted):
    sign_in(fake, 1)
    routed(fake, "agent:2", {AgentId(2): forwards})
    assert fake.stage("c1") is wanted


def test_an_unanswered_call_to_an_agent_is_forwarded_and_the_agent_is_free_again(fake):
    sign_in(fake, 2, 3)
    routed(fake, "agent:2", {AgentId(2): Forwards(no_answer=to("agent:3"))})
    fake.wait(20)
    assert fake.agent_of("c1") == 3
    fake.pick_up("c1")
    assert fake.stage("c1") is Stage.TALKING
    check(fake)


def test_forwarding_that_leads_in_a_circle_ends_the_call(fake):
    circle = {AgentId(1): Forwards(all=to("agent:2")), AgentId(2): Forwards(all=to("agent:1"))}
    routed(fake, "agent:2", circle)
    assert fake.record("c1").result is CallResult.FAILED


def test_a_refused_caller_is_not_picked_up(fake):
    fake.hear(e.RoutesChanged(RoutePlan()))
    fake.dial("c1", called="999")
    assert fake.channels == {}
    assert (fake.record("c1").result, fake.record("c1").cause) == (CallResult.REFUSED, 1)
