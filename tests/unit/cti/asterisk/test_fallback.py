"""Agents on duty are members of Asterisk's own queues; only differences are sent."""

import asyncio
from dataclasses import replace

import pytest

from acd.agent import Agent, AgentState, Phone, Presence, Task, TaskState
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.work import Medium, WorkId
from cti.asterisk.ami import AMIError
from cti.asterisk.fallback import Fallback, places
from cti.core.leg import LegId
from cti.core.state import Change, SwitchState

BUSY = {
    AgentState.OFFERED: TaskState.OFFERED,
    AgentState.TALKING: TaskState.ACTIVE,
    AgentState.WRAP_UP: TaskState.WRAP_UP,
}


def agent(number, state=AgentState.READY, phone=Phone.SIP):
    presence = Presence.READY if state in BUSY else Presence(state.value)
    tasks = [
        Task(WorkId("c1"), Medium.VOICE, QueueKey("support"), busy, 0.0)
        for busy in [BUSY.get(state)]
        if busy is not None
    ]
    return Agent(
        AgentId(number), f"Agent {number}", f"100{number}", presence, phone=phone,
        tasks=tuple(tasks),
    )  # fmt: skip


def state_of(*agents, **queues):
    made = SwitchState()
    serves = {
        a.id: tuple(QueueKey(key) for key, on in queues.items() if a.id in on) for a in agents
    }
    made.apply(
        Change(
            agents={a.id: replace(a, queues=serves[a.id]) for a in agents},
            queues={
                QueueKey(key): Queue(
                    QueueKey(key), key, members_of(map(AgentId, on)), fallback=number
                )
                for number, (key, on) in enumerate(queues.items(), start=1)
            },
        )
    )
    return made


class Manager:
    """Asterisk's queues behind its manager interface."""

    def __init__(self, **there):
        self.queues = {name.replace("_", "-"): set(phones) for name, phones in there.items()}
        self.sent = []
        self.away = False

    async def send(self, action, **fields):
        if self.away:
            raise AMIError("away")
        self.sent.append((action, fields.get("Queue"), fields.get("Interface")))
        match action:
            case "QueueStatus":
                return [
                    {"Event": "QueueMember", "Queue": q, "Location": phone}
                    for q, phones in self.queues.items()
                    for phone in phones
                ]
            case "QueueAdd":
                self.queues.setdefault(fields["Queue"], set()).add(fields["Interface"])
            case "QueueRemove":
                self.queues[fields["Queue"]].discard(fields["Interface"])
        return []


def bring(manager, *states):
    """Bring Asterisk in step with one state after the other."""

    async def story():
        fallback = Fallback(manager)
        for one in states:
            fallback.look(one, one.agents)
            await fallback.bring()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("state", "on_duty"),
    [
        (AgentState.READY, True),
        (AgentState.OFFERED, True),
        (AgentState.TALKING, True),
        (AgentState.WRAP_UP, True),
        (AgentState.PAUSED, False),
        (AgentState.SIGNED_OUT, False),
    ],
)
def test_working_agents_are_on_duty_and_paused_ones_are_not(state, on_duty):
    found = places(state_of(agent(1, state), support=[1]), AgentId(1))

    assert found == ({("fallback-1", "PJSIP/1001")} if on_duty else set())


def test_the_agents_present_phone_is_the_queue_member():
    at = state_of(agent(1, phone=Phone.BROWSER), agent(2), support=[1, 2])

    assert places(at, AgentId(1)) == {("fallback-1", "PJSIP/w1001")}
    assert places(at, AgentId(2)) == {("fallback-1", "PJSIP/1002")}


def test_an_agent_of_two_queues_is_in_both_fallback_queues():
    at = state_of(agent(1), agent(2), sales=[1], support=[1, 2])

    assert places(at, AgentId(1)) == {("fallback-1", "PJSIP/1001"), ("fallback-2", "PJSIP/1001")}


def test_only_differences_are_sent():
    manager = Manager(fallback_1=["PJSIP/1001", "PJSIP/1002"])
    bring(manager, state_of(agent(2), agent(3), support=[2, 3]))

    assert manager.queues["fallback-1"] == {"PJSIP/1002", "PJSIP/1003"}
    assert manager.sent == [
        ("QueueStatus", None, None),
        ("QueueRemove", "fallback-1", "PJSIP/1001"),
        ("QueueAdd", "fallback-1", "PJSIP/1003"),
    ]


def test_queues_in_step_are_neither_changed_nor_read_again():
    manager = Manager()
    at = state_of(agent(1), support=[1])
    bring(manager, at, at)

    assert [action for action, *_ in manager.sent] == ["QueueStatus", "QueueAdd"]


def test_a_paused_agent_is_removed():
    manager = Manager()
    bring(
        manager, state_of(agent(1), support=[1]), state_of(agent(1, AgentState.PAUSED), support=[1])
    )

    assert manager.queues["fallback-1"] == set()


def test_only_agents_who_come_or_go_cause_changes():
    fallback = Fallback(Manager())
    at = state_of(agent(1), agent(2, AgentState.PAUSED), support=[1, 2])
    fallback.look(at, at.agents)

    assert not fallback.look(state_of(agent(1, AgentState.TALKING), support=[1]), [AgentId(1)])
    assert fallback.look(state_of(agent(2), support=[2]), [AgentId(2)])


def test_a_queue_that_is_no_more_loses_its_members():
    manager = Manager(fallback_9=["PJSIP/1001"])
    bring(manager, state_of())

    assert manager.queues["fallback-9"] == set()


def test_with_the_manager_away_nothing_is_raised_and_the_next_round_does_it():
    manager = Manager()
    at = state_of(agent(1), support=[1])

    async def story():
        fallback = Fallback(manager)
        fallback.look(at, at.agents)
        manager.away = True
        await fallback.bring()
        manager.away = False
        await fallback.bring()

    asyncio.run(story())

    assert manager.queues == {"fallback-1": {"PJSIP/1001"}}


def test_after_a_lost_link_the_queues_are_read_anew():
    manager = Manager()
    at = state_of(agent(1), support=[1])

    async def story():
        fallback = Fallback(manager)
        fallback.look(at, at.agents)
        await fallback.bring()
        manager.queues.clear()  # Asterisk was restarted
        fallback.forget()
        await fallback.bring()

    asyncio.run(story())

    assert manager.queues == {"fallback-1": {"PJSIP/1001"}}


def test_a_caller_who_is_back_already_is_not_fetched():
    fetched = []

    class Moves(Manager):
        async def send(self, action, **fields):
            fetched.append((action, fields["Channel"]))
            return []

    callers = {LegId("c1"): "PJSIP/trunk-1", LegId("c2"): "PJSIP/trunk-2"}
    asyncio.run(Fallback(Moves()).fetch(callers, lambda call: call != "c1"))

    assert fetched == [("Redirect", "PJSIP/trunk-2")]
