"""Ring groups: as the engine uses them, and as their pages edit them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from acd.models import AgentRow, RingGroupMemberRow, RingGroupRow
from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId, RingOrder
from crm.kernel.destination import read_destination
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.sql.db import notify


@dataclass(frozen=True, slots=True)
class RingGroupSettings:
    """A ring group and whether it is in use."""

    group: RingGroup
    enabled: bool = True


def ring_groups(session: Session) -> dict[RingGroupId, RingGroup]:
    """Give all groups in use by id; agents who take no calls any more are left out."""
    taking = set(session.scalars(select(AgentRow.user_id).where(AgentRow.enabled)))
    return {
        one.group.id: replace(
            one.group, members=tuple(agent for agent in one.group.members if agent in taking)
        )
        for one in settings(session)
        if one.enabled
    }


def settings(session: Session) -> list[RingGroupSettings]:
    """Give all groups by name, the inactive ones too."""
    members = _members(session)
    rows = session.scalars(select(RingGroupRow).execution_options(populate_existing=True))
    found = [_read(row, members.get(row.id, ())) for row in rows]
    return sorted(found, key=lambda one: (sort_key(one.group.name), one.group.id))


def ring_group(session: Session, id_: int) -> RingGroupSettings:
    """Read a group; MissingError if there is none of this id."""
    row = session.get(RingGroupRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no ring group {group}.", group=id_)
    return _read(row, _members(session, id_).get(id_, ()))


def ring_group_to_change(session: Session, id_: int) -> RingGroupSettings:
    """Read a group and lock it until this transaction ends."""
    session.execute(select(RingGroupRow.id).where(RingGroupRow.id == id_).with_for_update())
    return ring_group(session, id_)


def add_ring_group(session: Session, new: RingGroupSettings) -> RingGroupId:
    """Add a group; TakenError if its name is taken. The id of `new` is not used."""
    added = insert(RingGroupRow).values(_columns(new)).returning(RingGroupRow.id)
    try:
        with session.begin_nested():
            id_ = RingGroupId(session.scalars(added).one())
    except IntegrityError:
        raise _taken(new) from None
    _put_members(session, id_, new.group.members)
    notify(session, f"ring_groups:{id_}")
    return id_


def save_ring_group(session: Session, changed: RingGroupSettings) -> None:
    """Change a group; the next caller finds it so."""
    id_ = changed.group.id
    saved = update(RingGroupRow).where(RingGroupRow.id == id_).values(_columns(changed))
    try:
        with session.begin_nested():
            session.execute(saved)
    except IntegrityError:
        raise _taken(changed) from None
    session.execute(delete(RingGroupMemberRow).where(RingGroupMemberRow.group_id == id_))
    _put_members(session, id_, changed.group.members)
    notify(session, f"ring_groups:{id_}")


def remove_ring_group(session: Session, id_: RingGroupId) -> None:
    """Remove a group."""
    session.execute(delete(RingGroupRow).where(RingGroupRow.id == id_))
    notify(session, f"ring_groups:{id_}")


def _put_members(session: Session, id_: RingGroupId, members: Iterable[AgentId]) -> None:
    rows = [
        {"group_id": id_, "position": position, "agent_id": agent}
        for position, agent in enumerate(dict.fromkeys(members), 1)
    ]
    known = set(session.scalars(select(AgentRow.user_id)))
    for row in rows:
        if row["agent_id"] not in known:
            raise InvalidError("“{key}” is not one of the options.", "members", key=row["agent_id"])
    if rows:
        session.execute(insert(RingGroupMemberRow), rows)


def _columns(one: RingGroupSettings) -> dict[str, object]:
    group = one.group
    return {
        "name": needed_name(group.name, 100),
        "ring_order": group.order.value,
        "ring_seconds": round(group.ring_seconds),
        "record": group.record,
        "destination": str(group.then) if group.then is not None else "",
        "enabled": one.enabled,
    }


def _taken(one: RingGroupSettings) -> TakenError:
    return TakenError("The name “{name}” is taken.", "name", name=one.group.name.strip())


def _members(session: Session, group: int | None = None) -> Mapping[int, list[AgentId]]:
    query = select(RingGroupMemberRow.group_id, RingGroupMemberRow.agent_id)
    if group is not None:
        query = query.where(RingGroupMemberRow.group_id == group)
    found: dict[int, list[AgentId]] = {}
    for id_, agent in session.execute(query.order_by(RingGroupMemberRow.position)):
        found.setdefault(id_, []).append(AgentId(agent))
    return found


def _read(row: RingGroupRow, members: Iterable[AgentId]) -> RingGroupSettings:
    group = RingGroup(
        RingGroupId(row.id),
        row.name,
        tuple(members),
        RingOrder(row.ring_order),
        row.ring_seconds,
        row.record,
        read_destination(row.destination) if row.destination else None,
    )
    return RingGroupSettings(group, row.enabled)
