"""Limits on giving permissions: users cannot give, or take over, more than they hold."""

from crm.kernel.errors import RefusedError
from crm.people.rights import Extent, Rights

_DISTANCE = {Extent.OWN: 0, Extent.TEAM: 1, Extent.ALL: 2}


def covers(held: Rights, wanted: Rights) -> bool:
    """Whether the held permissions include all wanted ones, each with at least the wanted reach."""
    return all(
        right in held and _DISTANCE[held[right]] >= _DISTANCE[extent]
        for right, extent in wanted.items()
    )


def check_grant(held: Rights, wanted: Rights) -> None:
    """Refuse to give a role with more permissions than the giver has."""
    if not covers(held, wanted):
        raise RefusedError("You cannot grant a permission that you don't have.")


def check_above(held: Rights, theirs: Rights) -> None:
    """Refuse to change the account of a user with more permissions.

    A user who sets that user's password would have those permissions.
    """
    if not covers(held, theirs):
        raise RefusedError("You cannot change a user with permissions that you don't have.")


def check_reach(held: Rights, before: frozenset[int], after: frozenset[int]) -> None:
    """Refuse a change of groups that makes the user's own team larger."""
    if Extent.TEAM in held.values() and not after <= before:
        raise RefusedError("You cannot extend your own team. Ask an administrator.")
