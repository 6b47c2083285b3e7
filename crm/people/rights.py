"""What somebody may do, how far it reaches, and the roles that are made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

RoleId = NewType("RoleId", int)


class Right(StrEnum):
    """One thing that a role may allow. The value is kept in the database: never reuse one."""

    DESK = "desk"
    FLOOR_SEE = "floor.see"
    CALLS_SEE = "calls.see"
    RECORDINGS_HEAR = "recordings.hear"
    CALLS_EXPORT = "calls.export"
    CUSTOMERS_SEE = "customers.see"
    CUSTOMERS_EDIT = "customers.edit"
    CUSTOMERS_EXPORT = "customers.export"
    TOKENS_MAKE = "tokens.make"
    VIEWS_SHARE = "views.share"
    PEOPLE_MANAGE = "people.manage"
    ROLES_MANAGE = "roles.manage"
    LOGINS_SEE = "logins.see"
    AUDIT_SEE = "audit.see"
    DICTIONARIES_EDIT = "dictionaries.edit"
    PARAMETERS_EDIT = "parameters.edit"
    WEBHOOKS_MANAGE = "webhooks.manage"
    STATUS_SEE = "status.see"
    SERVICES_RESTART = "services.restart"


class Extent(StrEnum):
    """Whose data a right reaches: one's own, one's groups' and those below them, everybody's."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


# The rights that reach people's data; every other right is held for all or not at all.
SCOPED = frozenset({Right.FLOOR_SEE, Right.CALLS_SEE, Right.RECORDINGS_HEAR, Right.CALLS_EXPORT})

Rights = Mapping[Right, Extent]
EVERY_RIGHT: Rights = dict.fromkeys(Right, Extent.ALL)


class BuiltIn(StrEnum):
    """The keys of the roles that the house brings along; administrators always hold every right."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Role:
    """A named bundle of rights; disabled, never deleted."""

    id: RoleId
    key: str  # one of BuiltIn, or "" for a role that the site made
    name_en: str
    name_zh: str
    rights: Rights
    enabled: bool = True

    def name(self, language: str) -> str:
        """Its name in a language, in the other one if that was left empty."""
        chinese = language.startswith("zh")
        return (self.name_zh or self.name_en) if chinese else (self.name_en or self.name_zh)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose data may be seen: those of these people, or everybody's if `people` is None."""

    people: frozenset[int] | None = None

    def holds(self, person: int | None) -> bool:
        """Whether a person's data are within reach; nobody's are only in everybody's."""
        return self.people is None or person in self.people


EVERYBODY = Reach()
NOBODY = Reach(frozenset())


def read_rights(kept: Mapping[str, str]) -> dict[Right, Extent]:
    """Read what the database keeps; a right that this version does not know is left out."""
    known, extents = set(Right), set(Extent)
    return {
        Right(right): Extent(extent)
        for right, extent in kept.items()
        if right in known and extent in extents
    }


def narrowed(rights: Rights, wanted: Iterable[Right]) -> dict[Right, Extent]:
    """Keep of some rights those that are wanted, as an API token does."""
    kept = set(wanted)
    return {right: extent for right, extent in rights.items() if right in kept}
