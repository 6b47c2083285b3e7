"""The API of an agent's desk: its state, and the actions on calls."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from acd.agent import Phone
from acd.store import set_outside_number
from crm.customers.store import customer as find_customer
from crm.dictionary.item import List
from crm.dictionary.store import check_key
from crm.kernel.errors import InvalidError
from crm.kernel.typed_phone import typed_number
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.calls.finish import (
    FinishBody,
    call_to_finish,
    draft_of,
    forget_draft,
    keep_finish,
    what_is_known,
)
from web.calls.shapes import CallPath
from web.desk import actions
from web.desk.pauses import Pause, allowed_pause
from web.desk.phone_settings import PhoneSettings, keep_kind, keep_settings
from web.desk.redial import dialled_numbers
from web.desk.shapes import (
    Credentials,
    DeclineBody,
    DeskShape,
    DeskSignIn,
    DeskState,
    DialBody,
    DialledCall,
    DialledNumbers,
    FinishAnswer,
    Outcome,
    SignedInDesk,
    WhenFreeBody,
)
from web.kit.auth import AtDesk
from web.kit.clock import now
from web.kit.forms import sentence_of
from web.kit.i18n import N_
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
        return actions.show_desk(
            session, live_of(request).mirror, who, reader_of(request), context.parameters()
        )


@router.post("/phone")
async def start_phone(request: Request, who: AtDesk) -> Credentials:
    """Give the browser phone's credentials again, after a reload.

    Not a GET: a phone that starts anew ends the leg of the old one, so a link to it from another
    site would cut a talk.
    """
    value = await live_of(request).link.ask("phone", agent=who.user.id)
    return Credentials(**value, ice_servers=_ice_servers(request))


@router.put("/phone-settings")
def set_phone_settings(request: Request, body: PhoneSettings, who: AtDesk) -> PhoneSettings:
    """Choose your own softphone settings; a member left out is the system's default."""
    with context_of(request).database.begin() as session:
        keep_settings(session, who.user.id, body)
    return body


@router.post("/signin")
async def sign_in(request: Request, body: DeskSignIn, who: AtDesk) -> SignedInDesk:
    """Sign in as an agent with a telephone; the agent starts paused."""
    link = live_of(request).link
    number = ""
    if body.phone is Phone.OUTSIDE:
        number = typed_number(body.number, context_of(request).settings.region, "number")
        if not number:
            raise InvalidError(N_("Enter the number of your phone."), "number")
    value = await link.ask("signin", agent=who.user.id, phone=body.phone.value, number=number)
    await run_in_threadpool(_keep_phone, request, who, body.phone, number)
    shown = await run_in_threadpool(read_desk, request, who)
    return SignedInDesk(sip=value.get("sip"), ice_servers=_ice_servers(request), desk=shown)


@router.post("/signout")
async def sign_out(request: Request, who: AtDesk) -> Done:
    """Sign out as an agent."""
    return Done(value=dict(await live_of(request).link.ask("signout", agent=who.user.id)))


@router.post("/state")
async def set_state(request: Request, body: DeskState, who: AtDesk) -> Done:
    """Become ready for calls, or pause; during a talk the pause takes effect afterwards."""
    asked = Pause(body.reason, body.minutes)
    if body.reason:
        asked = await run_in_threadpool(_allowed_pause, request, who, asked)
    value = await live_of(request).link.ask(
        "state", agent=who.user.id, state=body.state, reason=asked.reason, minutes=asked.minutes
    )
    return Done(value=dict(value))


@router.post("/calls/{call}/answer")
async def answer(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Answer the call that rings at the browser phone."""
    return await ask_of(request, who, "answer", call)


@router.post("/calls/{call}/decline")
async def decline(
    request: Request, call: CallPath, who: AtDesk, body: DeclineBody | None = None
) -> Done:
    """Decline the offered call, so that another agent gets it."""
    return await ask_of(request, who, "decline", call, reason=body.reason if body else "")


@router.post("/calls/{call}/hold")
async def hold(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Put the caller on hold."""
    return await ask_of(request, who, "hold", call)


@router.post("/calls/{call}/resume")
async def resume(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Take the caller back."""
    return await ask_of(request, who, "resume", call)


@router.post("/calls/{call}/hangup")
async def hang_up(request: Request, call: CallPath, who: AtDesk) -> Done:
    """End the call."""
    return await ask_of(request, who, "hangup", call)


@router.post("/calls")
async def dial(request: Request, body: DialBody, who: AtDesk) -> DialledCall:
    """Call a number or a colleague: your own phone first, then theirs.

    403 names the outbound rule that does not allow it, or does not allow our number to be hidden.
    """
    live = live_of(request)
    actions.own_agent(live.mirror, who)
    card = await run_in_threadpool(_card_of, request, who, body.customer)
    value = await live.link.ask(
        "dial", agent=who.user.id, to=body.to, customer=card, hidden=body.hide_number
    )
    return DialledCall(call=str(value["call"]))


@router.post("/when-free")
async def call_when_free(request: Request, body: WhenFreeBody, who: AtDesk) -> Done:
    """Be called as soon as a colleague is free, within half an hour; or no longer."""
    live = live_of(request)
    actions.own_agent(live.mirror, who)
    value = await live.link.ask("when free", agent=who.user.id, to=body.agent, on=body.on)
    return Done(value=dict(value))


@router.get("/dialled")
def read_dialled(request: Request, who: AtDesk) -> DialledNumbers:
    """List the numbers that you dialled last, each once, the newest first."""
    with context_of(request).database.begin() as session:
        return dialled_numbers(session, reader_of(request), who, now())


@router.post("/calls/{call}/more-time")
async def more_time(request: Request, call: CallPath, who: AtDesk) -> Done:
    """Let the wrap-up of a call last a minute longer; once a call."""
    return await ask_of(request, who, "more time", call)


@router.post("/calls/{call}/finish")
async def finish_call(
    request: Request, call: CallPath, who: AtDesk, body: FinishBody | None = None
) -> FinishAnswer:
    """Save the disposition and interaction record of a call; without a body, what was typed.

    What cannot be saved is kept as a draft, and the call stays among those to finish.
    """
    answer, outcome = await run_in_threadpool(_finish, request, call, who, body)
    if outcome is not None:
        fields = {"call": call, "outcome": outcome.outcome, "note": outcome.note}
        await live_of(request).link.ask("outcome", agent=who.user.id, **fields)
        await run_in_threadpool(_forget_draft, request, call, who)
    return answer


@router.post("/calls/{call}/outcome")
async def set_outcome(request: Request, call: CallPath, body: Outcome, who: AtDesk) -> Done:
    """Note the outcome of the call; the wrap-up goes on until it is over or the agent ends it."""
    await run_in_threadpool(check_outcome, request, who, call, body.outcome)
    fields = {"call": call, "outcome": body.outcome, "note": body.note}
    value = await live_of(request).link.ask("outcome", agent=who.user.id, **fields)
    return Done(value=dict(value))


def _keep_phone(request: Request, who: SignedIn, kind: Phone, number: str) -> None:
    """Remember the phone for the next time."""
    with context_of(request).database.begin() as session:
        keep_kind(session, who.user.id, kind)
        if number:
            set_outside_number(session, who.user.id, number)


def _card_of(request: Request, who: SignedIn, customer: int | None) -> dict[str, Any] | None:
    """Give the customer whose page a number is dialled from; None without one or the permission."""
    if customer is None or not who.may(Right.CUSTOMERS_SEE):
        return None
    with context_of(request).database.begin() as session:
        return actions.card_fields(find_customer(session, customer))


def check_outcome(request: Request, who: SignedIn, call: str, outcome: str) -> None:
    """Raise MissingError unless the call is this agent's, InvalidError for an unknown outcome."""
    context = context_of(request)
    with context.database.begin() as session:
        actions.check_own_call(session, live_of(request).mirror, who, call)
        check_key(session, List.OUTCOME, outcome)


def _finish(
    request: Request, call: str, who: SignedIn, body: FinishBody | None
) -> tuple[FinishAnswer, FinishBody | None]:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        found = call_to_finish(session, live_of(request).mirror, who, call)
        values = what_is_known(session, who, found)
        typed = draft_of(session, who, found.id)
        if body is None and not typed:
            return FinishAnswer(saved=bool(values["outcome"])), None
        try:
            body = body or FinishBody.model_validate(values | typed)
            with session.begin_nested():
                keep_finish(session, request, who, found, body)
        except ValidationError as error:
            wrong = error.errors()[0]
            field = str(wrong["loc"][0])
            sentence = N_("Choose a disposition.") if field == "outcome" else sentence_of(wrong)
            return FinishAnswer(saved=False, problem=reader.gettext(sentence), field=field), None
        except InvalidError as error:
            problem = reader.error(error)
            return FinishAnswer(saved=False, problem=problem, field=str(error.field or "")), None
    return FinishAnswer(saved=True), body


def _forget_draft(request: Request, call: str, who: SignedIn) -> None:
    with context_of(request).database.begin() as session:
        forget_draft(session, who, call)


def _ice_servers(request: Request) -> list[dict[str, str]]:
    return ice_servers(context_of(request).settings.outside, now() + AGENT_TURN_LASTS)


def _allowed_pause(request: Request, who: SignedIn, asked: Pause) -> Pause:
    with context_of(request).database.begin() as session:
        return allowed_pause(session, live_of(request).mirror, who, reader_of(request), asked)


async def ask_of(request: Request, who: SignedIn, name: str, call: str, **fields: Any) -> Done:
    """Let the engine carry out what an agent asks of a call."""
    live = live_of(request)
    actions.check_live(live.mirror, who, call)
    value = await live.link.ask(name, agent=who.user.id, call=call, **fields)
    return Done(value=dict(value))
