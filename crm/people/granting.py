"""Limits on giving permissions: users cannot give, or take over, more than they hold.

An API token is limited twice: by its own permissions, and by the reach of its owner. A token never
changes the account of its owner.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from crm.kernel.errors import RefusedError
from crm.people.person import SessionKind, SignedIn, User
from crm.people.rights import SCOPED, Extent, Rights

Teams = Mapping[int, frozenset[int]]  # user → the users in their team

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


def check_account(who: SignedIn, user: User) -> None:
    """Refuse to change an account: the token's own owner, or a user with more permissions."""
    if who.kind is SessionKind.TOKEN and user.id == who.user.id:
        raise RefusedError("API tokens cannot do this. Sign in instead.")
    check_above(who.rights, user.role.rights)


def check_takeover(
    held: Rights, team: AbstractSet[int], user: User, reached: AbstractSet[int]
) -> None:
    """Refuse to set how a user signs in if that user sees people outside one's own team.

    `team` is the changer's team, `reached` the user's. A changer who could sign in as the user
    would see all users that the user sees.
    """
    theirs = user.role.rights
    for right in SCOPED & theirs.keys() & held.keys():
        seen = reached if theirs[right] is Extent.TEAM else {user.id}
        if held[right] is Extent.TEAM and not seen <= team:
            raise RefusedError("This user sees people outside your team. Ask an administrator.")


def leads(held: Rights, theirs: Rights) -> bool:
    """Whether a role sees a team, and no more, by a permission that one holds for a team too.

    A role with permissions that one does not hold is left out: one cannot use its accounts.
    """
    return covers(held, theirs) and any(
        held[right] is extent is Extent.TEAM for right, extent in theirs.items()
    )


def check_growth(before: Teams, after: Teams, own: AbstractSet[int]) -> None:
    """Refuse a change that lets any user see people outside the changer's own team `own`.

    The teams are those of the users that `leads` names, the changer among them.
    """
    for user, team in after.items():
        if not team <= before.get(user, frozenset()) | own | {user}:
            raise RefusedError(
                "You can give access only to people in your own team. Ask an administrator."
            )
