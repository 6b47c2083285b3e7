"""Dictionaries: their options, and the names of keys."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.dictionary.item import LONGEST_KEY, Dictionary, Item, List, key_for
from crm.dictionary.models import DictionaryItemRow, DictionaryRow
from crm.kernel.errors import InvalidError, MissingError
from crm.kernel.names import is_visible
from crm.kernel.text import clean
from crm.sql.db import notify

_OWN = frozenset(List)


def items(session: Session, which: str, *, disabled_too: bool = False) -> list[Item]:
    """Give the options of a dictionary in their order."""
    query = select(DictionaryItemRow).where(DictionaryItemRow.list == clean(which, LONGEST_KEY))
    if not disabled_too:
        query = query.where(DictionaryItemRow.enabled)
    in_order = query.order_by(DictionaryItemRow.position, DictionaryItemRow.key)
    return [_item(row) for row in session.scalars(in_order)]


def dictionaries(session: Session) -> dict[List, list[Item]]:
    """Give the built-in dictionaries with all their options, the disabled ones too."""
    query = (
        select(DictionaryItemRow)
        .where(DictionaryItemRow.list.in_(_OWN))
        .order_by(DictionaryItemRow.list, DictionaryItemRow.position, DictionaryItemRow.key)
    )
    found: dict[List, list[Item]] = {which: [] for which in List}
    for row in session.scalars(query):
        found[List(row.list)].append(_item(row))
    return found


def check_key(session: Session, which: List, key: str) -> None:
    """Raise InvalidError, naming the field, unless the key is an active option."""
    check_keys(session, [(which, key, which.value)])


def check_keys(session: Session, chosen: Iterable[tuple[str, str, str]]) -> None:
    """Raise InvalidError unless each key is an active option; takes (list, key, field to name)."""
    asked = [(which, clean(key), field) for which, key, field in chosen]
    if not asked:
        return
    query = select(DictionaryItemRow.list, DictionaryItemRow.key).where(
        tuple_(DictionaryItemRow.list, DictionaryItemRow.key).in_(
            [(str(which), key) for which, key, _ in asked]
        ),
        DictionaryItemRow.enabled,
    )
    offered = {(which, key) for which, key in session.execute(query)}
    for which, key, field in asked:
        if (str(which), key) not in offered:
            raise InvalidError("“{key}” is not one of the options.", field=field, key=key[:50])


def save_item(session: Session, which: str, item: Item) -> None:
    """Add an option, or replace the one with its key."""
    key = clean(item.key.strip(), LONGEST_KEY)
    if not key or not (item.name_en.strip() or item.name_zh.strip()):
        raise InvalidError("An option needs a key and a name.", field="key")
    columns = {
        "name_en": clean(item.name_en.strip(), 100),
        "name_zh": clean(item.name_zh.strip(), 100),
        "position": item.position,
        "enabled": item.enabled,
    }
    session.execute(
        insert(DictionaryItemRow)
        .values(list=str(which), key=key, **columns)
        .on_conflict_do_update(
            index_elements=[DictionaryItemRow.list, DictionaryItemRow.key], set_=columns
        )
    )
    notify(session, f"dictionary_items:{which}")


def own_dictionaries(session: Session) -> list[Dictionary]:
    """Give the dictionaries that the site has made, by key."""
    query = select(DictionaryRow).order_by(DictionaryRow.key)
    return [Dictionary(row.key, row.name_en, row.name_zh) for row in session.scalars(query)]


def add_dictionary(session: Session, key: str, name_en: str, name_zh: str) -> Dictionary:
    """Add a dictionary; without a key it gets one from its name."""
    key, english, chinese = (
        clean(key.strip(), LONGEST_KEY),
        clean(name_en.strip(), 100),
        clean(name_zh.strip(), 100),
    )
    if not is_visible(english + chinese):
        raise InvalidError("Enter a name.", field="name_en")
    # Built-in dictionaries and not-ready reasons use the same addresses.
    taken = {*_OWN, "pause_reason", *session.scalars(select(DictionaryRow.key))}
    key = key or key_for(english, chinese, taken)
    added = insert(DictionaryRow).values(key=key, name_en=english, name_zh=chinese)
    made = session.scalars(added.on_conflict_do_nothing().returning(DictionaryRow.key))
    if key in _OWN or key == "pause_reason" or made.one_or_none() is None:
        raise InvalidError("The key “{key}” is already in use.", field="key", key=key)
    notify(session, f"dictionaries:{key}")
    return Dictionary(key, english, chinese)


def rename_dictionary(session: Session, key: str, name_en: str, name_zh: str) -> Dictionary:
    """Rename a dictionary that the site has made."""
    english, chinese = clean(name_en.strip(), 100), clean(name_zh.strip(), 100)
    if not is_visible(english + chinese):
        raise InvalidError("Enter a name.", field="name_en")
    row = session.get(DictionaryRow, clean(key, LONGEST_KEY))
    if row is None:
        raise MissingError("There is no picklist “{key}”.", key=key[:LONGEST_KEY])
    row.name_en, row.name_zh = english, chinese
    notify(session, f"dictionaries:{key}")
    return Dictionary(row.key, english, chinese)


def counts(session: Session) -> dict[str, tuple[int, int]]:
    """Give for each dictionary the number of its options and of the active ones."""
    offered = func.count().filter(DictionaryItemRow.enabled)
    query = select(DictionaryItemRow.list, func.count(), offered).group_by(DictionaryItemRow.list)
    return {which: (all_, some) for which, all_, some in session.execute(query)}


def put_in_order(known: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Order keys as wanted; keys that are not named follow in their old order."""
    there = set(known)
    first = [key for key in dict.fromkeys(wanted) if key in there]
    return [*first, *(key for key in known if key not in set(first))]


def _item(row: DictionaryItemRow) -> Item:
    return Item(row.key, row.name_en, row.name_zh, row.position, row.enabled)
