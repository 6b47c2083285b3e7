"""Entries of number lists that come from files: written many at once, and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.text import one_line
from crm.number_lists.entries.store import LONGEST_REASON
from crm.number_lists.lists import EntryState, ListDirection, Pattern
from crm.number_lists.models import NumberListEntryRow
from crm.number_lists.store import ALL_LISTS
from crm.sql.db import notify

_HELD = (EntryState.WAITING.value, EntryState.ACTIVE.value)


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """An entry of a file; its effect is that of its list."""

    pattern: Pattern
    direction: ListDirection
    reason: str = ""
    expires_at: datetime | None = None

    @property
    def place(self) -> tuple[str, str]:
        """What a list has once: the number, for a direction."""
        return self.pattern.text, self.direction.value


@dataclass(frozen=True, slots=True)
class EntrySource:
    """Where imported entries come from, and whether another user must approve them."""

    import_id: int
    user: int
    at: datetime
    approved: bool


def held(session: Session, list_: int, wanted: Sequence[ImportedEntry]) -> set[tuple[str, str]]:
    """Give which of these entries a list has already, active or waiting, by their places."""
    row = NumberListEntryRow
    query = select(row.pattern, row.direction).where(
        row.list_id == list_,
        row.state.in_(_HELD),
        tuple_(row.pattern, row.direction).in_({one.place for one in wanted}),
    )
    return {(pattern, direction) for pattern, direction in session.execute(query)}


def add_imported(
    session: Session, list_: int, new: Sequence[ImportedEntry], source: EntrySource
) -> None:
    """Add entries of a file to a list; those that it has already are left out."""
    if not new:
        return
    state = EntryState.ACTIVE if source.approved else EntryState.WAITING
    lines = [
        {
            "list_id": list_,
            "pattern": one.pattern.text,
            "keys": list(one.pattern.keys),
            "segment": one.pattern.is_segment,
            "length": one.pattern.length,
            "direction": one.direction.value,
            "effect": "",
            "reason": one_line(one.reason, LONGEST_REASON),
            "expires_at": one.expires_at,
            "state": state.value,
            "added_by": source.user,
            "added_at": source.at,
            "import_id": source.import_id,
        }
        for one in new
    ]
    session.execute(insert(NumberListEntryRow).values(lines).on_conflict_do_nothing())
    notify(session, ALL_LISTS)


def undo_import(session: Session, import_id: int, most: int) -> int:
    """Delete up to a number of entries that an import added and on which no user decided."""
    row = NumberListEntryRow
    chosen = (
        select(row.id)
        .where(row.import_id == import_id, row.decided_at.is_(None))
        .order_by(row.id)
        .limit(most)
    )
    gone = session.scalars(delete(row).where(row.id.in_(chosen)).returning(row.id)).all()
    if gone:
        notify(session, ALL_LISTS)
    return len(gone)
