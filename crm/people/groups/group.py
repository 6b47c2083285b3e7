"""Departments and other groups of users, and the tree they form."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from crm.kernel.names import sort_key

GroupId = NewType("GroupId", int)


class GroupKind(StrEnum):
    """A department is part of the organisation; the site decides what other groups mean."""

    DEPARTMENT = "department"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """What can be set of a group."""

    name: str
    kind: GroupKind = GroupKind.DEPARTMENT
    parent: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of users; disabled, never deleted."""

    id: GroupId
    draft: GroupDraft
    enabled: bool = True

    @property
    def name(self) -> str:
        """The name of the group."""
        return self.draft.name


def in_tree(groups: Iterable[Group]) -> Iterator[tuple[int, Group]]:
    """Give groups in the order of the tree with their depth, sorted by name within a parent.

    A group whose parent is not among them is at the top.
    """
    by_name = sorted(groups, key=lambda one: (sort_key(one.name), one.id))
    known = {one.id for one in by_name}
    below: dict[int | None, list[Group]] = {}
    for one in by_name:
        parent = one.draft.parent if one.draft.parent in known else None
        below.setdefault(parent, []).append(one)
    line = [(0, one) for one in reversed(below.get(None, []))]
    while line:
        depth, one = line.pop()
        yield depth, one
        line += [(depth + 1, child) for child in reversed(below.get(one.id, []))]


def would_circle(parents: Mapping[int, int | None], group: int, parent: int | None) -> bool:
    """Whether a group would be below itself with this parent."""
    seen = {group}
    while parent is not None:
        if parent in seen:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False
