"""The caller's side of the switch: arriving, the flow, keys and prompts, the line."""

from dataclasses import replace
from typing import assert_never

from acd.queue import QueueKey
from crm.calls.record import Kind
from cti.core import talks
from cti.core.call import Call, Stage, Turn, turn
from cti.core.commands import (
    Answer,
    Bridge,
    FindCustomer,
    HangUp,
    Play,
    Remember,
    StartMusic,
    StopMusic,
    StopPlay,
)
from cti.core.events import (
    CallArrived,
    CallFound,
    CallReturned,
    CameLate,
    DigitPressed,
    PlaybackEnded,
)
from cti.core.state import Draft
from ivr import interpreter
from ivr.flow import Flow
from ivr.interpreter import Heard, Walk

PROMPT_SECONDS = 120.0
"""No prompt is longer: a playback whose end Asterisk never tells must not hold a caller."""

LONGEST_LATE_SECONDS = 600.0
"""More than that is a clock that was set."""

UNALLOCATED = 1  # Q.850: no route for the number; SIP 404


def arrive(draft: Draft, event: CallArrived) -> None:
    """A new call: pick up and begin the flow of its number."""
    if draft.call(event.call) is not None:
        return
    now = draft.now
    late = 0.0 if event.at is None else min(max(0.0, now - event.at), LONGEST_LATE_SECONDS)
    draft.note(
        event.call,
        Kind.ARRIVED,
        now - late if late else None,
        caller=event.caller,
        called=event.called,
        direction="in",
        via=event.via,
    )
    flow = _flow_of(draft, event.called)
    if flow is None or _calls_already(draft, event):
        draft.note(event.call, Kind.ENDED, by="system", cause=UNALLOCATED)
        draft.do(HangUp(event.call, event.call, "unallocated"))
        return
    call = Call(
        event.call,
        event.caller,
        event.called,
        event.via,
        arrived=now - late,
        since=now,
        late=late,
        node=event.node,
        flow=flow.id,
    )
    draft.note(call.id, Kind.ANSWERED)
    draft.do(Answer(call.id))
    if call.caller:
        draft.do(FindCustomer(call.id, call.caller))
    _follow(draft, call, interpreter.start(flow))


def _calls_already(draft: Draft, event: CallArrived) -> bool:
    """Whether a trial caller has a call: his credentials are for one."""
    return event.via == "guest" and any(
        call.via == "guest" and call.caller == event.caller and call.stage is not Stage.ENDED
        for call in draft.house.calls.values()
    )


def _flow_of(draft: Draft, called: str) -> Flow | None:
    flow = draft.house.routes.get(called)
    return draft.house.flows.get(flow) if flow is not None else None


def press(draft: Draft, event: DigitPressed) -> None:
    """A key: taken while a menu speaks or listens, noted wherever it falls."""
    call = draft.call(event.call)
    if call is None or call.stage is Stage.ENDED:
        return
    flow = draft.house.flows.get(call.flow) if call.flow is not None else None
    at = call.position
    if call.stage is not Stage.IVR or flow is None or at is None or at.node not in flow.nodes:
        return
    walk = interpreter.press(flow, at, event.digit)
    choice = walk.choice if walk is not None and walk.choice is not None else ""
    draft.note(call.id, Kind.DIGIT, digit=event.digit, node=at.node, choice=choice)
    if walk is None:
        return
    if call.playback:
        draft.do(StopPlay(call.id, call.playback))
    _follow(draft, call, walk)


def prompts_over(draft: Draft, event: PlaybackEnded) -> None:
    """The prompts ended; an older playback's end comes late and means nothing."""
    call = draft.call(event.call)
    if call is not None and call.stage is Stage.IVR and call.playback == event.playback:
        _go_on(draft, call, Heard.PROMPTS_OVER)


def time_over(draft: Draft, call: Call) -> None:
    """No key came in time, or a playback's end was never told."""
    _go_on(draft, call, Heard.PROMPTS_OVER if call.playback else Heard.TIME_OVER)


def _go_on(draft: Draft, call: Call, heard: Heard) -> None:
    flow = draft.house.flows.get(call.flow) if call.flow is not None else None
    at = call.position
    if flow is None or at is None or at.node not in flow.nodes:
        # A version published meanwhile no longer has this step: begin anew rather than be lost.
        start_over(draft, call)
        return
    _follow(draft, call, interpreter.step(flow, at, heard))


def start_over(draft: Draft, call: Call) -> None:
    """Enter the step where the caller was, or the flow's start."""
    flow = draft.house.flows.get(call.flow) if call.flow is not None else None
    flow = flow or _flow_of(draft, call.called)
    if flow is None:
        talks.end(draft, call, by="system", cause=UNALLOCATED)
        return
    at = call.position
    known = at is not None and at.node in flow.nodes
    walk = interpreter.enter(flow, at.node) if at and known else interpreter.start(flow)
    _follow(draft, replace(call, flow=flow.id), walk)


def _follow(draft: Draft, call: Call, walk: Walk) -> None:
    now = draft.now
    if walk.entered is not None:
        flow = draft.house.flows[call.flow] if call.flow is not None else None
        node = type(flow.nodes[walk.entered]).__name__ if flow else ""
        draft.note(call.id, Kind.STEP, node=walk.entered, type=node.lower())
    call = replace(call, position=walk.position, playback="", until=None)
    match walk.order:
        case interpreter.Say(prompts=prompts):
            playback = f"{call.id}-p{call.plays + 1}"
            call = replace(
                call, playback=playback, plays=call.plays + 1, until=now + PROMPT_SECONDS
            )
            draft.put(call)
            if walk.entered is not None:
                # Before the prompt: Asterisk sets a variable only when the prompt is over.
                draft.do(Remember(call.id))
            draft.do(Play(call.id, playback, prompts))
        case interpreter.Listen(seconds=seconds):
            draft.put(replace(call, until=now + seconds))
        case interpreter.Enqueue(queue=queue, priority=priority):
            enqueue(draft, call, QueueKey(queue), priority)
        case interpreter.End():
            talks.end(draft, call, by="system", cause=16)
        case other:
            assert_never(other)


def enqueue(draft: Draft, call: Call, key: QueueKey, priority: int) -> None:
    """Put the caller in line, with music, and match."""
    line = talks.open_line(draft, call, key)
    queue = draft.queue(line)
    if line is None or queue is None:
        talks.end(draft, call, by="system", cause=UNALLOCATED, fault=f"no queue {key}")
        return
    draft.note(call.id, Kind.QUEUED, queue=line, priority=priority)
    waiting = replace(
        call,
        stage=turn(call.stage, Turn.QUEUE),
        since=draft.now,
        queue=line,
        priority=priority,
        # Nobody who came later, but found an engine, is before him.
        waiting_since=draft.now - call.late,
        until=None,
        playback="",
    )
    draft.put(waiting)
    # Rung first: each order of a lane waits for the one before it.
    talks.serve_call(draft, call.id)
    draft.do(StartMusic(call.id, queue.music), Remember(call.id, queue.fallback))


def find(draft: Draft, event: CallFound) -> None:
    """Take over a call that Asterisk carries and the house does not know, or not there."""
    call = event.call
    known = draft.call(call.id)
    if known is not None:
        if call.stage is Stage.OUTSIDE and known.stage is not Stage.ENDED:
            _leave(draft, known, call)
        return
    draft.put(call)
    agent = draft.agent(call.agent) if call.agent is not None else None
    match call.stage:
        case Stage.IVR:
            start_over(draft, call)
        case Stage.WAITING:
            draft.do(StartMusic(call.id, talks.music_of(draft, call)))
            talks.serve_call(draft, call.id)
        case _ if agent is not None:
            if call.stage in (Stage.TALKING, Stage.HELD) and call.talked is None:
                # The engine died between the answer and its fact.
                call = replace(call, talked=call.since)
                draft.put(call)
                talks.note_connected(draft, call, agent, at=call.since)
                draft.do(Remember(call.id))
            talks.bind(draft, agent, call)
        case _:
            talks.requeue(draft, call, first=True)


def _leave(draft: Draft, known: Call, outside: Call) -> None:
    """The fallback has a caller of ours: nobody is rung for him any more until he is back."""
    turn(known.stage, Turn.LEAVE)
    if known.leg:
        draft.do(HangUp(known.id, known.leg))
    draft.put(outside)
    agent = draft.agent(outside.agent) if outside.agent is not None else None
    if agent is not None:
        talks.bind(draft, agent, outside)
    before = draft.agent(known.agent) if known.agent is not None else None
    if before is not None and before.call == known.id and before.id != outside.agent:
        talks.let_go(draft, before, "fallback")
        talks.settle(draft, before.id)


def came_late(draft: Draft, event: CameLate) -> None:
    """What was ordered while he was away in the recorder's context was refused: do it now."""
    call = draft.call(event.call)
    if call is None:
        return
    if call.stage is Stage.TALKING and call.leg:
        draft.do(StopMusic(call.id), Bridge(call.id, call.leg))
    elif call.stage in (Stage.WAITING, Stage.OFFERED, Stage.PARKED, Stage.HELD):
        draft.do(StartMusic(call.id, talks.music_of(draft, call)))
    elif call.stage is Stage.ENDED:
        draft.do(HangUp(call.id, call.id))


def come_back(draft: Draft, event: CallReturned) -> None:
    """A caller whom the fallback had comes back, with his old place if he had one."""
    call = event.call
    known = draft.call(call.id)
    if known is not None and known.stage is not Stage.ENDED:
        call = known
    if call.queue is None and known is None:
        arrived = CallArrived(
            call.id, call.caller, call.called, call.via, call.node, at=call.arrived
        )
        arrive(draft, arrived)
        return
    if known is not None and known.stage is Stage.OFFERED:
        # He was fetched though he had come by himself, and somebody rings for him already.
        draft.do(StartMusic(call.id, talks.music_of(draft, known)))
        return
    if call.leg:
        draft.do(HangUp(call.id, call.leg))
    agent = draft.agent(call.agent) if call.agent is not None else None
    fresh = replace(call, leg="", agent=None, until=None, held_by="", lost=False)
    if call.queue is None:
        start_over(draft, replace(fresh, stage=Stage.IVR))
    else:
        draft.put(replace(fresh, stage=Stage.WAITING, spared=frozenset()))
        draft.do(StartMusic(call.id, talks.music_of(draft, call)), Remember(call.id))
        talks.serve_call(draft, call.id)
    if agent is not None and agent.call == call.id:
        # Freed last: another who is free has taken this caller, and he takes whoever is first.
        talks.let_go(draft, agent, "fallback")
        talks.settle(draft, agent.id)
