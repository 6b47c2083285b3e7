"""Entries of number lists: added, approved by another user, removed, expired, and searched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError
from crm.kernel.text import one_line
from crm.number_lists.lists import (
    Effect,
    EntryId,
    EntryState,
    ListDirection,
    ListKind,
    NumberListId,
    Pattern,
    check_kind,
    read_effect,
)
from crm.number_lists.models import NumberListEntryRow, NumberListRow
from crm.number_lists.store import ALL_LISTS, number_list
from crm.number_lists.typed import WITHHELD, is_withheld, searched
from crm.people.store import names
from crm.sql.db import in_time_order, notify
from crm.sql.page import Page, one_page, rows

LONGEST_REASON = 500
MOST_AT_ONCE = 1000  # entries that are decided or removed together
_ROWS_OF_A_STATEMENT = 1000
_HELD = (EntryState.WAITING.value, EntryState.ACTIVE.value)


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What new entries have in common."""

    direction: ListDirection = ListDirection.BOTH
    effect: Effect | None = None  # None: that of the list
    reason: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as pages show it."""

    id: EntryId
    list: NumberListId
    list_name: str
    kind: ListKind
    pattern: Pattern
    draft: EntryDraft
    state: EntryState
    added_at: datetime
    added_by: int | None
    decided_at: datetime | None
    decided_by: int | None
    added_by_name: str = ""
    decided_by_name: str = ""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """The filter of a list of entries; an empty field matches all.

    `number` is typed: a whole number finds the segments that cover it too.
    """

    list: int | None = None
    state: EntryState | None = None
    direction: ListDirection | None = None
    number: str = ""
    region: str = ""
    import_id: int | None = None


def add_entries(  # noqa: PLR0913, PLR0917 - an entry has these parts
    session: Session,
    list_: int,
    patterns: Sequence[Pattern],
    draft: EntryDraft,
    user: int | None,
    at: datetime,
    *,
    approved: bool,
) -> list[EntryId]:
    """Add numbers to a list; those that it has already are left out.

    Without `approved` another user must approve them first.
    """
    check_kind(number_list(session, list_).draft.kind, draft.effect)
    expire_entries(session, at)
    state = EntryState.ACTIVE if approved else EntryState.WAITING
    common = {
        "list_id": list_,
        "direction": draft.direction.value,
        "effect": str(draft.effect or ""),
        "reason": one_line(draft.reason, LONGEST_REASON),
        "expires_at": draft.expires_at,
        "state": state.value,
        "added_by": user,
        "added_at": at,
    }
    added: list[int] = []
    for start in range(0, len(patterns), _ROWS_OF_A_STATEMENT):
        lines = [
            common
            | {
                "pattern": one.text,
                "keys": list(one.keys),
                "segment": one.is_segment,
                "length": one.length,
            }
            for one in patterns[start : start + _ROWS_OF_A_STATEMENT]
        ]
        saved = insert(NumberListEntryRow).values(lines).on_conflict_do_nothing()
        added += session.scalars(saved.returning(NumberListEntryRow.id))
    _tell(session, added)
    return [EntryId(id_) for id_ in added]


def entry(session: Session, id_: int) -> StoredEntry:
    """Read an entry; MissingError if there is none of this id."""
    found = session.execute(_select().where(NumberListEntryRow.id == id_)).one_or_none()
    if found is None:
        raise MissingError("There is no entry {entry}.", entry=id_)
    return _with_names(session, [_read(*found)])[0]


def entries_of(session: Session, ids: Collection[int]) -> list[StoredEntry]:
    """Give some entries in the order of their ids."""
    query = _select().where(NumberListEntryRow.id.in_(set(ids))).order_by(NumberListEntryRow.id)
    return _with_names(session, [_read(*row) for row in session.execute(query)])


def ids_covering(session: Session, number: str) -> list[EntryId]:
    """Give the active entries whose numbers or segments may cover a number."""
    query = select(NumberListEntryRow.id).where(
        NumberListEntryRow.state == EntryState.ACTIVE.value,
        NumberListEntryRow.keys.overlap(_prefixes(number)),
    )
    return [EntryId(id_) for id_ in session.scalars(query)]


def entries(  # noqa: PLR0913 - a page has these parts
    session: Session,
    wanted: EntryFilter,
    at: datetime,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[StoredEntry]:
    """Page through entries by the time at which they were added."""
    query = in_time_order(
        _select().where(*_wanted(wanted, at)),
        NumberListEntryRow.added_at,
        NumberListEntryRow.id,
        cursor,
        newest_first=newest_first,
    )
    found = [_read(*row) for row in session.execute(query.limit(rows(limit) + 1))]
    shown, after = one_page(found, limit, lambda one: (one.added_at, one.id))
    return Page(tuple(_with_names(session, shown)), after)


def count_entries(session: Session, wanted: EntryFilter, at: datetime) -> int:
    """Count the entries that fit a filter."""
    query = select(func.count()).select_from(NumberListEntryRow)
    return session.execute(query.where(*_wanted(wanted, at))).scalar_one()


def decide(
    session: Session, ids: Collection[int], user: int, at: datetime, *, approve: bool
) -> list[StoredEntry]:
    """Approve or reject waiting entries that other users added; give them as they were.

    ConflictError if none of them can be decided: none waits, or this user added them all.
    """
    found = _locked(session, ids)
    waiting = [one for one in found if one.state is EntryState.WAITING]
    if not waiting:
        raise ConflictError("These entries do not wait for approval.")
    decided = [one for one in waiting if one.added_by != user]
    if not decided:
        raise ConflictError("You added this yourself: another user must approve or reject it.")
    state = EntryState.ACTIVE if approve else EntryState.REJECTED
    _set(session, decided, state, user, at)
    return decided


def remove_entries(
    session: Session, ids: Collection[int], user: int, at: datetime
) -> list[StoredEntry]:
    """Remove active and waiting entries; give them as they were."""
    removed = [one for one in _locked(session, ids) if one.state.value in _HELD]
    if not removed:
        raise ConflictError("These entries are neither active nor waiting for approval.")
    _set(session, removed, EntryState.REMOVED, user, at)
    return removed


def expire_entries(session: Session, at: datetime) -> int:
    """Mark active entries whose time is over, so that their numbers can be added again."""
    over = (
        update(NumberListEntryRow)
        .where(
            NumberListEntryRow.state == EntryState.ACTIVE.value,
            NumberListEntryRow.expires_at <= at,
        )
        .values(state=EntryState.EXPIRED.value)
        .returning(NumberListEntryRow.id)
        .execution_options(synchronize_session=False)
    )
    expired = list(session.scalars(over))
    _tell(session, expired)
    return len(expired)


def _locked(session: Session, ids: Collection[int]) -> list[StoredEntry]:
    """Read some entries in the order of their ids, and lock them."""
    chosen = sorted(set(ids))[:MOST_AT_ONCE]
    held = select(NumberListEntryRow.id).where(NumberListEntryRow.id.in_(chosen))
    session.execute(held.order_by(NumberListEntryRow.id).with_for_update())
    query = _select().where(NumberListEntryRow.id.in_(chosen)).order_by(NumberListEntryRow.id)
    return [_read(*row) for row in session.execute(query)]


def _set(
    session: Session, changed: Sequence[StoredEntry], state: EntryState, user: int, at: datetime
) -> None:
    ids = [one.id for one in changed]
    session.execute(
        update(NumberListEntryRow)
        .where(NumberListEntryRow.id.in_(ids))
        .values(state=state.value, decided_by=user, decided_at=at)
        .execution_options(synchronize_session=False)
    )
    _tell(session, ids)


def _tell(session: Session, ids: Sequence[int]) -> None:
    if len(ids) == 1:
        notify(session, f"number_list_entries:{ids[0]}")
    elif ids:
        notify(session, ALL_LISTS)


def _wanted(wanted: EntryFilter, at: datetime) -> list[ColumnElement[bool]]:
    row = NumberListEntryRow
    found: list[ColumnElement[bool]] = []
    if wanted.list is not None:
        found.append(row.list_id == wanted.list)
    if wanted.import_id is not None:
        found.append(row.import_id == wanted.import_id)
    if wanted.direction is not None:
        found.append(row.direction.in_([wanted.direction.value, ListDirection.BOTH.value]))
    match wanted.state:
        case None:
            pass
        case EntryState.ACTIVE:
            in_time = or_(row.expires_at.is_(None), row.expires_at > at)
            found += [row.state == EntryState.ACTIVE.value, in_time]
        case EntryState.EXPIRED:
            active = row.state == EntryState.ACTIVE.value
            found.append(
                or_(row.state == EntryState.EXPIRED.value, active & (row.expires_at <= at))
            )
        case state:
            found.append(row.state == state.value)
    if typed := wanted.number.strip():
        found.append(_covers_or_begins(typed, wanted.region))
    return found


def _covers_or_begins(typed: str, region: str) -> ColumnElement[bool]:
    """Find the entries that cover a typed number, and those that begin with what is typed."""
    row = NumberListEntryRow
    if is_withheld(typed):
        return row.pattern == WITHHELD.text
    number, starts = searched(typed, region)
    if not starts:
        return false()
    matches = [row.pattern.startswith(one, autoescape=True) for one in starts]
    if number:
        prefixes = _prefixes(number)
        fits = or_(row.length == 0, row.length == len(number))
        matches.append(row.keys.overlap(prefixes) & fits & row.segment)
    return or_(*matches)


def _prefixes(number: str) -> list[str]:
    return [number[:length] for length in range(1, len(number) + 1)] or [""]


def _select() -> Select[NumberListEntryRow, str, str]:
    query = select(NumberListEntryRow, NumberListRow.name, NumberListRow.kind)
    return query.join(
        NumberListRow, NumberListRow.id == NumberListEntryRow.list_id
    ).execution_options(populate_existing=True)


def _read(row: NumberListEntryRow, list_name: str, kind: str) -> StoredEntry:
    return StoredEntry(
        id=EntryId(row.id),
        list=NumberListId(row.list_id),
        list_name=list_name,
        kind=ListKind(kind),
        pattern=Pattern(row.pattern, tuple(row.keys), row.segment, row.length),
        draft=EntryDraft(
            ListDirection(row.direction), read_effect(row.effect), row.reason, row.expires_at
        ),
        state=EntryState(row.state),
        added_at=row.added_at,
        added_by=row.added_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _with_names(session: Session, found: Sequence[StoredEntry]) -> list[StoredEntry]:
    users = {user for one in found for user in (one.added_by, one.decided_by) if user}
    known = names(session, users)
    return [
        replace(
            one,
            added_by_name=known.get(one.added_by or 0, ""),
            decided_by_name=known.get(one.decided_by or 0, ""),
        )
        for one in found
    ]
