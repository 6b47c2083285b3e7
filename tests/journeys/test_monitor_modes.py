"""A supervisor listens, whispers, barges in and takes over, and changes between these."""

import pytest
from journeys.invariants import check
from journeys.site import to_queue

from acd.agent import AgentState
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.kernel.errors import ConflictError
from cti.core import requests as r
from cti.core.leg import LegRole
from cti.core.requests import MonitorMode
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG, ZHANG = AgentId(1), AgentId(2), AgentId(3)
C1 = CallId("c1")
IN_TALK = (MonitorMode.WHISPER, MonitorMode.BARGE, MonitorMode.TAKE_OVER)


@pytest.fixture
def talk(fake):
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    return fake


def ask(fake, mode, who=WANG):
    fake.hear(r.MonitorAsked(who, C1, MonitorMode(mode)))


def leg_of(fake, role, who=WANG):
    legs = fake.state.legs.values()
    return next((leg.id for leg in legs if leg.role is role and leg.agent == who), "")


def monitors(fake, mode, who=WANG):
    ask(fake, mode, who)
    fake.answers(leg_of(fake, LegRole.SUPERVISOR, who))


def how(fake, who=WANG):
    """How the supervisor takes part, by the parties who are together and the snoops there are."""
    leg = leg_of(fake, LegRole.SUPERVISOR, who)
    if not leg:
        own = leg_of(fake, LegRole.AGENT, who)
        return "take-over" if own and fake.together("c1", own) else "none"
    if fake.together("c1", leg):
        return "barge"
    tongue, ear = leg_of(fake, LegRole.WHISPER, who), leg_of(fake, LegRole.SNOOP, who)
    assert bool(tongue) != bool(ear)
    assert fake.together(leg, tongue or ear)
    assert fake.snoops[tongue or ear] == (fake.agent_leg("c1") if tongue else "c1")
    return "whisper" if tongue else "listen"


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge", "take-over"])
@pytest.mark.parametrize("dies", [False, True])
def test_a_supervisor_begins_in_any_way_also_when_the_engine_dies_afterwards(talk, mode, dies):
    monitors(talk, mode)
    if dies:
        talk.engine_dies()
    assert how(talk) == mode
    assert talk.agent(2).state is AgentState.TALKING
    check(talk)
    talk.caller_hangs_up("c1")
    talk.wait(60)
    assert talk.channels == {}
    assert not talk.state.calls


@pytest.mark.parametrize("first", ["listen", "whisper", "barge"])
@pytest.mark.parametrize("then", ["listen", "whisper", "barge", "take-over", "stop"])
@pytest.mark.parametrize("dies", [False, True])
def test_a_supervisor_changes_from_each_way_to_each_other(talk, first, then, dies):
    monitors(talk, first)
    if dies:
        talk.engine_dies()
    ask(talk, then)
    if dies:
        talk.engine_dies()
    assert how(talk) == ("none" if then == "stop" else then)
    assert talk.stage("c1") is Stage.TALKING
    check(talk)


def test_who_is_taken_over_wraps_up_and_the_supervisor_has_the_customer(talk):
    monitors(talk, "listen")
    ask(talk, "take-over")
    assert talk.agent(1).state is AgentState.WRAP_UP
    assert talk.agent_of("c1") == WANG
    assert talk.state.calls[C1].handed.agent == LI
    talk.hear(r.HoldAsked(WANG, C1, hold=True))
    assert talk.stage("c1") is Stage.HELD
    talk.hear(r.HangUpAsked(WANG, C1))
    assert talk.agent(2).state is AgentState.WRAP_UP
    talk.wait(60)
    assert talk.channels == {}


def test_two_supervisors_take_part_in_ways_of_their_own(talk):
    sign_in(talk, 3)
    monitors(talk, "listen")
    monitors(talk, "whisper", ZHANG)
    assert (how(talk), how(talk, ZHANG)) == ("listen", "whisper")
    ask(talk, "barge")
    assert (how(talk), how(talk, ZHANG)) == ("barge", "whisper")
    ask(talk, "stop", ZHANG)
    assert (how(talk), how(talk, ZHANG)) == ("barge", "none")
    check(talk)


@pytest.mark.parametrize("mode", ["whisper", "barge"])
def test_a_supervisor_stays_when_the_agents_phone_goes_away_and_comes_back(talk, mode):
    monitors(talk, mode)
    talk.ends(talk.agent_leg("c1"), 38)
    assert talk.stage("c1") is Stage.PHONE_LOST
    talk.pick_up("c1")
    assert how(talk) == ("barge" if mode == "barge" else "listen")
    check(talk)


@pytest.mark.parametrize("mode", IN_TALK)
def test_only_listening_works_while_no_agent_talks_with_the_customer(talk, mode):
    talk.hear(r.HoldAsked(LI, C1, hold=True))
    with pytest.raises(ConflictError, match="only while the agent talks"):
        ask(talk, mode)
    monitors(talk, "listen")
    with pytest.raises(ConflictError, match="only while the agent talks"):
        ask(talk, mode)
    assert how(talk) == "listen"
