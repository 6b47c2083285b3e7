"""Calls in each of their stages, the state that holds them, and what Asterisk shows of them."""

import json
from dataclasses import dataclass, replace

from acd.agent import Agent, AgentState, Phone, Presence, Task, TaskState
from acd.membership import Membership
from acd.queue import AgentId, Queue, QueueKey, Strategy, members_of
from acd.work import Medium, Offer, Work, WorkId, WorkState
from crm.calls.record import CallId
from cti.core.call import Call, Direction, Inbound
from cti.core.context import context_of
from cti.core.leg import (
    AgentParty,
    Bridge,
    BridgeId,
    CustomerParty,
    InBridge,
    InFallback,
    Leg,
    LegId,
    LegRole,
    LegState,
    OnHold,
    Purpose,
)
from cti.core.look import Round
from cti.core.reconcile import compare
from cti.core.saved import read_context
from cti.core.seen import ChannelState, Dialect, Seen, SeenChannel, Where
from cti.core.stage import Stage
from cti.core.state import Change, SwitchState

NOW = 1000.0
OLD = NOW - 60
YOUNG = NOW - 0.5
CALL = CallId("n1-1.1")
CALLER = LegId(CALL)
LEG = LegId(f"{CALL}-a1")
SEVEN = AgentId(7)
SUPPORT = QueueKey("support")
BRIDGE = BridgeId(f"{CALL}-talk1")
TALKS = {Stage.TALKING, Stage.HELD, Stage.PHONE_LOST}
AGENT_STATES = {
    Stage.OFFERED: TaskState.OFFERED,
    Stage.TALKING: TaskState.ACTIVE,
    Stage.HELD: TaskState.HELD,
    Stage.PHONE_LOST: TaskState.ACTIVE,
    Stage.IN_FALLBACK: TaskState.ACTIVE,
}


@dataclass(frozen=True)
class Scene:
    """A call with its legs and its work."""

    call: Call
    legs: tuple[Leg, ...]
    work: Work | None = None
    held: bool = False


def scene(stage=Stage.IVR, *, id_=CALL, since=OLD, agent=None, **fields):
    """A call in one of its stages; one that rings or talks has agent 7 on it."""
    waits = stage not in (Stage.IVR, Stage.ENDED, Stage.IN_FALLBACK)
    given = {"queue": SUPPORT, "waiting_since": since} if waits else {}
    rings, talks = stage is Stage.OFFERED, stage in TALKS
    who = SEVEN if rings or talks else agent
    given |= {"talked": since, "agent": SEVEN} if talks else {}
    if stage is Stage.ENDED:
        given |= {"ended": since, "agent": SEVEN}
    call = Call(id_, Direction.IN, Inbound(), "+8613800138000", "+864008001234", OLD)
    call = replace(call, **{**given, **fields})
    placement = {
        Stage.TALKING: InBridge(BridgeId(f"{id_}-talk1")),
        Stage.IN_FALLBACK: InFallback(),
    }.get(stage, OnHold("default") if waits else None)
    party = CustomerParty(call.customer_number)
    legs = [Leg(LegId(id_), LegRole.CUSTOMER, party, id_, "n1", LegState.UP, OLD, placement, since)]
    if rings or (talks and stage is not Stage.PHONE_LOST):
        there = InBridge(BridgeId(f"{id_}-talk1")) if talks else None
        state = LegState.UP if talks else LegState.RINGING
        theirs = AgentParty(SEVEN, "1001", Phone.SIP)
        legs.append(
            Leg(LegId(f"{id_}-a1"), LegRole.AGENT, theirs, id_, "n1", state, since, there, since)
        )
    work = None
    if waits or who is not None:
        work = Work(WorkId(id_), Medium.VOICE, call.queue or SUPPORT, since, call.priority, id_)
        work = replace(work, changed=since, since=call.waiting_since or since)
    if work is not None and rings:
        offer = Offer(SEVEN, since, since + 15)
        work = replace(work, state=WorkState.OFFERED, offers=(offer,))
    elif work is not None and who is not None:
        work = replace(work, state=WorkState.ASSIGNED, agent=who)
    return Scene(call, tuple(legs) if stage is not Stage.ENDED else (), work, stage is Stage.HELD)


def agent(stage=Stage.TALKING, since=OLD, of=CALL, *, wraps_up=False):
    """Agent 7, busy with a call in that stage, or ready."""
    state = TaskState.WRAP_UP if wraps_up else AGENT_STATES.get(stage)
    task = None
    if state is not None:
        task = Task(WorkId(of), Medium.VOICE, SUPPORT, state, since, of)
    return Agent(
        SEVEN,
        "Li Wei",
        "1001",
        Presence.READY,
        since,
        phone=Phone.SIP,
        reachable=True,
        tasks=(task,) if task is not None else (),
        queues=(SUPPORT,),
        memberships=(Membership(SUPPORT, Strategy.LONGEST_IDLE),),
    )


def state_of(*things):
    """A live state that holds scenes and agents."""
    made = SwitchState()
    scenes = [one for one in things if isinstance(one, Scene)]
    agents = [one for one in things if isinstance(one, Agent)]
    bridges = {one.bridge: one for scene in scenes for one in scene.legs if one.bridge}
    made.apply(
        Change(
            calls={one.call.id: one.call for one in scenes},
            legs={leg.id: leg for one in scenes for leg in one.legs},
            works={one.work.id: one.work for one in scenes if one.work is not None},
            agents={one.id: one for one in agents},
            queues={SUPPORT: Queue(SUPPORT, "Support", members_of([SEVEN]))},
            bridges={id_: Bridge(id_, leg.call, Purpose.TALK) for id_, leg in bridges.items()},
        )
    )
    return made


def saved(scene):
    """What the caller's leg carries of a call."""
    state = state_of(scene, agent(_stage_of(scene), of=scene.call.id))
    return read_context(scene.call.id, json.loads(context_of(state, scene.legs[0], scene.call)))


def _stage_of(scene):
    if scene.held:
        return Stage.HELD
    assigned = scene.work is not None and scene.work.state is WorkState.ASSIGNED
    return Stage.TALKING if assigned else Stage.IVR


def channel(id_=CALLER, *, of=None, created=OLD, **fields):
    """A caller's channel; `of` is the scene whose context stands on it."""
    given = {
        "name": "PJSIP/trunk-local-1" if id_ == CALLER else "PJSIP/1001-2",
        "state": ChannelState.UP,
        "caller": "8613800138000",
        "where": Where.OURS,
        "in_fallback": False,
        "way": "trunk",
        "number": "4008001234",
        "saved": saved(of) if of is not None else None,
        "role": LegRole.CUSTOMER,
        **fields,
    }
    return SeenChannel(id=LegId(id_), created=created, **given)


def leg(id_=LEG, of=CALL, **fields):
    """The channel of agent 7's phone."""
    context = read_context(id_, {"r": "agent", "k": of, "ag": 7, "ph": "sip"})
    given = {"saved": context, "role": LegRole.AGENT, "call": of, "way": ""}
    return channel(id_, **{"name": "PJSIP/1001-2", **given, **fields})


IN_QUEUE = {"where": Where.FALLBACK_QUEUE, "in_fallback": True}
IN_MUSIC = {"where": Where.ELSEWHERE, "in_fallback": True}


def rung_by_fallback(id_="n1-1.2", **fields):
    """Agent 7's phone, rung by the fallback or talking there."""
    name, where = "PJSIP/1001-3", Where.RUNG_BY_FALLBACK
    return channel(id_, **{"name": name, "where": where, "role": None, "way": "", **fields})


def seen(*channels, bridged=(), empty_bridges=()):
    """What Asterisk carries: channels, and which are together."""
    bridge_of, together = {}, {}
    for number, group in enumerate(bridged):
        bridge = BRIDGE if number == 0 else BridgeId(f"b{number}")
        for one in group:
            bridge_of[LegId(one)] = bridge
            together[LegId(one)] = frozenset(map(LegId, group)) - {one}
    return Seen(
        {ch.id: ch for ch in channels}, bridge_of, together, frozenset(), tuple(empty_bridges)
    )


def a_round(at, there, *, first=False, hangups=None, **fields):
    return Round(
        state=at,
        seen=there,
        now=NOW,
        first=first,
        dialect=Dialect(number=lambda n: f"+{n}", dialled=lambda n: f"+{n}", sound=lambda p, _: p),
        hangup_of=(hangups or {}).get,
        agent_of=lambda endpoint: SEVEN if endpoint in ("1001", "w1001") else None,
        node="n1",
        **fields,
    )


def look(*arguments, **fields):
    return compare(a_round(*arguments, **fields))


def found(*arguments, **fields):
    return list(look(*arguments, **fields).events)


def ready():
    """Agent 7, ready."""
    return agent(Stage.IVR)


assert agent().state is AgentState.TALKING
