"""Who is on duty stands in Asterisk's own queues, brought in step by the difference only."""

import asyncio

import pytest

from acd.agent import Agent, Phone, State
from acd.queue import AgentId, Queue, QueueKey
from cti.ami import AMIError
from cti.fallback import Fallback, members
from cti.house import Change, House


def agent(number, state=State.READY, phone=Phone.SIP):
    return Agent(AgentId(number), f"Agent {number}", f"100{number}", state=state, phone=phone)


def house(*agents, **queues):
    made = House()
    made.apply(
        Change(
            agents={a.id: a for a in agents},
            queues={
                QueueKey(key): Queue(QueueKey(key), key, tuple(map(AgentId, on)), fallback=number)
                for number, (key, on) in enumerate(queues.items(), start=1)
            },
        )
    )
    return made


class Manager:
    """Asterisk's queues as its manager interface shows them."""

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


def bring(manager, *wanted):
    async def story():
        fallback = Fallback(manager)
        for one in wanted:
            await fallback.bring(one)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("state", "on_duty"),
    [
        (State.READY, True),
        (State.OFFERED, True),
        (State.TALKING, True),
        (State.WRAP_UP, True),
        (State.PAUSED, False),
        (State.SIGNED_OUT, False),
    ],
)
def test_who_works_is_on_duty_and_who_rests_is_not(state, on_duty):
    found = members(house(agent(1, state), support=[1]))

    assert found == {"fallback-1": frozenset({"PJSIP/1001"} if on_duty else ())}


def test_the_phone_he_sits_at_is_the_one_that_rings():
    found = members(house(agent(1, phone=Phone.BROWSER), agent(2), support=[1, 2]))

    assert found["fallback-1"] == {"PJSIP/w1001", "PJSIP/1002"}


def test_each_queue_has_its_own_members():
    found = members(house(agent(1), agent(2), sales=[1], support=[1, 2]))

    assert found["fallback-1"] == {"PJSIP/1001"}
    assert found["fallback-2"] == {"PJSIP/1001", "PJSIP/1002"}


def test_only_the_difference_is_said():
    manager = Manager(fallback_1=["PJSIP/1001", "PJSIP/1002"])
    bring(manager, {"fallback-1": frozenset({"PJSIP/1002", "PJSIP/1003"})})

    assert manager.queues["fallback-1"] == {"PJSIP/1002", "PJSIP/1003"}
    assert manager.sent == [
        ("QueueStatus", None, None),
        ("QueueAdd", "fallback-1", "PJSIP/1003"),
        ("QueueRemove", "fallback-1", "PJSIP/1001"),
    ]


def test_what_is_in_step_is_left_alone_and_not_read_again():
    manager = Manager()
    wanted = {"fallback-1": frozenset({"PJSIP/1001"})}
    bring(manager, wanted, wanted)

    assert [action for action, *_ in manager.sent] == ["QueueStatus", "QueueAdd"]


def test_a_queue_that_is_no_more_loses_its_members():
    manager = Manager(fallback_9=["PJSIP/1001"])
    bring(manager, {})

    assert manager.queues["fallback-9"] == set()


def test_with_the_manager_away_nothing_is_raised_and_the_next_round_does_it():
    async def story():
        manager = Manager()
        fallback = Fallback(manager)
        manager.away = True
        await fallback.bring({"fallback-1": frozenset({"PJSIP/1001"})})
        manager.away = False
        await fallback.bring({"fallback-1": frozenset({"PJSIP/1001"})})
        return manager

    assert asyncio.run(story()).queues == {"fallback-1": {"PJSIP/1001"}}


def test_after_a_lost_link_the_queues_are_read_anew():
    async def story():
        manager = Manager()
        fallback = Fallback(manager)
        wanted = {"fallback-1": frozenset({"PJSIP/1001"})}
        await fallback.bring(wanted)
        manager.queues.clear()  # Asterisk was started anew
        fallback.forget()
        await fallback.bring(wanted)
        return manager

    assert asyncio.run(story()).queues == {"fallback-1": {"PJSIP/1001"}}
