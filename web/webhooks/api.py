"""Webhooks and their deliveries."""

import json
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, RefusedError
from crm.people.person import SignedIn
from crm.people.rights import BuiltIn, Right
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.webhook import (
    DeliveryFilter,
    DeliveryState,
    Endpoint,
    EndpointDraft,
    EndpointHealth,
    EventType,
)
from web.kit.audit import note
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of
from web.webhooks.catalogue import examples, test_event
from web.webhooks.shapes import (
    DeliveryDetail,
    DeliveryList,
    DeliveryQuery,
    EndpointBody,
    EndpointChange,
    EndpointLine,
    EndpointList,
    EndpointSecret,
    EndpointShape,
    EventList,
    EventShape,
    ReplayBody,
    Replayed,
    show_delivery,
    show_detail,
    show_endpoint,
    show_line,
    show_secret,
)
from web.webhooks.signing import BOTH_FOR, Seal, new_secret
from web.webhooks.target import read_target
from web.webhooks.words import EVENT_TYPES

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
WebhookKeeper = Annotated[SignedIn, Depends(needs(Right.WEBHOOKS_MANAGE))]
HEALTH_OF = timedelta(hours=24)


@router.get("")
def list_webhooks(request: Request, _who: WebhookKeeper) -> EndpointList:
    """List all receivers with how they fared in the last 24 hours."""
    with context_of(request).database.begin() as session:
        return EndpointList(items=lines(session, reader_of(request)))


@router.post("", status_code=201)
def add_webhook(request: Request, body: EndpointBody, who: WebhookKeeper) -> EndpointSecret:
    """Add a receiver; the answer holds the secret that it checks our signatures with."""
    with context_of(request).database.begin() as session:
        made, secret = add(session, request, who, EndpointDraft(**dict(body)))
    return show_secret(made, reader_of(request), secret)


@router.get("/events")
def list_events(request: Request, _who: WebhookKeeper) -> EventList:
    """List the events that may be asked for, each with an example of its message."""
    return EventList(items=catalogue(reader_of(request)))


@router.get("/deliveries")
def list_deliveries(
    request: Request, query: Annotated[DeliveryQuery, Query()], _who: WebhookKeeper
) -> DeliveryList:
    """List deliveries, newest first."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        wanted = read_filter(query, reader)
        page = outbox.deliveries(session, wanted, limit=query.limit, cursor=query.cursor or None)
    return DeliveryList(items=[show_delivery(one, reader) for one in page.items], next=page.next)


@router.post("/deliveries/replay")
def replay_deliveries(request: Request, body: ReplayBody, who: WebhookKeeper) -> Replayed:
    """Send all deliveries that fit again, with the ids that they had."""
    if not body.model_dump(exclude_none=True):
        raise InvalidError("Say which deliveries to send again.", field="since")
    since = body.since if not body.since or body.since.tzinfo else None
    if body.since and since is None:
        raise InvalidError("A time needs its zone, such as a Z at its end.", field="since")
    ids = tuple(body.ids) if body.ids is not None else None
    wanted = DeliveryFilter(body.endpoint, body.state, since=since, ids=ids)
    with context_of(request).database.begin() as session:
        return Replayed(replayed=replay(session, request, who, wanted))


@router.get("/deliveries/{delivery}")
def read_delivery(request: Request, delivery: IdPath, _who: WebhookKeeper) -> DeliveryDetail:
    """Show a delivery: its body, and every attempt with the beginning of the answer."""
    with context_of(request).database.begin() as session:
        return detail(session, reader_of(request), delivery)


@router.post("/deliveries/{delivery}/replay")
def replay_delivery(request: Request, delivery: IdPath, who: WebhookKeeper) -> DeliveryDetail:
    """Send one delivery again, with the id that it had."""
    with context_of(request).database.begin() as session:
        outbox.delivery(session, delivery)
        replay(session, request, who, DeliveryFilter(ids=(delivery,)))
        return detail(session, reader_of(request), delivery)


@router.get("/{webhook}")
def read_webhook(
    request: Request, response: Response, webhook: IdPath, _who: WebhookKeeper
) -> EndpointShape:
    """Show a receiver; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = show_endpoint(store.endpoint(session, webhook), reader_of(request))
    show_tag(request, response, shape)
    return shape


@router.patch("/{webhook}")
def change_webhook(
    request: Request, response: Response, webhook: IdPath, body: EndpointChange, who: WebhookKeeper
) -> EndpointShape:
    """Change what is given of a receiver, unless it is no longer as `If-Match` says."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        before = store.endpoint_to_change(session, webhook)
        check_match(request, etag_of(show_endpoint(before, reader)))
        given = {name: value for name, value in dict(body).items() if value is not None}
        after = change(session, request, who, before, replace(before.draft, **given))
        shape = show_endpoint(after, reader)
    show_tag(request, response, shape)
    return shape


@router.delete("/{webhook}", status_code=204)
def remove_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> None:
    """Remove a receiver with all that was meant for it."""
    with context_of(request).database.begin() as session:
        remove(session, request, who, webhook)


@router.post("/{webhook}/secret")
def rotate_secret(request: Request, webhook: IdPath, who: WebhookKeeper) -> EndpointSecret:
    """Make a new secret; for 24 hours the present one signs beside it."""
    with context_of(request).database.begin() as session:
        rotated, secret = rotate(session, request, who, webhook)
    return show_secret(rotated, reader_of(request), secret)


@router.post("/{webhook}/test", status_code=202)
def test_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> DeliveryDetail:
    """Send a `webhook.test`; the answer names the delivery, whose outcome can be read there."""
    with context_of(request).database.begin() as session:
        sent = send_test(session, request, who, webhook)
        return detail(session, reader_of(request), sent)


def lines(session: Session, reader: Reader) -> list[EndpointLine]:
    """Show all receivers."""
    known = outbox.health(session, now() - HEALTH_OF)
    return [
        show_line(one, reader, known.get(one.id, EndpointHealth()))
        for one in store.endpoints(session)
    ]


def catalogue(reader: Reader) -> list[EventShape]:
    """Show the events with their examples."""
    return [
        EventShape(
            type=type_, name=reader.gettext(EVENT_TYPES[type_]), example=json.loads(one.body())
        )
        for type_, one in examples().items()
    ]


def detail(session: Session, reader: Reader, id_: int) -> DeliveryDetail:
    """Show a delivery with all that was tried."""
    return show_detail(outbox.delivery(session, id_), reader, outbox.attempts(session, id_))


def add(
    session: Session, request: Request, who: SignedIn, draft: EndpointDraft
) -> tuple[Endpoint, str]:
    """Add a receiver, and give it and its secret."""
    _check(who, draft, None)
    secret = new_secret()
    made = store.add_endpoint(session, draft, Seal(context_of(request).settings).close(secret))
    note(session, request, who, "webhook.added", "webhooks", made.id, after=_told(made))
    return made, secret


def change(
    session: Session, request: Request, who: SignedIn, before: Endpoint, draft: EndpointDraft
) -> Endpoint:
    """Write a receiver anew."""
    _check(who, draft, before.draft)
    after = store.change_endpoint(session, before.id, draft)
    told = (_told(before), _told(after))
    note(session, request, who, "webhook.changed", "webhooks", before.id, *told)
    return after


def remove(session: Session, request: Request, who: SignedIn, id_: int) -> None:
    """Remove a receiver."""
    gone = store.remove_endpoint(session, id_)
    note(session, request, who, "webhook.removed", "webhooks", id_, before=_told(gone))


def rotate(session: Session, request: Request, who: SignedIn, id_: int) -> tuple[Endpoint, str]:
    """Make a new secret, and give the receiver and it."""
    secret = new_secret()
    sealed = Seal(context_of(request).settings).close(secret)
    rotated = store.rotate(session, id_, sealed, now() + BOTH_FOR)
    note(session, request, who, "webhook.secret_changed", "webhooks", id_)
    return rotated, secret


def send_test(session: Session, request: Request, who: SignedIn, id_: int) -> int:
    """Send a test to a receiver, and give the id of its delivery."""
    if not store.endpoint(session, id_).draft.enabled:
        raise ConflictError("This webhook is switched off.")
    sent = store.announce_to(session, id_, test_event(now(), token_hex(8)))
    note(session, request, who, "webhook.tested", "webhooks", id_)
    return sent


def replay(session: Session, request: Request, who: SignedIn, wanted: DeliveryFilter) -> int:
    """Send deliveries again, and give their number."""
    number = outbox.replay(session, wanted, now())
    which = "" if wanted.endpoint is None else wanted.endpoint
    note(session, request, who, "webhook.replayed", "webhooks", which, after={"number": number})
    return number


def read_filter(query: DeliveryQuery, reader: Reader) -> DeliveryFilter:
    """Read what a list is narrowed to; InvalidError names the part that cannot be read."""
    if query.endpoint and not (query.endpoint.isascii() and query.endpoint.isdecimal()):
        raise InvalidError("This is not valid.", field="endpoint")
    for name, known in (("state", set(DeliveryState)), ("type", set(EventType))):
        if (said := getattr(query, name)) and said not in known:
            raise InvalidError("This is not valid.", field=name)
    times: dict[str, Any] = {}
    for name, alias in (("since", "from"), ("until", "to")):
        said = getattr(query, name)
        times[name] = reader.instant(said) if said else None
        if said and times[name] is None:
            raise InvalidError("This is not a time.", field=alias)
    return DeliveryFilter(
        endpoint=int(query.endpoint) if query.endpoint else None,
        state=DeliveryState(query.state) if query.state else None,
        type=EventType(query.type) if query.type else None,
        **times,
    )


def _check(who: SignedIn, draft: EndpointDraft, before: EndpointDraft | None) -> None:
    """Refuse an address that can never be sent to, and one inside to all but administrators."""
    if draft.events - frozenset(EventType) or EventType.TEST in draft.events:
        raise InvalidError("This is not valid.", field="events")
    read_target(draft.url, inside=draft.inside)
    known = before is not None and before.inside and before.url == draft.url
    if draft.inside and not known and who.user.role.key != BuiltIn.ADMINISTRATOR:
        raise RefusedError("Only an administrator may let webhooks into our own network.")


def _told(one: Endpoint) -> dict[str, Any]:
    draft = one.draft
    return {
        "name": draft.name,
        "url": draft.url,
        "events": sorted(draft.events),
        "enabled": draft.enabled,
        "inside": draft.inside,
    }
