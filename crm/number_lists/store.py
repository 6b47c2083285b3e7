"""Number lists: added, changed and removed, and their active entries for the engine."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean, one_line
from crm.number_lists.lists import (
    Effect,
    EffectKind,
    EntryId,
    EntryState,
    ListDirection,
    ListEntry,
    ListKind,
    NumberListId,
    Pattern,
    check_kind,
    read_effect,
)
from crm.number_lists.models import NumberListEntryRow, NumberListRow
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters
from crm.sql.db import notify

_DIRECTIONS = {one.value: one for one in ListDirection}
ALL_LISTS = "number_lists:all"  # notified after changes of many entries, or of a list itself


@dataclass(frozen=True, slots=True)
class ListDraft:
    """What can be set of a list; without an effect the site's default counts."""

    name: str
    kind: ListKind
    effect: Effect | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NumberList:
    """A list, and how many of its entries are active and wait for approval."""

    id: NumberListId
    draft: ListDraft
    active: int = 0
    waiting: int = 0


def number_lists(session: Session) -> list[NumberList]:
    """Give all lists by name with their counts."""
    rows = session.scalars(select(NumberListRow).execution_options(populate_existing=True))
    counts = _counts(session)
    ordered = sorted(rows, key=lambda row: (sort_key(row.name), row.id))
    return [_list(row, counts) for row in ordered]


def number_list(session: Session, id_: int) -> NumberList:
    """Read a list; MissingError if there is none of this id."""
    row = session.get(NumberListRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no number list {list}.", list=id_)
    return _list(row, _counts(session, id_))


def number_list_to_change(session: Session, id_: int) -> NumberList:
    """Read a list and lock it until this transaction ends."""
    session.execute(select(NumberListRow.id).where(NumberListRow.id == id_).with_for_update())
    return number_list(session, id_)


def add_list(session: Session, draft: ListDraft) -> NumberListId:
    """Add a list; TakenError if its name is taken."""
    columns = _columns(draft)
    added = insert(NumberListRow).values(columns).on_conflict_do_nothing()
    id_ = session.scalars(added.returning(NumberListRow.id)).one_or_none()
    if id_ is None:
        raise TakenError("The name “{name}” is taken.", "name", name=draft.name.strip())
    return NumberListId(id_)


def change_list(session: Session, id_: int, draft: ListDraft) -> None:
    """Change a list; its kind stays, because its entries were made for it."""
    columns = _columns(draft)
    del columns["kind"]
    changed = update(NumberListRow).where(NumberListRow.id == id_).values(columns)
    try:
        with session.begin_nested():
            session.execute(changed)
    except IntegrityError:
        raise TakenError("The name “{name}” is taken.", "name", name=draft.name.strip()) from None
    notify(session, ALL_LISTS)


def remove_list(session: Session, id_: int) -> None:
    """Remove a list with all its entries; ConflictError while another setting refers to it."""
    try:
        with session.begin_nested():
            session.execute(delete(NumberListRow).where(NumberListRow.id == id_))
    except IntegrityError:
        raise ConflictError("Other settings use this list. Change those first.") from None
    notify(session, ALL_LISTS)


def live_entries(session: Session, ids: Collection[int] | None = None) -> list[ListEntry]:
    """Give the active entries that have not expired, all or those of `ids`.

    An entry without an effect has that of its list, else the site's default.
    """
    entry = NumberListEntryRow
    query = (
        select(
            entry.id,
            entry.list_id,
            entry.pattern,
            entry.keys,
            entry.segment,
            entry.length,
            entry.direction,
            entry.effect,
            entry.reason,
            entry.expires_at,
        )
        .where(
            entry.state == EntryState.ACTIVE.value,
            or_(entry.expires_at.is_(None), entry.expires_at > func.now()),
        )
        .order_by(entry.id)
    )
    if ids is not None:
        query = query.where(entry.id.in_(set(ids)))
    rows = session.execute(query).all()
    kinds, of_list = _kinds_and_effects(session)
    read = cache(read_effect)  # a hundred thousand entries have a few effects
    return [
        ListEntry(
            id=EntryId(id_),
            list=NumberListId(list_),
            kind=kinds[list_],
            pattern=Pattern(text, tuple(keys), segment, length),
            direction=_DIRECTIONS[way],
            effect=read(own) or of_list[list_],
            reason=reason,
            expires_at=until,
        )
        for id_, list_, text, keys, segment, length, way, own, reason, until in rows
        if list_ in kinds  # not removed in between
    ]


def default_effect(kind: ListKind, site: Parameters) -> Effect | None:
    """Give the site's effect of a kind of list; None if there is none."""
    match kind:
        case ListKind.BLACK:
            return Effect(EffectKind(site.text("black_list_effect")))
        case ListKind.VIP:
            priority = site.number("vip_priority")
            return Effect(EffectKind.PRIORITY, str(priority)) if priority else None
        case ListKind.WHITE:
            return None


def _kinds_and_effects(
    session: Session,
) -> tuple[dict[int, ListKind], dict[int, Effect | None]]:
    """Give the kinds of all lists, and the effects of entries that have none of their own."""
    query = select(NumberListRow.id, NumberListRow.kind, NumberListRow.effect)
    site = parameters(session)
    kinds: dict[int, ListKind] = {}
    effects: dict[int, Effect | None] = {}
    for id_, kind, effect in session.execute(query):
        kinds[id_] = ListKind(kind)
        effects[id_] = read_effect(effect) or default_effect(ListKind(kind), site)
    return kinds, effects


def _counts(session: Session, id_: int | None = None) -> dict[int, tuple[int, int]]:
    entry = NumberListEntryRow
    query = (
        select(
            entry.list_id,
            func.count().filter(entry.state == EntryState.ACTIVE.value),
            func.count().filter(entry.state == EntryState.WAITING.value),
        )
        .where(entry.state.in_([EntryState.ACTIVE.value, EntryState.WAITING.value]))
        .group_by(entry.list_id)
    )
    if id_ is not None:
        query = query.where(entry.list_id == id_)
    return {list_: (active, waiting) for list_, active, waiting in session.execute(query)}


def _columns(draft: ListDraft) -> dict[str, object]:
    check_kind(draft.kind, draft.effect)
    return {
        "name": needed_name(draft.name, 100),
        "kind": draft.kind.value,
        "effect": str(draft.effect or ""),
        "note": clean(one_line(draft.note), 1000),
    }


def _list(row: NumberListRow, counts: dict[int, tuple[int, int]]) -> NumberList:
    draft = ListDraft(row.name, ListKind(row.kind), read_effect(row.effect), row.note)
    return NumberList(NumberListId(row.id), draft, *counts.get(row.id, (0, 0)))
