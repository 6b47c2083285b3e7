"""What desks see: the shapes of the contract with the web, and only what a change touched."""

import json

from acd.agent import Agent, Phone, State
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId
from cti.core import views
from cti.core.call import Call, Card, Stage
from cti.core.state import Change, House
from ivr.flow import NodeId
from ivr.interpreter import Doing, Position

SUPPORT, SALES = QueueKey("support"), QueueKey("sales")
AT = 1_770_000_000.25
UTC = "2026-02-02T02:40:00.250+00:00"


def call(id_="c1", stage=Stage.WAITING, **fields):
    given = {"queue": SUPPORT, "waiting_since": AT, **fields}
    return Call(CallId(id_), "+8613800138000", "+864008001234", "trunk", AT, AT, stage, **given)


def agent(number=7, state=State.READY, **fields):
    return Agent(AgentId(number), "Li Wei", "1001", state=state, since=AT, reachable=True, **fields)


def house(*things):
    made = House()
    queues = {SUPPORT: (7, 9), SALES: (7,)}
    made.apply(
        Change(
            calls={t.id: t for t in things if isinstance(t, Call)},
            agents={t.id: t for t in things if isinstance(t, Agent)},
            queues={k: Queue(k, k.title(), tuple(map(AgentId, on))) for k, on in queues.items()},
        )
    )
    return made


def test_times_are_utc_to_the_millisecond():
    assert views.iso(AT) == UTC
    assert views.iso(None) is None


def test_an_agent_is_shown_as_agreed_with_the_web():
    seen = views.agent_view(house(), agent(phone=Phone.SIP, until=AT, call=CallId("c1")))

    assert seen == {
        "id": 7, "name": "Li Wei", "extension": "1001", "state": "ready", "since": UTC,
        "reason": "", "phone": "sip", "reachable": True, "call": "c1", "until": UTC,
        "misses": 0, "rest": "", "queues": ["support", "sales"],
    }  # fmt: skip


def test_a_call_is_shown_with_its_queue_its_agent_and_its_customer():
    at = house(agent())
    seen = views.call_view(
        at,
        call(
            stage=Stage.TALKING,
            agent=AgentId(7),
            leg="c1-a1",
            talked=AT,
            recording="on",
            position=Position(NodeId("support"), Doing.LEAVING),
            customer=Card(3, "王小明", "晨光电子", "gold"),
        ),
    )

    assert (seen["state"], seen["queue_name"], seen["agent_name"]) == (
        "talking", "Support", "Li Wei",
    )  # fmt: skip
    assert seen["answered_at"] == UTC
    assert (seen["leg"], seen["step"], seen["recording"]) == ("c1-a1", "support", "on")
    assert seen["customer"] == {
        "id": 3, "name": "王小明", "company": "晨光电子", "level": "gold",
    }  # fmt: skip


def test_what_a_call_does_not_have_is_null():
    seen = views.call_view(house(), call(stage=Stage.IVR, queue=None, waiting_since=None))

    names = ("queue", "queue_name", "agent", "agent_name", "leg", "step", "customer",
             "waiting_since", "answered_at")  # fmt: skip
    assert [seen[name] for name in names] == [None] * len(names)


def test_a_queue_counts_who_waits_who_is_ready_and_who_talks():
    at = house(
        call("c1", waiting_since=AT + 5),
        call("c2", waiting_since=AT),
        agent(7),
        agent(9, State.TALKING),
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
    at = house(call(), agent(7), agent(9))
    items = changed(at, Change(agents={AgentId(9): agent(9, State.PAUSED)}))

    assert items.keys() == {("agent", "9"), ("queue", "support")}


def test_a_queue_whose_figures_stay_is_not_told_again():
    at = house(call(), agent(7), agent(9, State.PAUSED))
    items = changed(at, Change(agents={AgentId(9): agent(9, State.PAUSED, reason="lunch")}))

    assert items.keys() == {("agent", "9")}


def test_a_call_that_left_is_null_and_its_old_queue_is_counted_anew():
    at = house(call())
    items = changed(at, Change(calls={CallId("c1"): None}))

    assert items[("call", "c1")] is None
    assert items[("queue", "support")]["waiting"] == 0


def test_who_joins_or_leaves_a_queue_is_told_with_his_queues():
    at = house(agent(7), agent(8), agent(9))
    edited = Queue(SUPPORT, "Support", (AgentId(7), AgentId(8)))
    items = changed(at, Change(queues={SUPPORT: edited}))

    assert items.keys() == {("agent", "8"), ("agent", "9")}
    assert items[("agent", "8")]["queues"] == ["support"]
    assert items[("agent", "9")]["queues"] == []


def test_a_removed_queue_is_null_and_its_agents_serve_it_no_more():
    at = house(agent(7), agent(9))
    items = changed(at, Change(queues={SUPPORT: None}))

    assert items[("queue", "support")] is None
    assert items[("agent", "7")]["queues"] == ["sales"]


def test_a_desk_that_shall_pick_up_is_told_the_call():
    at = house(agent())
    items = changed(at, Change(answer_on=((AgentId(7), CallId("c1")),)))

    assert items[("agent", "7")]["answer"] == "c1"


def test_everything_shown_can_be_sent():
    at = house(call(customer=Card(3, "王小明")), agent(7, until=AT))
    seen = [views.call_view(at, at.calls["c1"]), views.agent_view(at, at.agents[7])]

    assert json.loads(json.dumps([*seen, views.queue_view(at, SUPPORT)], ensure_ascii=False))
