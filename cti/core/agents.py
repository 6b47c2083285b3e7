"""The agent's side of the switch: the seat, the telephone, and what the desk asks for."""

from dataclasses import replace

from acd import floor
from acd.agent import Agent, Phone, State
from acd.queue import AgentId
from crm.calls.record import Kind
from crm.kernel.errors import ConflictError, MissingError
from cti.core import talks
from cti.core.call import Call, Stage, Turn, turn
from cti.core.commands import (
    Bridge,
    HangUp,
    Remember,
    StartMusic,
    StartRecording,
    StopMusic,
    TakeOut,
)
from cti.core.events import (
    AgentDrifted,
    AgentKnown,
    AgentRestored,
    AnswerAsked,
    DeclineAsked,
    HangUpAsked,
    HoldAsked,
    LegHeld,
    OutcomeChosen,
    PhoneReachable,
    PhoneStarted,
    RecordAgain,
    RecordingBegan,
    RecordingFailed,
    SignedIn,
    SignedOut,
    StateAsked,
)
from cti.core.state import Draft
from cti.core.times import past

PHONE_GRACE_SECONDS = 4.0
"""A browser that lost its socket registers again within this; its sound went on meanwhile."""

_IN_TALK = (Stage.TALKING, Stage.HELD, Stage.PARKED)


def sign_in(draft: Draft, event: SignedIn) -> None:
    """Take the seat at a phone; a second time at the same phone changes nothing."""
    agent = _agent(draft, event.agent)
    if not agent.enabled:
        raise ConflictError("{name} is disabled and cannot sign in.", name=agent.name)
    if agent.phone is not event.phone and agent.state in (State.OFFERED, State.TALKING):
        raise ConflictError("Finish the call before you change the telephone.")
    draft.put_agent(floor.sign_in(agent, event.phone, draft.now, reachable=event.reachable), "desk")
    talks.serve_agent(draft, agent.id)


def sign_out(draft: Draft, event: SignedOut) -> None:
    """Leave the seat; not in a talk."""
    agent = _agent(draft, event.agent)
    if agent.state is State.TALKING:
        raise ConflictError("Finish the call before you sign out.")
    if agent.state is State.OFFERED and agent.call is not None:
        call = draft.call(agent.call)
        draft.put_agent(floor.sign_out(agent, draft.now), "desk")
        if call is not None and call.stage is Stage.OFFERED:
            talks.offer_over(draft, call, "signed out", missed=False)
        return
    draft.put_agent(floor.sign_out(agent, draft.now), "desk")
    talks.settle(draft, agent.id)


def ask_state(draft: Draft, event: StateAsked) -> None:
    """Ready or paused; in a call it is what comes after the call."""
    agent = _agent(draft, event.agent)
    match agent.state:
        case State.SIGNED_OUT:
            raise ConflictError("Sign in to a telephone first.")
        case State.OFFERED | State.TALKING:
            draft.put_agent(
                floor.rest_later(agent, "" if event.ready else event.reason or "paused"), "desk"
            )
        case _ if event.ready:
            draft.put_agent(floor.ready(agent, draft.now), "desk")
        case _:
            draft.put_agent(floor.pause(agent, event.reason, draft.now), "desk")
    talks.settle(draft, agent.id)


def ask_answer(draft: Draft, event: AnswerAsked) -> None:
    """The desk's page picks up; a telephone of its own must be picked up by hand."""
    agent, call = _own(draft, event)
    if call.stage is not Stage.OFFERED:
        raise ConflictError("This call is not ringing at your telephone any more.")
    if agent.phone is Phone.SIP:
        raise ConflictError("Answer on the telephone: it cannot be picked up from here.")
    draft.pick_up(agent.id, call.id)


def ask_decline(draft: Draft, event: DeclineAsked) -> None:
    """The agent does not take the call: a miss, and the next agent."""
    _, call = _own(draft, event)
    if call.stage is not Stage.OFFERED:
        raise ConflictError("This call is not ringing at your telephone any more.")
    talks.offer_over(draft, call, "declined")


def ask_hold(draft: Draft, event: HoldAsked) -> None:
    """Music for the caller, or the agent again."""
    _, call = _own(draft, event)
    if event.hold and call.stage is Stage.TALKING:
        draft.do(TakeOut(call.id), StartMusic(call.id, talks.music_of(draft, call)))
        _hold(draft, call, "desk")
    elif not event.hold and call.stage is Stage.HELD:
        if call.held_by == "phone":
            raise ConflictError("Take the call back on the telephone that holds it.")
        draft.do(StopMusic(call.id))
        if call.recording == "failed":
            draft.do(StartRecording(call.id))
        draft.do(Bridge(call.id, call.leg))
        _resume(draft, call)
    elif call.stage not in (Stage.TALKING, Stage.HELD):
        raise ConflictError("There is no talk to hold.")


def ask_hang_up(draft: Draft, event: HangUpAsked) -> None:
    """The agent ends the call; one that only rings is declined."""
    _, call = _own(draft, event)
    if call.stage is Stage.OFFERED:
        talks.offer_over(draft, call, "declined")
    elif call.stage in (*_IN_TALK, Stage.OUTSIDE):
        talks.end(draft, call, by="agent", cause=16)


def choose_outcome(draft: Draft, event: OutcomeChosen) -> None:
    """Note how the agent judges the call. The asker has checked whose call it was."""
    call = draft.call(event.call)
    if call is not None and call.agent != event.agent:
        raise MissingError("There is no such call at your desk.")
    draft.note(event.call, Kind.OUTCOME, agent=event.agent, outcome=event.outcome, note=event.note)


def phone_held(draft: Draft, event: LegHeld) -> None:
    """The telephone's own hold: Asterisk plays the music by itself."""
    call = draft.call(event.call)
    if call is None or call.leg != event.leg:
        return
    if event.held and call.stage is Stage.TALKING:
        _hold(draft, call, "phone")
    elif not event.held and call.stage is Stage.HELD and call.held_by == "phone":
        _resume(draft, call)


def _hold(draft: Draft, call: Call, by: str) -> None:
    draft.note(call.id, Kind.HELD, agent=call.agent or 0, by=by)
    draft.put(replace(call, stage=turn(call.stage, Turn.HOLD), since=draft.now, held_by=by))
    draft.do(Remember(call.id))


def _resume(draft: Draft, call: Call) -> None:
    draft.note(call.id, Kind.RESUMED, agent=call.agent or 0)
    draft.put(replace(call, stage=turn(call.stage, Turn.RESUME), since=draft.now, held_by=""))
    draft.do(Remember(call.id))


def phone_reachable(draft: Draft, event: PhoneReachable) -> None:
    """A registration came or went: offers, parked talks and grace periods follow from it."""
    agent = draft.agent(event.agent)
    if agent is None or agent.phone is not event.phone or agent.state is State.SIGNED_OUT:
        return
    agent = replace(agent, reachable=event.reachable)
    draft.put_agent(agent, "phone")
    call = draft.call(agent.call) if agent.call is not None else None
    if not event.reachable:
        # A telephone that registers late talks on; Asterisk ends its leg when no sound comes.
        risky = [Stage.OFFERED]
        if agent.phone is Phone.BROWSER:
            risky += [Stage.TALKING, Stage.HELD]
        if call is not None and call.stage in risky:
            grace = draft.now + PHONE_GRACE_SECONDS
            until = grace if call.until is None else min(grace, call.until)
            draft.put(replace(call, lost=True, until=until))
        return
    if call is not None and call.stage is Stage.PARKED:
        talks.ring_again(draft, call.id)
    elif call is not None and call.lost:
        queue = draft.queue(call.queue)
        rings = queue.ring_seconds if queue else 15.0
        rings_until = call.since + rings if call.stage is Stage.OFFERED else None
        draft.put(replace(call, lost=False, until=rings_until))
    talks.serve_agent(draft, agent.id)


def phone_started(draft: Draft, event: PhoneStarted) -> None:
    """The page was loaded anew: its old leg is dead, the new phone is about to register."""
    agent = _agent(draft, event.agent)
    if agent.phone is not Phone.BROWSER or agent.state is State.SIGNED_OUT:
        return
    call = draft.call(agent.call) if agent.call is not None else None
    if agent.reachable:
        agent = replace(agent, reachable=False)
        draft.put_agent(agent, "phone")
    if call is None:
        return
    if call.stage in (Stage.TALKING, Stage.HELD):
        talks.park(draft, call)
    elif call.stage is Stage.OFFERED:
        talks.offer_over(draft, call, "phone reloaded", missed=False)
    elif call.stage is Stage.PARKED and call.leg:
        # It was ringing the page before this one.
        draft.do(HangUp(call.id, call.leg))
        draft.put(replace(call, leg=""))


def grace_over(draft: Draft, call: Call) -> None:
    """The phone did not come back in time."""
    if call.stage is Stage.OFFERED:
        talks.offer_over(draft, call, "unreachable", missed=False)
    elif call.stage in (Stage.TALKING, Stage.HELD):
        talks.park(draft, call)


def recording_began(draft: Draft, event: RecordingBegan) -> None:
    """Note the file and how much of the talk it misses."""
    call = draft.call(event.call)
    if call is None or call.recording == "on":
        return
    late = 0.0
    if call.recording == "failed" and call.talked is not None:
        late = round(draft.now - call.talked, 1)
    draft.note(call.id, Kind.RECORDING, file=event.file, late=late)
    draft.put(replace(call, recording="on"))


def recording_failed(draft: Draft, event: RecordingFailed) -> None:
    """A dead recorder does not stop a call: it is noted, and tried again."""
    if event.over:
        draft.note(event.call, Kind.RECORDING_FAILED, why=event.why)
        return
    call = draft.call(event.call)
    if call is None or call.recording in ("off", "failed"):
        return
    draft.note(call.id, Kind.RECORDING_FAILED, why=event.why)
    draft.put(replace(call, recording="failed"))


def record_again(draft: Draft, event: RecordAgain) -> None:
    """Start a recording late; the caller leaves the bridge for some milliseconds."""
    call = draft.call(event.call)
    if call is not None and call.recording == "failed" and call.stage is Stage.TALKING:
        draft.do(TakeOut(call.id), StartRecording(call.id), Bridge(call.id, call.leg))


def know(draft: Draft, event: AgentKnown) -> None:
    """An agent was made or edited; one who was disabled leaves his seat when he is free."""
    agent = draft.agent(event.agent)
    if agent is None:
        agent = Agent(event.agent, event.name, event.extension, since=draft.now)
        draft.restore_agent(replace(agent, enabled=event.enabled))
        return
    agent = replace(agent, name=event.name, extension=event.extension, enabled=event.enabled)
    if not event.enabled and agent.state not in (State.TALKING, State.SIGNED_OUT):
        draft.restore_agent(agent)
        sign_out(draft, SignedOut(agent.id))
        return
    draft.restore_agent(agent)


def restore(draft: Draft, event: AgentRestored) -> None:
    """After a start: what the facts last said of an agent, as it was."""
    agent = draft.agent(event.agent)
    if agent is None or agent.state is not State.SIGNED_OUT:
        return
    queue = None
    until = None
    since = past(event.since, draft.now)
    if event.state is State.WRAP_UP:
        known = [draft.queue(key) for key in draft.house.queues_of.get(agent.id, ())]
        queue = max((q for q in known if q), key=lambda q: q.wrapup_seconds, default=None)
        until = max(since + (queue.wrapup_seconds if queue else 0.0), draft.now + 0.1)
    draft.restore_agent(
        replace(
            agent,
            state=event.state,
            phone=event.phone,
            reason=event.reason,
            call=event.call,
            since=since,
            idle_since=since,
            until=until,
        )
    )


def drifted(draft: Draft, event: AgentDrifted) -> None:
    """Free an agent who is bound to a call that is not there."""
    agent = draft.agent(event.agent)
    if agent is None:
        return
    call = draft.call(agent.call) if agent.call is not None else None
    if agent.state is State.OFFERED and (call is None or call.agent != agent.id):
        draft.put_agent(floor.withdraw(agent, draft.now), "resync", inferred=True)
    elif agent.state is State.TALKING and (call is None or call.agent != agent.id):
        queue = draft.queue(next(iter(draft.house.queues_of.get(agent.id, ())), None))
        draft.put_agent(floor.wrap_up(agent, queue, draft.now), "resync", inferred=True)
    talks.settle(draft, agent.id)


def wrap_up_over(draft: Draft, agent: Agent) -> None:
    """The time for noting is over: ready, or into the pause asked for."""
    draft.put_agent(floor.free(agent, draft.now), "wrap-up over")
    talks.settle(draft, agent.id)


_Asked = AnswerAsked | DeclineAsked | HoldAsked | HangUpAsked


def _own(draft: Draft, event: _Asked) -> tuple[Agent, Call]:
    agent = _agent(draft, event.agent)
    call = draft.call(event.call)
    if call is None or call.agent != agent.id or call.stage is Stage.ENDED:
        raise MissingError("There is no such call at your desk.")
    return agent, call


def _agent(draft: Draft, agent_id: AgentId) -> Agent:
    agent = draft.agent(agent_id)
    if agent is None:
        raise MissingError("There is no such agent.")
    return agent
