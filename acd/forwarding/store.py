"""The forwarding of extensions."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from acd.forwards import ForwardKind, Forwards, made_of
from acd.models import ExtensionForwardRow
from acd.queue import AgentId
from crm.kernel.destination import Destination, read_destination
from crm.sql.db import notify


def forwards(session: Session) -> Mapping[AgentId, Forwards]:
    """Give the forwarding of all extensions that have one."""
    found: dict[AgentId, dict[ForwardKind, Destination]] = defaultdict(dict)
    for row in session.scalars(select(ExtensionForwardRow)):
        to = read_destination(row.destination)
        found[AgentId(row.agent_id)][ForwardKind(row.kind)] = to
    return {agent: made_of(by_kind) for agent, by_kind in found.items()}


def forwards_of(session: Session, agent: int) -> Forwards:
    """Give the forwarding of one extension."""
    query = select(ExtensionForwardRow).where(ExtensionForwardRow.agent_id == agent)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return made_of({ForwardKind(row.kind): read_destination(row.destination) for row in rows})


def lock_forwards(session: Session) -> None:
    """Let no other transaction change forwarding until this one ends: two could make a loop."""
    session.execute(text("LOCK TABLE extension_forwards IN SHARE ROW EXCLUSIVE MODE"))


def set_forwards(session: Session, agent: int, wanted: Forwards) -> None:
    """Replace the forwarding of one extension; the engine obeys it from the next call on."""
    session.execute(delete(ExtensionForwardRow).where(ExtensionForwardRow.agent_id == agent))
    rows = [
        {"agent_id": agent, "kind": kind.value, "destination": str(to)}
        for kind in ForwardKind
        if (to := wanted.own(kind)) is not None
    ]
    if rows:
        session.execute(insert(ExtensionForwardRow), rows)
    notify(session, f"forwards:{agent}")


def forwarding_to(session: Session, to: Destination) -> list[AgentId]:
    """Give the agents whose extensions are forwarded to a destination."""
    query = select(ExtensionForwardRow.agent_id).where(ExtensionForwardRow.destination == str(to))
    return [AgentId(one) for one in session.scalars(query.distinct().order_by("agent_id"))]
