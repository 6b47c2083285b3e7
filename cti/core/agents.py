"""Requests of agents at their desks, and events of their phones."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import floor, seats
from acd import settings as acd_settings
from acd.agent import Agent, AgentState, Phone
from acd.queue import AgentId
from crm.calls.record import Kind
from crm.kernel.errors import ConflictError, MissingError
from crm.kernel.state import with_timer, without_timer
from cti.core import (
    calls,
    conference,
    consultation,
    lost_phones,
    offers,
    placement,
    supervise,
    surveys,
    talks,
    trunk_legs,
)
from cti.core.call import BoxCall, Call, Dialled, Direction
from cti.core.events import AgentDrifted, AgentKnown, AgentRestored, PhoneReachable, PhoneStarted
from cti.core.ownership import offered_work, own
from cti.core.requests import (
    AnswerAsked,
    CustomerChosen,
    DeclineAsked,
    HangUpAsked,
    HoldAsked,
    MoreTimeAsked,
    OutcomeChosen,
    SignInAsked,
    SignOutAsked,
    StateAsked,
)
from cti.core.stage import IN_TALK, Situation, Stage, situation
from cti.core.state import SwitchTransaction
from cti.core.times import past

PHONE_GRACE_SECONDS = 4.0
"""A browser that lost its socket registers again within this; its sound went on meanwhile."""


def sign_in(tx: SwitchTransaction, event: SignInAsked) -> None:
    """Sign in at a phone; a number outside must be one that the agent may dial."""
    if event.phone is Phone.OUTSIDE:
        trunk_legs.check_allowed(tx, event.number, event.agent)
    floor.step(tx, seats.AgentSignedIn(event.agent, event.phone, event.reachable))


def sign_out(tx: SwitchTransaction, event: SignOutAsked) -> None:
    """Sign out; not in a talk."""
    seats.known(tx, event.agent)
    floor.step(tx, seats.AgentSignedOut(event.agent))


def ask_state(tx: SwitchTransaction, event: StateAsked) -> None:
    """Make the agent ready or paused; during a call it applies after the call."""
    back_at = tx.now + 60 * event.minutes if event.minutes > 0 else None
    floor.step(tx, seats.PresenceAsked(event.agent, event.ready, event.reason, back_at))


def ask_answer(tx: SwitchTransaction, event: AnswerAsked) -> None:
    """The desk's page picks up; a phone of its own must be picked up by hand."""
    agent, seen = own(tx, event.agent, event.call)
    if offered_work(tx, seen.call, agent.id) is None:
        raise ConflictError("This call is no longer ringing on your phone.")
    if agent.phone is not Phone.BROWSER:
        raise ConflictError("Answer on the phone: it cannot be answered from here.")
    tx.pick_up(agent.id, seen.call.id)


def ask_decline(tx: SwitchTransaction, event: DeclineAsked) -> None:
    """The agent does not take the call: a miss, and the next agent."""
    agent, seen = own(tx, event.agent, event.call)
    if offered_work(tx, seen.call, agent.id) is None:
        raise ConflictError("This call is no longer ringing on your phone.")
    offers.take_back(tx, seen.call, agent.id, "declined", reason=event.reason)


def ask_hold(tx: SwitchTransaction, event: HoldAsked) -> None:
    """Put the customer on hold, or retrieve them."""
    _, seen = own(tx, event.agent, event.call)
    if seen.call.direction is Direction.INTERNAL:
        raise ConflictError("No call to hold.")
    if consultation.changes_side(tx, seen, hold=event.hold):
        return
    if event.hold and seen.stage is Stage.TALKING:
        talks.hold(tx, seen)
    elif not event.hold and seen.stage is Stage.HELD:
        if seen.held_by == "phone":
            raise ConflictError("Resume the call on the phone that holds it.")
        if not talks.may_resume(tx, event.agent, seen.call):
            raise ConflictError("Finish the other call first.")
        talks.resume(tx, seen)
    elif seen.stage not in (Stage.TALKING, Stage.HELD):
        raise ConflictError("No call to hold.")


def ask_hang_up(tx: SwitchTransaction, event: HangUpAsked) -> None:
    """The agent ends the call; one that only rings is declined."""
    call = tx.calls.get(event.call)
    if call is not None and call.ended is None and _leaves(tx, call, event.agent):
        return
    agent, seen = own(tx, event.agent, event.call)
    if offered_work(tx, seen.call, agent.id) is not None:
        offers.take_back(tx, seen.call, agent.id, "declined")
    elif (
        consultation.initiator_hangs_up(tx, seen)
        or conference.owner_left(tx, seen)
        or _takes_back(tx, seen)
        or surveys.begin_survey(tx, seen)
    ):
        return
    elif seen.stage in IN_TALK or seen.stage in (Stage.IN_FALLBACK, Stage.DIALLING):
        calls.end(tx, seen.call, by="agent", cause=16)


def _takes_back(tx: SwitchTransaction, seen: Situation) -> bool:
    """Whether the agent hangs up before the talk, while the number is said."""
    leg = seen.agent_leg
    if leg is None or not surveys.taken_back(tx, seen.call, leg):
        return False
    placement.hang_up(tx, leg)
    return True


def _leaves(tx: SwitchTransaction, call: Call, agent: AgentId) -> bool:
    """An agent who is consulted, listens, was called or added leaves; the others go on."""
    transfer_ = call.transfer
    leg = calls.agent_leg(tx, call, agent)
    if tx.works.get(supervise.listen_work(call, agent)) is not None:
        supervise.stop(tx, call, agent)
    elif (isinstance(call.origin, Dialled) and agent in (call.origin.agent, call.origin.to)) or (
        isinstance(call.origin, BoxCall) and agent == call.origin.agent
    ):
        calls.end(tx, call, by="agent", cause=16)
    elif transfer_ is not None and leg is not None and is_consulted(tx, call, agent):
        consultation.recipient_left(tx, call, transfer_)
    elif leg is not None and conference.other_of(tx, call, agent) is not None:
        placement.hang_up(tx, leg)
        conference.left(tx, call, leg)
    else:
        return False
    return True


def is_consulted(tx: SwitchTransaction, call: Call, agent: AgentId) -> bool:
    """Whether an agent is talking in a consultation about a call."""
    one = call.transfer
    work = tx.works.get(one.work) if one is not None else None
    return work is not None and work.id != call.work and work.agent == agent


def ask_more_time(tx: SwitchTransaction, event: MoreTimeAsked) -> None:
    """Prolong a wrap-up; only once."""
    agent = seats.known(tx, event.agent)
    task = next((one for one in agent.tasks if one.call == event.call), None)
    if task is None:
        raise MissingError("You have no such call.")
    floor.step(tx, seats.WrapUpExtended(agent.id, task.work))


def choose_outcome(tx: SwitchTransaction, event: OutcomeChosen) -> None:
    """Note the disposition that the agent chose for a call of theirs, which may be over."""
    call = tx.calls.get(event.call)
    agent = tx.agents.get(event.agent)
    own_part = agent.task(call.work) if agent is not None and call is not None else None
    if call is not None and situation(tx, call).agent != event.agent and own_part is None:
        raise MissingError("You have no such call.")
    tx.note(event.call, Kind.OUTCOME, agent=event.agent, outcome=event.outcome, note=event.note)


def choose_customer(tx: SwitchTransaction, event: CustomerChosen) -> None:
    """Note the call's customer. The desk has checked that the call is the agent's."""
    call = tx.calls.get(event.call)
    if call is not None:
        if call.customer == event.card:
            return
        tx.calls.put(replace(call, customer=event.card))
    tx.note(event.call, Kind.CUSTOMER, customer=event.card.id, name=event.card.name)


# ---- phones


def phone_reachable(tx: SwitchTransaction, event: PhoneReachable) -> None:
    """A registration came or went: offers, lost phones and grace periods follow from it."""
    agent = tx.agents.get(event.agent)
    if agent is None or agent.phone is not event.phone:
        return
    if agent.state is AgentState.SIGNED_OUT:
        return
    floor.step(tx, seats.PhoneFound(agent.id, event.reachable))
    for seen in _calls_of(tx, agent):
        # An agent who is consulted, listens or talks with a colleague has no grace period:
        # the end of their leg ends their part.
        if not _has(seen, agent):
            continue
        if event.reachable:
            _phone_is_back(tx, seen)
        else:
            _give_grace(tx, seen, agent)


def _has(seen: Situation, agent: Agent) -> bool:
    """Whether this agent has the customer, or the call rings for this agent."""
    return seen.agent == agent.id and seen.call.direction is not Direction.INTERNAL


def _give_grace(tx: SwitchTransaction, seen: Situation, agent: Agent) -> None:
    # A SIP phone that registers late talks on; Asterisk ends its leg when no sound comes.
    talks_on = agent.phone is Phone.BROWSER and seen.stage in (Stage.TALKING, Stage.HELD)
    if seen.stage is Stage.OFFERED or talks_on:
        until = seen.call.timers.get("grace", tx.now + PHONE_GRACE_SECONDS)
        timers = with_timer(seen.call.timers, "grace", until)
        tx.calls.put(replace(seen.call, timers=timers))


def _phone_is_back(tx: SwitchTransaction, seen: Situation) -> None:
    if seen.stage is Stage.PHONE_LOST:
        lost_phones.ring_again(tx, seen.call)
    elif "grace" in seen.call.timers:
        timers = without_timer(seen.call.timers, "grace")
        tx.calls.put(replace(seen.call, timers=timers))


def phone_started(tx: SwitchTransaction, event: PhoneStarted) -> None:
    """The agent's page was reloaded: its old leg is dead, the new phone is about to register."""
    agent = seats.known(tx, event.agent)
    if agent.phone is not Phone.BROWSER or agent.state is AgentState.SIGNED_OUT:
        return
    if agent.reachable:
        floor.step(tx, seats.PhoneFound(agent.id, reachable=False))
    for seen in _calls_of(tx, agent):
        if not _has(seen, agent):
            _reloaded_aside(tx, seen.call, agent)
        elif seen.stage in (Stage.TALKING, Stage.HELD):
            lost_phones.lose_phone(tx, seen.call, seen.agent_leg)
        elif seen.stage is Stage.OFFERED:
            offers.take_back(tx, seen.call, agent.id, "phone reloaded", missed=False)
        elif seen.stage is Stage.PHONE_LOST and seen.agent_leg is not None:
            # It was ringing the page before this one.
            placement.hang_up(tx, seen.agent_leg)


def _reloaded_aside(tx: SwitchTransaction, call: Call, agent: Agent) -> None:
    """End what a reloaded page had beside the customer: a consultation, listening, a colleague."""
    if offered_work(tx, call, agent.id) is not None:
        offers.take_back(tx, call, agent.id, "phone reloaded", missed=False)
    else:
        _leaves(tx, call, agent.id)


def _calls_of(tx: SwitchTransaction, agent: Agent) -> list[Situation]:
    known = (tx.calls.get(task.call) for task in agent.tasks)
    return [situation(tx, call) for call in known if call is not None]


# ---- settings and recovery


def know(tx: SwitchTransaction, event: AgentKnown) -> None:
    """Take in the settings of an agent who was added or edited."""
    edited = acd_settings.AgentEdited(
        event.agent,
        event.name,
        event.extension,
        event.enabled,
        event.capacity,
        event.skills,
        event.idle_limit_seconds,
    )
    floor.step(tx, edited)


def restore(tx: SwitchTransaction, event: AgentRestored) -> None:
    """Restore the last state of an agent after a start of the engine."""
    since = past(event.since, tx.now)
    restored = acd_settings.SeatRestored(
        event.agent, event.state, event.phone, event.reason, event.call, since, event.detail
    )
    floor.step(tx, restored)


def drifted(tx: SwitchTransaction, event: AgentDrifted) -> None:
    """Remove tasks of an agent for which the work names another agent or none."""
    floor.step(tx, seats.TasksAdrift(event.agent))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    SignInAsked: sign_in,
    SignOutAsked: sign_out,
    StateAsked: ask_state,
    AnswerAsked: ask_answer,
    DeclineAsked: ask_decline,
    HoldAsked: ask_hold,
    HangUpAsked: ask_hang_up,
    MoreTimeAsked: ask_more_time,
    CustomerChosen: choose_customer,
    OutcomeChosen: choose_outcome,
    PhoneReachable: phone_reachable,
    PhoneStarted: phone_started,
    AgentKnown: know,
    AgentRestored: restore,
    AgentDrifted: drifted,
}
