"""The API of agents' seats: shown, their queues changed for today, and messages to agents."""

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError, MissingError
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.people.groups.store import group, members
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import FloorWatcher, reach_of
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import context_of
from web.kit.shapes import Done
from web.live.context import live_of
from web.live.schema import ItemKind
from web.monitor import checks
from web.monitor.checks import Told
from web.monitor.control import Controller
from web.monitor.queues import change_queues
from web.monitor.seat import show_seat
from web.monitor.shapes import MessageBody, QueuesBody, SeatShape, SentMessage

router = APIRouter(prefix="/floor")

QUEUES_CHANGED = N_("{name} changed your queues until midnight: {reason}")
MESSAGE = N_("Message from {name}: {text}")


@router.get("/agents/{agent}")
def read_seat(request: Request, agent: IdPath, who: FloorWatcher) -> SeatShape:
    """Show an agent's state, queues, figures of today, states of eight hours, and calls."""
    with context_of(request).database.begin() as session:
        return show_seat(session, request, who, agent)


@router.post("/agents/{agent}/queues")
def set_queues(request: Request, agent: IdPath, body: QueuesBody, who: Controller) -> Done:
    """Let an agent serve these queues until midnight of the site's zone, then the usual ones."""
    context = context_of(request)
    with context.database.begin() as session:
        checks.reaches(session, who, Right.MONITOR_CONTROL, agent)
        chosen = sorted(set(body.queues))
        user = int(who.user.id)
        change_queues(session, agent, chosen, body.reason, user, now(), context.zone)
        after = {"queues": chosen}
        checks.write_in(
            session,
            request,
            who,
            Told("agent.queues_changed", "users", agent, after, body.reason, agent, QUEUES_CHANGED),
        )
    return Done()


@router.post("/messages")
def send_message(request: Request, body: MessageBody, who: Controller) -> SentMessage:
    """Send a message to agents: it pops up on their pages, and stays under their bell."""
    with context_of(request).database.begin() as session:
        people = _recipients(session, request, who, body)
        values = {"name": who.user.name, "text": body.text}
        notify(session, people, NewNotice(MESSAGE, values))
        for agent in people:
            told = Told("agent.messaged", "users", agent, {"text": body.text})
            checks.write_in(session, request, who, told)
    return SentMessage(agents=len(people))


def _recipients(session: Session, request: Request, who: SignedIn, body: MessageBody) -> list[int]:
    """Give the agents to write to; those of a group as far as they are within reach."""
    if bool(body.agents) == (body.group is not None):
        raise InvalidError(N_("Choose agents or a group."), "agents")
    reach = reach_of(session, who, Right.MONITOR_CONTROL)
    known = {int(one["id"]) for one in live_of(request).mirror.values(ItemKind.AGENT)}
    if body.group is None:
        for agent in body.agents:
            if agent not in known or not reach.holds(agent):
                raise MissingError("There is no agent {agent}.", agent=agent)
        return sorted(set(body.agents))
    named = group(session, body.group)
    found = [one for one in members(session, named.id) if one in known and reach.holds(one)]
    if not found:
        raise InvalidError(N_("No agent of this group is within your reach."), "group")
    return sorted(found)
