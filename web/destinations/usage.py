"""What leads calls to a destination: routes, forced handling, forwarding, flows and more."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from acd.forwarding.store import forwarding_to
from acd.queue_steps.store import queues_leading_to
from acd.ring_groups.store import ring_groups as groups_in_use
from acd.ring_groups.store import settings as ring_groups
from acd.store import agent_names, queue_names
from crm.custom_destinations.store import falling_back_to
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError
from cti.routes.store import forced_handling, routes
from ivr.drafts.store import draft
from ivr.fields import FieldKind
from ivr.mentions import destinations_of, things_of
from ivr.store import flow_names, newest_document
from web.kit.i18n import N_

FORWARDED = N_("The extensions of {names} are forwarded here. Change that first.")
ROUTES = N_("These routes lead here: {names}. Change them first.")
FLOWS = N_("These call flows lead here: {names}. Change them first.")
FLOWS_USE = N_("These call flows use it: {names}. Change them first.")
RING_GROUPS = N_("These ring groups lead here: {names}. Change them first.")
QUEUES = N_("These queues send callers here: {names}. Change them first.")
FALLBACKS = N_("These custom destinations fall back here: {names}. Change them first.")
ONLY_MEMBER = N_("In these ring groups no other agent takes calls: {names}. Change them first.")
ALL_NUMBERS = N_("The forced handling of all numbers leads here. End it first.")
ONE_NUMBER = N_("The forced handling of {number} leads here. End it first.")


def check_unused(session: Session, to: Destination) -> None:
    """Refuse while something leads to a destination; ConflictError names it."""
    rules = [one.rule for one in routes(session)]
    if led := [one.name for one in rules if to in {one.destination, one.closed}]:
        raise ConflictError(ROUTES, names=", ".join(led))
    for one in forced_handling(session):
        if one.forced.destination == to:
            number = one.forced.number
            raise ConflictError(ONE_NUMBER if number else ALL_NUMBERS, number=number)
    if agents := forwarding_to(session, to):
        known = agent_names(session)
        people = ", ".join(known.get(one, str(one)) for one in agents)
        raise ConflictError(FORWARDED, names=people)
    if led := [one.group.name for one in ring_groups(session) if one.group.then == to]:
        raise ConflictError(RING_GROUPS, names=", ".join(led))
    own = to.key if to.kind is DestinationKind.FLOW else ""
    if led := _flows(session, lambda document: _leads(document, str(to)), but=own):
        raise ConflictError(FLOWS, names=", ".join(led))
    check_no_fallback(session, to)
    check_no_queue(session, to)


def check_no_flow(session: Session, kind: FieldKind, key: int | str) -> None:
    """Refuse while a flow's newest version or its draft names a thing; ConflictError names it."""

    def uses(document: Mapping[str, Any]) -> bool:
        held = (value for _, of, value in things_of(document) if of is kind)
        return any(key in one if isinstance(one, Mapping) else one == key for one in held)

    if using := _flows(session, uses):
        raise ConflictError(FLOWS_USE, names=", ".join(using))


def _flows(
    session: Session, holds: Callable[[Mapping[str, Any]], bool], but: str = ""
) -> list[str]:
    """Give the names of the flows of which this holds for the newest version or the draft."""
    return [
        name
        for id_, name in flow_names(session).items()
        if str(id_) != but
        and (holds(newest_document(session, id_)) or holds(draft(session, id_).document))
    ]


def _leads(document: Mapping[str, Any], to: str) -> bool:
    return to in destinations_of(document) or names(document, to)


def check_agent_unused(session: Session, agent: int) -> None:
    """Refuse while calls are led to an agent who is to take none any more; ConflictError names it.

    A queue or ring group with other members goes on without this one.
    """
    check_unused(session, Destination(DestinationKind.AGENT, str(agent)))
    in_use = groups_in_use(session).values()
    if led := [one.name for one in in_use if one.members == (agent,)]:
        raise ConflictError(ONLY_MEMBER, names=", ".join(led))


def check_no_fallback(session: Session, to: Destination) -> None:
    """Refuse while a custom destination falls back to a destination; ConflictError names it."""
    if led := falling_back_to(session, to):
        raise ConflictError(FALLBACKS, names=", ".join(led))


def check_no_queue(session: Session, to: Destination) -> None:
    """Refuse while a queue sends callers to a destination; ConflictError names it."""
    if led := queues_leading_to(session, to):
        known = queue_names(session)
        raise ConflictError(QUEUES, names=", ".join(known[one].en for one in led))


def names(document: Any, text: str) -> bool:
    """Whether a part of a flow's document is exactly this text."""
    match document:
        case str():
            return document == text
        case dict():
            return any(names(one, text) for one in document.values())
        case list() | tuple():
            return any(names(one, text) for one in document)
        case _:
            return False
