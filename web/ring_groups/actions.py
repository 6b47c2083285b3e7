"""Actions on ring groups that pages and API share: show, add, change, remove."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId
from acd.ring_groups import store
from acd.ring_groups.store import RingGroupSettings
from acd.store import agent_names
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from web.destinations.actions import describe, read
from web.destinations.targets import DestinationTargets, targets_of
from web.destinations.usage import check_unused
from web.kit.audit import note
from web.kit.i18n import N_, Reader
from web.kit.request import context_of
from web.kit.shapes import Named
from web.ring_groups.shapes import ORDERS, RingGroupBody, RingGroupChange, RingGroupShape

ITSELF = N_("A ring group cannot lead to itself.")


def show_ring_groups(session: Session, reader: Reader) -> list[RingGroupShape]:
    """Show all groups by name, the inactive ones too."""
    people, targets = agent_names(session), targets_of(session)
    return [_show(one, people, targets, reader) for one in store.settings(session)]


def show_ring_group(session: Session, reader: Reader, id_: int) -> RingGroupShape:
    """Show one group."""
    found = store.ring_group(session, id_)
    return _show(found, agent_names(session), targets_of(session), reader)


def add(session: Session, request: Request, who: SignedIn, body: RingGroupBody) -> RingGroupId:
    """Add a group."""
    group = RingGroup(
        RingGroupId(0),
        body.name,
        tuple(map(AgentId, body.members)),
        body.order,
        body.ring_seconds,
        body.record,
        _then(session, request, body.then),
    )
    made = store.add_ring_group(session, RingGroupSettings(group, body.active))
    after = _noted(store.ring_group(session, made))
    note(session, request, who, "ring_group.added", "ring_groups", made, {}, after)
    return made


def change(
    session: Session, request: Request, who: SignedIn, id_: int, body: RingGroupChange
) -> None:
    """Change the given fields of a group; they count for the next caller."""
    known = store.ring_group_to_change(session, id_)
    names = ("name", "order", "ring_seconds", "record")
    given: dict[str, Any] = {
        name: value for name in names if (value := getattr(body, name)) is not None
    }
    if body.members is not None:
        given["members"] = tuple(map(AgentId, body.members))
    if body.then is not None:
        given["then"] = _then(session, request, body.then)
        if given["then"] == _destination(id_):
            raise InvalidError(ITSELF, "then")
    enabled = known.enabled if body.active is None else body.active
    if known.enabled and not enabled:
        check_unused(session, _destination(id_))
    changed = RingGroupSettings(replace(known.group, **given), enabled)
    store.save_ring_group(session, changed)
    before, after = _noted(known), _noted(store.ring_group(session, id_))
    if before != after:
        note(session, request, who, "ring_group.changed", "ring_groups", id_, before, after)


def move(  # noqa: PLR0913, PLR0917 - who moves which agent in which group
    session: Session, request: Request, who: SignedIn, id_: int, agent: int, step: int
) -> None:
    """Let an agent ring one place earlier (-1) or later (1)."""
    members = list(store.ring_group_to_change(session, id_).group.members)
    if agent not in members:
        return
    at = members.index(AgentId(agent))
    to = min(max(at + step, 0), len(members) - 1)
    members.insert(to, members.pop(at))
    change(session, request, who, id_, RingGroupChange(members=list(members)))


def remove(session: Session, request: Request, who: SignedIn, id_: int) -> None:
    """Remove a group that nothing leads to."""
    known = store.ring_group_to_change(session, id_)
    check_unused(session, _destination(id_))
    store.remove_ring_group(session, known.group.id)
    note(session, request, who, "ring_group.removed", "ring_groups", id_, _noted(known), {})


def _destination(id_: int) -> Destination:
    return Destination(DestinationKind.RING_GROUP, str(id_))


def _then(session: Session, request: Request, text: str) -> Destination | None:
    region = context_of(request).settings.region
    return read(text, targets_of(session), region, "then") if text.strip() else None


def _show(
    known: RingGroupSettings,
    people: Mapping[int, str],
    targets: DestinationTargets,
    reader: Reader,
) -> RingGroupShape:
    group = known.group
    return RingGroupShape(
        id=group.id,
        name=group.name,
        members=[Named(id=one, name=people.get(one, str(one))) for one in group.members],
        order=group.order,
        order_name=reader.gettext(ORDERS[group.order]),
        ring_seconds=round(group.ring_seconds),
        record=group.record,
        then=str(group.then) if group.then is not None else "",
        then_name=describe(group.then, targets, reader) if group.then is not None else "",
        active=known.enabled,
    )


def _noted(known: RingGroupSettings) -> dict[str, Any]:
    group = known.group
    return {
        "name": group.name,
        "members": list(group.members),
        "order": group.order.value,
        "ring_seconds": round(group.ring_seconds),
        "record": group.record,
        "then": str(group.then) if group.then is not None else "",
        "active": known.enabled,
    }
