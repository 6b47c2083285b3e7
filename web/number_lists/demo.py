"""The number lists of the demo."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.number_lists.entries.store import EntryDraft, add_entries
from crm.number_lists.lists import Effect, EffectKind, ListDirection, ListKind
from crm.number_lists.store import ListDraft, add_list, number_lists, remove_list
from crm.number_lists.typed import typed_patterns
from crm.people.person import User
from web.kit.clock import now

REGION = "CN"
LISTS: tuple[tuple[ListDraft, tuple[tuple[str, EntryDraft, bool], ...]], ...] = (
    (
        ListDraft("骚扰电话", ListKind.BLACK, note="Nuisance callers"),
        (
            ("17000000000-17000009999", EntryDraft(ListDirection.IN, reason="推销"), True),
            ("17100171000", EntryDraft(reason="反复拨打后挂断"), False),
        ),
    ),
    (
        ListDraft("VIP", ListKind.VIP, Effect(EffectKind.PRIORITY, "20")),
        (("+8613800138000", EntryDraft(ListDirection.IN, reason="金卡客户"), True),),
    ),
)
"""Each list with its numbers, and whether they are approved."""


def add_demo_number_lists(session: Session, users: Mapping[str, User]) -> None:
    """Add a black list with an active and a waiting entry, and a VIP list with a customer."""
    at, supervisor = now(), users["chen.jing"].id
    for draft, entries in LISTS:
        list_ = add_list(session, draft)
        for number, common, approved in entries:
            patterns = typed_patterns(number, REGION)
            add_entries(session, list_, patterns, common, supervisor, at, approved=approved)


def remove_demo_number_lists(session: Session) -> None:
    """Remove the lists of the demo that have no other entries by now."""
    own = {draft: len(entries) for draft, entries in LISTS}
    for one in number_lists(session):
        if own.get(one.draft) == one.active + one.waiting:
            remove_list(session, one.id)
