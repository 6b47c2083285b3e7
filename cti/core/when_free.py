"""Agents who want to be called as soon as a colleague is free.

A wish lasts half an hour, stands on the agent who has it, and is not kept when the engine dies: the
page shows it, and it can be wished again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import seats
from acd.agent import Agent, Wish
from acd.capacity import can_be_offered
from acd.queue import AgentId
from acd.work import Medium
from crm.kernel.errors import ConflictError, HotlineError, MissingError
from crm.kernel.state import with_timer, without_timer
from cti.core import dialling
from cti.core.requests import CallWhenFreeAsked, DialAsked
from cti.core.state import SwitchTransaction

TIMER = "wish/"
LASTS_SECONDS = 1800.0
MOST_WISHES = 3


def ask(tx: SwitchTransaction, event: CallWhenFreeAsked) -> None:
    """Remember the wish, or drop it; a colleague who is free already is called now."""
    agent = seats.known(tx, event.agent)
    colleague = tx.agents.get(event.to)
    if not event.on:
        tx.agents.put(_without(agent, event.to))
        return
    if colleague is None or colleague.id == agent.id or not colleague.enabled:
        raise MissingError("There is no such agent.")
    if not agent.reachable:
        raise ConflictError("Connect a phone first.")
    agent = _without(agent, colleague.id)
    if len(agent.wishes) >= MOST_WISHES:
        raise ConflictError("You wait for {agents} colleagues already.", agents=MOST_WISHES)
    until = tx.now + LASTS_SECONDS
    wishes = (*agent.wishes, Wish(colleague.id, event.call, until))
    timers = with_timer(agent.timers, f"{TIMER}{colleague.id}", until)
    tx.agents.put(replace(agent, wishes=wishes, timers=timers))


def serve(tx: SwitchTransaction) -> None:
    """Call where both have become free in this step."""
    if tx.away:
        return
    for changed in list(tx.agents.changed):
        agent = tx.agents.get(changed)
        if agent is None or not agent.is_idle:
            continue
        for wish in agent.wishes:
            _call(tx, agent.id, wish)
        for other in list(tx.agents.scan(tx.lines.wished, agent.id)):
            for wish in other.wishes:
                if wish.colleague == agent.id:
                    _call(tx, other.id, wish)


def _call(tx: SwitchTransaction, agent_id: AgentId, wish: Wish) -> None:
    agent, colleague = tx.agents.get(agent_id), tx.agents.get(wish.colleague)
    if agent is None or colleague is None or not agent.is_idle or not agent.reachable:
        return
    if colleague.tasks or not can_be_offered(colleague, Medium.VOICE):
        return
    tx.agents.put(_without(agent, colleague.id))
    try:
        dialling.ask_dial(tx, DialAsked(wish.call, agent_id, colleague.id))
    except HotlineError:
        return  # checked before anything is changed


def over(tx: SwitchTransaction, agent: Agent, name: str) -> None:
    """The time of a wish is over."""
    tx.agents.put(_without(agent, AgentId(int(name.removeprefix(TIMER)))))


def _without(agent: Agent, colleague: AgentId) -> Agent:
    left = tuple(one for one in agent.wishes if one.colleague != colleague)
    timers = without_timer(agent.timers, f"{TIMER}{colleague}")
    return replace(agent, wishes=left, timers=timers)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {CallWhenFreeAsked: ask}
