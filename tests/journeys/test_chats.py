"""Chats and calls at one desk: one floor offers both."""

import pytest
from journeys.invariants import check
from journeys.site import to_queue

from acd.agent import AgentState, Capacity, TaskState
from acd.queue import AgentId, QueueKey
from acd.work import Medium, WorkId, WorkState
from cti.core import chat_events
from cti.core import events as e
from cti.fake import sign_in

LI = AgentId(1)
SUPPORT = QueueKey("support")
BOTH = Capacity({Medium.VOICE: 1, Medium.CHAT: 2}, 3)


@pytest.fixture
def li(fake):
    fake.hear(e.AgentKnown(LI, "Li Wei", "1001", capacity=BOTH))
    sign_in(fake, 1)
    return fake


def arrive(fake, *chats):
    for chat in chats:
        fake.hear(chat_events.ChatArrived(WorkId(chat), SUPPORT))


def tasks(fake):
    return {task.work: task.state for task in fake.agent(LI).tasks}


def test_a_chat_is_offered_beside_a_call_and_the_call_goes_on(li):
    to_queue(li, "c1")
    li.pick_up("c1")
    arrive(li, "chat1")
    assert tasks(li) == {"c1": TaskState.ACTIVE, "chat1": TaskState.OFFERED}
    li.hear(chat_events.ChatAccepted(WorkId("chat1"), LI))

    assert tasks(li) == {"c1": TaskState.ACTIVE, "chat1": TaskState.ACTIVE}
    assert li.talking("c1")
    check(li)
    li.caller_hangs_up("c1")
    assert tasks(li) == {"c1": TaskState.WRAP_UP, "chat1": TaskState.ACTIVE}
    li.wait(60)
    assert tasks(li) == {"chat1": TaskState.ACTIVE}
    li.hear(chat_events.ChatEnded(WorkId("chat1")))
    assert li.agent(LI).state is AgentState.READY


def test_a_call_rings_at_an_agent_who_chats(li):
    arrive(li, "chat1")
    li.hear(chat_events.ChatAccepted(WorkId("chat1"), LI))
    to_queue(li, "c1")
    li.pick_up("c1")

    assert li.talking("c1")
    assert tasks(li)["chat1"] is TaskState.ACTIVE


def test_a_third_chat_waits_and_is_offered_when_one_ends(li):
    arrive(li, "chat1", "chat2", "chat3")
    assert li.state.works[WorkId("chat3")].state is WorkState.WAITING
    li.hear(chat_events.ChatEnded(WorkId("chat1")))

    assert tasks(li)["chat3"] is TaskState.OFFERED
    check(li)


def test_a_chat_that_is_declined_or_not_answered_is_offered_again(li):
    arrive(li, "chat1")
    li.hear(chat_events.ChatDeclined(WorkId("chat1"), LI))
    assert tasks(li) == {}
    li.wait(6)
    assert tasks(li) == {"chat1": TaskState.OFFERED}
    li.wait(16)
    assert li.agent(LI).state is AgentState.PAUSED


def test_a_chat_whose_queue_is_removed_ends(fake):
    arrive(fake, "chat1")
    fake.hear(e.QueueChanged(SUPPORT, None))

    assert len(fake.state.works) == 0
