"""Offers, talks and their ends: where a caller and an agent meet."""

from dataclasses import replace

from acd import floor
from acd.agent import Agent, State
from acd.matcher import can_be_offered
from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId, Kind
from cti.core.call import Call, Stage, Turn, turn
from cti.core.commands import (
    Bridge,
    DropBridge,
    HangUp,
    Remember,
    RingAgent,
    StartMusic,
    StartRecording,
    StopMusic,
    TakeOut,
    leg_of,
)
from cti.core.events import CallerGone, LegAnswered, LegGone
from cti.core.state import Draft
from ivr import interpreter

PARK_SECONDS = 12.0
"""How long a caller whose agent's phone went away waits for that same agent."""

SPARE_SECONDS = 5.0
"""An agent who missed or declined a call is not offered it again before, be he the only one."""

RING_AGAIN = 1000
"""Added to a caller's priority when a talk broke off: the front of the line."""

_HUNG_UP = frozenset({0, 16, 31})  # Q.850: normal clearing, normal unspecified
_DECLINED = frozenset({17, 21})  # busy, call rejected
_UNREACHABLE = frozenset({3, 20, 27, 38, 44, 58})


def serve_call(draft: Draft, call_id: CallId) -> None:
    """Offer a waiting call to the longest idle agent of its queue, if one is free.

    A caller whose queue was removed meanwhile is led to another line first.
    """
    call = draft.call(call_id)
    if draft.away or call is None or call.stage is not Stage.WAITING or call.queue is None:
        return
    if draft.queue(call.queue) is None:
        _change_line(draft, call)
        return
    agent = draft.longest_idle(call.queue, call.spared)
    if agent is not None:
        _offer(draft, call, agent)


def _change_line(draft: Draft, call: Call) -> None:
    """From a line that is no more to one that is open, with the wait he has behind him."""
    key = open_line(draft, call, call.queue)
    queue = draft.queue(key)
    if key is None or queue is None:
        end(draft, call, by="system", cause=16, fault=f"no queue {call.queue}")
        return
    draft.note(call.id, Kind.QUEUED, queue=key, priority=call.priority, again=True)
    draft.put(replace(call, queue=key))
    draft.do(StartMusic(call.id, queue.music), Remember(call.id, queue.fallback))
    serve_call(draft, call.id)


def open_line(draft: Draft, call: Call, key: QueueKey | None) -> QueueKey | None:
    """The queue itself if there is one of that key, else the one his flow has for him; or None."""
    if draft.queue(key) is not None:
        return key
    flow = draft.house.flows.get(call.flow) if call.flow is not None else None
    others = map(QueueKey, interpreter.queues(flow)) if flow is not None else ()
    return next((other for other in others if draft.queue(other) is not None), None)


def serve_agent(draft: Draft, agent_id: AgentId) -> None:
    """Offer the most urgent waiting call to an agent who became free."""
    agent = draft.agent(agent_id)
    if draft.away or agent is None or not can_be_offered(agent):
        return
    if agent_id in draft.rung_elsewhere:
        return
    call = draft.most_urgent(agent_id)
    if call is not None:
        _offer(draft, call, agent)


def _offer(draft: Draft, call: Call, agent: Agent) -> None:
    queue = draft.queue(call.queue)
    until = draft.now + (queue.ring_seconds if queue else 15.0)
    leg = leg_of(call.id, call.legs + 1)
    draft.put(
        replace(
            call,
            stage=turn(call.stage, Turn.OFFER),
            since=draft.now,
            legs=call.legs + 1,
            leg=leg,
            agent=agent.id,
            until=until,
            lost=False,
        )
    )
    draft.put_agent(floor.offer(agent, call.id, until, draft.now), "call")
    draft.note(
        call.id,
        Kind.OFFERED,
        agent=agent.id,
        name=agent.name,
        extension=agent.extension,
        leg=leg,
        phone=agent.phone,
    )
    draft.do(RingAgent(call.id, leg, agent.id, agent.extension, agent.phone, call.caller))


def answered(draft: Draft, event: LegAnswered) -> None:
    """An agent's phone picked up: bridge, record. Too late, and the leg is hung up."""
    call = draft.call(event.call)
    if (
        call is None
        or call.leg != event.leg
        or call.agent is None
        or call.stage not in (Stage.OFFERED, Stage.PARKED)
    ):
        if call is None or call.leg != event.leg or call.stage is Stage.ENDED:
            draft.do(HangUp(event.call, event.leg))
        return
    agent = draft.agent(call.agent)
    queue = draft.queue(call.queue)
    if agent is None:
        draft.do(HangUp(event.call, event.leg))
        return
    record = queue is not None and queue.record and call.recording in ("off", "failed")
    draft.put(
        replace(
            call,
            stage=turn(call.stage, Turn.CONNECT),
            since=draft.now,
            until=None,
            lost=False,
            spared=frozenset(),
            talked=call.talked if call.talked is not None else draft.now,
            recording="wanted" if call.recording == "off" and record else call.recording,
        )
    )
    if agent.state is not State.TALKING:
        draft.put_agent(floor.answer(agent, call.id, draft.now), "call")
    note_connected(draft, call, agent)
    draft.do(StopMusic(call.id))
    if record:
        draft.do(StartRecording(call.id))
    draft.do(Bridge(call.id, event.leg), Remember(call.id))


def note_connected(draft: Draft, call: Call, agent: Agent, at: float | None = None) -> None:
    """The fact that an agent has the caller; with a time when nobody noted it then."""
    draft.note(
        call.id,
        Kind.CONNECTED,
        at,
        agent=agent.id,
        name=agent.name,
        extension=agent.extension,
        leg=call.leg,
    )


def leg_gone(draft: Draft, event: LegGone) -> None:
    """An agent's leg ended: a miss, a hang-up, or a phone that went away."""
    call = draft.call(event.call)
    if call is None or not event.leg or call.leg != event.leg or call.agent is None:
        return
    agent = draft.agent(call.agent)
    match call.stage:
        case Stage.OFFERED:
            unoffer(draft, call, _why(event.cause))
        case Stage.TALKING | Stage.HELD if event.cause in _HUNG_UP:
            end(draft, call, by="agent", cause=event.cause, at=event.at)
        case Stage.TALKING | Stage.HELD:
            park(draft, call)
            if agent is not None and agent.reachable:
                ring_again(draft, call.id)
        case Stage.PARKED if event.cause in _DECLINED | _HUNG_UP:
            requeue(draft, call, first=True)
        case Stage.PARKED:
            draft.put(replace(call, leg=""))
        case _:
            pass


def _why(cause: int) -> str:
    if cause in _DECLINED:
        return "declined"
    return "unreachable" if cause in _UNREACHABLE else floor.NO_ANSWER


def unoffer(draft: Draft, call: Call, why: str, *, missed: bool = True) -> None:
    """The offer came to nothing: the caller is back in his place, the agent hears of it."""
    agent = draft.agent(call.agent) if call.agent is not None else None
    queue = draft.queue(call.queue)
    kind = Kind.MISSED if missed else Kind.WITHDRAWN
    draft.note(call.id, kind, agent=call.agent or 0, leg=call.leg, why=why)
    draft.put(
        replace(
            call,
            stage=turn(call.stage, Turn.UNOFFER),
            since=draft.now,
            leg="",
            agent=None,
            until=draft.now + SPARE_SECONDS if missed else None,
            spared=call.spared | {agent.id} if missed and agent is not None else frozenset(),
            lost=False,
        )
    )
    if agent is not None and agent.call == call.id:
        if missed:
            limit = queue.max_misses if queue else 2
            draft.put_agent(floor.miss(agent, limit, draft.now), "miss")
        else:
            draft.put_agent(floor.withdraw(agent, draft.now), "call")
    serve_call(draft, call.id)
    if agent is not None:
        serve_agent(draft, agent.id)


def spare_no_more(draft: Draft, call: Call) -> None:
    """Those who missed the call may be offered it again."""
    draft.put(replace(call, spared=frozenset(), until=None))
    serve_call(draft, call.id)


def offer_over(draft: Draft, call: Call, why: str, *, missed: bool = True) -> None:
    """Stop the ringing ourselves: time over, declined at the desk, the phone went away."""
    draft.do(HangUp(call.id, call.leg, "no_answer"))
    unoffer(draft, call, why, missed=missed)


def park(draft: Draft, call: Call) -> None:
    """The agent's phone went away in a talk: music for the caller until it is back."""
    draft.note(call.id, Kind.PHONE_LOST, agent=call.agent or 0, leg=call.leg)
    if call.leg:
        draft.do(HangUp(call.id, call.leg))
    if call.held_by != "desk":
        draft.do(TakeOut(call.id), StartMusic(call.id, music_of(draft, call)))
    draft.put(
        replace(
            call,
            stage=turn(call.stage, Turn.PARK),
            since=draft.now,
            until=draft.now + PARK_SECONDS,
            leg="",
            held_by="",
            lost=False,
        )
    )
    draft.do(Remember(call.id))


def ring_again(draft: Draft, call_id: CallId) -> None:
    """Ring the agent of a parked call; his browser picks up by itself."""
    call = draft.call(call_id)
    if call is None or call.stage is not Stage.PARKED or call.leg or call.agent is None:
        return
    agent = draft.agent(call.agent)
    if agent is None or draft.away:
        return
    leg = leg_of(call.id, call.legs + 1)
    draft.put(replace(call, leg=leg, legs=call.legs + 1))
    draft.do(
        RingAgent(call.id, leg, agent.id, agent.extension, agent.phone, call.caller, auto=True)
    )


def requeue(draft: Draft, call: Call, *, first: bool) -> None:
    """Back into the line, with all his context; `first`: in front of everybody."""
    agent = draft.agent(call.agent) if call.agent is not None else None
    if call.leg:
        draft.do(HangUp(call.id, call.leg))
    priority = call.priority + (RING_AGAIN if first and call.priority < RING_AGAIN else 0)
    key = open_line(draft, call, call.queue)
    queue = draft.queue(key)
    if key is None or queue is None:
        end(draft, call, by="system", cause=16, fault="no queue to go back to")
        return
    draft.note(call.id, Kind.QUEUED, queue=key, priority=priority, again=True)
    draft.put(
        replace(
            call,
            stage=turn(call.stage, Turn.QUEUE),
            since=draft.now,
            queue=key,
            priority=priority,
            waiting_since=call.arrived,
            leg="",
            agent=None,
            until=None,
            held_by="",
            lost=False,
        )
    )
    draft.do(StartMusic(call.id, queue.music), Remember(call.id, queue.fallback))
    if agent is not None and agent.call == call.id:
        let_go(draft, floor.rest_later(agent, "phone lost"), "phone lost")
    serve_call(draft, call.id)


def caller_gone(draft: Draft, event: CallerGone) -> None:
    """The caller's channel ended, at whatever moment."""
    call = draft.call(event.call)
    if call is None or call.stage is Stage.ENDED:
        return
    by = "system" if event.fault else "caller"
    end(draft, call, by=by, cause=event.cause, at=event.at, fault=event.fault)


def end(  # noqa: PLR0913 - how, why, when
    draft: Draft, call: Call, *, by: str, cause: int, at: float | None = None, fault: str = ""
) -> None:
    """End a call: channels, bridge, facts, and the agent goes to his wrap-up."""
    agent = draft.agent(call.agent) if call.agent is not None else None
    if agent is not None and call.stage is Stage.OFFERED:
        draft.note(call.id, Kind.WITHDRAWN, agent=agent.id, leg=call.leg, why="caller gone")
    if by != "caller" and not fault.startswith("asterisk"):
        draft.do(HangUp(call.id, call.id))
    if call.leg:
        draft.do(HangUp(call.id, call.leg))
    if call.talked is not None:
        draft.do(DropBridge(call.id))
    detail = {"fault": fault} if fault else {}
    draft.note(call.id, Kind.ENDED, at=at, by=by, cause=cause, **detail)
    ended = replace(
        call, stage=turn(call.stage, Turn.END), since=draft.now, until=None, leg="", lost=False
    )
    draft.put(ended)
    if agent is None or agent.call != call.id:
        draft.drop(call.id)
        return
    if agent.state is State.TALKING and not fault:
        draft.put_agent(floor.wrap_up(agent, draft.queue(call.queue), draft.now), "call")
    else:
        let_go(draft, agent, fault or "call")
    settle(draft, agent.id)


def let_go(draft: Draft, agent: Agent, cause: str) -> None:
    """Free an agent of whatever binds him, without a wrap-up."""
    if agent.state is State.OFFERED:
        draft.put_agent(floor.withdraw(agent, draft.now), cause)
    elif agent.state in (State.TALKING, State.WRAP_UP):
        draft.put_agent(floor.free(agent, draft.now), cause)


def settle(draft: Draft, agent_id: AgentId) -> None:
    """After an agent's change: forget the call he has done with, and give him the next."""
    agent = draft.agent(agent_id)
    if agent is None:
        return
    if not agent.enabled and agent.state in (State.READY, State.PAUSED):
        agent = floor.sign_out(agent, draft.now)
        draft.put_agent(agent, "disabled")
    for call_id in {agent.call, _old_call(draft, agent_id)} - {None}:
        call = draft.call(call_id) if call_id is not None else None
        bound = agent.state is State.WRAP_UP and agent.call == call_id
        if call is not None and call.stage is Stage.ENDED and not bound:
            draft.drop(call.id)
    serve_agent(draft, agent_id)


def _old_call(draft: Draft, agent_id: AgentId) -> CallId | None:
    before = draft.house.agents.get(agent_id)
    return before.call if before is not None else None


def bind(draft: Draft, agent: Agent, call: Call) -> None:
    """The house finds a call that an agent has: make the agent's state say so."""
    if call.stage is Stage.OFFERED:
        if agent.state is State.READY:
            until = call.until if call.until is not None else draft.now
            draft.put_agent(floor.offer(agent, call.id, until, draft.now), "resync", inferred=True)
        return
    if agent.state is State.OFFERED and agent.call != call.id:
        agent = floor.withdraw(agent, draft.now)
    if agent.state is State.TALKING and agent.call != call.id:
        # His talk before this one ended while nobody looked.
        agent = floor.free(agent, draft.now)
        draft.put_agent(agent, "resync", inferred=True)
    if agent.state is not State.TALKING:
        draft.put_agent(floor.answer(agent, call.id, draft.now), "resync", inferred=True)


def music_of(draft: Draft, call: Call) -> str:
    """The music of the queue the caller is or was in."""
    queue = draft.queue(call.queue)
    return queue.music if queue else "default"
