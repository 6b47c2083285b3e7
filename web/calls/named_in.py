"""What the facts of a call name, so that it can be looked up in one go."""

from collections.abc import Iterable

from crm.calls.record import CallEvent, Kind
from crm.kernel.destination import DestinationKind


def agents_in(timeline: Iterable[CallEvent]) -> set[int]:
    """Give the agents that a timeline names."""
    found = {
        str(event.detail.get(which, "")).removeprefix("agent:")
        for event in timeline
        for which in ("agent", "recipient", "to")
    }
    return {int(id_) for id_ in found if id_.isdecimal()}


def destinations_in(timeline: Iterable[CallEvent]) -> set[str]:
    """Give the destinations that a timeline names: where other systems and users sent the call."""
    told = {str(one.detail.get("to", "")) for one in timeline}
    return {one for one in told if one.partition(":")[0] in set(DestinationKind)}


def steps_in(timeline: Iterable[CallEvent]) -> set[str]:
    """Give the steps of a flow that a timeline names."""
    return {str(event.detail.get("node", "")) for event in timeline if event.kind is Kind.STEP}
