"""The death of the fake Asterisk's engine, and the next engine that takes over."""

from dataclasses import replace
from typing import TYPE_CHECKING

from acd.agent import AgentState
from acd.callback import Callback, fold, live
from acd.orders import NoteAgent
from acd.queue import AgentId
from crm.calls.record import Kind, in_order
from cti.core import events as e
from cti.core.answer_events import CallbackRestored
from cti.core.commands import NoteCall
from cti.core.look import SETTLE_SECONDS
from cti.core.reconcile import drifted_agents
from cti.core.state import SwitchState
from cti.outbound.guard import Stop
from cti.outbound.rule import OutboundPlan

if TYPE_CHECKING:
    from cti.fake import FakeAsterisk


KEPT_SECONDS = 12 * 3600.0
"""As `ivr.store.KEPT`: the database gives replaced versions of flows too."""


def die(fake: "FakeAsterisk", seconds: float) -> None:
    """Let a new engine find what Asterisk carries, the given number of seconds later."""
    old, fake.state = fake.state, SwitchState()
    fake.now += seconds
    fake.hear(e.AsteriskAway())
    for agent in old.agents.values():
        fake.hear(
            e.AgentKnown(
                agent.id,
                agent.name,
                agent.extension,
                agent.enabled,
                agent.capacity,
                agent.skills,
            )
        )
    for queue in old.queues.values():
        fake.hear(e.QueueChanged(queue.key, queue))
    for flow in old.flows.values():
        fake.hear(e.FlowPublished(replace(flow, kept_until=fake.now + KEPT_SECONDS)))
    fake.hear(e.RoutesChanged(old.routes), e.OutboundChanged(_with_stops(fake, old.outbound)))
    for fact, at in _last_states(fake).values():
        restored = e.AgentRestored(
            fact.agent, fact.state, fact.phone, fact.reason, fact.call, at, fact.detail
        )
        fake.hear(restored)
    for agent in old.agents.values():
        if agent.state is not AgentState.SIGNED_OUT:
            fake.hear(e.PhoneReachable(agent.id, agent.phone, agent.reachable))
    for callback in old.callbacks.values():
        fake.hear(CallbackRestored(_from_facts(fake, callback)))
    fake.look(first=True)
    fake.hear(e.AsteriskBack())
    for agent_id in list(drifted_agents(fake.state)):
        fake.hear(e.AgentDrifted(agent_id))
    fake.now += 3 * SETTLE_SECONDS
    fake.look(first=False)


def _from_facts(fake: "FakeAsterisk", callback: Callback) -> Callback:
    """Give a callback as the database has it, which folds the facts."""
    record = None
    for fact in in_order(fake.timeline(callback.id)):
        record = fold(record, fact)
    return live(record) if record is not None else replace(callback, timers={})


def _with_stops(fake: "FakeAsterisk", plan: OutboundPlan) -> OutboundPlan:
    """Give the plan with the stops that the facts have brought to the database."""
    stops = {
        str(fact.detail["whose"]): Stop(at)
        for at, fact in fake.facts
        if isinstance(fact, NoteCall) and fact.kind is Kind.DIALLING_STOPPED
    }
    known = {**stops, **plan.guard.stops}
    return replace(plan, guard=replace(plan.guard, stops=known))


def _last_states(fake: "FakeAsterisk") -> dict[AgentId, tuple[NoteAgent, float]]:
    facts = ((fact, at) for at, fact in fake.facts if isinstance(fact, NoteAgent))
    return {fact.agent: (fact, at) for fact, at in facts}
