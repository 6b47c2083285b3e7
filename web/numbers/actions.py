"""Actions on numbers that pages and API share: show, add, change."""

from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queues.store import queue_settings
from acd.store import agents
from crm.kernel.errors import InvalidError, TakenError
from crm.kernel.phone import extension_of
from crm.kernel.typed_phone import NO_NUMBER, typed_number
from crm.people.person import SignedIn
from ivr import store
from ivr.flow import FlowId
from ivr.standard import StandardFlow, document_of
from ivr.store import Number
from web.kit.audit import note
from web.kit.request import context_of
from web.kit.shapes import Choice, Named
from web.numbers.shapes import NumberBody, NumberChange, NumberShape

SHORTEST = 3  # digits


def show_numbers(session: Session) -> list[NumberShape]:
    """Show all numbers, the inactive ones too."""
    flows = store.flow_names(session)
    return [_show(one, flows[one.flow]) for one in store.numbers(session)]


def show_number(session: Session, number: str) -> NumberShape:
    """Show one number."""
    found = store.number_to_change(session, number)
    return _show(found, store.flow_names(session)[found.flow])


def show_flows(session: Session) -> list[Named]:
    """Show the call flows that have been published, by name."""
    published = {one.id for one in store.published_flows(session)}
    names = store.flow_names(session).items()
    return [Named(id=id_, name=name) for id_, name in names if id_ in published]


def flow_choices(session: Session) -> list[Choice]:
    """Give the call flows as choices."""
    return [Choice(key=str(one.id), name=one.name) for one in show_flows(session)]


def make_number(session: Session, request: Request, who: SignedIn, body: NumberBody) -> str:
    """Add a number; without a flow it gets one with the standard greeting and no menu."""
    number = _read(session, request, body.number)
    flow = FlowId(body.flow) if body.flow else _standard_flow(session, who, body.name or number)
    _check_flow(session, flow)
    made = Number(number, body.name.strip() or number, flow, body.active, body.language)
    store.save_number(session, made)
    note(session, request, who, "number.added", "numbers", number, {}, _noted(made))
    return number


def write_number(
    session: Session, request: Request, who: SignedIn, number: str, body: NumberChange
) -> None:
    """Change the given fields of a number; they hold for the next call."""
    known = store.number_to_change(session, number)
    changed = known
    if body.name is not None:
        changed = replace(changed, name=body.name.strip() or known.number)
    if body.language is not None:
        changed = replace(changed, language=body.language)
    if body.flow is not None:
        _check_flow(session, FlowId(body.flow))
        changed = replace(changed, flow=FlowId(body.flow))
    if body.active is not None:
        changed = replace(changed, enabled=body.active)
    if changed != known:
        store.save_number(session, changed)
        before, after = _noted(known), _noted(changed)
        note(session, request, who, "number.changed", "numbers", known.number, before, after)


def _read(session: Session, request: Request, typed: str) -> str:
    """Read the number that callers dial: E.164, or a short number of the carrier."""
    number = typed_number(typed, context_of(request).settings.region, "number")
    short = number.isdigit() and len(number) >= SHORTEST
    if extension_of(number) or not (number.startswith("+") or short):
        raise InvalidError(NO_NUMBER, "number", number=typed[:40])
    if any(one.number == number for one in store.numbers(session)):
        raise TakenError("The number {number} is there already.", "number", number=number)
    if any(one.extension == number for one in agents(session)):
        raise TakenError("The extension {extension} is taken.", "number", extension=number)
    return number


def _standard_flow(session: Session, who: SignedIn, name: str) -> FlowId:
    active = [one.queue.key for one in queue_settings(session) if one.enabled]
    if not active:
        raise InvalidError("Add a queue first: callers need one to wait in.", field="flow")
    flow = store.add_flow(session, _free_name(session, name.strip()))
    store.publish(session, flow, document_of(StandardFlow(active[0])), who.user.id)
    return flow


def _free_name(session: Session, wanted: str) -> str:
    taken = set(store.flow_names(session).values())
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def _check_flow(session: Session, flow: FlowId) -> None:
    if not any(one.id == flow for one in store.published_flows(session)):
        raise InvalidError("There is no flow {flow}.", field="flow", flow=flow)


def _show(number: Number, flow: str) -> NumberShape:
    return NumberShape(
        number=number.number,
        name=number.name,
        language=number.language,
        flow=Named(id=number.flow, name=flow),
        active=number.enabled,
    )


def _noted(number: Number) -> dict[str, Any]:
    return {
        "name": number.name,
        "language": number.language.value,
        "flow": number.flow,
        "active": number.enabled,
    }
