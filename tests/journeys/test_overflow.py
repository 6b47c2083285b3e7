"""Queues that relax, add agents, raise callers or send them on; closed, full and empty queues."""

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue

from acd.queue import (
    AddMembers,
    AgentId,
    OverflowStep,
    Queue,
    QueueKey,
    RaisePriority,
    RelaxSkill,
    SendTo,
    members_of,
)
from acd.skills import Need
from acd.work import WorkId
from crm.hours.group import TimeGroup, TimeGroupId
from crm.kernel.destination import read_destination
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core import requests as r
from cti.core.chat_events import ChatArrived
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings

SUPPORT, SALES = QueueKey("support"), QueueKey("sales")
BOX = VoicemailBox(BoxId(7), "Night", most_seconds=60)
ENGLISH = (Need("english", 8),)


@pytest.fixture
def fake():
    made = open_site()
    hours = {TimeGroupId(1): TimeGroup(TimeGroupId(1), "Never", "UTC")}
    plan = RoutePlan({"100": NumberSettings(FlowId(1))}, boxes={7: BOX}, hours=hours)
    made.hear(e.RoutesChanged(plan))
    return made


def set_queue(fake, *steps, key=SUPPORT, members=(1,), **fields):
    members = members_of(map(AgentId, members))
    made = Queue(key, key.title(), members, steps=tuple(steps), **fields)
    fake.hear(e.QueueChanged(key, made), e.LineOpened(key))


def after(seconds, action):
    return OverflowStep(seconds, action)


def to(text):
    return SendTo(read_destination(text))


def moves(fake, call="c1"):
    told = [one.detail for one in fake.timeline(call) if one.kind == "moved"]
    return [(one["why"], one["to"]) for one in told]


def test_a_skill_is_relaxed_and_then_dropped_as_a_caller_waits(fake):
    fake.hear(e.AgentKnown(AgentId(1), "Agent 1", "1001", skills={"english": 4}))
    steps = (after(20, RelaxSkill("english", 5)), after(40, RelaxSkill("english")))
    set_queue(fake, *steps, members=(1, 2), needs=ENGLISH)
    sign_in(fake, 1, 2)
    to_queue(fake, "c1")
    fake.wait(19)
    assert fake.stage("c1") is Stage.WAITING
    check(fake)
    fake.wait(2)
    assert fake.stage("c1") is Stage.WAITING, "level 4 is less than 5"
    fake.wait(20)
    assert fake.stage("c1") is Stage.OFFERED
    check(fake)


def test_agents_of_another_group_are_added_after_a_while_and_only_for_those_who_wait(fake):
    added = AddMembers(members=members_of([AgentId(3)], 2))
    set_queue(fake, after(30, added), members=(1,))
    sign_in(fake, 3)
    to_queue(fake, "c1")
    fake.wait(29)
    assert fake.stage("c1") is Stage.WAITING
    fake.wait(2)
    assert fake.agent_of("c1") == 3
    check(fake)
    fake.pick_up("c1")
    to_queue(fake, "c2")
    fake.caller_hangs_up("c1")
    fake.wait(29)
    assert fake.stage("c2") is Stage.WAITING, "a new caller waits for the members first"
    check(fake)


def test_a_raised_caller_goes_before_others_of_other_queues(fake):
    set_queue(fake, after(30, RaisePriority(5)))
    set_queue(fake, key=SALES)
    to_queue(fake, "old", "1")
    fake.wait(5)
    to_queue(fake, "raised", "2")
    fake.wait(31)
    sign_in(fake, 1)
    assert fake.agent_of("raised") == 1
    check(fake)


def test_after_the_last_step_callers_go_to_voicemail(fake):
    set_queue(fake, after(60, to("voicemail:7")))
    to_queue(fake, "c1")
    fake.wait(59)
    assert fake.stage("c1") is Stage.WAITING
    fake.wait(2)
    assert fake.stage("c1") is Stage.VOICEMAIL
    assert moves(fake) == [("overflow", "voicemail:7")]
    assert not fake.state.works.get("c1")
    check(fake)


def test_another_queue_keeps_the_time_of_the_arrival_and_counts_its_steps_anew(fake):
    set_queue(fake, after(60, to("queue:sales")))
    set_queue(fake, after(60, to("voicemail:7")), key=SALES, members=(2,))
    to_queue(fake, "c1")
    since = fake.call("c1").waiting_since
    fake.wait(61)
    assert (fake.call("c1").queue, fake.call("c1").waiting_since) == (SALES, since)
    assert fake.hearing["c1"] == "music"
    to_queue(fake, "c2", "1")
    sign_in(fake, 2)
    assert fake.agent_of("c1") == 2, "waited longer in all"
    fake.ends(fake.agent_leg("c1"), 21)
    fake.wait(30)
    assert fake.stage("c1") is not Stage.VOICEMAIL
    check(fake)


def test_a_phone_that_rings_when_a_step_is_due_may_be_picked_up(fake):
    set_queue(fake, after(10, to("voicemail:7")))
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.wait(12)
    assert fake.stage("c1") is Stage.OFFERED
    fake.pick_up("c1")
    assert fake.talking("c1")
    check(fake)


def test_a_call_that_was_missed_goes_on_by_the_step_that_came_meanwhile(fake):
    set_queue(fake, after(10, to("voicemail:7")))
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.wait(16)
    assert fake.stage("c1") is Stage.VOICEMAIL
    check(fake)


@pytest.mark.parametrize("dies_at", [5, 25, 45])
def test_steps_go_on_when_the_engine_dies(fake, dies_at):
    added = AddMembers(members=members_of([AgentId(3)]))
    steps = (after(20, RaisePriority(1)), after(40, added), after(60, to("voicemail:7")))
    set_queue(fake, *steps)
    to_queue(fake, "c1")
    fake.wait(dies_at)
    fake.engine_dies(3)
    check(fake)
    sign_in(fake, 3)
    if dies_at < 40:
        assert fake.stage("c1") is Stage.WAITING
    else:
        assert fake.agent_of("c1") == 3
    fake.wait(70)
    check(fake)
    assert fake.stage("c1") is Stage.VOICEMAIL


def test_a_step_whose_time_came_without_an_engine_is_done_at_its_return(fake):
    set_queue(fake, after(20, to("voicemail:7")))
    to_queue(fake, "c1")
    fake.wait(10)
    fake.engine_dies(60)
    fake.wait(1)
    assert fake.stage("c1") is Stage.VOICEMAIL
    check(fake)


def test_a_caller_in_a_second_queue_does_not_lose_their_time_there_when_the_engine_dies(fake):
    set_queue(fake, after(60, to("queue:sales")))
    set_queue(fake, after(60, to("voicemail:7")), key=SALES, members=(2,))
    to_queue(fake, "c1")
    fake.wait(70)
    fake.engine_dies(5)
    check(fake)
    assert (fake.stage("c1"), fake.call("c1").queue) == (Stage.WAITING, SALES)
    fake.wait(50)
    assert fake.stage("c1") is Stage.VOICEMAIL


def test_the_longest_wait_ends_in_a_destination(fake):
    set_queue(fake, max_wait_seconds=30, timed_out=read_destination("voicemail:7"))
    to_queue(fake, "c1")
    fake.wait(31)
    assert fake.stage("c1") is Stage.VOICEMAIL
    assert moves(fake) == [("longest wait", "voicemail:7")]
    check(fake)


def test_a_full_queue_takes_no_more(fake):
    set_queue(fake, max_length=1, full=read_destination("voicemail:7"))
    to_queue(fake, "c1")
    to_queue(fake, "c2")
    assert (fake.stage("c1"), fake.stage("c2")) == (Stage.WAITING, Stage.VOICEMAIL)
    assert moves(fake, "c2") == [("full", "voicemail:7")]
    check(fake)


def test_a_closed_queue_sends_callers_on(fake):
    set_queue(fake, hours=TimeGroupId(1), closed=read_destination("voicemail:7"))
    to_queue(fake, "c1")
    assert fake.stage("c1") is Stage.VOICEMAIL
    assert moves(fake) == [("closed", "voicemail:7")]
    check(fake)


def test_a_queue_without_a_signed_in_agent_sends_callers_on(fake):
    set_queue(fake, empty=read_destination("voicemail:7"))
    to_queue(fake, "c1")
    assert fake.stage("c1") is Stage.VOICEMAIL
    sign_in(fake, 1)
    fake.hear(r.StateAsked(AgentId(1), ready=False, reason="lunch"))
    to_queue(fake, "c2")
    assert fake.stage("c2") is Stage.WAITING, "an agent who is not ready comes back"
    fake.hear(r.SignOutAsked(AgentId(1)))
    assert fake.stage("c2") is Stage.VOICEMAIL
    assert moves(fake, "c2") == [("no agent", "voicemail:7")]
    check(fake)


def test_queues_that_are_full_in_a_circle_end_the_call(fake):
    set_queue(fake, max_length=1, full=read_destination("queue:sales"))
    set_queue(fake, key=SALES, max_length=1, full=read_destination("queue:support"))
    to_queue(fake, "c1", "2")
    to_queue(fake, "c2", "1")
    to_queue(fake, "c3", "2")
    assert fake.record("c3").ended_by == "system"
    check(fake)


def test_two_queues_may_pass_a_caller_to_and_fro_for_long(fake):
    set_queue(fake, after(10, to("queue:sales")))
    set_queue(fake, after(10, to("queue:support")), key=SALES)
    to_queue(fake, "c1")
    for _ in range(60):
        fake.wait(10)
    assert fake.stage("c1") is Stage.WAITING
    check(fake)


def test_steps_edited_while_a_caller_waits_hold_at_once(fake):
    set_queue(fake, after(600, to("voicemail:7")))
    to_queue(fake, "c1")
    fake.wait(30)
    set_queue(fake, after(60, to("voicemail:7")))
    check(fake)
    fake.wait(31)
    assert fake.stage("c1") is Stage.VOICEMAIL
    to_queue(fake, "c2")
    fake.wait(30)
    set_queue(fake, after(20, to("voicemail:7")))
    assert fake.stage("c2") is Stage.VOICEMAIL
    check(fake)


@pytest.mark.parametrize("where", ["voicemail:7", "queue:gone", "queue:sales"])
def test_a_chat_leaves_its_queue_only_for_another_one(fake, where):
    out = read_destination(where)
    set_queue(fake, after(10, SendTo(out)), empty=out, max_wait_seconds=20, timed_out=out)
    set_queue(fake, key=SALES)
    chat = WorkId("chat1")
    fake.hear(ChatArrived(chat, SUPPORT))
    sign_in(fake, 1)
    fake.hear(r.SignOutAsked(AgentId(1)))
    fake.wait(30)
    waits_in = SALES if where == "queue:sales" else SUPPORT
    assert fake.state.works[chat].queue == waits_in
    check(fake)
