"""The names of destinations, as the live views tell them."""

from typing import Protocol

from acd.queue import AgentId, QueueKey
from acd.ring_group import RingGroupId
from crm.custom_destinations.custom import CustomId
from crm.kernel.destination import Destination, DestinationKind
from crm.voicemail.box import BoxId
from cti.core.state import SwitchState
from ivr.flow import FlowId


class HasName(Protocol):
    """What has a name."""

    @property
    def name(self) -> str:
        """The name that users gave it."""
        ...


def name_of(state: SwitchState, to: Destination) -> str:
    """Name a destination; one that is gone by its key, and a number as it is."""
    found = _find(state, to)
    if found is not None:
        return found.name
    return "" if to.kind is DestinationKind.AGENT else to.key


def _find(state: SwitchState, to: Destination) -> HasName | None:
    routes = state.routes
    match to.kind:
        case DestinationKind.AGENT:
            found: HasName | None = state.agents.get(AgentId(int(to.key)))
        case DestinationKind.QUEUE:
            found = state.queues.get(QueueKey(to.key))
        case DestinationKind.RING_GROUP:
            found = routes.ring_groups.get(RingGroupId(int(to.key)))
        case DestinationKind.VOICEMAIL:
            found = routes.boxes.get(BoxId(int(to.key)))
        case DestinationKind.CUSTOM:
            found = routes.custom.get(CustomId(int(to.key)))
        case DestinationKind.FLOW:
            newest = next(iter(state.versions.line(FlowId(int(to.key)))), None)
            found = state.flows.get(newest[-1]) if newest is not None else None
        case _:
            found = None
    return found
