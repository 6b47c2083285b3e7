"""The agents of a call."""

from collections.abc import Iterable

from crm.calls.record import CallEvent, Kind, in_order, maker_of


def agents_of_call(timeline: Iterable[CallEvent]) -> list[int]:
    """The agents who have a call: all who talked in it, and the one who made it, by their ids."""
    events = in_order(timeline)
    found = {int(one.detail["agent"]) for one in events if one.kind is Kind.CONNECTED}
    maker = maker_of(events)
    return sorted(found if maker is None else found | {maker})
