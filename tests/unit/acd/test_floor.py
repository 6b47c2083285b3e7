"""The floor: who gets which work, what an offer is, and what a missed one costs."""

from dataclasses import replace

import pytest
from unit.acd.ground import SALES, SUPPORT, Ground

from acd import events as floor_events
from acd import seats
from acd import settings as acd_settings
from acd.agent import AgentState, Capacity, Phone, TaskState
from acd.orders import LineClosed, Ring, StopRinging
from acd.queue import AgentId, Queue, members_of
from acd.work import Medium, Offer, Work, WorkId, WorkState

# ---- which agent gets which work


def test_the_longest_idle_agent_gets_the_work():
    ground = Ground((7, 9))
    ground.ready(9, 7)
    ground.arrive("w1")

    assert ground.offered("w1") == [9]
    assert ground.orders == [Ring("w1", 9)]


def test_of_two_equally_idle_agents_the_lower_id_is_first():
    ground = Ground((9, 7))
    ground.step(*(seats.AgentSignedIn(AgentId(a), Phone.SIP, reachable=True) for a in (9, 7)))
    ground.step(*(seats.PresenceAsked(AgentId(a), ready=True) for a in (9, 7)))
    ground.arrive("w1")

    assert ground.offered("w1") == [7]


@pytest.mark.parametrize(
    ("first", "second", "served"),
    [
        ({"since": 0.0}, {"since": 60.0, "priority": 5}, "w2"),
        ({"since": 9.0}, {"since": 3.0}, "w2"),
        ({"since": 3.0}, {"since": 3.0}, "w1"),
    ],
    ids=["priority before wait", "the longer wait", "the lower id"],
)
def test_the_most_urgent_work_is_served_first(first, second, served):
    ground = Ground((7,))
    ground.arrive("w1", **first)
    ground.arrive("w2", **second)
    ground.ready(7)

    assert ground.offered(served) == [7]


def test_the_priorities_of_queue_and_work_add_up_before_the_wait_counts():
    ground = Ground((7,))
    ground.step(
        acd_settings.QueueEdited(SALES, Queue(SALES, "Sales", members_of([AgentId(7)]), priority=1))
    )
    ground.arrive("w1", SUPPORT, since=0.0)
    ground.arrive("w2", SALES, since=9.0)
    ground.arrive("w3", SUPPORT, priority=2, since=9.0)
    ground.ready(7)
    assert ground.offered("w3") == [7]
    ground.accept("w3", 7)
    ground.end("w3", wrap_up=False)

    assert ground.offered("w2") == [7]


def test_an_agent_serves_only_the_queues_of_that_agent():
    ground = Ground((7,))
    ground.step(acd_settings.QueueEdited(SUPPORT, Queue(SUPPORT, "Support", ())))
    ground.ready(7)
    ground.arrive("w1", SUPPORT)
    ground.arrive("w2", SALES)

    assert ground.work("w1").state is WorkState.WAITING
    assert ground.offered("w2") == [7]


def test_a_work_whose_queue_is_gone_is_led_elsewhere():
    ground = Ground((7,))
    ground.arrive("w1", SUPPORT)
    ground.step(acd_settings.QueueEdited(SUPPORT, None))

    assert ground.orders == [LineClosed("w1")]


@pytest.mark.parametrize("why", ["signed out", "paused", "unreachable", "disabled", "elsewhere"])
def test_only_ready_and_reachable_agents_are_offered_a_work(why):
    ground = Ground((7,))
    ground.ready(7)
    match why:
        case "signed out":
            ground.step(seats.AgentSignedOut(AgentId(7)))
        case "paused":
            ground.step(seats.PresenceAsked(AgentId(7), ready=False, reason="lunch"))
        case "unreachable":
            ground.step(seats.PhoneFound(AgentId(7), reachable=False))
        case "disabled":
            ground.step(acd_settings.AgentEdited(AgentId(7), "Agent 7", "1007", enabled=False))
        case "elsewhere":
            ground.ringing_in_fallback = frozenset({7})
    ground.arrive("w1")

    assert ground.work("w1").state is WorkState.WAITING


def test_while_asterisk_is_away_no_work_is_offered():
    ground = Ground((7,))
    ground.ready(7)
    ground.away = True
    ground.arrive("w1")
    assert ground.orders == []
    ground.away = False
    ground.step(floor_events.LineServed(SUPPORT))

    assert ground.offered("w1") == [7]


# ---- offers


def test_an_offer_rings_as_long_as_the_queue_says():
    ground = Ground((7,), ring_seconds=20.0)
    ground.ready(7)
    ground.arrive("w1")

    task = ground.agent(7).main_task
    assert (task.state, task.until) == (TaskState.OFFERED, ground.now + 20.0)
    assert ground.agent(7).state is AgentState.OFFERED


def test_an_answer_resets_the_misses():
    ground = Ground((7,))
    ground.ready(7)
    ground.arrive("w1")
    ground.end_offer("w1", 7, missed=True)
    ground.wait(6)
    ground.accept("w1", 7)

    assert ground.agent(7).misses == 0
    assert ground.work("w1").agent == 7


def test_a_miss_makes_the_agent_last_in_line_and_the_work_passes_over():
    ground = Ground((7, 9))
    ground.ready(7, 9)
    ground.arrive("w1")
    ground.now += 15
    ground.end_offer("w1", 7, missed=True)

    assert ground.offered("w1") == [9]
    assert (ground.agent(7).state, ground.agent(7).misses) == (AgentState.READY, 1)
    assert ground.agent(7).idle_since[Medium.VOICE] == ground.now


def test_the_last_miss_allowed_pauses_and_begins_the_count_anew():
    ground = Ground((7,), max_misses=2)
    ground.ready(7)
    ground.arrive("w1")
    for _ in range(2):
        ground.end_offer("w1", 7, missed=True)
        ground.wait(6)

    agent = ground.agent(7)
    assert (agent.state, agent.reason, agent.misses) == (AgentState.PAUSED, "no answer", 0)


def test_an_offer_that_ends_without_the_agents_doing_costs_no_place_among_the_idle():
    ground = Ground((7,))
    ground.ready(7)
    before = ground.agent(7).idle_since
    ground.arrive("w1")
    ground.now += 5
    ground.end("w1")

    assert (ground.agent(7).state, ground.agent(7).idle_since) == (AgentState.READY, before)


def test_a_missed_work_is_offered_again_after_a_while_even_to_the_only_agent():
    ground = Ground((7,))
    ground.ready(7)
    ground.arrive("w1")
    ground.end_offer("w1", 7, missed=True)
    assert ground.work("w1").state is WorkState.WAITING
    ground.wait(5)

    assert ground.offered("w1") == [7]


def test_when_one_of_several_agents_answers_the_others_stop_ringing():
    ground = Ground((7, 9))
    ground.ready(7, 9)
    ground.arrive("w1")
    work = ground.work("w1")
    both = (*work.offers, Offer(AgentId(9), ground.now, ground.now + 15))
    ground.step(floor_events.WorkFound(Work(**{**fields(work), "offers": both})))
    ground.accept("w1", 9)

    assert StopRinging("w1", 7, "answered elsewhere", AgentId(9)) in ground.orders
    assert (ground.agent(7).state, ground.agent(9).state) == (
        AgentState.READY,
        AgentState.TALKING,
    )


def fields(row):
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


# ---- several media


def test_a_chat_is_offered_beside_a_call_where_the_capacity_allows_it():
    ground = Ground((7,))
    both = Capacity({Medium.VOICE: 1, Medium.CHAT: 2}, total=3)
    ground.state.write(ground.lines.agents, {AgentId(7): replace(ground.agent(7), capacity=both)})
    ground.ready(7)
    ground.arrive("w1")
    ground.accept("w1", 7)
    ground.arrive("w2")
    for chat in ("c1", "c2", "c3"):
        ground.arrive(chat, medium=Medium.CHAT)

    assert ground.work("w2").state is WorkState.WAITING
    assert [ground.work(c).state for c in ("c1", "c2", "c3")] == [
        WorkState.OFFERED,
        WorkState.OFFERED,
        WorkState.WAITING,
    ]
    assert ground.agent(7).state is AgentState.TALKING
    ground.accept("c1", 7)
    ground.end("c1", wrap_up=False)
    assert ground.work("c3").state is WorkState.OFFERED


# ---- recovery


def test_a_work_found_with_an_agent_makes_the_agent_busy():
    ground = Ground((7,))
    ground.ready(7)
    ground.arrive("w1")
    found = Work(WorkId("w2"), Medium.VOICE, SALES, 0.0, state=WorkState.ASSIGNED, agent=AgentId(7))
    ground.step(floor_events.WorkFound(found))

    assert ground.agent(7).main_task.work == "w2"
    assert ground.agent(7).state is AgentState.TALKING
    assert StopRinging("w1", 7, "busy") in ground.orders
    assert ground.work("w1").state is WorkState.WAITING
