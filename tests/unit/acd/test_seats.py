"""An agent's presence: signing in and out, pauses, wrap-up, and what a restart restores."""

import pytest
from unit.acd.ground import SUPPORT, Ground

from acd import seats
from acd import settings as acd_settings
from acd.agent import AgentState, Phone, Presence
from acd.orders import StopRinging, TaskOver
from acd.queue import AgentId
from crm.kernel.errors import ConflictError, MissingError

# ---- presence


def test_an_agent_is_paused_after_signing_in():
    ground = Ground((7,))
    ground.arrive("w1")
    ground.step(seats.AgentSignedIn(AgentId(7), Phone.SIP, reachable=True))

    assert (ground.agent(7).state, ground.agent(7).reason) == (AgentState.PAUSED, "signed in")
    assert ground.orders == []


def test_signing_in_again_changes_nothing():
    ground = Ground((7,))
    ground.ready(7)
    before, told = ground.agent(7), len(ground.facts)
    ground.now += 5
    ground.step(seats.AgentSignedIn(AgentId(7), Phone.SIP, reachable=True))

    assert ground.agent(7) == before
    assert len(ground.facts) == told


def test_ready_said_twice_costs_no_place_among_the_idle():
    ground = Ground((7,))
    ground.ready(7)
    before = ground.agent(7)
    ground.now += 5
    ground.step(seats.PresenceAsked(AgentId(7), ready=True))

    assert ground.agent(7) == before


def test_another_reason_begins_another_stretch_of_the_pause_and_the_same_does_not():
    ground = Ground((7,))
    ground.ready(7)
    since = []
    for reason in ("lunch", "lunch", "meeting"):
        ground.now += 2
        ground.step(seats.PresenceAsked(AgentId(7), ready=False, reason=reason))
        since.append(ground.agent(7).since)

    assert since[0] == since[1] < since[2]


def test_signing_out_ends_all_tasks_and_gives_the_offer_to_another_agent():
    ground = Ground((7, 9))
    ground.ready(7, 9)
    ground.arrive("w1")
    ground.step(seats.AgentSignedOut(AgentId(7)))

    agent = ground.agent(7)
    assert (agent.state, agent.tasks, agent.reason, agent.misses) == (
        AgentState.SIGNED_OUT,
        (),
        "",
        0,
    )
    assert not agent.reachable
    assert StopRinging("w1", 7, "signed out") in ground.orders
    assert ground.offered("w1") == [9]


def test_a_refusal_has_a_reason_and_changes_nothing():
    ground = Ground((7,))
    with pytest.raises(ConflictError):
        ground.step(seats.PresenceAsked(AgentId(7), ready=True))
    with pytest.raises(MissingError):
        ground.step(seats.AgentSignedIn(AgentId(8), Phone.SIP, reachable=True))
    ground.ready(7)
    ground.arrive("w1")
    with pytest.raises(ConflictError):
        ground.step(seats.AgentSignedIn(AgentId(7), Phone.BROWSER, reachable=True))
    ground.accept("w1", 7)
    with pytest.raises(ConflictError):
        ground.step(seats.AgentSignedOut(AgentId(7)))

    assert ground.agent(7).state is AgentState.TALKING


# ---- after the talk


def test_after_a_talk_there_is_time_to_note_its_outcome_until_the_deadline():
    ground = Ground((7,), wrapup_seconds=30.0)
    ground.ready(7)
    ground.arrive("w1")
    ground.accept("w1", 7)
    ground.end("w1")
    assert ground.agent(7).state is AgentState.WRAP_UP
    assert ground.agent(7).main_task.until == ground.now + 30
    ground.wait(30)

    assert ground.agent(7).state is AgentState.READY
    assert ground.orders[-1] == TaskOver("w1", 7, None)


@pytest.mark.parametrize("how", ["no wrap-up", "queue gone", "a fault"])
def test_without_a_wrap_up_the_agent_is_ready_at_once(how):
    ground = Ground((7,), wrapup_seconds=0.0 if how == "no wrap-up" else 30.0)
    ground.ready(7)
    ground.arrive("w1")
    ground.accept("w1", 7)
    if how == "queue gone":
        ground.step(acd_settings.QueueEdited(SUPPORT, None))
    ground.end("w1", wrap_up=how != "a fault")

    assert ground.agent(7).state is AgentState.READY
    assert ground.agent(7).tasks == ()


@pytest.mark.parametrize("when", ["ringing", "talking", "wrap-up"])
def test_a_pause_begins_when_nothing_rings_or_talks_any_more(when):
    ground = Ground((7,))
    ground.ready(7)
    ground.arrive("w1")
    if when != "ringing":
        ground.accept("w1", 7)
    if when == "wrap-up":
        ground.end("w1")
    ground.step(seats.PresenceAsked(AgentId(7), ready=False, reason="lunch"))
    ground.end("w1")
    ground.wait(31)

    assert (ground.agent(7).state, ground.agent(7).reason) == (AgentState.PAUSED, "lunch")
    assert ground.agent(7).tasks == ()


def test_a_pause_taken_back_in_a_talk_is_not_taken():
    ground = Ground((7,))
    ground.ready(7)
    ground.arrive("w1")
    ground.accept("w1", 7)
    for ready in (False, True):
        ground.step(seats.PresenceAsked(AgentId(7), ready, "lunch"))
    ground.end("w1")
    ground.wait(31)

    assert ground.agent(7).state is AgentState.READY


def test_an_agent_who_was_disabled_in_a_talk_is_signed_out_after_it():
    ground = Ground((7,), wrapup_seconds=0.0)
    ground.ready(7)
    ground.arrive("w1")
    ground.accept("w1", 7)
    ground.step(acd_settings.AgentEdited(AgentId(7), "Agent 7", "1007", enabled=False))
    assert ground.agent(7).state is AgentState.TALKING
    ground.end("w1")

    assert ground.agent(7).state is AgentState.SIGNED_OUT


# ---- recovery


def test_an_agent_with_a_task_in_no_work_is_freed():
    ground = Ground((7,))
    ground.step(
        acd_settings.SeatRestored(
            AgentId(7), AgentState.TALKING, Phone.SIP, "", "gone", -5.0, {"queue": "support"}
        ),
        seats.PhoneFound(AgentId(7), reachable=True),
    )
    assert ground.agent(7).state is AgentState.TALKING
    ground.step(seats.TasksAdrift(AgentId(7)))
    assert ground.agent(7).state is AgentState.WRAP_UP
    ground.wait(31)

    assert ground.agent(7).state is AgentState.READY


@pytest.mark.parametrize(
    ("state", "presence"),
    [
        (AgentState.READY, Presence.READY),
        (AgentState.PAUSED, Presence.PAUSED),
        (AgentState.TALKING, Presence.READY),
        (AgentState.WRAP_UP, Presence.READY),
        (AgentState.SIGNED_OUT, Presence.SIGNED_OUT),
    ],
)
def test_an_agent_is_restored_from_the_last_fact_without_a_new_one(state, presence):
    ground = Ground((7,))
    ground.step(acd_settings.SeatRestored(AgentId(7), state, Phone.SIP, "", "c1", since=-5.0))

    assert (ground.agent(7).state, ground.agent(7).presence) == (state, presence)
    assert ground.facts == []
