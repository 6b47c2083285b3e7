"""An agent or a caller who hangs up while the agent's number is said: there was no talk yet."""

import pytest
from journeys.invariants import check
from journeys.published import publish
from journeys.surveyed import THE_CALL, facts_of, open_surveyed

from acd.agent import AgentState, Presence
from acd.queue import AgentId
from crm.calls.agents import agents_of_call
from crm.calls.record import CallResult, Kind
from cti.core.leg import OnHold, Prompted
from cti.core.look import Hangup
from cti.core.requests import HangUpAsked
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG = AgentId(1), AgentId(2)


@pytest.fixture
def fake():
    """A caller who hears the number of agent 1, with another one behind them in line."""
    site = open_surveyed()
    site.dial("c1")
    site.wait(5)
    site.dial("c2", caller="+8613900139000")
    site.answers(site.agent_leg("c1"))
    assert isinstance(site.state.legs["c1"].placement, Prompted)
    return site


def hangs_up(fake, how):
    if how == "desk":
        fake.hear(HangUpAsked(LI, THE_CALL))
    else:
        fake.ends(fake.agent_leg("c1"))


@pytest.mark.parametrize("how", ["phone", "desk"])
def test_an_agent_who_hangs_up_while_the_number_is_said_has_missed_the_call(fake, how):
    since = fake.state.works["c1"].since
    hangs_up(fake, how)
    assert fake.stage("c1") is Stage.WAITING
    assert fake.state.works["c1"].since == since
    assert isinstance(fake.state.legs["c1"].placement, OnHold)
    assert not facts_of(fake, Kind.SURVEY_BEGAN)
    assert facts_of(fake, Kind.MISSED)[0].detail["why"] == "declined"
    assert fake.agent(1).misses == 1
    assert fake.agent(1).today.calls == 0
    assert fake.agent(1).state is not AgentState.WRAP_UP
    check(fake)


@pytest.mark.parametrize("dies", [False, True])
def test_the_next_agent_gets_the_caller_who_came_first_and_says_another_number(fake, dies):
    hangs_up(fake, "phone")
    if dies:
        fake.engine_dies()
    sign_in(fake, 2)
    leg = fake.agent_leg("c1")
    assert fake.agent_of("c1") == WANG
    fake.answers(leg)
    said = fake.state.legs["c1"].placement
    assert isinstance(said, Prompted)
    assert said.prompts[1:5] == ("digit-1", "digit-0", "digit-0", "digit-2")
    fake.prompts_end("c1")
    assert fake.talking("c1")
    fake.ends(leg)
    assert facts_of(fake, Kind.SURVEY_BEGAN)[0].detail["agent"] == WANG
    assert agents_of_call(fake.timeline("c1")) == [WANG]
    check(fake)


def test_who_hangs_up_twice_is_not_ready(fake):
    hangs_up(fake, "phone")
    fake.answers(fake.agent_leg("c2"))
    fake.ends(fake.agent_leg("c2"))
    assert fake.agent(1).presence is Presence.PAUSED


def test_a_caller_who_gives_up_then_was_not_answered(fake):
    hangs_up(fake, "phone")
    fake.wait(3)
    fake.caller_hangs_up("c1")
    record = fake.record("c1")
    assert record.result is CallResult.ABANDONED
    assert record.answered_at is None
    assert record.talk_seconds == 0
    assert agents_of_call(fake.timeline("c1")) == []


@pytest.mark.parametrize("dies", [False, True])
def test_a_caller_who_hangs_up_while_the_number_is_said_is_asked_nothing(fake, dies):
    if dies:
        fake.engine_dies()
    fake.caller_hangs_up("c1")
    assert not facts_of(fake, Kind.SURVEY_BEGAN)
    assert facts_of(fake, Kind.ENDED)[0].detail["by"] == "caller"
    check(fake)


def test_an_agent_who_hangs_up_while_no_engine_is_there_has_missed_the_call(fake):
    leg = fake.agent_leg("c1")
    fake.unheard(leg)
    fake.ended_with[leg] = Hangup(fake.now, 16)
    fake.engine_dies()
    assert not facts_of(fake, Kind.SURVEY_BEGAN)
    assert facts_of(fake, Kind.MISSED)
    assert fake.stage("c1") in {Stage.WAITING, Stage.OFFERED}
    check(fake)


def test_a_talk_that_a_new_engine_has_begun_ends_with_the_survey(fake):
    fake.engine_dies()
    assert fake.talking("c1")
    hangs_up(fake, "phone")
    assert facts_of(fake, Kind.SURVEY_BEGAN)


def test_a_call_for_this_agent_alone_goes_where_their_missed_calls_go():
    site = open_surveyed()
    publish(
        site,
        "number",
        number={"type": "agent_number", "then": "agent"},
        agent={"type": "agent", "agent": 1},
    )
    site.dial("c1")
    site.answers(site.agent_leg("c1"))
    assert isinstance(site.state.legs["c1"].placement, Prompted)
    site.ends(site.agent_leg("c1"))
    (not_taken,) = facts_of(site, Kind.NOT_TAKEN)
    assert not_taken.detail["why"] == "no answer"
    check(site)
