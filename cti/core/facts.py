"""Ids of facts: one that may be told twice gets its id from its content, so it is stored once."""

from acd.agent import PAST
from acd.orders import NoteAgent
from crm.calls.record import Kind
from cti.core.commands import Fact, NoteCall

LAST = 10**12
"""Of the facts of one instant, the end comes last."""

_CALL_NAMES = {
    Kind.ARRIVED: "arrived/0",
    Kind.ANSWERED: "answered/0",
    Kind.ENDED: f"ended/{LAST}",
}
_LEG_NAMES = {
    Kind.LEG_BEGAN: "began/0",
    Kind.LEG_RANG: "rang/1",
    Kind.CONNECTED: "connected/0",
    Kind.LEG_ANSWERED: "answered/2",
    Kind.LEG_ENDED: f"ended/{LAST - 1}",
    Kind.LEG_SOUND: "sound/3",
}


def own_name(fact: Fact) -> str | None:
    """The id of a fact that may be told again, from its content; None for any other fact.

    An engine may die between a fact and its order; the next one finds the caller as it was and
    comes to the same. CEL may be read again.
    """
    if isinstance(fact, NoteAgent) and PAST in fact.detail:
        return f"cel/{fact.agent}-{fact.state.value}/{int((fact.at or 0) * 1_000_000)}"
    if not isinstance(fact, NoteCall):
        return None
    leg = fact.detail.get("leg")
    if leg and (name := _LEG_NAMES.get(fact.kind)):
        return f"{leg}/{name}" if fact.kind is Kind.CONNECTED else f"{fact.call}/{leg}/{name}"
    if fact.kind in _CALL_NAMES:
        return f"{fact.call}/{_CALL_NAMES[fact.kind]}"
    if fact.inferred and fact.at is not None:
        about = leg if fact.kind is Kind.LEG_PLACED else fact.call
        return f"cel/{about}-{fact.kind.value}/{int(fact.at * 1_000_000)}"
    return None
