"""The ring group of the demo: two agents, and the operators' queue when neither answers."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId
from acd.ring_groups import store
from acd.ring_groups.store import RingGroupSettings
from acd.store import agents
from crm.kernel.destination import Destination, DestinationKind
from crm.people.person import User

NAME = "Front office"
THEN = Destination(DestinationKind.QUEUE, "operator")
MEMBERS = 2


def add_demo_ring_group(session: Session, users: Mapping[str, User]) -> None:
    """Add a group of the first two agents."""
    ours = {int(one.id) for one in users.values()}
    found = [AgentId(one.id) for one in agents(session) if int(one.id) in ours][:MEMBERS]
    if found:
        group = RingGroup(RingGroupId(0), NAME, tuple(found), then=THEN)
        store.add_ring_group(session, RingGroupSettings(group))


def remove_demo_ring_group(session: Session) -> None:
    """Remove the group unless it was changed."""
    for one in store.settings(session):
        if (one.group.name, one.group.then) == (NAME, THEN):
            store.remove_ring_group(session, one.group.id)
