"""What the web sees: the shapes of the contract, and only what a change touched."""

import json
from dataclasses import replace

from unit.cti.core.scenes import agent as busy_agent
from unit.cti.core.scenes import scene as a_scene

from acd.agent import Agent, Phone, Presence, Task, TaskState
from acd.membership import Membership
from acd.queue import AgentId, Queue, QueueKey, Strategy, members_of
from acd.work import Medium, WorkId
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard
from cti.core import views
from cti.core.stage import Stage
from cti.core.state import Change, SwitchState
from ivr.flow import FlowId
from ivr.run import FlowRun
from ivr.step import StepId

SUPPORT, SALES = QueueKey("support"), QueueKey("sales")
AT = 1_770_000_000.25
UTC = "2026-02-02T02:40:00.250+00:00"
ON = {SUPPORT: (7, 9), SALES: (7,)}


def scene(id_="c1", stage=Stage.WAITING, **fields):
    return a_scene(stage, id_=CallId(id_), since=AT, **fields)


def agent(number=7, presence=Presence.READY, *tasks, **fields):
    queues = tuple(key for key, members in ON.items() if number in members)
    return Agent(
        AgentId(number), "Li Wei", "1001", presence, AT, reachable=True, tasks=tasks,
        queues=queues,
        memberships=tuple(Membership(key, Strategy.LONGEST_IDLE) for key in queues), **fields,
    )  # fmt: skip


def task(state=TaskState.ACTIVE, work="c1", until=None):
    return Task(WorkId(work), Medium.VOICE, SUPPORT, state, AT, CallId(work), until)


def state_of(*things):
    made = SwitchState()
    scenes = [one for one in things if not isinstance(one, Agent)]
    made.apply(
        Change(
            calls={one.call.id: one.call for one in scenes},
            legs={leg.id: leg for one in scenes for leg in one.legs},
            works={one.work.id: one.work for one in scenes if one.work is not None},
            agents={one.id: one for one in things if isinstance(one, Agent)},
            queues={k: Queue(k, k.title(), members_of(map(AgentId, on))) for k, on in ON.items()},
        )
    )
    return made


def test_times_are_utc_to_the_millisecond():
    assert views.iso(AT) == UTC
    assert views.iso(None) is None


def test_an_agent_is_shown_as_agreed_with_the_web():
    seen = views.agent_view(agent(7, Presence.READY, task(until=AT), phone=Phone.SIP))

    assert seen == {
        "id": 7, "name": "Li Wei", "extension": "1001", "state": "talking", "since": UTC,
        "reason": "", "presence": "ready", "capacity": {"limits": {"voice": 1}, "total": 1},
        "tasks": [
            {"work": "c1", "medium": "voice", "call": "c1", "queue": "support", "state": "active",
             "since": UTC, "until": UTC, "extended": False},
        ],
        "phone": "sip", "reachable": True, "call": "c1", "until": UTC,
        "misses": 0, "rest": "", "queues": ["support", "sales"],
            "back_at": None, "wishes": [],
    }  # fmt: skip


def test_a_pause_asked_for_in_a_talk_is_shown_as_what_comes_after_it():
    seen = views.agent_view(agent(7, Presence.PAUSED, task(), reason="lunch"))

    assert (seen["state"], seen["reason"], seen["rest"]) == ("talking", "", "lunch")


def test_a_call_is_shown_with_its_queue_its_agent_and_its_customer():
    talk = scene(
        stage=Stage.TALKING,
        recording="on",
        run=FlowRun(FlowId(1), 1, StepId("support")),
        customer=CustomerCard(3, "王小明", "晨光电子", "gold"),
    )
    seen = views.call_view(state_of(busy_agent(of=CallId("c1")), talk), talk.call)

    assert (seen["state"], seen["queue_name"], seen["agent_name"]) == (
        "talking", "Support", "Li Wei",
    )  # fmt: skip
    assert seen["answered_at"] == UTC
    assert (seen["step"], seen["recording"]) == ("support", "on")
    assert seen["customer"] == {
        "id": 3, "name": "王小明", "company": "晨光电子", "level": "gold",
    }  # fmt: skip


def test_a_call_shows_its_parties_and_what_each_of_them_hears():
    talk = scene(stage=Stage.TALKING)
    customer, theirs = views.call_view(state_of(busy_agent(of=CallId("c1")), talk), talk.call)[
        "legs"
    ]

    assert (customer["role"], customer["state"], customer["placement"]) == (
        "customer", "up", "bridge",
    )  # fmt: skip
    assert theirs == {
        "id": "c1-a1", "role": "agent", "agent": 7, "agent_name": "Li Wei", "number": "",
        "state": "up", "since": UTC, "placement": "bridge", "purpose": None, "muted": False,
        "holding": False,
        "sound": None,
    }  # fmt: skip


def test_a_ringing_call_tells_which_agents_it_rings_for_and_until_when():
    rings = scene(stage=Stage.OFFERED)
    seen = views.call_view(state_of(busy_agent(Stage.OFFERED, of=CallId("c1")), rings), rings.call)

    assert seen["work"] == {
        "state": "offered", "since": UTC, "offers": [
            {"agent": 7, "agent_name": "Li Wei", "since": UTC, "until": views.iso(AT + 15)},
        ],
    }  # fmt: skip
    assert [leg["placement"] for leg in seen["legs"]] == ["hold", None]


def test_what_a_call_does_not_have_is_null():
    ivr = scene(stage=Stage.IVR)
    seen = views.call_view(state_of(ivr), ivr.call)

    names = ("queue", "queue_name", "agent", "agent_name", "work", "step", "customer",
             "waiting_since", "answered_at")  # fmt: skip
    assert [seen[name] for name in names] == [None] * len(names)


def test_a_queue_counts_waiting_calls_ready_agents_and_talks():
    at = state_of(
        scene("c1", waiting_since=AT + 5),
        scene("c2", waiting_since=AT),
        agent(7),
        agent(9, Presence.READY, task(work="c3")),
    )
    seen = views.queue_view(at, SUPPORT)

    assert (seen["waiting"], seen["oldest_since"]) == (2, UTC)
    assert (seen["ready"], seen["talking"]) == (1, 1)
    assert views.queue_view(at, QueueKey("closed")) is None


def changed(at, change):
    """Apply a change and give what is told of it, by kind and id."""
    before = views.look(at, change)
    at.apply(change)
    return {(i["kind"], i["id"]): i["value"] for i in views.changed(at, change, before)}


def test_a_change_shows_what_it_touched_and_nothing_else():
    at = state_of(scene(), agent(7), agent(9))
    items = changed(at, Change(agents={AgentId(9): agent(9, Presence.PAUSED)}))

    assert items.keys() == {("agent", "9"), ("queue", "support")}


def test_a_queue_whose_figures_stay_is_not_told_again():
    at = state_of(scene(), agent(7), agent(9, Presence.PAUSED))
    items = changed(at, Change(agents={AgentId(9): agent(9, Presence.PAUSED, reason="lunch")}))

    assert items.keys() == {("agent", "9")}


def test_a_call_that_left_is_null_and_its_old_queue_is_counted_anew():
    at = state_of(scene())
    items = changed(at, Change(calls={CallId("c1"): None}, works={WorkId("c1"): None}))

    assert items[("call", "c1")] is None
    assert items[("queue", "support")]["waiting"] == 0


def test_an_agent_who_joins_or_leaves_a_queue_is_shown_with_the_present_queues():
    at = state_of(agent(7), agent(8), agent(9))
    edited = Queue(SUPPORT, "Support", members_of([AgentId(7), AgentId(8)]))
    joins, leaves = replace(agent(8), queues=(SUPPORT,)), replace(agent(9), queues=())
    items = changed(at, Change(queues={SUPPORT: edited}, agents={8: joins, 9: leaves}))

    assert items.keys() == {("agent", "8"), ("agent", "9")}
    assert items["agent", "8"]["queues"] == ["support"]
    assert items["agent", "9"]["queues"] == []


def test_a_removed_queue_is_null():
    at = state_of(agent(7), agent(9))
    items = changed(at, Change(queues={SUPPORT: None}))

    assert items["queue", "support"] is None


def test_a_call_is_told_again_when_only_its_leg_or_its_work_has_changed():
    talk = scene(stage=Stage.TALKING)
    at = state_of(talk, busy_agent(of=CallId("c1")))
    holding = replace(talk.legs[1], holding=True)

    assert ("call", "c1") in changed(at, Change(legs={holding.id: holding}))
    assert ("call", "c1") in changed(at, Change(works={talk.work.id: talk.work}))


def test_a_call_is_told_again_when_one_of_its_legs_has_gone():
    talk = scene(stage=Stage.TALKING)
    at = state_of(talk, busy_agent(of=CallId("c1")))
    items = changed(at, Change(legs={talk.legs[1].id: None}))

    assert [leg["role"] for leg in items["call", "c1"]["legs"]] == ["customer"]


def test_a_call_is_told_again_when_only_the_task_of_its_agent_has_changed():
    talk, seven = scene(stage=Stage.TALKING), AgentId(7)
    at = state_of(talk, busy_agent(of=CallId("c1")))
    held = replace(busy_agent(of=CallId("c1")), tasks=(task(TaskState.HELD),))
    items = changed(at, Change(agents={seven: held}))

    assert items["call", "c1"]["state"] == "held"
    assert items["agent", "7"]["tasks"][0]["state"] == "held"


def test_a_desk_that_is_to_pick_up_is_told_the_call():
    at = state_of(agent())
    items = changed(at, Change(answer_on=((AgentId(7), CallId("c1")),)))

    assert items[("agent", "7")]["answer"] == "c1"


def test_everything_shown_can_be_sent():
    at = state_of(scene(customer=CustomerCard(3, "王小明")), agent(7))
    seen = [views.call_view(at, at.calls["c1"]), views.agent_view(at.agents[7])]

    assert json.loads(json.dumps([*seen, views.queue_view(at, SUPPORT)], ensure_ascii=False))
