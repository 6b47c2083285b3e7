"""The API of an agent's desk: its state, and the actions on calls."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from crm.dictionary.item import List
from crm.dictionary.store import check_key
from crm.people.person import SignedIn
from web.calls.shapes import CallPath
from web.desk import actions
from web.desk.shapes import (
    Colleague,
    Credentials,
    DeskShape,
    DeskSignIn,
    DeskState,
    DialledCall,
    HandOver,
    Outcome,
    SignedInDesk,
)
from web.kit.auth import AtDesk
from web.kit.clock import now
from web.kit.ice import AGENT_TURN_LASTS, ice_servers
from web.kit.request import context_of, reader_of
from web.kit.shapes import Done
from web.live.context import live_of

router = APIRouter(prefix="/desk")


@router.get("")
def read_desk(request: Request, who: AtDesk) -> DeskShape:
    """Show the agent, the call and the screen pop."""
    context = context_of(request)
    with context.database.begin() as session:
        return actions.show_desk(session, live_of(request).mirror, who, reader_of(request))


@router.post("/phone")
async def start_phone(request: Request, who: AtDesk) -> Credentials:
    """Give the browser phone's credentials again, after a reload.

    Not a GET: a phone that starts anew ends the leg of the old one, so a link to it from another
    site would cut a talk.
    """
    value = await live_of(request).link.ask("phone", agent=who.user.id)
    return Credentials(**value, ice_servers=_ice_servers(request))


@router.post("/signin")
async def sign_in(request: Request, body: DeskSignIn, who: AtDesk) -> SignedInDesk:
    """Sign in as an agent with a telephone; the agent starts paused."""
    link = live_of(request).link
    value = await link.ask("signin", agent=who.user.id, phone=body.phone.value)
    shown = await run_in_threadpool(read_desk, request, who)
    return SignedInDesk(sip=value.get("sip"), ice_servers=_ice_servers(request), desk=shown)


@router.post("/signout")
async def sign_out(request: Request, who: AtDesk) -> Done:
    """Sign out as an agent."""
    return Done(value=dict(await live_of(request).link.ask("signout", agent=who.user.id)))


@router.post("/state")
async def set_state(request: Request, body: DeskState, who: AtDesk) -> Done:
    """Become ready for calls, or pause; during a talk the pause takes effect afterwards."""
    if body.reason:
        await run_in_threadpool(_check_reason, request, body.reason)
    value = await live_of(request).link.ask(
        "state", agent=who.user.id, state=body.state, reason=body.reason
    )
    return Done(value=dict(value))


@router.post("/calls/{call}/answer")
async def answer(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Answer the call that rings at the browser phone."""
    return await _ask(request, who, "answer", call)


@router.post("/calls/{call}/decline")
async def decline(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Decline the offered call, so that another agent gets it."""
    return await _ask(request, who, "decline", call)


@router.post("/calls/{call}/hold")
async def hold(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Put the caller on hold."""
    return await _ask(request, who, "hold", call)


@router.post("/calls/{call}/resume")
async def resume(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Take the caller back."""
    return await _ask(request, who, "resume", call)


@router.post("/calls/{call}/hangup")
async def hang_up(request: Request, call: CallPath, who: AtDesk) -> Done:
    """End the call."""
    return await _ask(request, who, "hangup", call)


@router.post("/calls")
async def dial(request: Request, body: Colleague, who: AtDesk) -> DialledCall:
    """Call another agent: the own telephone first, then the other's."""
    live = live_of(request)
    actions.own_agent(live.mirror, who)
    value = await live.link.ask("dial", agent=who.user.id, to=body.to)
    return DialledCall(call=str(value["call"]))


@router.post("/calls/{call}/transfer")
async def transfer(request: Request, call: CallPath, body: HandOver, who: AtDesk) -> Done:
    """Transfer the caller to another agent at once; the call comes back if they do not answer."""
    return await _ask(request, who, "transfer", call, to=body.to, note=body.note)


@router.post("/calls/{call}/consult")
async def consult(request: Request, call: CallPath, body: HandOver, who: AtDesk) -> Done:
    """Speak with another agent first; the caller hears music."""
    return await _ask(request, who, "consult", call, to=body.to, note=body.note)


@router.post("/calls/{call}/shuttle")
async def shuttle(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Switch between the caller and the consulted agent."""
    return await _ask(request, who, "shuttle", call)


@router.post("/calls/{call}/complete")
async def complete(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Connect the caller with the consulted agent and leave."""
    return await _ask(request, who, "complete", call)


@router.post("/calls/{call}/take-back")
async def take_back(request: Request, call: CallPath, who: AtDesk) -> Done:
    """End the consultation and speak with the caller again."""
    return await _ask(request, who, "take back", call)


@router.post("/calls/{call}/listen")
async def listen(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Listen to a call with the own telephone; for users who see the floor and hear recordings."""
    await run_in_threadpool(_check_listener, request, who, call)
    live = live_of(request)
    actions.own_agent(live.mirror, who)
    return Done(value=dict(await live.link.ask("listen", agent=who.user.id, call=call)))


@router.post("/calls/{call}/stop-listening")
async def stop_listening(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Stop listening to a call."""
    return await _ask(request, who, "stop listening", call)


@router.post("/calls/{call}/more-time")
async def more_time(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Let the wrap-up of a call last a minute longer; once a call."""
    return await _ask(request, who, "more time", call)


@router.post("/calls/{call}/outcome")
async def set_outcome(request: Request, call: CallPath, body: Outcome, who: AtDesk) -> Done:
    """Note the outcome of the call; the wrap-up goes on until it is over or the agent ends it."""
    await run_in_threadpool(check_outcome, request, who, call, body.outcome)
    fields = {"call": call, "outcome": body.outcome, "note": body.note}
    value = await live_of(request).link.ask("outcome", agent=who.user.id, **fields)
    return Done(value=dict(value))


def check_outcome(request: Request, who: SignedIn, call: str, outcome: str) -> None:
    """Raise MissingError unless the call is this agent's, InvalidError for an unknown outcome."""
    context = context_of(request)
    with context.database.begin() as session:
        actions.check_own_call(session, live_of(request).mirror, who, call)
        check_key(session, List.OUTCOME, outcome)


def _ice_servers(request: Request) -> list[dict[str, str]]:
    return ice_servers(context_of(request).settings.outside, now() + AGENT_TURN_LASTS)


def _check_reason(request: Request, reason: str) -> None:
    with context_of(request).database.begin() as session:
        actions.check_reason(session, reason)


def _check_listener(request: Request, who: SignedIn, call: str) -> None:
    with context_of(request).database.begin() as session:
        actions.check_listener(session, live_of(request).mirror, who, call)


async def _ask(request: Request, who: SignedIn, name: str, call: str, **fields: Any) -> Done:
    live = live_of(request)
    actions.check_live(live.mirror, who, call)
    value = await live.link.ask(name, agent=who.user.id, call=call, **fields)
    return Done(value=dict(value))
