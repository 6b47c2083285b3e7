"""An agent calls a colleague whose calls go elsewhere."""

from dataclasses import replace

import pytest
from journeys.invariants import check

from acd.agent import AgentState
from acd.forwards import Forwards
from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId
from crm.calls.record import CallId, CallResult
from crm.kernel.destination import read_destination
from crm.kernel.errors import ConflictError
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import DialTrunk, OutboundPlan, OutboundRule, RuleId
from cti.trunks.trunk import TrunkId

LI, WANG, ZHANG = AgentId(1), AgentId(2), AgentId(3)
CALL = CallId("d1")
BOX = VoicemailBox(BoxId(9), "Wang Fang", agent=2)


def forwarding(fake, boxes=(), **of_agents):
    said = {
        AgentId(int(agent.removeprefix("a"))): Forwards(
            **{kind: read_destination(to) for kind, to in kinds.items()}
        )
        for agent, kinds in of_agents.items()
    }
    routes = fake.state.routes
    fake.hear(e.RoutesChanged(replace(routes, forwards=said, boxes={one.id: one for one in boxes})))


def leg_of(fake, agent):
    return next((leg.id for leg in fake.state.legs.values() if leg.agent == agent), "")


def dial(fake):
    fake.hear(r.DialAsked(CALL, LI, WANG))
    fake.answers(leg_of(fake, LI))


@pytest.fixture
def site(fake):
    sign_in(fake, 1, 2, 3)
    return fake


def test_an_internal_caller_is_forwarded_to_another_colleague(site):
    forwarding(site, a2={"all": "agent:3"})
    dial(site)
    assert not leg_of(site, WANG)
    site.answers(leg_of(site, ZHANG))
    assert site.together(leg_of(site, LI), leg_of(site, ZHANG))
    check(site)
    site.engine_dies()
    assert site.together(leg_of(site, LI), leg_of(site, ZHANG))
    site.ends(leg_of(site, LI))
    assert site.agent(ZHANG).state is AgentState.READY
    check(site)


def test_an_unanswered_internal_call_goes_where_the_colleague_has_set(site):
    forwarding(site, a2={"no_answer": "agent:3"})
    dial(site)
    assert leg_of(site, WANG)
    site.ends(leg_of(site, WANG), 19)
    assert leg_of(site, ZHANG)
    check(site)


@pytest.mark.parametrize("how", ["signed out", "no answer"])
def test_an_internal_caller_leaves_a_message_in_the_colleagues_box(site, how):
    forwarding(site, (BOX,))
    if how == "signed out":
        site.hear(r.SignOutAsked(WANG))
    dial(site)
    if how == "no answer":
        site.ends(leg_of(site, WANG), 19)
    own = LegId(leg_of(site, LI))
    assert site.stage(CALL) is Stage.VOICEMAIL
    site.prompts_end(own)
    assert site.hearing[own].startswith("message ")
    site.wait(5)
    site.engine_dies()
    assert site.hearing[own].startswith("message ")
    check(site)
    site.wait(3)
    site.ends(own)

    assert site.channels == {}
    assert site.agent(LI).state is AgentState.READY
    assert site.record(CALL).result is CallResult.VOICEMAIL
    (message,) = [one.detail for one in site.timeline(CALL) if one.kind == "message"]
    assert message["box"] == 9


def test_an_internal_caller_whose_greeting_plays_hears_it_again_after_an_engines_death(site):
    forwarding(site, (BOX,), a2={"all": "voicemail:9"})
    dial(site)
    site.engine_dies()
    assert site.hears_prompts(leg_of(site, LI))
    check(site)


def test_an_internal_caller_waits_in_the_queue_of_a_colleague(site):
    forwarding(site, a2={"busy": "queue:sales"})
    site.hear(r.StateAsked(ZHANG, ready=False, reason="lunch"))
    site.hear(r.DialAsked(CallId("d0"), ZHANG, WANG))
    site.answers(leg_of(site, ZHANG))
    site.answers(leg_of(site, WANG))
    dial(site)
    own = LegId(leg_of(site, LI))
    assert site.hearing[own] == "music"
    site.ends(leg_of(site, WANG))
    site.answers(leg_of(site, WANG))
    assert site.together(own, leg_of(site, WANG))
    check(site)


def test_an_internal_caller_is_led_to_a_number_outside(site):
    trunk = TrunkId(1)
    rule = OutboundRule(RuleId(1), "Mobile", frozenset({NumberClass.MOBILE}), (trunk,))
    ours = "+864008001234"
    plan = OutboundPlan((rule,), {trunk: DialTrunk(trunk, "T")}, {}, frozenset({ours}), ours)
    site.hear(e.OutboundChanged(plan))
    forwarding(site, a2={"all": "number:+8613800138000"})
    dial(site)
    (outside,) = [leg for leg in site.channels if leg != leg_of(site, LI)]
    site.answers(outside)
    assert site.together(leg_of(site, LI), outside)
    assert site.recorded == set()
    site.engine_dies()
    assert site.together(leg_of(site, LI), outside)
    check(site)
    site.ends(outside)
    assert site.channels == {}


@pytest.mark.parametrize("taken", [True, False])
def test_an_internal_caller_is_led_to_a_ring_group_and_on_from_there(site, taken):
    group = RingGroup(RingGroupId(5), "All", (WANG, ZHANG), then=read_destination("voicemail:9"))
    forwarding(site, (BOX,), a2={"all": "ring-group:5"})
    site.hear(e.RoutesChanged(replace(site.state.routes, ring_groups={group.id: group})))
    dial(site)
    own = LegId(leg_of(site, LI))
    assert site.hearing[own] == "music"
    site.engine_dies()
    assert site.hearing[own] == "music"
    check(site)
    if taken:
        site.answers(leg_of(site, ZHANG))
        assert site.together(own, leg_of(site, ZHANG))
        assert not leg_of(site, WANG)
    else:
        site.wait(100)
        assert site.stage(CALL) is Stage.VOICEMAIL
    check(site)


def test_a_circle_of_forwards_ends_with_a_sentence(site):
    forwarding(site, a2={"all": "agent:3"}, a3={"all": "agent:2"})
    dial(site)
    own = LegId(leg_of(site, LI))
    assert site.playing[site.hearing[own]] == ("not-taken",)
    site.prompts_end(own)
    assert site.channels == {}
    check(site)


def test_a_colleague_who_is_away_and_has_nothing_set_cannot_be_called(site):
    site.hear(r.SignOutAsked(WANG))
    with pytest.raises(ConflictError):
        site.hear(r.DialAsked(CALL, LI, WANG))
