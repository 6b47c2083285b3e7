"""Queues on a real Asterisk: all phones ring, a step adds an agent, another sends the caller on."""

import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.phones import only
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from acd.queue import (
    AddMembers,
    AgentId,
    OverflowStep,
    QueueKey,
    SendTo,
    SkillGroupId,
    Strategy,
    members_of,
)
from acd.queues.store import queue_of, save_queue
from acd.skill_groups.store import SkillGroup, add_skill_group, save_skill_group
from acd.store import agents
from crm.kernel.destination import Destination, DestinationKind

CALLER, WANG = 440, 800
TONES = {
    "li.wei": 600, "wang.fang": WANG, "zhang.min": 1000, "john.smith": 1200, "chen.jing": 1400,
}  # fmt: skip
SUPPORT = "support"


@pytest.fixture
def support(trade):
    """Give a function that changes the support queue; what it was comes back at the end."""
    database = create_engine(trade.installation.database_url())

    @contextmanager
    def open_session():
        with Session(database) as session, session.begin():
            yield session

    with open_session() as session:
        before = queue_of(session, SUPPORT)

    def change(**fields):
        with open_session() as session:
            save_queue(session, replace(before.queue, **fields), before.name_zh)
        time.sleep(1)  # the engine reads it

    change.session = open_session
    yield change
    change()
    database.dispose()


def test_five_phones_ring_for_a_caller_two_answer_at_once_and_one_has_them(trade, support):
    logins = ("li.wei", "wang.fang", "zhang.min", "john.smith", "chen.jing")
    agents = [trade.agent(login, tone=TONES[login]).ready() for login in logins]
    support(strategy=Strategy.RING_ALL, members=members_of([agent.id for agent in agents]))
    caller = trade.caller(tone=CALLER).to_queue("2")
    for agent in agents:
        agent.rings()
    for one in (agents[3], agents[1]):
        one.phone.do("answer")
    caller.reaches("talking")
    (has_it,) = [one for one in agents if one.id == caller.live()["agent"]]
    for agent in agents:
        if agent is not has_it:
            agent.phone.expect("state", state="DISCONNECTED", seconds=2)
    tone = TONES[has_it.account["login"]]
    caller.phone.hears(only(tone), "the agent who has the call, and nobody else")
    caller.hangs_up()
    told = [one["detail"] for one in caller.record()["timeline"] if one["kind"] == "withdrawn"]
    assert [one["name"] for one in told] == [has_it.account["name"]] * 4
    trade.becomes_quiet()


def test_a_phone_that_unregisters_while_it_rings_can_still_answer(trade, support):
    support(ring_seconds=5)
    li_wei = trade.agent("li.wei", tone=TONES["li.wei"]).ready()
    first = trade.caller(tone=CALLER).to_queue()
    li_wei.rings()
    li_wei.phone.do("unregister")
    li_wei.wait(lambda agent: not agent["reachable"], "the phone is away")
    li_wei.phone.answer()
    first.phone.hears(only(TONES["li.wei"]), "the agent, whose phone still rang")
    second = trade.caller(tone=CALLER).to_queue()
    first.hangs_up()
    assert second.reaches("waiting")
    since = len(li_wei.phone.events)
    li_wei.phone.register(li_wei.account, trade.installation.sip)
    li_wei.ready()
    assert li_wei.rings(since=since)["call"] == second.call
    second.hangs_up()
    trade.becomes_quiet()


def test_steps_add_an_agent_and_send_on_across_a_death_of_the_engine(trade, support):
    wang = trade.agent("wang.fang", tone=WANG).ready()
    with support.session() as session:
        others = [one.id for one in agents(session) if one.id != wang.id]
        backup = SkillGroup(SkillGroupId(0), "Backup", members=(AgentId(wang.id),))
        group = add_skill_group(session, backup)
    operator = SendTo(Destination(DestinationKind.QUEUE, "operator"))
    steps = (OverflowStep(8, AddMembers(group=group)), OverflowStep(60, operator))
    support(members=members_of(others), steps=steps)
    caller = trade.caller(tone=CALLER).to_queue("2")
    caller.reaches("waiting")
    time.sleep(2)
    kill_the_engine(trade)
    wang.rings(seconds=40)
    wang.phone.answer()
    caller.reaches("talking")
    caller.phone.hears(only(WANG), "the agent of the group")
    caller.hangs_up()
    with support.session() as session:
        save_skill_group(session, replace(backup, id=group, enabled=False, members=()))
    assert QueueKey(SUPPORT) == caller.record()["queue"]
    trade.becomes_quiet()
