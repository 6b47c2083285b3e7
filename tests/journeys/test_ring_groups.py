"""A few phones ring for one caller: together or in turn, and what comes after them."""

import pytest
from journeys.invariants import check

from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId, RingOrder
from crm.kernel.destination import read_destination
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RouteId, RoutePlan, RouteRule
from ivr.flow import FlowId, NumberSettings

BOX = VoicemailBox(BoxId(7), "Night", most_seconds=60)
DECLINED, HUNG_UP, DEAD = 21, 16, 38


@pytest.fixture
def office(fake):
    """Three agents in a group; the second one is not ready."""
    sign_in(fake, 1, 3)
    return fake


def with_group(fake, order=RingOrder.TOGETHER, then="voicemail:7", members=(1, 2, 3)):
    group = RingGroup(
        RingGroupId(5),
        "Office",
        tuple(map(AgentId, members)),
        order,
        then=read_destination(then) if then else None,
    )
    rule = RouteRule(RouteId(1), "Office", read_destination("ring-group:5"))
    numbers = {"100": NumberSettings(FlowId(1))}
    groups = {group.id: group}
    fake.hear(e.RoutesChanged(RoutePlan(numbers, (rule,), boxes={7: BOX}, ring_groups=groups)))
    fake.dial("c1")
    return fake


def ringing(fake):
    return {leg.agent for leg in fake.state.legs.values() if leg.agent and leg.state != "up"}


def test_all_free_phones_ring_and_the_first_to_answer_has_the_caller(office):
    with_group(office)
    assert ringing(office) == {1, 3}
    office.answers("c1-a2")
    assert office.stage("c1") is Stage.TALKING
    assert office.agent_of("c1") == 3
    assert ringing(office) == set()
    assert "c1-a1" not in office.channels
    check(office)


def test_in_turn_the_next_phone_rings_when_one_is_not_answered(office):
    with_group(office, RingOrder.IN_TURN)
    assert ringing(office) == {1}
    office.ends("c1-a1", DECLINED)
    assert ringing(office) == {3}
    office.wait(21)
    assert office.stage("c1") is Stage.VOICEMAIL
    check(office)


def test_a_call_that_the_group_does_not_take_goes_on(office):
    with_group(office)
    office.wait(21)
    assert ringing(office) == set()
    assert office.stage("c1") is Stage.VOICEMAIL
    assert [one.kind for one in office.timeline("c1")].count("group missed") == 1
    check(office)


def test_a_group_without_a_free_phone_or_without_members_goes_on_at_once(fake):
    with_group(fake)
    assert fake.stage("c1") is Stage.VOICEMAIL
    fake.hear(e.RoutesChanged(RoutePlan({"100": NumberSettings(FlowId(1))})))
    check(fake)


def test_without_a_next_destination_the_caller_is_told(fake):
    with_group(fake, then="")
    assert fake.hears_prompts("c1")
    fake.prompts_end("c1")
    assert fake.channels == {}


def test_a_group_that_leads_to_itself_ends_the_call_and_says_so(fake):
    with_group(fake, then="ring-group:5")
    assert fake.channels == {}
    assert fake.record("c1").result == "failed"


def test_an_engine_that_dies_while_two_phones_ring_lets_both_ring_on(office):
    with_group(office)
    office.wait(3)
    office.engine_dies()
    assert ringing(office) == {1, 3}
    office.answers("c1-a1")
    assert office.agent_of("c1") == 1
    assert ringing(office) == set()
    check(office)


def test_a_group_in_turn_goes_on_with_the_next_phone_after_the_engine_died(office):
    with_group(office, RingOrder.IN_TURN)
    office.engine_dies()
    assert ringing(office) == {1}
    office.ends("c1-a1", DECLINED)
    assert ringing(office) == {3}
    office.ends(next(leg for leg in office.state.legs if leg != "c1"), DECLINED)
    assert office.stage("c1") is Stage.VOICEMAIL
    check(office)


def test_a_caller_whose_agents_phone_stays_away_rings_at_the_group_again(office):
    with_group(office)
    office.answers("c1-a1")
    office.wait(30)
    office.ends("c1-a1", DEAD)
    assert office.stage("c1") is Stage.PHONE_LOST
    office.wait(13)
    assert ringing(office) == {3}
    check(office)


def test_a_caller_led_to_one_agent_whose_phone_stays_away_goes_where_that_agents_calls_go(office):
    office.hear(
        e.RoutesChanged(
            RoutePlan(
                {"100": NumberSettings(FlowId(1))},
                (RouteRule(RouteId(1), "Mine", read_destination("agent:3")),),
                boxes={8: VoicemailBox(BoxId(8), "Agent 3", agent=3)},
            )
        )
    )
    office.dial("c1")
    office.pick_up("c1")
    office.ends("c1-a1", DEAD)
    office.wait(13)
    assert office.stage("c1") is Stage.VOICEMAIL
    check(office)


def test_the_group_says_whether_the_talk_is_recorded(office):
    with_group(office)
    office.answers("c1-a1")
    assert office.state.calls["c1"].recording in ("wanted", "on")
