"""A page that is lost in a consultation: all three are where they were when it is back."""

import pytest
from journeys.invariants import check
from journeys.site import to_queue

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.kernel.destination import to_agent
from cti.core import events as e
from cti.core import requests as r
from cti.core.call import TransferState
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG = AgentId(1), AgentId(2)
C1 = CallId("c1")


@pytest.fixture
def talk(fake):
    """Agent 1 talks with a caller; agent 2 is free."""
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    fake.wait(10)
    fake.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    return fake


@pytest.fixture
def consulting(talk):
    """Agent 1 speaks with agent 2; the caller is on hold."""
    talk.answers(leg_of(talk, WANG))
    assert talk.together(leg_of(talk, LI), leg_of(talk, WANG))
    return talk


def leg_of(fake, agent):
    legs = [one.id for one in fake.state.legs.values() if one.agent == agent]
    return legs[-1] if legs else ""


def is_lost(fake, how="reloaded"):
    """Lose the page: loaded anew, or gone for longer than a socket may be."""
    if how == "reloaded":
        fake.hear(e.PhoneStarted(LI))
    else:
        fake.hear(e.PhoneReachable(LI, Phone.BROWSER, reachable=False))
        fake.wait(5)
    assert fake.stage("c1") is Stage.PHONE_LOST
    check(fake)


def is_back(fake):
    fake.wait(1)
    fake.hear(e.PhoneReachable(LI, Phone.BROWSER, reachable=True))
    fake.answers(leg_of(fake, LI))
    check(fake)


LOST = pytest.mark.parametrize("how", ["reloaded", "gone"])
DIES = pytest.mark.parametrize("dies", [False, True])


@LOST
@DIES
def test_the_consultation_goes_on_and_the_customer_is_still_on_hold(consulting, how, dies):
    is_lost(consulting, how)
    wang = leg_of(consulting, WANG)
    assert consulting.hearing["c1"] == consulting.hearing[wang] == "music"
    if dies:
        consulting.engine_dies()
        assert consulting.hearing["c1"] == consulting.hearing[wang] == "music"
    is_back(consulting)

    assert consulting.together(leg_of(consulting, LI), wang)
    assert (consulting.stage("c1"), consulting.hearing["c1"]) == (Stage.HELD, "music")
    assert consulting.call("c1").transfer.state is TransferState.CONSULTING
    consulting.hear(r.CompleteAsked(LI, C1))
    assert consulting.together("c1", wang)
    assert consulting.agent(LI).state is AgentState.WRAP_UP
    check(consulting)


@LOST
def test_an_agent_who_was_with_the_customer_is_with_the_customer_again(consulting, how):
    consulting.hear(r.ShuttleAsked(LI, C1))
    is_lost(consulting, how)
    is_back(consulting)

    assert consulting.together("c1", leg_of(consulting, LI))
    assert consulting.hearing[leg_of(consulting, WANG)] == "music"
    consulting.hear(r.ShuttleAsked(LI, C1))
    assert consulting.together(leg_of(consulting, LI), leg_of(consulting, WANG))
    assert consulting.hearing["c1"] == "music"


@LOST
def test_a_page_that_stays_away_leaves_the_customer_to_the_recipient(consulting, how):
    is_lost(consulting, how)
    consulting.wait(13)

    assert consulting.together("c1", leg_of(consulting, WANG))
    assert consulting.agent_of("c1") == WANG
    assert consulting.call("c1").transfer is None
    assert LI not in {leg.agent for leg in consulting.state.legs.values()}
    check(consulting)


def test_a_recipient_who_hangs_up_meanwhile_leaves_the_customer_on_hold(consulting):
    is_lost(consulting)
    consulting.ends(leg_of(consulting, WANG))
    is_back(consulting)
    assert (consulting.stage("c1"), consulting.hearing["c1"]) == (Stage.HELD, "music")
    assert consulting.call("c1").transfer is None
    consulting.hear(r.HoldAsked(LI, C1, hold=False))

    assert consulting.together("c1", leg_of(consulting, LI))


def test_a_customer_who_hangs_up_meanwhile_ends_it_all(consulting):
    is_lost(consulting)
    consulting.caller_hangs_up("c1")
    consulting.wait(60)

    assert len(consulting.channels) == len(consulting.state.calls) == 0


def test_a_recipient_who_only_rings_is_let_go(talk):
    is_lost(talk)
    assert leg_of(talk, WANG) == ""
    is_back(talk)
    assert talk.call("c1").transfer is None
    talk.hear(r.HoldAsked(LI, C1, hold=False))

    assert talk.together("c1", leg_of(talk, LI))
