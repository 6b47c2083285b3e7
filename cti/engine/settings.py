"""Settings as values, and what an edit means for the house: policies enter as events (law 6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from acd.agent import AgentEvent, Phone
from acd.queue import AgentId, Queue
from acd.store import AgentSettings
from cti.asterisk.translate import endpoint_of
from cti.core import events as e
from ivr.flow import Flow, FlowId


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that settings pages decide."""

    agents: tuple[AgentSettings, ...] = ()
    queues: tuple[Queue, ...] = ()
    flows: tuple[Flow, ...] = ()
    routes: Mapping[str, FlowId] = field(default_factory=dict)


def differences(old: Policies, new: Policies) -> Iterator[e.Event]:
    """The events that lead from the old settings to the new."""
    known = {a.id: a for a in old.agents}
    for agent in new.agents:
        if known.get(agent.id) != agent:
            yield e.AgentKnown(agent.id, agent.name, agent.extension, agent.enabled)
    before = {q.key: q for q in old.queues}
    for queue in new.queues:
        if before.pop(queue.key, None) != queue:
            yield e.QueueChanged(queue.key, queue)
            yield e.LineOpened(queue.key)
    for gone in before:
        yield e.QueueChanged(gone, None)
    published = {(f.id, f.version) for f in old.flows}
    for flow in new.flows:
        if (flow.id, flow.version) not in published:
            yield e.FlowPublished(flow)
    if old.routes != new.routes:
        yield e.RoutesChanged(new.routes)


def endpoints(policies: Policies) -> dict[str, tuple[AgentId, Phone]]:
    """Whose phone an endpoint is."""
    return {
        endpoint_of(agent.extension, phone): (agent.id, phone)
        for agent in policies.agents
        for phone in Phone
    }


def restored(last: AgentEvent) -> e.AgentRestored:
    """What an agent's last fact says of him."""
    phone, since = last.phone or Phone.BROWSER, last.at.timestamp()
    return e.AgentRestored(last.agent, last.state, phone, last.reason, last.call, since)
