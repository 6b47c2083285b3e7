"""Each difference between the house and Asterisk, and the event that mends it."""

from dataclasses import replace

import pytest

from acd.agent import Agent, State
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId
from cti.asterisk.translate import Dialect, Seen, SeenChannel
from cti.core import events as e
from cti.core.call import Call, Stage
from cti.core.context import memory_of
from cti.core.reconcile import Hangup, Round, compare, drifted_agents, misses
from cti.core.state import Change, House

NOW = 1000.0
OLD = NOW - 60
YOUNG = NOW - 0.5
CALL = CallId("n1-1.1")
LEG = f"{CALL}-a1"
SEVEN = AgentId(7)


def call(stage=Stage.IVR, *, id_=CALL, since=OLD, **fields):
    return Call(id_, "+8613800138000", "+864008001234", "trunk", OLD, since, stage, **fields)


def talk(stage=Stage.TALKING, **fields):
    return call(stage, agent=SEVEN, leg=LEG, queue=QueueKey("support"), talked=OLD, **fields)


def agent(state=State.TALKING, since=OLD, of=CALL):
    return Agent(SEVEN, "Li Wei", "1001", state=state, since=since, call=of, reachable=True)


def house(*things):
    made = House()
    made.apply(
        Change(
            calls={t.id: t for t in things if isinstance(t, Call)},
            agents={t.id: t for t in things if isinstance(t, Agent)},
            queues={QueueKey("support"): Queue(QueueKey("support"), "Support", (SEVEN,))},
        )
    )
    return made


def channel(id_=CALL, *, left=None, created=OLD, **fields):
    given = {
        "name": "PJSIP/trunk-local-1" if id_ == CALL else "PJSIP/1001-2",
        "up": True,
        "caller": "8613800138000",
        "app": "Stasis",
        "context": "hotline-arrive",
        "memory": {},
        "number": "4008001234",
        **fields,
    }
    if left is not None:
        import json  # noqa: PLC0415

        given["memory"] = json.loads(memory_of(left))
    return SeenChannel(id=id_, created=created, **given)


def leg(id_=LEG, **fields):
    return channel(id_, **{"memory": {"agent": 7}, "context": "hotline-phone", **fields})


def seen(*channels, bridged=(), empty_bridges=()):
    together = {}
    for group in bridged:
        for one in group:
            together[one] = frozenset(group) - {one}
    return Seen({ch.id: ch for ch in channels}, together, frozenset(), tuple(empty_bridges))


def a_round(at, there, *, first=False, hangups=None, **fields):
    return Round(
        house=at,
        seen=there,
        now=NOW,
        first=first,
        dialect=Dialect(number=lambda n: f"+{n}", sound=str),
        hangup_of=(hangups or {}).get,
        agent_of=lambda endpoint: SEVEN if endpoint in ("1001", "w1001") else None,
        node="n1",
        **fields,
    )


def look(*arguments, **fields):
    return compare(a_round(*arguments, **fields))


def found(*arguments, **fields):
    return list(look(*arguments, **fields).events)


def test_where_nothing_differs_nothing_is_said():
    at = house(talk(), agent())

    assert found(at, seen(channel(), leg(), bridged=[(CALL, LEG)])) == []


# ---- calls that are gone


@pytest.mark.parametrize(
    ("at", "there", "about", "asks"),
    [
        (house(talk(), agent()), seen(channel(), leg()), {}, False),
        (house(talk(), agent()), seen(channel()), {}, True),
        (house(talk(), agent()), seen(), {}, True),
        (house(), seen(channel(left=talk())), {}, True),  # of a call passed over a moment ago
        (house(), seen(channel(left=talk(), created=YOUNG)), {}, False),
        (house(), seen(channel()), {"left": {CALL: OLD}}, False),
        (house(), seen(channel(app="Queue")), {}, False),
    ],
)
def test_when_channels_ended_is_asked_only_where_one_may_be_gone(at, there, about, asks):
    assert misses(a_round(at, there, **about)) is asks


def test_a_caller_who_is_not_there_has_gone_when_cel_says():
    at = house(call())

    assert found(at, seen(), hangups={CALL: Hangup(990.0, 16)}) == [
        e.CallerGone(CALL, 16, at=990.0)
    ]


def test_a_caller_who_is_not_there_and_of_whom_cel_says_nothing_has_gone_now():
    assert found(house(call()), seen()) == [e.CallerGone(CALL, 0, at=NOW)]


def test_a_caller_of_an_asterisk_that_was_started_anew_was_lost_by_our_fault():
    [gone] = found(house(call()), seen(), reborn=True)

    assert gone.fault == "asterisk restarted"


def test_a_talk_that_was_ended_by_the_agent_and_then_for_the_caller_was_ended_by_the_agent():
    hangups = {LEG: Hangup(NOW - 9, 16), CALL: Hangup(NOW - 5, 16)}
    events = found(house(talk(), agent()), seen(), hangups=hangups)

    assert events[0] == e.LegGone(CALL, LEG, 16, at=NOW - 9)


def test_a_caller_who_has_just_changed_is_not_judged_yet_except_after_a_connect():
    at = house(call(since=YOUNG))

    assert found(at, seen()) == []
    assert found(at, seen(), first=True) != []


def test_a_call_that_has_ended_is_not_missed():
    assert found(house(call(Stage.ENDED)), seen()) == []


# ---- calls that nobody knows


def test_a_caller_in_line_comes_back_into_his_place():
    kept = call(Stage.WAITING, queue=QueueKey("support"), waiting_since=OLD - 5, priority=3)
    [event] = found(house(), seen(channel(left=kept)), first=True)

    assert isinstance(event, e.CallFound)
    assert (event.call.stage, event.call.queue) == (Stage.WAITING, "support")
    assert (event.call.waiting_since, event.call.priority) == (OLD - 5, 3)
    assert (event.call.node, event.call.agent, event.call.leg) == ("n1", None, "")


def test_a_caller_in_the_menus_begins_his_step_anew():
    [event] = found(house(), seen(channel(left=call())), first=True)

    assert event.call.stage is Stage.IVR


@pytest.mark.parametrize("stage", [Stage.TALKING, Stage.OFFERED])
def test_a_talk_that_went_on_without_us_is_found_with_its_agent(stage):
    there = seen(channel(left=talk(stage)), leg(), bridged=[(CALL, LEG)])
    [event] = found(house(agent()), there, first=True)

    assert (event.call.stage, event.call.agent, event.call.leg) == (Stage.TALKING, 7, LEG)


def test_a_held_talk_is_found_held():
    [event] = found(house(agent()), seen(channel(left=talk(Stage.HELD)), leg()), first=True)

    assert event.call.stage is Stage.HELD


def test_an_offer_that_still_rings_goes_on_ringing():
    kept = call(Stage.OFFERED, queue=QueueKey("support"), agent=SEVEN, leg=LEG)
    [event] = found(house(agent()), seen(channel(left=kept), leg(up=False)), first=True)

    assert (event.call.stage, event.call.agent, event.call.leg) == (Stage.OFFERED, 7, LEG)
    assert event.call.until > NOW


def test_a_talk_whose_agent_hung_up_meanwhile_has_ended_then():
    there = seen(channel(left=talk()))
    events = found(house(agent()), there, first=True, hangups={LEG: Hangup(990.0, 16)})

    assert [type(one) for one in events] == [e.CallFound, e.LegGone]
    assert events[1] == e.LegGone(CALL, LEG, 16, at=990.0)


def test_a_talk_whose_phone_was_lost_meanwhile_is_a_lost_phone():
    events = found(house(agent()), seen(channel(left=talk())), first=True)

    assert events[1] == e.LegGone(CALL, LEG, 20)


def test_a_caller_on_whom_nothing_was_left_arrives():
    assert found(house(), seen(channel()), first=True) == [
        e.CallArrived(CALL, "+8613800138000", "+4008001234", "trunk", "n1", at=OLD)
    ]


def test_a_guest_on_whom_nothing_was_left_arrives_as_a_guest():
    there = channel(context="hotline-guest-arrive", caller="guest-07")
    [event] = found(house(), seen(there), first=True)

    assert (event.caller, event.via) == ("guest-07", "guest")


@pytest.mark.parametrize("context", ["hotline-fallback", "hotline-return"])
def test_a_caller_who_came_back_to_a_dead_wire_is_taken_up_as_one_who_returned(context):
    (event,) = found(house(), seen(channel(context=context)), first=True)

    assert isinstance(event, e.CallReturned)
    assert (event.call.id, event.call.called) == (CALL, "+4008001234")


@pytest.mark.parametrize("stage", [Stage.IVR, Stage.WAITING])
def test_a_caller_we_know_who_came_back_to_a_dead_wire_is_taken_up_again(stage):
    known = call(stage)
    back = seen(channel(context="hotline-return"))

    assert found(house(known), back, first=True) == [e.CallReturned(known)]
    assert found(house(known), back) == []


def test_a_channel_in_our_hands_that_makes_no_sense_is_ended():
    there = channel(context="hotline-phone-dial", number="")

    assert found(house(), seen(there), first=True) == [e.StrayChannel(CALL)]


def test_a_talk_that_the_fallback_made_keeps_its_agent_busy():
    there = seen(
        channel(context="hotline-fallback", app="Queue"),
        channel("n1-1.2", name="PJSIP/1001-3", app="AppQueue", context="hotline-phone"),
        bridged=[(CALL, "n1-1.2")],
    )
    events = found(house(agent(State.READY)), there, first=True)

    outside = [one.call for one in events if isinstance(one, e.CallFound)]
    assert [(one.stage, one.agent) for one in outside] == [(Stage.OUTSIDE, 7)]


def test_a_call_that_ended_for_us_and_lives_on_there_is_ended_there_too():
    assert found(house(call(Stage.ENDED)), seen(channel())) == [e.StrayChannel(CALL)]


def test_a_call_that_ended_while_asterisk_was_asked_is_not_found_again():
    there = seen(channel(left=talk()), leg(), bridged=[(CALL, LEG)])

    assert found(house(), there, left={CALL: NOW + 0.1}) == []


def test_the_leg_of_a_call_that_ended_a_moment_ago_is_being_hung_up():
    assert found(house(), seen(leg()), left={CALL: YOUNG}) == []
    assert found(house(), seen(leg()), left={CALL: OLD}) == [e.StrayChannel(LEG)]


def test_a_call_that_ended_some_time_ago_and_lives_on_in_asterisk_is_hung_up():
    assert found(house(), seen(channel(left=talk())), left={CALL: OLD}) == [e.StrayChannel(CALL)]


def test_a_channel_that_has_just_come_is_left_to_its_own_event():
    assert found(house(), seen(channel(created=YOUNG))) == []


# ---- legs


@pytest.mark.parametrize("stage", [Stage.OFFERED, Stage.TALKING, Stage.HELD])
def test_a_leg_that_is_not_there_has_gone(stage):
    at = house(talk(stage), agent())

    assert found(at, seen(channel()), hangups={LEG: Hangup(990.0, 16)}) == [
        e.LegGone(CALL, LEG, 16, at=990.0)
    ]
    assert found(at, seen(channel())) == [e.LegGone(CALL, LEG, 20)]


def test_a_leg_that_was_rung_a_moment_ago_may_not_be_there_yet():
    at = house(talk(Stage.OFFERED, since=YOUNG), agent(State.OFFERED, YOUNG))

    assert found(at, seen(channel())) == []


def test_a_leg_that_nobody_wants_is_ended():
    strange = f"{CALL}-a9"
    at = house(talk(), agent())

    there = seen(channel(), leg(), leg(strange), bridged=[(CALL, LEG)])

    assert found(at, there) == [e.StrayChannel(strange)]
    assert found(house(), seen(leg())) == [e.StrayChannel(LEG)]


def test_the_leg_of_a_call_that_is_just_being_found_is_no_stray():
    there = seen(channel(left=talk()), leg(), bridged=[(CALL, LEG)])

    assert [type(one) for one in found(house(agent()), there, first=True)] == [e.CallFound]


def test_an_answer_that_was_never_heard_is_heard_now():
    at = house(talk(Stage.OFFERED), agent(State.OFFERED))

    assert found(at, seen(channel(), leg())) == [e.LegAnswered(CALL, LEG)]


def test_a_leg_that_still_rings_is_left_ringing():
    at = house(talk(Stage.OFFERED), agent(State.OFFERED))

    assert found(at, seen(channel(), leg(up=False))) == []


# ---- agents


@pytest.mark.parametrize("state", [State.OFFERED, State.TALKING])
def test_an_agent_bound_to_a_call_that_is_not_there_has_drifted(state):
    at = house(agent(state))

    assert found(at, seen()) == [e.AgentDrifted(SEVEN)]
    assert list(drifted_agents(at)) == [SEVEN]


def test_an_agent_bound_to_somebody_elses_call_has_drifted():
    at = house(replace(talk(), agent=AgentId(9)), agent())

    assert list(drifted_agents(at)) == [SEVEN]


def test_after_a_connect_the_calls_come_before_the_agents():
    assert found(house(agent()), seen(), first=True) == []


@pytest.mark.parametrize("state", [State.READY, State.PAUSED, State.WRAP_UP, State.SIGNED_OUT])
def test_an_agent_who_is_bound_to_nothing_cannot_drift(state):
    assert found(house(agent(state)), seen()) == []


# ---- the fallback, and what is left lying


@pytest.mark.parametrize("context", ["hotline-fallback", "hotline-return"])
def test_a_caller_in_the_fallback_is_fetched(context):
    there = seen(channel(context=context, app="MusicOnHold"))

    assert list(look(house(), there).fetch.values()) == ["PJSIP/trunk-local-1"]


def test_a_caller_whom_the_fallback_put_through_is_not_disturbed():
    there = seen(channel(context="hotline-fallback", app="Queue"), bridged=[(CALL, "n1-1.2")])

    assert look(house(), there).fetch == {}


def test_a_caller_who_has_come_back_already_is_not_fetched_again():
    assert look(house(), seen(channel(context="hotline-return"))).fetch == {}


def test_an_empty_bridge_of_a_call_that_is_over_is_removed():
    at = house(call(), call(Stage.ENDED, id_=CallId("n1-1.5")))
    there = seen(channel(), empty_bridges=[f"{CALL}-b", "n1-1.5-b", "gone-b", "somebody-elses"])

    assert set(look(at, there).orphans) == {"n1-1.5-b", "gone-b"}
