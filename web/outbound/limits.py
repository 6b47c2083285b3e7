"""The own limit of an agent, as a supervisor sets it for people within reach."""

from fastapi import Request
from sqlalchemy.orm import Session

from acd import store as acd
from acd.limits.store import limit_outbound
from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.audit import note
from web.kit.auth import reach_of
from web.kit.request import reader_of
from web.kit.shapes import Named
from web.outbound.shapes import LimitBody, LimitShape
from web.people.limits import limit_end


def show_limit(session: Session, who: SignedIn, agent: int) -> LimitShape:
    """Show an agent's limit; MissingError for an agent outside of the user's reach."""
    known = acd.agents_among(session, [agent]).get(agent)
    if known is None or not reach_of(session, who, Right.OUTBOUND_LIMIT).holds(agent):
        raise MissingError("There is no agent {agent}.", agent=agent)
    named = Named(id=known.id, name=known.name)
    return LimitShape(agent=named, limit=known.outbound, until=known.outbound_until)


def set_limit(
    session: Session, request: Request, who: SignedIn, agent: int, body: LimitBody
) -> None:
    """Set how far an agent may dial out; their next call follows it."""
    before = show_limit(session, who, agent)
    until = limit_end(body.limit, body.until, reader_of(request), "until")
    limit_outbound(session, agent, body.limit, until)
    after = show_limit(session, who, agent)
    if before != after:
        old, new = (
            {
                "outbound": one.limit.value,
                "outbound_until": one.until.isoformat() if one.until else None,
            }
            for one in (before, after)
        )
        note(session, request, who, "user.outbound_limited", "users", agent, old, new)
