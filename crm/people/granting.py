"""Who may give which rights to whom: nobody gives, or takes over, more than he holds himself."""

from crm.kernel.errors import RefusedError
from crm.people.rights import Extent, Rights

_DISTANCE = {Extent.OWN: 0, Extent.TEAM: 1, Extent.ALL: 2}


def covers(held: Rights, wanted: Rights) -> bool:
    """Whether somebody who holds some rights holds all the wanted ones, as far as they reach."""
    return all(
        right in held and _DISTANCE[held[right]] >= _DISTANCE[extent]
        for right, extent in wanted.items()
    )


def check_grant(held: Rights, wanted: Rights) -> None:
    """Refuse to give a role that holds more than the giver."""
    if not covers(held, wanted):
        raise RefusedError("You cannot give a right that you do not hold yourself.")


def check_above(held: Rights, theirs: Rights) -> None:
    """Refuse to touch the account of somebody who may do more.

    Who could set his password would have his rights.
    """
    if not covers(held, theirs):
        raise RefusedError("This person may do more than you: only somebody who may as much can.")


def check_reach(held: Rights, before: frozenset[int], after: frozenset[int]) -> None:
    """Refuse a change of groups by which somebody would make his own team larger."""
    if Extent.TEAM in held.values() and not after <= before:
        raise RefusedError("You cannot make your own team larger. Ask an administrator.")
