"""Saved views of lists."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.kernel.errors import InvalidError
from crm.kernel.names import is_visible
from crm.kernel.text import clean

NAME_MOST = 60  # letters in a view's name
QUERY_MOST = 4000  # letters in the whole query of a view
VIEWS_MOST = 50  # of one user for one list


@dataclass(frozen=True, slots=True)
class View:
    """A list's filter, order and page size under a name; all users can open a shared one."""

    id: int
    owner: int
    list: str
    name: str
    query: Mapping[str, str]
    shared: bool


@dataclass(frozen=True, slots=True)
class NewView:
    """A view to be saved, and whether other users may open it."""

    list: str
    name: str
    query: Mapping[str, str]
    shared: bool = False


def checked_name(name: str) -> str:
    """Give a view's name in its stored form; InvalidError if it is empty or too long."""
    kept = clean(name, NAME_MOST + 1).strip()
    if not is_visible(kept):
        raise InvalidError("Enter a name.", field="name")
    if len(kept) > NAME_MOST:
        raise InvalidError("This is too long.", field="name")
    return kept


def checked_query(query: Mapping[str, str]) -> dict[str, str]:
    """Give the part of an address that a view keeps: without the place in the list."""
    kept = {
        clean(key, 50): clean(value, 200)
        for key, value in query.items()
        if value and key not in {"cursor", "before", "view"}
    }
    if sum(len(key) + len(value) for key, value in kept.items()) > QUERY_MOST:
        raise InvalidError("This is too long.", field="query")
    return kept
