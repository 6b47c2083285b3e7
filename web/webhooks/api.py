"""The API of webhooks and their deliveries."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.webhook import DeliveryFilter, EndpointDraft
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.webhooks import actions
from web.webhooks.listing import DELIVERIES, WEBHOOK_DELIVERIES, WEBHOOKS
from web.webhooks.shapes import (
    DeliveryDetail,
    DeliveryList,
    EndpointBody,
    EndpointChange,
    EndpointList,
    EndpointSecret,
    EndpointShape,
    EventList,
    ReplayBody,
    Replayed,
    show_endpoint,
    show_secret,
)

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
WebhookKeeper = Annotated[SignedIn, Depends(needs(Right.WEBHOOKS_MANAGE))]
AskedWebhooks = Annotated[ListQuery, Depends(asked(WEBHOOKS))]
AskedDeliveries = Annotated[ListQuery, Depends(asked(DELIVERIES))]


@router.get("")
def list_webhooks(request: Request, query: AskedWebhooks) -> EndpointList:
    """List the webhooks, each with its success in the last 24 hours."""
    return answer_page(request, WEBHOOKS, query, EndpointList)


@router.post("", status_code=201)
def add_webhook(request: Request, body: EndpointBody, who: WebhookKeeper) -> EndpointSecret:
    """Add a webhook; the answer has the secret that the receiver checks signatures with."""
    with context_of(request).database.begin() as session:
        made, secret = actions.add(session, request, who, EndpointDraft(**dict(body)))
    return show_secret(made, reader_of(request), secret)


@router.get("/events")
def list_events(request: Request, _who: WebhookKeeper) -> EventList:
    """List the events that can be subscribed to, each with an example of its message."""
    return EventList(items=actions.catalogue(reader_of(request)))


@router.get("/deliveries")
def list_deliveries(request: Request, query: AskedDeliveries) -> DeliveryList:
    """List deliveries, newest first unless another order is asked for."""
    return answer_page(request, DELIVERIES, query, DeliveryList)


@router.post("/deliveries/replay")
def replay_deliveries(request: Request, body: ReplayBody, who: WebhookKeeper) -> Replayed:
    """Send all matching deliveries again, with the same ids."""
    if not body.model_dump(exclude_none=True):
        raise InvalidError("Select the deliveries to resend.", field="since")
    since = body.since if not body.since or body.since.tzinfo else None
    if body.since and since is None:
        raise InvalidError("A time needs its zone, such as a Z at its end.", field="since")
    ids = tuple(body.ids) if body.ids is not None else None
    wanted = DeliveryFilter(body.endpoint, body.state, since=since, ids=ids)
    with context_of(request).database.begin() as session:
        return Replayed(replayed=actions.replay(session, request, who, wanted))


@router.get("/deliveries/{delivery}")
def read_delivery(request: Request, delivery: IdPath, _who: WebhookKeeper) -> DeliveryDetail:
    """Show a delivery: its body, and every attempt with the beginning of the answer."""
    with context_of(request).database.begin() as session:
        return actions.detail(session, reader_of(request), delivery)


@router.post("/deliveries/{delivery}/replay")
def replay_delivery(request: Request, delivery: IdPath, who: WebhookKeeper) -> DeliveryDetail:
    """Send one delivery again, with the same id."""
    with context_of(request).database.begin() as session:
        outbox.delivery(session, delivery)
        actions.replay(session, request, who, DeliveryFilter(ids=(delivery,)))
        return actions.detail(session, reader_of(request), delivery)


@router.get("/{webhook}")
def read_webhook(
    request: Request, response: Response, webhook: IdPath, _who: WebhookKeeper
) -> EndpointShape:
    """Show a webhook; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = show_endpoint(store.endpoint(session, webhook), reader_of(request))
    return show_tag(request, response, shape)


@router.get("/{webhook}/deliveries")
def read_webhook_deliveries(
    request: Request,
    webhook: IdPath,  # noqa: ARG001 - the list reads it from the address
    query: Annotated[ListQuery, Depends(asked(WEBHOOK_DELIVERIES))],
) -> DeliveryList:
    """List the deliveries of one webhook, newest first unless another order is asked for."""
    return answer_page(request, WEBHOOK_DELIVERIES, query, DeliveryList)


@router.patch("/{webhook}")
def change_webhook(
    request: Request, response: Response, webhook: IdPath, body: EndpointChange, who: WebhookKeeper
) -> EndpointShape:
    """Change the given fields of a webhook; with `If-Match` only if it has not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        before = store.endpoint_to_change(session, webhook)
        check_match(request, etag_of(show_endpoint(before, reader)))
        given = {name: value for name, value in dict(body).items() if value is not None}
        after = actions.change(session, request, who, before, replace(before.draft, **given))
        shape = show_endpoint(after, reader)
    return show_tag(request, response, shape)


@router.delete("/{webhook}", status_code=204)
def remove_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> None:
    """Remove a webhook with all its deliveries."""
    with context_of(request).database.begin() as session:
        actions.remove(session, request, who, webhook)


@router.post("/{webhook}/secret")
def rotate_secret(request: Request, webhook: IdPath, who: WebhookKeeper) -> EndpointSecret:
    """Make a new secret; for 24 hours the old one signs too."""
    with context_of(request).database.begin() as session:
        rotated, secret = actions.rotate(session, request, who, webhook)
    return show_secret(rotated, reader_of(request), secret)


@router.post("/{webhook}/test", status_code=202)
def test_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> DeliveryDetail:
    """Send a `webhook.test`; the answer names the delivery, which has the result."""
    with context_of(request).database.begin() as session:
        sent = actions.send_test(session, request, who, webhook)
        return actions.detail(session, reader_of(request), sent)
