"""Actions on the forwarding of extensions that pages and API share: show and change."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request
from sqlalchemy.orm import Session

from acd import store as acd
from acd.forwarding import store
from acd.forwards import DESTINATIONS, Forwards, loop, made_of
from acd.queue import AgentId
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, InvalidError
from crm.number_lists.lists import NumberLists
from crm.number_lists.store import live_entries
from crm.people import store as people
from crm.people.granting import check_account
from crm.people.person import SignedIn
from cti.outbound.guard import Guard, midnight
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import SYSTEM, Dialler, Moment, OutboundPlan, Refused, may_dial
from cti.outbound.store import outbound_plan
from web.destinations.actions import read
from web.destinations.targets import DestinationTargets, targets_of
from web.forwarding.shapes import ForwardsBody, ForwardsShape
from web.forwarding.words import KINDS
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import context_of

NOT_HERE = N_("Calls to an extension cannot be forwarded there.")
CIRCLE = N_("This leads in a circle: {names}.")
EMERGENCY = N_("Calls cannot be forwarded to an emergency number.")


def targets(session: Session) -> DestinationTargets:
    """Read where an extension can be forwarded to."""
    found = targets_of(session)
    return {kind: found[kind] for kind in found if kind in DESTINATIONS}


def show_forwards(session: Session, user: int) -> ForwardsShape:
    """Show the forwarding of a user's extension; ConflictError if the user takes no calls."""
    agent = _agent(session, user)
    known = store.forwards_of(session, user)
    texts = {name: str(known.own(kind) or "") for name, kind in KINDS.items()}
    return ForwardsShape(user=user, extension=agent.extension, **texts)


def write_forwards(
    session: Session, request: Request, who: SignedIn, user: int, body: ForwardsBody
) -> None:
    """Change the forwarding of a user's extension; it counts from the next call on.

    A user forwards their own extension only to numbers that they may dial.
    """
    own = user == who.user.id
    if not own:
        check_account(who, people.user_by_id(session, user))
    store.lock_forwards(session)
    before = show_forwards(session, user)
    wanted = _read(session, request, body)
    _check_numbers(session, request, AgentId(user) if own else None, wanted)
    _check_loop(session, AgentId(user), wanted)
    store.set_forwards(session, user, made_of({KINDS[name]: to for name, to in wanted.items()}))
    after = show_forwards(session, user)
    if before != after:
        old, new = (one.model_dump(include=set(KINDS)) for one in (before, after))
        note(session, request, who, "user.forwarding_changed", "users", user, old, new)


def _agent(session: Session, user: int) -> acd.AgentSettings:
    people.user_by_id(session, user)
    found = acd.agents_among(session, [user]).get(AgentId(user))
    if found is None or not acd.working_agents(session, [user]):
        raise ConflictError(N_("Without an extension there is nothing to forward."))
    return found


def _read(session: Session, request: Request, body: ForwardsBody) -> dict[str, Destination]:
    known, region = targets(session), context_of(request).settings.region
    found: dict[str, Destination] = {}
    for name in KINDS:
        text = str(getattr(body, name)).strip()
        if not text:
            continue
        to = read(text, known, region, name if text.partition(":")[0] != "number" else _typed(name))
        if to.kind not in DESTINATIONS:
            raise InvalidError(NOT_HERE, name)
        found[name] = to
    return found


def _typed(name: str) -> str:
    """Name the field in which an outside number is typed."""
    return f"{name}_number"


def _check_numbers(
    session: Session, request: Request, own: AgentId | None, wanted: Mapping[str, Destination]
) -> None:
    """Refuse numbers that the engine would not call, or that the user may not dial."""
    numbers = {name: to.key for name, to in wanted.items() if to.kind is DestinationKind.NUMBER}
    if not numbers:
        return
    context = context_of(request)
    plan = outbound_plan(session, context.settings.region, midnight(now(), context.zone))
    # What was spent today says nothing of calls that are forwarded later.
    plan = replace(plan, guard=Guard())
    lists = NumberLists(live_entries(session))
    moment = Moment(now().timestamp(), lists=lists)
    diallers: list[Dialler] = [SYSTEM]
    if own is not None:
        diallers = [*filter(None, [plan.diallers.get(own)]), SYSTEM]
    for name, number in numbers.items():
        for dialler in diallers:
            _check_number(number, dialler, plan, moment, _typed(name))


def _check_number(
    number: str, dialler: Dialler, plan: OutboundPlan, moment: Moment, field_name: str
) -> None:
    found = may_dial(number, dialler, plan, moment)
    if isinstance(found, Refused):
        raise InvalidError(found.sentence, field_name, **found.values)
    if found.number_class is NumberClass.EMERGENCY:
        raise InvalidError(EMERGENCY, field_name)


def _check_loop(session: Session, user: AgentId, wanted: Mapping[str, Destination]) -> None:
    others = store.forwards(session)
    for name, to in wanted.items():
        if way := loop(user, Forwards(all=to), others):
            names = acd.agent_names(session)
            told = " → ".join(names.get(one, str(one)) for one in way)
            raise InvalidError(CIRCLE, name, names=told)
