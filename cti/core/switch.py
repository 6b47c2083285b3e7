"""The switch: one event in, one change out. Pure; the engine applies what comes back."""

from dataclasses import replace
from typing import assert_never

from acd.agent import State
from acd.floor import NO_ANSWER
from crm.calls.record import CallId, Kind
from cti.core import agents, inbound, talks
from cti.core import events as e
from cti.core.call import Call, Stage
from cti.core.commands import Bridge, Command, HangUp, Play, RingAgent, call_of
from cti.core.state import Change, Draft, House

AWAY_SECONDS = 1.0
"""For so long a deadline is put off while Asterisk cannot be spoken to."""

FAILED_CAUSE = 20
"""Q.850 "subscriber absent": what a leg that could not even be made counts as."""


def step(house: House, event: e.Event, now: float) -> Change:
    """What the event does to the house. A refusal is raised and nothing is changed."""
    draft = Draft(house, now)
    _hear(draft, event)
    return draft.change()


def next_deadline(house: House) -> float | None:
    """When the next `Tick` is due, in seconds of the engine's clock."""
    return house.next_deadline()


def _hear(draft: Draft, event: e.Event) -> None:  # noqa: C901, PLR0912 - one line an event
    match event:
        case e.CallArrived():
            inbound.arrive(draft, event)
        case e.CallReturned():
            inbound.come_back(draft, event)
        case e.StrayChannel():
            draft.do(HangUp(call_of(event.channel), event.channel, "rejected"))
        case e.DigitPressed():
            inbound.press(draft, event)
        case e.PlaybackEnded():
            inbound.prompts_over(draft, event)
        case e.CallerGone():
            talks.caller_gone(draft, event)
        case e.LegAnswered():
            talks.answered(draft, event)
        case e.LegGone():
            talks.leg_gone(draft, event)
        case e.LegHeld():
            agents.phone_held(draft, event)
        case e.CommandFailed():
            _failed(draft, event)
        case e.PhoneReachable():
            agents.phone_reachable(draft, event)
        case e.RecordingBegan():
            agents.recording_began(draft, event)
        case e.RecordingFailed():
            agents.recording_failed(draft, event)
        case e.CameLate():
            inbound.came_late(draft, event)
        case e.RecordAgain():
            agents.record_again(draft, event)
        case e.CustomerFound():
            _customer(draft, event)
        case e.Tick():
            _tick(draft, event)
        case e.CallFound():
            inbound.find(draft, event)
        case e.AgentRestored():
            agents.restore(draft, event)
        case e.AgentDrifted():
            agents.drifted(draft, event)
        case e.AsteriskAway() | e.AsteriskBack():
            _linked(draft, event)
        case e.LineOpened() | e.RungElsewhere():
            _serve(draft, event)
        case e.QueueChanged() | e.AgentKnown() | e.FlowPublished() | e.RoutesChanged():
            _policy(draft, event)
        case _:
            _ask(draft, event)


def _ask(
    draft: Draft,
    event: e.SignedIn
    | e.SignedOut
    | e.PhoneStarted
    | e.StateAsked
    | e.AnswerAsked
    | e.DeclineAsked
    | e.HoldAsked
    | e.HangUpAsked
    | e.OutcomeChosen,
) -> None:
    match event:
        case e.SignedIn():
            agents.sign_in(draft, event)
        case e.SignedOut():
            agents.sign_out(draft, event)
        case e.PhoneStarted():
            agents.phone_started(draft, event)
        case e.StateAsked():
            agents.ask_state(draft, event)
        case e.AnswerAsked():
            agents.ask_answer(draft, event)
        case e.DeclineAsked():
            agents.ask_decline(draft, event)
        case e.HoldAsked():
            agents.ask_hold(draft, event)
        case e.HangUpAsked():
            agents.ask_hang_up(draft, event)
        case e.OutcomeChosen():
            agents.choose_outcome(draft, event)
        case other:
            assert_never(other)


def _serve(draft: Draft, event: e.LineOpened | e.RungElsewhere) -> None:
    """Serve a line that may have agents now; or agents whom the fallback rings no more."""
    if isinstance(event, e.LineOpened):
        for *_, call in draft.house.waiting.get(event.key, ()):
            talks.serve_call(draft, CallId(call))
        return
    before = draft.rung_elsewhere
    draft.put_rung_elsewhere(event.agents)
    for agent in sorted(before - event.agents):
        talks.serve_agent(draft, agent)


def _policy(
    draft: Draft, event: e.QueueChanged | e.AgentKnown | e.FlowPublished | e.RoutesChanged
) -> None:
    match event:
        case e.QueueChanged():
            draft.put_queue(event.key, event.queue)
            if event.queue is None:
                for *_, call in draft.house.waiting.get(event.key, ()):
                    talks.serve_call(draft, CallId(call))
        case e.AgentKnown():
            agents.know(draft, event)
        case e.FlowPublished():
            draft.put_flow(event.flow)
        case e.RoutesChanged():
            draft.put_routes(event.routes)


def _customer(draft: Draft, event: e.CustomerFound) -> None:
    call = draft.call(event.call)
    if call is not None and call.customer != event.card:
        draft.put(replace(call, customer=event.card))
        draft.note(call.id, Kind.CUSTOMER, customer=event.card.id, name=event.card.name)


def _tick(draft: Draft, event: e.Tick) -> None:
    agent = draft.agent(event.agent) if event.agent is not None else None
    if agent is not None and agent.until is not None and agent.until <= draft.now:
        if agent.state is State.WRAP_UP:
            agents.wrap_up_over(draft, agent)
        else:
            # The offer's own deadline stands with the call; this one only shows the time left.
            draft.restore_agent(replace(agent, until=None))
    call = draft.call(event.call) if event.call is not None else None
    if call is not None and call.until is not None and call.until <= draft.now:
        _call_due(draft, call)


def _linked(draft: Draft, event: e.AsteriskAway | e.AsteriskBack) -> None:
    """Offer nothing; or serve everybody who waits, as they came: now it is known who talks."""
    draft.put_away(isinstance(event, e.AsteriskAway))
    if draft.away:
        return
    for line in draft.house.waiting.values():
        for *_, call in line:
            talks.serve_call(draft, CallId(call))
    for one in draft.house.calls.values():
        agent = draft.agent(one.agent) if one.agent is not None else None
        if one.stage is Stage.PARKED and agent is not None and agent.reachable:
            talks.ring_again(draft, one.id)


def _call_due(draft: Draft, call: Call) -> None:
    if draft.away:
        # What we ordered now would not be carried out: neither he nor an agent shall pay for it.
        draft.put(replace(call, until=draft.now + AWAY_SECONDS))
        return
    match call.stage:
        case Stage.IVR:
            inbound.time_over(draft, call)
        case Stage.OFFERED | Stage.TALKING | Stage.HELD if call.lost:
            agents.grace_over(draft, call)
        case Stage.OFFERED:
            talks.offer_over(draft, call, NO_ANSWER)
        case Stage.WAITING:
            talks.spare_no_more(draft, call)
        case Stage.PARKED:
            talks.requeue(draft, call, first=True)
        case _:
            draft.put(replace(call, until=None))


def _not_said(draft: Draft, command: Command) -> None:
    """What an order means that reached nobody; two who are not together the comparison finds."""
    call = draft.call(command.call)
    match command:
        case RingAgent(leg=leg) if call is not None and call.leg == leg:
            if call.stage is Stage.OFFERED:
                talks.unoffer(draft, call, "no link", missed=False)
            elif call.stage is Stage.PARKED:
                draft.put(replace(call, leg=""))
        case Play(playback=playback) if call is not None and call.playback == playback:
            draft.put(replace(call, until=draft.now + AWAY_SECONDS))
        case _:
            pass


def _failed(draft: Draft, event: e.CommandFailed) -> None:
    """What an order that was not carried out means for the call; most need nothing."""
    command = event.command
    if draft.away:
        _not_said(draft, command)
        return
    match command:
        case RingAgent(call=call_id, leg=leg):
            talks.leg_gone(draft, e.LegGone(call_id, leg, FAILED_CAUSE))
        case Play(call=call_id, playback=playback):
            inbound.prompts_over(draft, e.PlaybackEnded(call_id, playback))
        case Bridge(call=call_id, leg=leg):
            call = draft.call(call_id)
            if call is not None and call.leg == leg and call.stage is Stage.TALKING:
                # Either side is gone and its end is on its way; if not, this mends it.
                talks.park(draft, call)
                agent = draft.agent(call.agent) if call.agent is not None else None
                # A caller who is elsewhere must come back first: then he is led to whoever is free.
                if agent is not None and agent.reachable and not event.elsewhere:
                    talks.ring_again(draft, call.id)
        case _:
            pass
