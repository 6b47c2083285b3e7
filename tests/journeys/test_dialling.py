"""One agent calls another."""

import pytest
from journeys.invariants import check

from acd.agent import AgentState
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.kernel.destination import to_agent
from crm.kernel.errors import ConflictError, MissingError
from cti.core import events as e
from cti.core import requests as r
from cti.core.stage import Stage
from cti.fake import sign_in

LI, WANG = AgentId(1), AgentId(2)
CALL = CallId("d1")


@pytest.fixture
def ready(fake):
    sign_in(fake, 1, 2)
    return fake


def leg_of(fake, agent):
    return next((leg.id for leg in fake.state.legs.values() if leg.agent == agent), "")


def dial(fake):
    fake.hear(r.DialAsked(CALL, LI, WANG))


def talk(fake):
    dial(fake)
    fake.answers(leg_of(fake, LI))
    fake.answers(leg_of(fake, WANG))


def test_the_callers_own_phone_rings_first_and_then_the_other(ready):
    dial(ready)
    assert leg_of(ready, LI)
    assert not leg_of(ready, WANG)
    ready.answers(leg_of(ready, LI))
    assert ready.hearing[leg_of(ready, LI)] == "silence"
    ready.answers(leg_of(ready, WANG))

    assert ready.together(leg_of(ready, LI), leg_of(ready, WANG))
    assert ready.stage("d1") is Stage.TALKING
    assert ready.agent(LI).state is ready.agent(WANG).state is AgentState.TALKING
    check(ready)


@pytest.mark.parametrize("who", [LI, WANG])
def test_when_either_hangs_up_both_are_free_at_once(ready, who):
    talk(ready)
    ready.wait(7)
    ready.ends(leg_of(ready, who))

    assert ready.channels == {}
    assert ready.agent(LI).state is ready.agent(WANG).state is AgentState.READY
    assert ready.kinds("d1")[-1] == "ended"
    legs = ready.legs("d1")
    assert [(leg.agent, leg.caller_number, leg.called_number) for leg in legs] == [
        (1, "1001", "1001"), (2, "1001", "1002"),
    ]  # fmt: skip
    assert [leg.talk_seconds for leg in legs] == [7.0, 7.0]
    check(ready)


def test_an_unanswered_internal_call_ends(ready):
    dial(ready)
    ready.answers(leg_of(ready, LI))
    ready.wait(60)

    assert ready.channels == {}
    assert ready.agent(LI).state is AgentState.READY
    check(ready)


def test_a_caller_who_cancels_an_internal_call_ends_it(ready):
    dial(ready)
    ready.answers(leg_of(ready, LI))
    ready.hear(r.HangUpAsked(LI, CALL))

    assert ready.channels == {}
    assert ready.agent(WANG).state is AgentState.READY
    check(ready)


def test_agents_who_cannot_be_called_are_refused_with_the_reason(ready):
    with pytest.raises(MissingError):
        ready.hear(r.DialAsked(CALL, LI, AgentId(99)))
    with pytest.raises(ConflictError):
        ready.hear(r.DialAsked(CALL, LI, AgentId(3)))
    with pytest.raises(ConflictError):
        ready.hear(r.DialAsked(CALL, AgentId(3), WANG))


@pytest.mark.parametrize(
    "when",
    ["own phone rings", "own phone answered unheard", "other rings", "answered unheard", "talk"],
)
def test_a_call_between_agents_goes_on_when_the_engine_dies(ready, when):
    dial(ready)
    own = leg_of(ready, LI)
    if when == "own phone answered unheard":
        ready.unheard(own, "up")
    elif when != "own phone rings":
        ready.answers(own)
    if when == "answered unheard":
        ready.unheard(leg_of(ready, WANG), "up")
    elif when == "talk":
        ready.answers(leg_of(ready, WANG))
    ready.engine_dies()
    check(ready)
    for agent in (LI, WANG):
        if ready.rings_or_is_up(leg_of(ready, agent)) and not ready.together(
            leg_of(ready, LI), leg_of(ready, WANG)
        ):
            ready.tell_answered(leg_of(ready, agent))

    assert ready.together(leg_of(ready, LI), leg_of(ready, WANG))
    assert ready.stage("d1") is Stage.TALKING
    check(ready)


@pytest.mark.parametrize("who", [LI, WANG])
def test_a_hangup_without_an_engine_frees_both_agents(ready, who):
    talk(ready)
    ready.unheard(leg_of(ready, who))
    ready.engine_dies()
    ready.wait(60)

    assert ready.channels == {}
    assert ready.agent(LI).state is ready.agent(WANG).state is AgentState.READY


def test_reloading_the_page_ends_a_call_between_agents(ready):
    talk(ready)
    ready.hear(e.PhoneStarted(WANG))

    assert ready.channels == {}
    assert ready.agent(LI).state is AgentState.READY


def test_a_call_between_agents_can_be_neither_held_nor_transferred(ready):
    talk(ready)
    with pytest.raises(ConflictError):
        ready.hear(r.HoldAsked(LI, CALL, hold=True))
    with pytest.raises(ConflictError):
        ready.hear(r.TransferAsked(LI, CALL, to_agent(AgentId(3))))
    ready.tell_held(leg_of(ready, LI), True)
    check(ready)
