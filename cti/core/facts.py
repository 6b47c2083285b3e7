"""Names of facts: one that may be told twice is named by what it says, so twice is once."""

from crm.calls.record import Kind
from cti.core.commands import Fact, NoteCall

LAST = 10**12
"""Of the facts of one instant, the end comes last."""


def own_name(fact: Fact) -> str | None:
    """The id of a fact that may be told again, by what it says; None for one that may not.

    An engine may die between a fact and its order; the next one finds the caller as it was and
    comes to the same. CEL may be read again.
    """
    if not isinstance(fact, NoteCall):
        return None
    match fact.kind:
        case Kind.ARRIVED | Kind.ANSWERED:
            return f"{fact.call}/{fact.kind.value}/0"
        case Kind.CONNECTED if fact.detail.get("leg"):
            return f"{fact.detail['leg']}/connected/0"
        case Kind.ENDED:
            return f"{fact.call}/ended/{LAST}"
        case _ if fact.inferred and fact.at is not None:
            return f"cel/{fact.call}-{fact.kind.value}/{int(fact.at * 1_000_000)}"
        case _:
            return None
