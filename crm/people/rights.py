"""Permissions, how far they reach, and the roles that hold them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

RoleId = NewType("RoleId", int)


class Right(StrEnum):
    """A permission that a role can hold. The value is stored: never reuse one."""

    DESK = "desk"
    FLOOR_SEE = "floor.see"
    CALLS_SEE = "calls.see"
    RECORDINGS_HEAR = "recordings.hear"
    CALLS_LISTEN = "calls.listen"
    MONITOR_CONTROL = "monitor.control"
    CALLS_PICKUP = "calls.pickup"
    CALLS_EXPORT = "calls.export"
    CALLS_CORRECT = "calls.correct"
    VOICEMAIL_HEAR = "voicemail.hear"
    APPOINTMENTS_SEE = "appointments.see"
    STATISTICS_SEE = "statistics.see"
    CUSTOMERS_SEE = "customers.see"
    CUSTOMERS_EDIT = "customers.edit"
    CUSTOMERS_EXPORT = "customers.export"
    CUSTOMERS_IMPORT = "customers.import"
    DIRECTORY_EDIT = "directory.edit"
    TOKENS_MAKE = "tokens.make"
    VIEWS_SHARE = "views.share"
    QUEUES_MANAGE = "queues.manage"
    SKILLS_MANAGE = "skills.manage"
    FLOWS_EDIT = "flows.edit"
    FLOWS_PUBLISH = "flows.publish"
    PROMPTS_EDIT = "prompts.edit"
    LINES_MANAGE = "lines.manage"
    LISTS_EDIT = "lists.edit"
    LISTS_APPROVE = "lists.approve"
    FORCED_SWITCH = "forced.switch"
    OUTBOUND_LIMIT = "outbound.limit"
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
    """The data that a permission reaches: the user's own, their team's, or all users'."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


# The permissions over people's data; every other one is held for all or not at all.
SCOPED = frozenset(
    {
        Right.FLOOR_SEE,
        Right.CALLS_SEE,
        Right.RECORDINGS_HEAR,
        Right.CALLS_LISTEN,
        Right.MONITOR_CONTROL,
        Right.CALLS_PICKUP,
        Right.CALLS_EXPORT,
        Right.CALLS_CORRECT,
        Right.OUTBOUND_LIMIT,
        Right.VOICEMAIL_HEAR,
        Right.APPOINTMENTS_SEE,
        Right.STATISTICS_SEE,
    }
)

Rights = Mapping[Right, Extent]
EVERY_RIGHT: Rights = dict.fromkeys(Right, Extent.ALL)


class BuiltIn(StrEnum):
    """The keys of the built-in roles; administrators always hold every permission."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions; disabled, never deleted."""

    id: RoleId
    key: str  # one of BuiltIn, or "" for a role of the site
    name_en: str
    name_zh: str
    rights: Rights
    enabled: bool = True

    def name(self, language: str) -> str:
        """The name in a language, or in the other one if that is empty."""
        chinese = language.startswith("zh")
        return (self.name_zh or self.name_en) if chinese else (self.name_en or self.name_zh)


@dataclass(frozen=True, slots=True)
class Reach:
    """The users with data within reach; all users' if `people` is None."""

    people: frozenset[int] | None = None

    def holds(self, person: int | None) -> bool:
        """Whether a user's data is within reach; data without a user only if everyone's is."""
        return self.people is None or person in self.people


EVERYBODY = Reach()
NOBODY = Reach(frozenset())


def read_rights(kept: Mapping[str, str]) -> dict[Right, Extent]:
    """Read stored permissions; those that this version does not know are left out."""
    known, extents = set(Right), set(Extent)
    return {
        Right(right): Extent(extent)
        for right, extent in kept.items()
        if right in known and extent in extents
    }


def narrowed(rights: Rights, wanted: Iterable[Right]) -> dict[Right, Extent]:
    """Reduce permissions to the wanted ones, as an API token does."""
    kept = set(wanted)
    return {right: extent for right, extent in rights.items() if right in kept}
