"""Facts of a fake Asterisk's engine as the database would hold them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from crm.calls.record import CallEvent, FactId
from cti.core.commands import Fact, NoteCall
from cti.core.facts import own_name


def timeline_of(facts: Iterable[tuple[float, Fact]], call: str) -> list[CallEvent]:
    """Give the timeline of a call; a fact noted twice is there once."""
    found: dict[str, CallEvent] = {}
    for number, (at, fact) in enumerate(facts):
        if isinstance(fact, NoteCall) and fact.call == call:
            # By number, not by name: virtual time stands still while things happen.
            name = FactId(f"fake/1/{number}")
            when = datetime.fromtimestamp(at, UTC)
            event = CallEvent(name, fact.call, when, fact.kind, fact.detail, fact.inferred)
            found.setdefault(own_name(fact) or name, event)
    return list(found.values())
