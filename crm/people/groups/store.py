"""Departments and other groups of users, and the data that a permission reaches through them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import CTE, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError, MissingError, RefusedError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.people.granting import check_growth, check_takeover, leads
from crm.people.groups.group import Group, GroupDraft, GroupId, GroupKind, would_circle
from crm.people.models import GroupMemberRow, GroupRow, RoleRow, UserRow
from crm.people.person import SignedIn, User
from crm.people.rights import EVERYBODY, Extent, Reach, Right, Rights
from crm.people.roles.store import read_role
from crm.sql.db import notify

_TREE_LOCK = 0x54524545  # "TREE": the holder may change parents


def reach(session: Session, who: SignedIn, right: Right) -> Reach:
    """Give the data that a user reaches with a permission; RefusedError if they do not hold it."""
    match who.extent(right):
        case Extent.ALL:
            return EVERYBODY
        case Extent.TEAM:
            return Reach(team_of(session, who.user.id))
        case Extent.OWN:
            return Reach(frozenset({who.user.id}))
        case None:
            raise RefusedError("You don't have permission to do this.")


def team_of(session: Session, user: int) -> frozenset[int]:
    """Give a user's team: the user, and the members of their groups and of the groups below."""
    below = _groups_of(user)
    members = select(GroupMemberRow.user_id).where(GroupMemberRow.group_id.in_(select(below.c.id)))
    return frozenset({user, *session.scalars(members)})


def _groups_of(user: int) -> CTE:
    """Select the active groups of a user and those below them."""
    below = (
        select(GroupRow.id)
        .join(GroupMemberRow, GroupMemberRow.group_id == GroupRow.id)
        .where(GroupMemberRow.user_id == user, GroupRow.enabled)
        .cte("below", recursive=True)
    )
    # UNION, not UNION ALL: a loop of parents would never end otherwise.
    return below.union(
        select(GroupRow.id).join(below, GroupRow.parent_id == below.c.id).where(GroupRow.enabled)
    )


def teams_led(session: Session, held: Rights) -> dict[int, frozenset[int]]:
    """Give the teams of the users who see a team, as far as `held` does not see all users.

    Without a permission for a team in `held` there are none. Users who cannot sign in see nobody.
    """
    if Extent.TEAM not in held.values():
        return {}
    enabled = select(RoleRow).where(RoleRow.enabled)
    roles = session.scalars(enabled.execution_options(populate_existing=True))
    leading = [one.id for one in roles if leads(held, read_role(one).rights)]
    leaders = select(UserRow.id).where(UserRow.role_id.in_(leading), UserRow.enabled)
    return {user: team_of(session, user) for user in session.scalars(leaders)}


def groups_within(session: Session, who: SignedIn, right: Right) -> frozenset[int]:
    """Give the groups that a permission reaches: one's own, and with a team those below them.

    None where it reaches all users, for then no group decides, and none without the permission.
    """
    own = select(GroupMemberRow.group_id).where(GroupMemberRow.user_id == who.user.id)
    match who.extent(right):
        case Extent.TEAM:
            return frozenset(session.scalars(select(_groups_of(who.user.id).c.id)))
        case Extent.OWN:
            return frozenset(session.scalars(own))
        case _:
            return frozenset()


@contextmanager
def no_wider_team(session: Session, who: SignedIn) -> Iterator[set[int]]:
    """Refuse changes of users, roles or groups that let a user see people that one does not see.

    Gives one's own team: a user who is added within is added to it. The owner's permissions count,
    not those of a token: the owner would see the larger team.
    """
    held = who.user.role.rights
    own = set(team_of(session, who.user.id))
    before = teams_led(session, held)
    yield own
    check_growth(before, teams_led(session, held), own)


def check_takeover_of(session: Session, who: SignedIn, user: User) -> None:
    """Refuse to set how a user signs in if that user sees people outside one's own team."""
    held = who.user.role.rights
    if Extent.TEAM in held.values() and user.id != who.user.id:
        check_takeover(held, team_of(session, who.user.id), user, team_of(session, user.id))


def groups(session: Session) -> list[Group]:
    """Give all groups by name, the disabled ones too."""
    found = session.scalars(select(GroupRow).order_by(GroupRow.id))
    return [_group(row) for row in sorted(found, key=lambda row: sort_key(row.name))]


def group(session: Session, id_: int) -> Group:
    """Read a group; MissingError if there is none of this id."""
    row = session.get(GroupRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no group {group}.", group=id_)
    return _group(row)


def group_to_change(session: Session, id_: int) -> Group:
    """Read a group and lock it until this transaction ends."""
    session.execute(select(GroupRow.id).where(GroupRow.id == id_).with_for_update())
    return group(session, id_)


def members(session: Session, id_: int) -> list[int]:
    """Give the members of a group itself, not of those below it."""
    query = select(GroupMemberRow.user_id).where(GroupMemberRow.group_id == id_)
    return list(session.scalars(query.order_by(GroupMemberRow.user_id)))


def member_counts(session: Session) -> dict[int, int]:
    """Count the members of each group that has any."""
    query = select(GroupMemberRow.group_id, func.count()).group_by(GroupMemberRow.group_id)
    return {found: count for found, count in session.execute(query)}  # noqa: C416


def groups_of(session: Session, people: Iterable[int]) -> dict[int, list[int]]:
    """Give the groups of some users."""
    found: dict[int, list[int]] = defaultdict(list)
    query = (
        select(GroupMemberRow.user_id, GroupMemberRow.group_id, GroupRow.name)
        .join(GroupRow, GroupRow.id == GroupMemberRow.group_id)
        .where(GroupMemberRow.user_id.in_(set(people)))
        .order_by(GroupRow.id)
    )
    for user, id_, _ in sorted(session.execute(query), key=lambda row: sort_key(row.name)):
        found[user].append(id_)
    return dict(found)


def add_group(session: Session, draft: GroupDraft) -> Group:
    """Add a group; TakenError if its name is taken."""
    _check_parent(session, 0, draft.parent)
    added = insert(GroupRow).values(_columns(draft)).on_conflict_do_nothing().returning(GroupRow.id)
    id_ = session.scalars(added).one_or_none()
    if id_ is None:
        raise TakenError("The name “{name}” is taken.", "name", name=draft.name.strip())
    notify(session, f"user_groups:{id_}")
    return group(session, id_)


def change_group(session: Session, id_: int, draft: GroupDraft) -> Group:
    """Change a group; InvalidError if it would be below itself."""
    _check_parent(session, id_, draft.parent)
    try:
        with session.begin_nested():
            return _set(session, id_, **_columns(draft))
    except IntegrityError:
        raise TakenError("The name “{name}” is taken.", "name", name=draft.name.strip()) from None


def set_group_enabled(session: Session, id_: int, *, enabled: bool) -> Group:
    """Enable or disable a group; a disabled one and those below it form no team."""
    return _set(session, id_, enabled=enabled)


def set_members(session: Session, id_: int, people: Iterable[int]) -> None:
    """Set the members of a group; InvalidError names one who does not exist."""
    wanted = _known(session, UserRow.id, people, "members")
    session.execute(delete(GroupMemberRow).where(GroupMemberRow.group_id == id_))
    if wanted:
        rows = [{"group_id": id_, "user_id": user} for user in wanted]
        session.execute(insert(GroupMemberRow), rows)
    notify(session, f"user_groups:{id_}")


def set_groups_of(session: Session, user: int, wanted: Iterable[int]) -> None:
    """Set the groups of a user; InvalidError names one that does not exist."""
    kept = _known(session, GroupRow.id, wanted, "groups")
    before = set(groups_of(session, [user]).get(user, ()))
    session.execute(delete(GroupMemberRow).where(GroupMemberRow.user_id == user))
    if kept:
        session.execute(insert(GroupMemberRow), [{"group_id": g, "user_id": user} for g in kept])
    for changed in sorted(before ^ set(kept)):
        notify(session, f"user_groups:{changed}")


def _known(session: Session, column: object, ids: Iterable[int], field: str) -> list[int]:
    wanted = sorted(set(ids))
    found = set(session.scalars(select(column).where(column.in_(wanted)))) if wanted else set()  # type: ignore[attr-defined, call-overload]
    if not found.issuperset(wanted):
        raise InvalidError(
            "“{key}” is not one of the options.", field=field, key=_first(wanted, found)
        )
    return wanted


def _first(wanted: Iterable[int], found: set[int]) -> int:
    return next(one for one in wanted if one not in found)


def _set(session: Session, id_: int, **values: object) -> Group:
    changed = update(GroupRow).where(GroupRow.id == id_).values(**values).returning(GroupRow.id)
    if session.scalars(changed).one_or_none() is None:
        raise MissingError("There is no group {group}.", group=id_)
    # Teams have changed, and with them what users may see.
    notify(session, f"user_groups:{id_}")
    return group(session, id_)


def _check_parent(session: Session, id_: int, parent: int | None) -> None:
    if parent is None:
        return
    # Two changes at once could form a loop: the second waits here and then sees the first.
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _TREE_LOCK})
    query = select(GroupRow.id, GroupRow.parent_id)
    parents = {found: above for found, above in session.execute(query)}  # noqa: C416
    if parent not in parents:
        raise InvalidError("“{key}” is not one of the options.", field="parent", key=parent)
    if would_circle(parents, id_, parent):
        raise InvalidError("A group cannot be its own parent.", field="parent")


def _columns(draft: GroupDraft) -> dict[str, object]:
    return {
        "name": needed_name(draft.name, 100),
        "kind": draft.kind,
        "parent_id": draft.parent,
        "note": clean(draft.note.strip(), 1000),
    }


def _group(row: GroupRow) -> Group:
    draft = GroupDraft(row.name, GroupKind(row.kind), row.parent_id, row.note)
    return Group(GroupId(row.id), draft, row.enabled)
