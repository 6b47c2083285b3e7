"""What leads callers into a queue, and leading all of it to a successor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from acd.forwarding.store import forwarding_to
from acd.queue import QueueKey
from acd.queue_successor.store import lead_to_successor, queues_using
from acd.ring_groups.store import settings as ring_groups
from acd.service_levels.store import lead_levels, levels_leading_to
from acd.store import agent_names, queue_names
from crm.custom_destinations.store import change_custom, custom_destinations
from crm.kernel.destination import Destination, DestinationKind
from crm.number_lists.lists import Effect, EffectKind
from crm.number_lists.store import change_list, number_lists
from cti.routes.rule import Forced
from cti.routes.store import begin_forced, cases, expect, forced_handling, routes, save_route
from ivr.standard import document_of, read_standard
from ivr.store import flow_names, newest_document, numbers, publish
from web.kit.i18n import Reader
from web.queues.words import USES


@dataclass(frozen=True, slots=True)
class Use:
    """Things of one kind that lead to a queue, by their names."""

    kind: str  # a key of `USES`
    names: tuple[str, ...]


def to_queue(key: str) -> Destination:
    """The destination of one queue."""
    return Destination(DestinationKind.QUEUE, key)


def callback_of(key: str) -> Destination:
    """The destination of a callback from one queue."""
    return Destination(DestinationKind.CALLBACK, key)


def uses_of(session: Session, key: QueueKey) -> list[Use]:
    """Give everything that leads to a queue, or to a callback from it, inactive things too."""
    to, agents, queues = (
        {to_queue(key), callback_of(key)},
        agent_names(session),
        queue_names(session),
    )
    flows = {id_ for id_ in flow_names(session) if _leads(session, id_, key)}
    rules = [one.rule for one in routes(session)]
    by_kind = {
        "numbers": [one.number for one in numbers(session) if one.flow in flows],
        "flows": [name for id_, name in flow_names(session).items() if id_ in flows],
        "routes": [one.name for one in rules if to & {one.destination, one.closed}],
        "forced": [
            one.forced.number or "*"
            for one in forced_handling(session)
            if one.forced.destination in to
        ],
        "ring_groups": [one.group.name for one in ring_groups(session) if one.group.then in to],
        "forwards": [
            agents.get(agent, str(agent)) for one in to for agent in forwarding_to(session, one)
        ],
        "number_lists": [
            one.draft.name for one in number_lists(session) if one.draft.effect == _effect(key)
        ],
        "custom": [
            one.draft.name
            for one in custom_destinations(session)
            if one.draft.fallback in set(map(str, to))
        ],
        "service_levels": levels_leading_to(session, key),
        "queues": [queues[one].en if one in queues else one for one in queues_using(session, key)],
    }
    return [Use(kind, tuple(by_kind[kind])) for kind in USES if by_kind[kind]]


def lead_all(session: Session, old: QueueKey, new: QueueKey, by: int) -> None:
    """Let everything that leads to a queue lead to its successor."""
    lead_to_successor(session, old, new)
    lead_levels(session, old, new)
    for kind in (to_queue, callback_of):
        _lead_routes(session, kind(old), kind(new), by)
        _lead_custom(session, kind(old), kind(new))
    _lead_lists(session, old, new)
    for flow in flow_names(session):
        if _leads(session, flow, old):
            document = newest_document(session, flow)
            publish(session, flow, successor_document(document, old, new), by)


def _lead_routes(session: Session, to: Destination, there: Destination, by: int) -> None:
    for route in routes(session):
        rule = route.rule
        if to in {rule.destination, rule.closed}:
            changed = replace(
                rule,
                destination=there if rule.destination == to else rule.destination,
                closed=there if rule.closed == to else rule.closed,
            )
            save_route(session, replace(route, rule=changed))
    for case in cases(session):
        if case.destination == str(to):
            expect(session, case.id, str(there))
    for one in forced_handling(session):
        if one.forced.destination == to:
            forced = Forced(there, one.forced.number, one.forced.until)
            begin_forced(session, forced, one.reason, by)


def _lead_lists(session: Session, old: QueueKey, new: QueueKey) -> None:
    for listed in number_lists(session):
        if listed.draft.effect == _effect(old):
            change_list(session, listed.id, replace(listed.draft, effect=_effect(new)))


def _lead_custom(session: Session, to: Destination, there: Destination) -> None:
    for custom in custom_destinations(session):
        if custom.draft.fallback == str(to):
            change_custom(session, custom.id, replace(custom.draft, fallback=str(there)))


def uses_sentence(uses: list[Use], reader: Reader) -> str:
    """Name what leads to a queue in a line: `Numbers: 4008001234; Call flows: Welcome`."""
    said = (f"{reader.gettext(USES[one.kind])}: {', '.join(one.names)}" for one in uses)
    return "; ".join(said)


def successor_document(document: Mapping[str, Any], old: str, new: str) -> Mapping[str, Any]:
    """Put one queue in place of another into a flow; a standard flow stays one."""
    standard = read_standard(document)
    if standard is None:
        led: Mapping[str, Any] = led_to(document, old, new)
        return led
    choices = {key: new if one == old else one for key, one in standard.choices.items()}
    otherwise = new if standard.otherwise == old else standard.otherwise
    return document_of(replace(standard, choices=choices, otherwise=otherwise))


def led_to(document: Any, old: str, new: str) -> Any:
    """Put one queue in place of another into a flow's document."""
    match document:
        case str():
            return str(to_queue(new)) if document == str(to_queue(old)) else document
        case Mapping():
            return {
                name: new if name == "queue" and part == old else led_to(part, old, new)
                for name, part in document.items()
            }
        case list() | tuple():
            return [led_to(part, old, new) for part in document]
        case _:
            return document


def _leads(session: Session, flow: int, key: str) -> bool:
    document = newest_document(session, flow)
    return bool(led_to(document, key, f"{key} and another") != document)


def _effect(key: str) -> Effect:
    return Effect(EffectKind.QUEUE, key)
