"""What a person keeps for himself: preferences, and lists as he wants to see them again."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.kernel.errors import InvalidError
from crm.kernel.text import clean

NAME_MOST = 60  # letters in a view's name
QUERY_MOST = 4000  # letters in all that a view keeps
VIEWS_MOST = 50  # that one person may keep of one list


@dataclass(frozen=True, slots=True)
class View:
    """A list's filter, order and page size under a name; a shared one is everybody's to open."""

    id: int
    owner: int
    list: str
    name: str
    query: Mapping[str, str]
    shared: bool


@dataclass(frozen=True, slots=True)
class NewView:
    """What somebody wants to keep of a list, and whether the others may open it."""

    list: str
    name: str
    query: Mapping[str, str]
    shared: bool = False


def checked_name(name: str) -> str:
    """Give a view's name as it may be kept; InvalidError if it is none."""
    kept = clean(name, NAME_MOST + 1).strip()
    if not kept:
        raise InvalidError("This is needed.", field="name")
    if len(kept) > NAME_MOST:
        raise InvalidError("This is too long.", field="name")
    return kept


def checked_query(query: Mapping[str, str]) -> dict[str, str]:
    """Give what a view may keep of an address: words, without the place where one stood."""
    kept = {
        clean(key, 50): clean(value, 200)
        for key, value in query.items()
        if value and key not in {"cursor", "before", "view"}
    }
    if sum(len(key) + len(value) for key, value in kept.items()) > QUERY_MOST:
        raise InvalidError("This is too long.", field="query")
    return kept
