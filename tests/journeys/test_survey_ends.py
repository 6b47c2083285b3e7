"""What may happen to a call around its survey: others in the talk, deaths, hang-ups, queues."""

from dataclasses import replace

import pytest
from journeys.calls_out import plan as outbound_plan
from journeys.invariants import check
from journeys.published import visits
from journeys.surveyed import THE_CALL, facts_of, open_surveyed, survey, talk

from acd.agent import TaskState
from acd.queue import AgentId
from crm.calls.record import Kind
from crm.kernel.destination import read_destination, to_agent
from crm.kernel.errors import MissingError
from cti.core import events as e
from cti.core import requests as r
from cti.core.destinations import MOST_HOPS
from cti.core.leg import LegRole, Prompted
from cti.core.requests import MonitorMode
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG = AgentId(1), AgentId(2)
OUTSIDE = "+8613900139000"


@pytest.fixture
def fake():
    site = open_surveyed()
    sign_in(site, 2)
    site.hear(r.StateAsked(WANG, ready=False))
    talk(site)
    site.hear(r.StateAsked(WANG, ready=True))
    return site


def hangs_up(fake, agent=LI):
    fake.hear(r.HangUpAsked(agent, THE_CALL))


def asks(fake):
    """The caller hears the survey, and nobody else is in the call but who listens."""
    check(fake)
    leg = fake.state.legs["c1"]
    assert isinstance(leg.placement, Prompted)
    assert fake.stage("c1") is Stage.IVR
    return visits(fake)[-1] == "7/ask"


def legs_of(fake, role):
    return [one.id for one in fake.state.legs.values() if one.role is role]


# ---- others in the talk


@pytest.mark.parametrize("dies", [False, True])
def test_an_agent_who_still_rings_for_the_talk_is_let_go(fake, dies):
    fake.hear(r.AddAsked(LI, THE_CALL, to_agent(WANG)))
    if dies:
        fake.engine_dies()
    (ringing,) = [one for one in legs_of(fake, LegRole.AGENT) if one != fake.agent_leg("c1")]
    hangs_up(fake)
    assert asks(fake)
    assert not fake.rings_or_is_up(ringing)
    assert fake.agent(2).tasks == ()
    fake.press("c1", "5")
    fake.prompts_end("c1")
    fake.prompts_end("c1")
    assert fake.kinds("c1")[-1] == "ended"


def test_a_number_outside_that_still_rings_for_the_talk_is_let_go(fake):
    fake.hear(e.OutboundChanged(outbound_plan()))
    fake.hear(r.AddAsked(LI, THE_CALL, read_destination(f"number:{OUTSIDE}")))
    (ringing,) = legs_of(fake, LegRole.OUTSIDE)
    hangs_up(fake)
    assert asks(fake)
    assert not fake.rings_or_is_up(ringing)
    fake.press("c1", "5")
    assert facts_of(fake, Kind.SCORED)


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
@pytest.mark.parametrize("dies", [False, True])
def test_a_supervisor_in_the_talk_hears_the_survey_and_is_not_heard(fake, mode, dies):
    fake.hear(r.MonitorAsked(WANG, THE_CALL, MonitorMode(mode)))
    (leg,) = legs_of(fake, LegRole.SUPERVISOR)
    fake.answers(leg)
    if dies:
        fake.engine_dies()
    hangs_up(fake)
    assert asks(fake)
    assert not fake.together("c1", leg)
    (ear,) = legs_of(fake, LegRole.SNOOP)
    assert fake.together(leg, ear)
    assert not legs_of(fake, LegRole.WHISPER)


def test_an_agent_who_was_added_has_the_customer_and_then_the_survey_begins(fake):
    fake.hear(r.AddAsked(LI, THE_CALL, to_agent(WANG)))
    fake.answers(next(one for one in legs_of(fake, LegRole.AGENT) if one != fake.agent_leg("c1")))
    hangs_up(fake)
    assert fake.stage("c1") is Stage.TALKING
    assert fake.agent_of("c1") == WANG
    hangs_up(fake, WANG)
    assert asks(fake)


# ---- ends


def test_an_agents_phone_that_dies_begins_no_survey_and_the_next_agent_does(fake):
    fake.hear(e.PhoneReachable(LI, fake.agent(1).phone, reachable=False))
    fake.leg_ends("c1", 41)
    assert fake.stage("c1") is Stage.PHONE_LOST
    assert not facts_of(fake, Kind.SURVEY_BEGAN)
    fake.engine_dies()
    fake.wait(20)
    fake.pick_up("c1")
    hangs_up(fake, fake.agent_of("c1"))
    assert asks(fake)


@pytest.mark.parametrize("first", ["agent", "caller"])
def test_both_hang_up_in_the_same_moment(fake, first):
    leg = fake.agent_leg("c1")
    order = [e.LegEnded(leg, 16), e.LegEnded("c1", 16)]
    fake.hear(*(order if first == "agent" else order[::-1]))
    for one in (leg, "c1"):
        fake.unheard(one)
    assert fake.kinds("c1").count("ended") == 1
    assert fake.agent(1).task("c1").state is TaskState.WRAP_UP
    check(fake)


@pytest.mark.parametrize("again", ["desk", "phone"])
def test_an_agent_who_hangs_up_twice_ends_no_survey(fake, again):
    leg = fake.agent_leg("c1")
    hangs_up(fake)
    if again == "desk":
        with pytest.raises(MissingError):
            hangs_up(fake)
    else:
        fake.tell_ended(leg, 16)
    assert asks(fake)


def test_the_engine_dies_before_it_has_saved_that_the_survey_began(fake):
    saved, leg = dict(fake.saved), fake.agent_leg("c1")
    hangs_up(fake)
    fake.saved["c1"] = saved["c1"]
    assert fake.ended_with[leg].cause == 26
    fake.engine_dies()
    fake.wait(20)
    assert fake.rings_or_is_up("c1")
    assert fake.stage("c1") in {Stage.PHONE_LOST, Stage.OFFERED, Stage.WAITING, Stage.TALKING}
    check(fake)


def test_a_survey_that_is_gone_when_a_new_engine_comes_ends_the_call(fake):
    hangs_up(fake)
    fake.state.flows.write((7, 1), None)
    fake.engine_dies()
    assert fake.kinds("c1")[-1] == "ended"


@pytest.mark.parametrize("dies", [False, True])
def test_a_caller_who_was_in_the_fallback_goes_on_with_the_survey(fake, dies):
    hangs_up(fake)
    fake.wait(1)
    if dies:
        fake.engine_dies()
    fake.comes_back("c1")
    assert asks(fake)


# ---- where a survey leads


@pytest.mark.parametrize("dies", ["", "in the line", "in the talk"])
def test_a_survey_that_leads_to_a_queue_gives_the_caller_to_another_agent(fake, dies):
    survey(fake, 2, thanks={"type": "queue", "queue": "support"})
    hangs_up(fake)
    fake.press("c1", "1")
    fake.prompts_end("c1")
    assert fake.agent_of("c1") == WANG
    if dies == "in the line":
        fake.engine_dies()
    fake.pick_up("c1")
    assert fake.talking("c1")
    if dies == "in the talk":
        fake.engine_dies()
    assert fake.agent(1).task("c1").state is TaskState.WRAP_UP
    fake.hear(r.StateAsked(LI, ready=True))
    assert fake.talking("c1")
    hangs_up(fake, WANG)
    assert fake.kinds("c1")[-1] == "ended"
    assert fake.agent(2).task("c1").state is TaskState.WRAP_UP
    check(fake)


@pytest.mark.parametrize("dies", [False, True])
def test_a_parked_customer_is_asked_after_the_next_talk(fake, dies):
    fake.hear(r.ParkAsked(LI, THE_CALL))
    if dies:
        fake.engine_dies()
    fake.hear(r.RetrieveAsked(LI, 1))
    fake.answers(fake.agent_leg("c1"))
    assert fake.talking("c1")
    hangs_up(fake)
    assert asks(fake)


def test_many_ways_before_it_do_not_count_against_the_survey(fake):
    call = fake.state.calls[THE_CALL]
    fake.state.calls.write(THE_CALL, replace(call, hops=MOST_HOPS))
    hangs_up(fake)
    assert asks(fake)
