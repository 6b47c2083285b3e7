"""Dictionaries: what can be chosen, and what a key is called."""

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.db import notify
from crm.dictionary.item import Item, List
from crm.dictionary.models import DictionaryItemRow
from crm.errors import InvalidError
from crm.text import clean


def items(session: Session, which: List, *, disabled_too: bool = False) -> list[Item]:
    """Give the choices of one dictionary in their order."""
    return dictionaries(session, disabled_too=disabled_too)[which]


def dictionaries(session: Session, *, disabled_too: bool = False) -> dict[List, list[Item]]:
    """Give all dictionaries; those without a choice are there too, empty."""
    query = select(DictionaryItemRow).order_by(
        DictionaryItemRow.list, DictionaryItemRow.position, DictionaryItemRow.key
    )
    if not disabled_too:
        query = query.where(DictionaryItemRow.enabled)
    found: dict[List, list[Item]] = {which: [] for which in List}
    for row in session.scalars(query):
        item = Item(row.key, row.name_en, row.name_zh, row.position, row.enabled)
        found[List(row.list)].append(item)
    return found


def check_key(session: Session, which: List, key: str) -> None:
    """Raise InvalidError, naming the field, unless a dictionary offers a key."""
    offered = exists().where(
        DictionaryItemRow.list == which,
        DictionaryItemRow.key == clean(key),
        DictionaryItemRow.enabled,
    )
    if not session.scalar(select(offered)):
        raise InvalidError("“{key}” is not among the choices.", field=which.value, key=key)


def save_item(session: Session, which: List, item: Item) -> None:
    """Add a choice, or write it anew if its key is there."""
    key = clean(item.key.strip(), 50)
    if not key or not (item.name_en.strip() or item.name_zh.strip()):
        raise InvalidError("A choice needs a key and a name.", field="key")
    columns = {
        "name_en": clean(item.name_en.strip(), 100),
        "name_zh": clean(item.name_zh.strip(), 100),
        "position": item.position,
        "enabled": item.enabled,
    }
    session.execute(
        insert(DictionaryItemRow)
        .values(list=which.value, key=key, **columns)
        .on_conflict_do_update(
            index_elements=[DictionaryItemRow.list, DictionaryItemRow.key], set_=columns
        )
    )
    notify(session, f"dictionary_items:{which.value}")
