"""The API of a call's parties: transfers, consultations, conferences, slots, calls of others."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import InvalidError, MissingError, RefusedError
from crm.kernel.typed_phone import typed_number
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.calls.shapes import CallPath
from web.desk import actions
from web.desk.api import ask_of
from web.desk.shapes import (
    ConsultBody,
    LegBody,
    MuteBody,
    PartyBody,
    PickUpBody,
    SlotBody,
    TransferBody,
    TransferMode,
)
from web.destinations.actions import read
from web.destinations.targets import targets_of
from web.kit.auth import AtDesk, reach_of
from web.kit.i18n import N_
from web.kit.request import context_of
from web.kit.shapes import Done
from web.live.context import live_of
from web.live.schema import agents_of_call

router = APIRouter(prefix="/desk")
PARTIES = frozenset({DestinationKind.AGENT, DestinationKind.NUMBER})


@router.post("/calls/{call}/transfer")
async def transfer(request: Request, call: CallPath, body: TransferBody, who: AtDesk) -> Done:
    """Transfer the customer at once, or with `attended` speak with the other party first.

    A transfer that is not answered comes back.
    """
    to = await run_in_threadpool(_destination, request, body.to)
    if body.mode is TransferMode.ATTENDED:
        return await ask_of(request, who, "consult", call, to=str(to), note=body.note)
    if body.front and not who.may(Right.MONITOR_CONTROL):
        raise RefusedError(N_("You are not allowed to put a call at the front of a queue."))
    fields = {"to": str(to), "note": body.note, "front": body.front, "wait": body.wait}
    return await ask_of(request, who, "transfer", call, **fields)


@router.post("/calls/{call}/consult")
async def consult(request: Request, call: CallPath, body: ConsultBody, who: AtDesk) -> Done:
    """Speak with an agent or an outside number first; the customer hears music."""
    to = await run_in_threadpool(_destination, request, body.to)
    return await ask_of(request, who, "consult", call, to=str(to), note=body.note)


@router.post("/calls/{call}/shuttle")
async def shuttle(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Switch between the customer and the consulted party."""
    return await ask_of(request, who, "shuttle", call)


@router.post("/calls/{call}/complete")
async def complete(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Connect the customer with the consulted party and leave."""
    return await ask_of(request, who, "complete", call)


@router.post("/calls/{call}/take-back")
async def take_back(request: Request, call: CallPath, who: AtDesk) -> Done:
    """End the consultation and speak with the customer again."""
    return await ask_of(request, who, "take back", call)


@router.post("/calls/{call}/conference")
async def conference(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Bring the customer and the consulted party together with you."""
    return await ask_of(request, who, "conference", call)


@router.post("/calls/{call}/add")
async def add_party(request: Request, call: CallPath, body: PartyBody, who: AtDesk) -> Done:
    """Call an agent or an outside number into the talk, which goes on meanwhile."""
    to = await run_in_threadpool(_destination, request, body.to)
    return await ask_of(request, who, "add", call, to=str(to))


@router.post("/calls/{call}/drop")
async def drop_party(request: Request, call: CallPath, body: LegBody, who: AtDesk) -> Done:
    """End one party's part in the talk."""
    return await ask_of(request, who, "drop", call, leg=body.leg)


@router.post("/calls/{call}/mute")
async def mute_party(request: Request, call: CallPath, body: MuteBody, who: AtDesk) -> Done:
    """Keep what one party says from the others, or no longer."""
    return await ask_of(request, who, "mute", call, leg=body.leg, on=body.on)


@router.post("/calls/{call}/park")
async def park(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Let the customer wait in a slot, from which any agent fetches them."""
    return await ask_of(request, who, "park", call)


@router.post("/retrieve")
async def retrieve(request: Request, body: SlotBody, who: AtDesk) -> Done:
    """Fetch the customer who is parked in a slot."""
    live = live_of(request)
    actions.own_agent(live.mirror, who)
    return Done(value=dict(await live.link.ask("retrieve", agent=who.user.id, slot=body.slot)))


@router.post("/pickup")
async def pick_up(request: Request, body: PickUpBody, who: AtDesk) -> Done:
    """Answer a call that rings at another agent's phone."""
    await run_in_threadpool(_check_pick_up, request, who, body.call)
    live = live_of(request)
    actions.own_agent(live.mirror, who)
    return Done(value=dict(await live.link.ask("pick up", agent=who.user.id, call=body.call)))


def _destination(request: Request, text: str) -> Destination:
    """Read where a call is to go; a number may be typed in any way, a colleague by extension."""
    kind, _, key = text.strip().partition(":")
    context = context_of(request)
    if kind == DestinationKind.NUMBER:
        number = typed_number(key, context.settings.region, "to")
        if not number:
            raise InvalidError(N_("Enter a number."), "to")
        return Destination(DestinationKind.NUMBER, number)
    with context.database.begin() as session:
        return read(text, targets_of(session), context.settings.region, "to")


def _check_pick_up(request: Request, who: SignedIn, call: str) -> None:
    """Refuse calls that ring at none of the agents whose calls this user may pick up."""
    value = live_of(request).mirror.value("call", call)
    with context_of(request).database.begin() as session:
        reach = reach_of(session, who, Right.CALLS_PICKUP) if who.may(Right.CALLS_PICKUP) else None
    if reach is None or not any(reach.holds(one) for one in agents_of_call(value)):
        raise MissingError("There is no call {call}.", call=call)
