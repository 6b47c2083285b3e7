"""The demo's forwarding: the calls of an agent who does not answer go to a queue."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from acd.forwarding.store import set_forwards
from acd.forwards import Forwards
from acd.store import working_agents
from crm.kernel.destination import Destination, DestinationKind
from crm.people.person import User

FORWARDED = "chen.jing"


def add_forwarding(session: Session, users: Mapping[str, User]) -> None:
    """Forward the supervisor's extension to the support queue when busy or not answered."""
    found = users.get(FORWARDED)
    if found is None or not working_agents(session, [found.id]):
        return
    queue = Destination(DestinationKind.QUEUE, "support")
    set_forwards(session, found.id, Forwards(busy=queue, no_answer=queue))
