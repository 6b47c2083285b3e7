"""Calls that ring at other agents, for a user who may pick them up."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from crm.people.rights import NOBODY, Right
from web.desk import actions
from web.kit.auth import AtDesk, reach_of
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.live.ringing import may_pick_up, offers_of, ringing_calls, since_of

router = APIRouter(prefix="/desk")


class RingingCall(BaseModel):
    """A call that rings at other agents."""

    call: str
    caller: str  # the customer's number; "" when withheld
    caller_name: str  # the customer's; "" if no customer is known
    queue_name: str  # "" without a queue
    agents: list[str]  # the agents whose phones ring
    since: str  # UTC


class RingingCalls(BaseModel):
    """Calls that ring at other agents, the longest first."""

    items: list[RingingCall]


@router.get("/ringing")
def read_ringing(request: Request, who: AtDesk) -> RingingCalls:
    """List the calls that ring at colleagues and that you may pick up, the longest first."""
    with context_of(request).database.begin() as session:
        names = actions.queue_names(session, reader_of(request))
        allowed = who.may(Right.CALLS_PICKUP)
        within = reach_of(session, who, Right.CALLS_PICKUP) if allowed else NOBODY
    calls = ringing_calls(live_of(request).mirror)
    shown = [_show(one, names) for one in calls if may_pick_up(one, who.user.id, within)]
    return RingingCalls(items=shown)


def _show(value: actions.Live, queue_names: dict[str, str]) -> RingingCall:
    queue = value["queue"]
    return RingingCall(
        call=str(value["id"]),
        caller=str(value["caller"]),
        caller_name=str((value["customer"] or {}).get("name") or ""),
        queue_name=queue_names.get(queue, value["queue_name"] or "") if queue else "",
        agents=[str(one["agent_name"] or "") for one in offers_of(value)],
        since=since_of(value),
    )
