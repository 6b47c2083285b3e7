"""Actions and data that the pages and the API of an agent's desk share."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.store import pause_reasons
from crm.calls.store import call as kept_call
from crm.customers.customer import Customer
from crm.dictionary.item import List
from crm.kernel.errors import MissingError
from crm.parameters.parameter import Parameters
from crm.people.person import Language, SignedIn
from crm.people.rights import NOBODY, Reach, Right
from web.customers.shapes import ScreenPop
from web.customers.views import CallerNumber, show_card
from web.desk.phone_settings import phone_settings
from web.desk.shapes import DeskShape
from web.kit.auth import reach_of
from web.kit.errors import EngineAwayError
from web.kit.i18n import Reader
from web.kit.request import context_of, session_of
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice
from web.live.context import live_of
from web.live.mirror import Mirror
from web.live.schema import ItemKind, calls_of_agent

Live = Mapping[str, Any]


def own_agent(mirror: Mirror, who: SignedIn) -> Live:
    """Give the live agent of a user; EngineAwayError while the engine is away."""
    if mirror.away:
        raise EngineAwayError
    found = mirror.value(ItemKind.AGENT, who.user.id)
    if found is None:
        raise MissingError("You are not an agent.")
    return found


def boot_seat(request: Request) -> Mapping[str, object]:
    """Give whether the user is an agent; None until the engine is linked."""
    who, mirror = session_of(request), live_of(request).mirror
    if who is None or not who.may(Right.DESK):
        return {"seated": False}
    return {
        "seated": mirror.value(ItemKind.AGENT, who.user.id) is not None if mirror.boot else None,
        "see_listening": context_of(request).settings_cache.known().flag("agents_see_listening"),
    }


def is_in_menu(request: Request) -> bool:
    """Whether the menu has the workspace: not for an administrator who takes no calls."""
    return boot_seat(request)["seated"] is not False


def present_call(mirror: Mirror, who: SignedIn) -> Live | None:
    """Give the call at an agent's desk: offered, active or in wrap-up.

    A call that the agent monitors as a supervisor is at the desk of the agent who has it.
    """
    agent = mirror.value(ItemKind.AGENT, who.user.id)
    call = agent.get("call") if agent else None
    if agent is not None and call:
        listening = f"{call}/listen{who.user.id}"
        if any(task["work"] == listening for task in agent.get("tasks", ())):
            return None
    return mirror.value(ItemKind.CALL, call) if call else None


def live_call_of(mirror: Mirror, who: SignedIn, call: str) -> Live | None:
    """Give a live call if it is at this desk."""
    agent = mirror.value(ItemKind.AGENT, who.user.id)
    value = mirror.value(ItemKind.CALL, call)
    if agent is None or value is None:
        return None
    at_desk = call in calls_of_agent(agent) or value.get("agent") == who.user.id
    return value if at_desk else None


def check_live(mirror: Mirror, who: SignedIn, call: str) -> None:
    """Raise MissingError unless a call is at this desk now; EngineAwayError without the engine."""
    own_agent(mirror, who)
    if live_call_of(mirror, who, call) is None:
        raise MissingError("There is no call {call}.", call=call)


def check_own_call(session: Session, mirror: Mirror, who: SignedIn, call: str) -> Live | None:
    """Raise MissingError unless a call is or was this agent's; give it if it is live."""
    live = live_call_of(mirror, who, call)
    if live is None:
        kept_call(session, call, Reach(frozenset({who.user.id})))
    return live


def caller_of_call(session: Session, mirror: Mirror, who: SignedIn, call: str) -> CallerNumber:
    """Give the caller of a call at this desk, or of one that the user may see."""
    live = live_call_of(mirror, who, call)
    if live is not None:
        return caller_of(live)
    own = Reach(frozenset({who.user.id}))
    seen = reach_of(session, who, Right.CALLS_SEE) if who.may(Right.CALLS_SEE) else own
    kept = kept_call(session, call, seen)
    return CallerNumber(kept.customer_number, kept.customer)


def caller_of(value: Live) -> CallerNumber:
    """Give the caller of a live call."""
    found = value.get("customer") or {}
    customer = found.get("id")
    return CallerNumber(
        str(value.get("caller") or ""), customer if isinstance(customer, int) else None
    )


def card_fields(found: Customer) -> dict[str, Any]:
    """Give a customer as the engine takes one."""
    draft = found.draft
    return {"id": found.id, "name": draft.name, "company": draft.company, "level": draft.level}


def card_for(
    session: Session,
    reader: Reader,
    who: SignedIn,
    value: Live | None,
    customer: int | None = None,
) -> ScreenPop | None:
    """Make the screen pop of a live call, for another customer if one was chosen just now."""
    if value is None:
        return None
    caller = caller_of(value)
    if customer is not None:
        caller = replace(caller, customer=customer)
    seen = reach_of(session, who, Right.CALLS_SEE) if who.may(Right.CALLS_SEE) else NOBODY
    return show_card(session, reader, caller, seen)


def choices(session: Session, which: List, reader: Reader) -> list[Choice]:
    """Give the options of one dictionary."""
    offered = vocabulary(session).offered(which)
    return [Choice(key=one.key, name=one.name(reader.language)) for one in offered]


def reasons(session: Session, reader: Reader) -> list[Choice]:
    """Give the pause reasons."""
    chinese = reader.language is Language.CHINESE
    return [
        Choice(key=r.key, name=(r.name_zh or r.name_en) if chinese else (r.name_en or r.name_zh))
        for r in pause_reasons(session)
    ]


def show_desk(
    session: Session, mirror: Mirror, who: SignedIn, reader: Reader, parameters: Parameters
) -> DeskShape:
    """Show the whole desk."""
    agent, call = own_agent(mirror, who), present_call(mirror, who)
    return DeskShape(
        agent=dict(agent),
        call=dict(call) if call is not None else None,
        card=card_for(session, reader, who, call),
        outcomes=choices(session, List.OUTCOME, reader),
        pause_reasons=reasons(session, reader),
        decline_reasons=choices(session, List.DECLINE_REASON, reader),
        queue_names=queue_names(session, reader),
        phone=phone_settings(session, who.user.id, parameters),
    )


def queue_names(session: Session, reader: Reader) -> dict[str, str]:
    """Give the names of the queues in the reader's language."""
    return vocabulary(session).queue_names(reader.language)
