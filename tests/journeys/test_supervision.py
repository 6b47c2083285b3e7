"""A supervisor listens to a call, through every change of the call."""

import pytest
from journeys.invariants import check
from journeys.site import to_queue

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.kernel.errors import ConflictError, MissingError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegRole
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG = AgentId(1), AgentId(2)
C1 = CallId("c1")


@pytest.fixture
def talk(fake):
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    return fake


def leg_of(fake, role):
    return next((leg.id for leg in fake.state.legs.values() if leg.role is role), "")


def listen(fake):
    fake.hear(r.MonitorAsked(WANG, C1, r.MonitorMode.LISTEN))
    fake.answers(leg_of(fake, LegRole.SUPERVISOR))


def hears(fake):
    supervisor, snoop = leg_of(fake, LegRole.SUPERVISOR), leg_of(fake, LegRole.SNOOP)
    return bool(supervisor) and fake.together(supervisor, snoop) and fake.snoops[snoop] == "c1"


def test_a_supervisor_hears_the_talk_and_is_busy_meanwhile(talk):
    listen(talk)

    assert hears(talk)
    assert talk.talking("c1")
    assert talk.agent(WANG).state is AgentState.TALKING
    check(talk)
    talk.hear(r.MonitorAsked(WANG, C1, r.MonitorMode.STOP))

    assert leg_of(talk, LegRole.SUPERVISOR) == leg_of(talk, LegRole.SNOOP) == ""
    assert talk.talking("c1")
    assert talk.agent(WANG).state is AgentState.READY
    check(talk)


@pytest.mark.parametrize("who", [LegRole.SUPERVISOR, LegRole.SNOOP])
def test_listening_ends_with_either_of_its_legs_and_the_talk_goes_on(talk, who):
    listen(talk)
    talk.ends(leg_of(talk, who))

    assert leg_of(talk, LegRole.SUPERVISOR) == leg_of(talk, LegRole.SNOOP) == ""
    assert talk.agent(WANG).state is AgentState.READY
    assert talk.talking("c1")
    check(talk)


def test_listening_ends_with_the_call_and_the_supervisor_has_nothing_to_wrap_up(talk):
    listen(talk)
    talk.caller_hangs_up("c1")

    assert talk.agent(WANG).state is AgentState.READY
    assert talk.agent(LI).state is AgentState.WRAP_UP
    assert talk.channels == {}
    check(talk)


def test_a_supervisor_whose_phone_is_not_picked_up_listens_to_nothing(talk):
    talk.hear(r.MonitorAsked(WANG, C1, r.MonitorMode.LISTEN))
    talk.ends(leg_of(talk, LegRole.SUPERVISOR), 19)

    assert talk.agent(WANG).state is AgentState.READY
    assert talk.talking("c1")
    check(talk)


def test_listening_goes_on_through_hold(talk):
    listen(talk)
    talk.hear(r.HoldAsked(LI, C1, hold=True))
    talk.hear(r.HoldAsked(LI, C1, hold=False))

    assert hears(talk)
    assert talk.stage("c1") is Stage.TALKING


def test_listening_that_is_impossible_is_refused_with_the_reason(talk):
    with pytest.raises(MissingError):
        talk.hear(r.MonitorAsked(WANG, CallId("c9"), r.MonitorMode.LISTEN))
    with pytest.raises(ConflictError):
        talk.hear(r.MonitorAsked(AgentId(3), C1, r.MonitorMode.LISTEN))
    with pytest.raises(ConflictError):
        talk.hear(r.MonitorAsked(LI, C1, r.MonitorMode.LISTEN))
    with pytest.raises(MissingError):
        talk.hear(r.MonitorAsked(WANG, C1, r.MonitorMode.STOP))


@pytest.mark.parametrize("when", ["ringing", "answered unheard", "listening"])
def test_listening_goes_on_when_the_engine_dies(talk, when):
    talk.hear(r.MonitorAsked(WANG, C1, r.MonitorMode.LISTEN))
    leg = leg_of(talk, LegRole.SUPERVISOR)
    if when == "answered unheard":
        talk.unheard(leg, "up")
    elif when != "ringing":
        talk.answers(leg)
    talk.engine_dies()
    if when == "ringing":
        talk.answers(leg)

    assert hears(talk)
    assert talk.talking("c1")
    check(talk)


@pytest.mark.parametrize("who", [LegRole.SUPERVISOR, LegRole.SNOOP])
def test_listening_ends_with_either_of_its_legs_also_while_no_engine_is_there(talk, who):
    listen(talk)
    talk.unheard(leg_of(talk, who))
    talk.engine_dies()

    assert leg_of(talk, LegRole.SUPERVISOR) == leg_of(talk, LegRole.SNOOP) == ""
    assert talk.agent(WANG).state is AgentState.READY
    assert talk.talking("c1")
    check(talk)


def test_a_call_that_ends_while_no_engine_is_there_ends_the_listening(talk):
    listen(talk)
    talk.unheard("c1")
    talk.engine_dies()
    talk.wait(60)

    assert leg_of(talk, LegRole.SUPERVISOR) == ""
    assert talk.agent(WANG).state is AgentState.READY
    assert talk.channels == {}


def test_a_supervisor_who_reloads_the_page_does_not_disturb_the_agent(talk):
    listen(talk)
    talk.hear(e.PhoneReachable(WANG, Phone.BROWSER, reachable=False))
    talk.wait(30)
    assert hears(talk)
    talk.hear(e.PhoneStarted(WANG))

    assert leg_of(talk, LegRole.SUPERVISOR) == ""
    assert talk.talking("c1")
    check(talk)
