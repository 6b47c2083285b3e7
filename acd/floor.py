"""The floor: works and agents, one event in, changes and orders out. Pure.

Works are offered by `acd/serving.py`; `acd/match.py` says to which agents. The floor knows no
phone, no channel and no browser: `Ring` and `StopRinging` are commands, and their results come back
as events.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from acd import events as f
from acd import seats, settings, tasks
from acd.agent import Agent, AgentState, Presence, TaskState
from acd.orders import StopRinging
from acd.queue import AgentId
from acd.serving import (
    PATIENCE,
    offered_task,
    send_on_from_empty,
    serve,
    serve_agent,
    wait_in_line,
)
from acd.transaction import FloorTransaction, put_agent
from acd.work import Work, WorkId, WorkState
from crm.kernel.state import without_timer

PASS_OVER_SECONDS = 5.0
"""How long an agent who missed or declined a work is not offered it again, even as the only one."""

DEFAULT_MAX_MISSES = 2
ANSWERED_ELSEWHERE = "answered elsewhere"


def step(tx: FloorTransaction, event: f.FloorEvent) -> None:
    """Handle one event of the floor."""
    HANDLERS[type(event)](tx, event)


# ---- works


def _arrived(tx: FloorTransaction, event: f.WorkArrived) -> None:
    wait_in_line(tx, event.work)


def _served(tx: FloorTransaction, event: f.WorkServed) -> None:
    serve(tx, event.work)


def _wait_due(tx: FloorTransaction, event: f.WaitDue) -> None:
    work = tx.works.get(event.work)
    if work is not None and work.state is WorkState.WAITING:
        wait_in_line(tx, work)


def _preferred(tx: FloorTransaction, event: f.WorkPrefers) -> None:
    """Let a work wait for the agents who know the customer; without any, for all agents."""
    work = tx.works.get(event.work)
    if work is not None and work.state is WorkState.WAITING and work.waits_for_preferred:
        until = event.until if event.agents else 0.0
        wait_in_line(tx, replace(work, prefers=event.agents, prefers_until=until))


def _line_served(tx: FloorTransaction, event: f.LineServed) -> None:
    for work in list(tx.works.scan(tx.lines.waiting, event.queue)):
        wait_in_line(tx, work)
    send_on_from_empty(tx, event.queue)


def _agent_served(tx: FloorTransaction, event: f.AgentServed) -> None:
    serve_agent(tx, event.agent)


def _accepted(tx: FloorTransaction, event: f.OfferAccepted) -> None:
    work, agent = tx.works.get(event.work), tx.agents.get(event.agent)
    if work is None or agent is None:
        return
    if work.state is WorkState.ASSIGNED and work.agent != agent.id:
        return  # another agent was quicker
    tx.works.put(
        replace(
            work.waiting_again(tx.now),
            state=WorkState.ASSIGNED,
            agent=agent.id,
            only=None,
            prefers=(),
            prefers_until=0.0,
            passed_over=frozenset(),
        )
    )
    begun = tasks.begin(agent, work, tx.now)
    today = replace(begun.today, calls=begun.today.calls + 1)
    put_agent(tx, replace(begun, today=today), "call")
    for other in work.offers:
        if other.agent != agent.id:
            _stop(tx, work.id, other.agent, agent)


def _stop(tx: FloorTransaction, work: WorkId, agent_id: AgentId, by: Agent) -> None:
    tx.order(StopRinging(work, agent_id, ANSWERED_ELSEWHERE, by.id))
    agent = tx.agents.get(agent_id)
    if agent is not None and agent.task(work) is not None:
        free = replace(tasks.withdraw(agent, work), answered_by=by.name)
        seats.put(tx, free, "call", (work,))
        seats.settle(tx, agent_id)
        serve_agent(tx, agent_id)


def _offer_ended(tx: FloorTransaction, event: f.OfferEnded) -> None:
    work, agent = tx.works.get(event.work), tx.agents.get(event.agent)
    if work is not None and work.offer_to(event.agent) is not None:
        tx.works.put(_without_offer(tx, work, event))
    if agent is not None and agent.task(event.work) is not None:
        if event.missed:
            seats.put(tx, _missed(tx, agent, event.work), "miss", (event.work,))
        else:
            seats.put(tx, tasks.withdraw(agent, event.work), "call", (event.work,))
    _wait_on(tx, event.work)
    serve_agent(tx, event.agent)


def _missed(tx: FloorTransaction, agent: Agent, work_id: WorkId) -> Agent:
    work = tx.works.get(work_id)
    queue = tx.queues.get(work.queue) if work is not None else None
    limit = queue.max_misses if queue else DEFAULT_MAX_MISSES
    return tasks.miss(agent, work_id, limit, tx.now)


def _wait_on(tx: FloorTransaction, work_id: WorkId) -> None:
    """Go on with a work after one of its offers has ended: it may wait again."""
    work = tx.works.get(work_id)
    if work is not None and work.state is WorkState.WAITING:
        wait_in_line(tx, work)


def _without_offer(tx: FloorTransaction, work: Work, event: f.OfferEnded) -> Work:
    left = tuple(one for one in work.offers if one.agent != event.agent)
    if left:
        passed = work.passed_over | {event.agent} if event.missed else work.passed_over
        due = {"offer": min(one.until for one in left)}
        return replace(work, offers=left, passed_over=passed, timers=due)
    waiting = work.waiting_again(tx.now)
    if not event.missed:
        return replace(waiting, passed_over=frozenset())
    prefers = tuple(one for one in work.prefers if one != event.agent)
    return replace(
        waiting,
        prefers=prefers,
        prefers_until=work.prefers_until if prefers else 0.0,
        passed_over=work.passed_over | {event.agent},
        timers={"passed over": tx.now + PASS_OVER_SECONDS},
    )


def _pass_over_ended(tx: FloorTransaction, event: f.PassOverEnded) -> None:
    work = tx.works.get(event.work)
    if work is not None:
        timers = without_timer(work.timers, "passed over")
        tx.works.put(replace(work, passed_over=frozenset(), timers=timers))
        serve(tx, work.id)


def _held(tx: FloorTransaction, event: f.WorkHeld) -> None:
    work = tx.works.get(event.work)
    agent = tx.agents.get(work.agent) if work is not None else None
    if agent is not None:
        state = TaskState.HELD if event.held else TaskState.ACTIVE
        since = tx.now if event.since is None else event.since
        changed = tasks.with_task_state(
            agent, event.work, state, since, consults=event.held and event.consults
        )
        put_agent(tx, changed, "call")
        serve_agent(tx, agent.id)


def _given_up(tx: FloorTransaction, event: f.WorkGivenUp) -> None:
    work = tx.works.get(event.work)
    if work is not None and work.only is not None and work.state is WorkState.WAITING:
        timers = without_timer(work.timers, PATIENCE)
        tx.works.put(replace(work, only=replace(work.only, patience=0.0), timers=timers))
        serve(tx, work.id)


def _begun(tx: FloorTransaction, event: f.WorkBegun) -> None:
    agent = tx.agents.get(event.work.agent)
    if agent is not None:
        tx.works.put(event.work)
        put_agent(tx, tasks.begin(agent, event.work, tx.now), "desk")


def _released(tx: FloorTransaction, event: f.WorkReleased) -> None:
    agent = tx.agents.get(event.agent)
    if agent is None or agent.task(event.work) is None:
        return
    if event.pause:
        agent = replace(agent, presence=Presence.PAUSED, reason=event.pause)
    if event.wrap_up:
        seats.wrap_up(tx, agent, event.work, event.cause)
        return
    if event.missed_before is not None:
        counted = replace(agent.today, calls=max(0, agent.today.calls - 1))
        agent = replace(agent, misses=event.missed_before, today=counted)
        seats.put(tx, _missed(tx, agent, event.work), "miss", (event.work,))
    else:
        seats.put(tx, tasks.let_go(agent, event.work, tx.now), event.cause, (event.work,))
    seats.settle(tx, agent.id)
    serve_agent(tx, agent.id)


def _taken_over(tx: FloorTransaction, event: f.WorkTakenOver) -> None:
    work, agent = tx.works.get(event.work), tx.agents.get(event.agent)
    if work is None or agent is None:
        return
    taken = replace(work.waiting_again(tx.now), state=WorkState.ASSIGNED, agent=agent.id, only=None)
    tx.works.put(taken)
    tx.works.drop(event.instead_of)
    agent = tasks.begin(tasks.without_task(agent, event.instead_of), taken, tx.now)
    seats.put(tx, agent, "call", (event.instead_of,))


def _ended(tx: FloorTransaction, event: f.WorkEnded) -> None:
    work = tx.works.get(event.work)
    if work is None:
        return
    tx.works.drop(work.id)
    busy = [one.agent for one in work.offers]
    if work.agent is not None:
        busy.append(work.agent)
    for agent_id in busy:
        agent = tx.agents.get(agent_id)
        task = agent.task(work.id) if agent is not None else None
        if agent is None or task is None:
            continue
        talked = task.state in (TaskState.ACTIVE, TaskState.HELD)
        if talked and event.wrap_up:
            seats.wrap_up(tx, agent, work.id, "call")
        else:
            seats.put(tx, tasks.let_go(agent, work.id, tx.now), event.cause, (work.id,))
        seats.settle(tx, agent.id)
        serve_agent(tx, agent.id)


def _found(tx: FloorTransaction, event: f.WorkFound) -> None:
    work = event.work
    tx.works.put(work)
    for offer in work.offers:
        agent = tx.agents.get(offer.agent)
        if agent is not None and agent.task(work.id) is None:
            task = offered_task(work, tx.now, offer.until)
            bound = replace(agent, tasks=(*agent.tasks, task))
            put_agent(tx, bound, "resync", inferred=True)
    agent = tx.agents.get(work.agent)
    if agent is not None:
        ringing = [task.work for task in agent.tasks if task.state is TaskState.OFFERED]
        seats.bind(tx, agent, work, alone=event.alone)
        one_at_a_time = agent.capacity.limits.get(work.medium, 0) <= 1
        for other in ringing:
            if other != work.id and one_at_a_time:
                tx.order(StopRinging(other, agent.id, "busy"))
                _take_offer_back(tx, other, agent.id)
    if work.state is WorkState.WAITING:
        wait_in_line(tx, work)


def _take_offer_back(tx: FloorTransaction, work_id: WorkId, agent: AgentId) -> None:
    work = tx.works.get(work_id)
    if work is not None and work.offer_to(agent) is not None:
        tx.works.put(_without_offer(tx, work, f.OfferEnded(work_id, agent, missed=False)))
        _wait_on(tx, work_id)


# ---- agents: each change may free an agent for the next work


def _seat(handle: Callable[[FloorTransaction, Any], AgentId | None]) -> Callable[..., None]:
    def handled(tx: FloorTransaction, event: Any) -> None:
        agent = handle(tx, event)
        if agent is not None:
            serve_agent(tx, agent)

    return handled


def _signed_out(tx: FloorTransaction, event: seats.AgentSignedOut) -> None:
    """Offer what rang at the agent to others; end a wrap-up."""
    agent = tx.agents.get(event.agent)
    if agent is None:
        return
    ringing = [task.work for task in agent.tasks if task.state is TaskState.OFFERED]
    on_duty = agent.queues if agent.presence is not Presence.SIGNED_OUT else ()
    seats.sign_out(tx, event)
    for work_id in ringing:
        tx.order(StopRinging(work_id, agent.id, "signed out"))
        _offer_ended(tx, f.OfferEnded(work_id, agent.id, missed=False))
    seats.settle(tx, agent.id)
    for key in on_duty:
        send_on_from_empty(tx, key)


def _agent_edited(tx: FloorTransaction, event: settings.AgentEdited) -> None:
    """A disabled agent is signed out at once, or when the talk is over."""
    settings.edit_agent(tx, event)
    serve_agent(tx, event.agent)
    agent = tx.agents.get(event.agent)
    talking_or_out = (AgentState.TALKING, AgentState.SIGNED_OUT)
    if agent is not None and not agent.enabled and agent.state not in talking_or_out:
        _signed_out(tx, seats.AgentSignedOut(agent.id))


def _queue_edited(tx: FloorTransaction, event: settings.QueueEdited) -> None:
    settings.edit_queue(tx, event)
    _line_served(tx, f.LineServed(event.key))


HANDLERS: dict[type, Callable[[FloorTransaction, Any], None]] = {
    f.WorkArrived: _arrived,
    f.WorkServed: _served,
    f.WaitDue: _wait_due,
    f.WorkPrefers: _preferred,
    f.LineServed: _line_served,
    f.AgentServed: _agent_served,
    f.OfferAccepted: _accepted,
    f.OfferEnded: _offer_ended,
    f.PassOverEnded: _pass_over_ended,
    f.WorkHeld: _held,
    f.WorkGivenUp: _given_up,
    f.WorkBegun: _begun,
    f.WorkReleased: _released,
    f.WorkTakenOver: _taken_over,
    f.WorkEnded: _ended,
    f.WorkFound: _found,
    seats.AgentSignedIn: _seat(seats.sign_in),
    seats.AgentSignedOut: _signed_out,
    seats.PresenceAsked: _seat(seats.ask_presence),
    seats.PhoneFound: _seat(seats.find_phone),
    seats.PhoneGone: seats.phone_gone,
    seats.WrapUpOver: _seat(seats.end_wrap_up),
    seats.WrapUpExtended: seats.more_time,
    settings.AgentEdited: _agent_edited,
    settings.SeatRestored: settings.restore,
    settings.DayRestored: settings.restore_day,
    settings.DayBegan: settings.begin_day,
    seats.TasksAdrift: _seat(seats.drifted),
    settings.QueueEdited: _queue_edited,
}
if missing := set(get_args(f.FloorEvent)) - HANDLERS.keys():
    raise TypeError(f"The floor has no handler for {missing}")
