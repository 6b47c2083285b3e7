"""Actions on entries of number lists: show, add, approve, reject, remove, and what they match."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError
from crm.number_lists import store
from crm.number_lists.entries import store as entry_store
from crm.number_lists.entries.store import EntryDraft, StoredEntry
from crm.number_lists.lists import (
    EntryId,
    EntryState,
    ListDirection,
    ListEntry,
    NumberLists,
    Pattern,
)
from crm.number_lists.typed import MOST_PATTERNS, typed_patterns
from crm.parameters.store import parameters
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import reader_of
from web.kit.shapes import Named
from web.number_lists.actions import effect_fields, effect_of
from web.number_lists.shapes import EntriesBody, ListEntryShape, MatchShape


@dataclass(frozen=True, slots=True)
class Added:
    """The entries that were added, how many numbers the list had already, and their state."""

    ids: Sequence[EntryId]
    left_out: int
    waiting: bool


def show_entry(session: Session, entry: int) -> ListEntryShape:
    """Show one entry."""
    return shape_of(entry_store.entry(session, entry), now())


def show_entries(session: Session, ids: Collection[int]) -> list[ListEntryShape]:
    """Show some entries in the order of their ids."""
    at = now()
    return [shape_of(one, at) for one in entry_store.entries_of(session, ids)]


def shape_of(one: StoredEntry, at: datetime) -> ListEntryShape:
    """Show an entry as it is at a moment: an active one may have expired."""
    draft = one.draft
    over = draft.expires_at is not None and draft.expires_at <= at
    state = EntryState.EXPIRED if one.state is EntryState.ACTIVE and over else one.state
    return ListEntryShape(
        id=one.id,
        list=Named(id=one.list, name=one.list_name),
        kind=one.kind,
        number=one.pattern.text,
        segment=one.pattern.is_segment,
        direction=draft.direction,
        reason=draft.reason,
        state=state,
        expires_at=draft.expires_at,
        added_at=one.added_at,
        added_by=_named(one.added_by, one.added_by_name),
        decided_at=one.decided_at,
        decided_by=_named(one.decided_by, one.decided_by_name),
        **effect_fields(draft.effect),
    )


def default_expiry(session: Session, at: datetime) -> datetime | None:
    """Give when new entries expire unless the user says otherwise; None for never."""
    days = parameters(session).number("list_days")
    return at + timedelta(days=days) if days else None


def make_entries(
    session: Session,
    request: Request,
    who: SignedIn,
    list_: int,
    body: EntriesBody,
) -> Added:
    """Add numbers to a list; ConflictError if the list has all of them already."""
    at = now()
    region = reader_of(request).region
    patterns: dict[Pattern, None] = {}
    for text in body.numbers:
        found = typed_patterns(text, region, "numbers", segment=body.segment)
        patterns |= dict.fromkeys(found)
        if len(patterns) > MOST_PATTERNS:
            raise InvalidError(N_("Too many: at most {longest}."), "numbers", longest=MOST_PATTERNS)
    given = "expires_at" in body.model_fields_set
    draft = EntryDraft(
        body.direction,
        effect_of(session, body),
        body.reason,
        body.expires_at if given else default_expiry(session, at),
    )
    approved = not parameters(session).flag("list_approval")
    added = entry_store.add_entries(
        session, list_, list(patterns), draft, who.user.id, at, approved=approved
    )
    if not added:
        raise ConflictError(N_("The list already has these numbers."))
    after = {
        "numbers": [one.text for one in patterns],
        "direction": draft.direction.value,
        "effect": str(draft.effect or ""),
        "reason": draft.reason,
        "expires_at": draft.expires_at.isoformat() if draft.expires_at else "",
    }
    note(session, request, who, "number_list.entries_added", "number_lists", list_, {}, after)
    return Added(added, len(patterns) - len(added), not approved)


def decide_entries(
    session: Session, request: Request, who: SignedIn, ids: Collection[int], *, approve: bool
) -> int:
    """Approve or reject waiting entries that other users added; give how many."""
    decided = entry_store.decide(session, ids, who.user.id, now(), approve=approve)
    action = "number_list.entries_approved" if approve else "number_list.entries_rejected"
    _note_each(session, request, who, action, decided)
    return len(decided)


def remove_entries(
    session: Session, request: Request, who: SignedIn, ids: Collection[int]
) -> Sequence[StoredEntry]:
    """Remove active and waiting entries; give them."""
    removed = entry_store.remove_entries(session, ids, who.user.id, now())
    _note_each(session, request, who, "number_list.entries_removed", removed)
    return removed


def what_matches(
    session: Session, reader: Reader, number: str, direction: ListDirection
) -> MatchShape:
    """Say what the active entries mean for a number."""
    (pattern, *_) = typed_patterns(number, reader.region, "number") or (None,)
    text = pattern.keys[0] if pattern and not pattern.is_segment else ""
    covering = store.live_entries(session, entry_store.ids_covering(session, text))
    hit = NumberLists(covering).match(text, direction, now())

    def shown(one: ListEntry | None) -> ListEntryShape | None:
        return show_entry(session, one.id) if one else None

    return MatchShape(
        number=text,
        black=shown(hit.black) if hit else None,
        vip=shown(hit.vip) if hit else None,
        white=shown(hit.white) if hit else None,
    )


def _note_each(
    session: Session, request: Request, who: SignedIn, action: str, found: Sequence[StoredEntry]
) -> None:
    """Write one line for each list, with its numbers."""
    by_list: dict[int, list[str]] = {}
    for one in found:
        by_list.setdefault(one.list, []).append(one.pattern.text)
    for list_, numbers in by_list.items():
        note(session, request, who, action, "number_lists", list_, {}, {"numbers": numbers})


def _named(user: int | None, name: str) -> Named | None:
    return None if user is None else Named(id=user, name=name)
