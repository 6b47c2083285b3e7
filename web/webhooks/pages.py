"""The pages of webhooks and their deliveries."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.webhook import (
    MOST_ATTEMPTS,
    DeliveryFilter,
    DeliveryState,
    Endpoint,
    EndpointDraft,
)
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page, read_table
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.webhooks import actions
from web.webhooks.api import WebhookKeeper
from web.webhooks.forms import endpoint_form
from web.webhooks.listing import DELIVERIES, WEBHOOK_DELIVERIES, WEBHOOKS, endpoint_state, rate
from web.webhooks.shapes import EndpointBody
from web.webhooks.words import TONES

router = APIRouter(prefix="/webhooks")
RESENT = N_("The deliveries will be sent again.")
MOST_AT_ONCE = 500  # chosen deliveries that are sent again together
TABS = (
    ("/webhooks", N_("Webhooks")),
    ("/webhooks/deliveries", N_("Deliveries")),
    ("/webhooks/deliveries?state=dead", N_("Failed")),
    ("/webhooks/events", N_("Event catalog")),
)


add_export(router, WEBHOOKS)
add_export(router, DELIVERIES, "/deliveries/export")
add_export(router, WEBHOOK_DELIVERIES, "/{webhook}/deliveries/export")


@router.get("")
def webhooks_page(request: Request, who: WebhookKeeper) -> Response:
    """List the webhooks, each with its success in the last 24 hours."""
    reader = reader_of(request)
    links = [{"url": "/api/docs", "label": reader.gettext(N_("API reference")), "icon": "book"}]
    tabs = _tabs(reader, "/webhooks")
    return list_page(request, who, WEBHOOKS, shown={"tabs": tabs, "links": links})


@router.get("/new")
def new_webhook(request: Request, _who: WebhookKeeper) -> Response:
    """Show the form for a new webhook."""
    return _form_page(request, endpoint_form(reader_of(request), None, None))


@router.post("")
def add_webhook(request: Request, who: WebhookKeeper, sent: SentForm) -> Response:
    """Add a webhook and show its secret, only this once."""
    reader = reader_of(request)
    form = endpoint_form(reader, None, None)
    with context_of(request).database.begin() as session:

        def write() -> tuple[Endpoint, str]:
            return actions.add(session, request, who, _draft(sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _form_page(request, form, made.status)
        return _webhook_page(request, session, who, made[0].id, secret=made[1], status=201)


@router.get("/events")
def events_page(request: Request, _who: WebhookKeeper) -> Response:
    """Show the catalogue of events, and how a receiver checks a message."""
    reader = reader_of(request)
    shown = {
        "events": [
            {
                "type": one.type.value,
                "name": one.name,
                "example": json.dumps(one.example, ensure_ascii=False, indent=2),
            }
            for one in actions.catalogue(reader)
        ],
        "attempts": MOST_ATTEMPTS,
        "tabs": _tabs(reader, "/webhooks/events"),
    }
    return context_of(request).pages.page(request, "webhook-events.html", shown)


@router.get("/deliveries")
def deliveries_page(request: Request, who: WebhookKeeper) -> Response:
    """List deliveries, newest first unless another order is asked for."""
    dead = request.query_params.get("state") == DeliveryState.DEAD
    here = f"{request.url.path}?state=dead" if dead else request.url.path
    shown = {"tabs": _tabs(reader_of(request), here), "dead": dead}
    return list_page(request, who, DELIVERIES, "webhook-deliveries.html", shown)


@router.post("/deliveries/replay")
def replay_deliveries(request: Request, who: WebhookKeeper, sent: SentForm) -> Response:
    """Send deliveries again: the chosen ones, all that were given up, or all since a time."""
    reader = reader_of(request)
    endpoint = next(iter(sent.ids("endpoint")), None)
    with context_of(request).database.begin() as session:
        actions.replay(session, request, who, _chosen(reader, sent, endpoint))
    here = "/webhooks/deliveries"
    return done(f"{here}?endpoint={endpoint}" if endpoint else here, RESENT)


@router.get("/deliveries/{delivery}")
def delivery_page(request: Request, delivery: IdPath, _who: WebhookKeeper) -> Response:
    """Show a delivery: the message, and the answers of all attempts."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = actions.detail(session, reader, delivery)
    shown = {
        "delivery": found,
        "tone": TONES[found.state],
        "body": json.dumps(json.loads(found.body), ensure_ascii=False, indent=2),
        "fresh": found.state is DeliveryState.WAITING and not found.tried,
        "tabs": _tabs(reader, ""),
    }
    return context.pages.page(request, "webhook-delivery.html", shown)


@router.post("/deliveries/{delivery}/replay")
def replay_delivery(request: Request, delivery: IdPath, who: WebhookKeeper) -> Response:
    """Send one delivery again."""
    with context_of(request).database.begin() as session:
        outbox.delivery(session, delivery)
        actions.replay(session, request, who, DeliveryFilter(ids=(delivery,)))
    return done(f"/webhooks/deliveries/{delivery}", RESENT)


@router.get("/{webhook}")
def webhook_page(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Show a webhook, its state, and the last deliveries."""
    with context_of(request).database.begin() as session:
        return _webhook_page(request, session, who, webhook)


@router.get("/{webhook}/edit")
def edit_webhook(request: Request, webhook: IdPath, _who: WebhookKeeper) -> Response:
    """Show the form of a webhook."""
    with context_of(request).database.begin() as session:
        draft = store.endpoint(session, webhook).draft
    return _form_page(request, endpoint_form(reader_of(request), webhook, draft))


@router.post("/{webhook}")
def change_webhook(
    request: Request, webhook: IdPath, who: WebhookKeeper, sent: SentForm
) -> Response:
    """Change a webhook."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        before = store.endpoint_to_change(session, webhook)
        form = endpoint_form(reader, webhook, before.draft)

        def write() -> Endpoint:
            return actions.change(session, request, who, before, _draft(sent))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _form_page(request, form, outcome.status)
    return saved(f"/webhooks/{webhook}")


@router.post("/{webhook}/secret")
def rotate_secret(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Make a new secret and show it, only this once."""
    with context_of(request).database.begin() as session:
        _, secret = actions.rotate(session, request, who, webhook)
        return _webhook_page(request, session, who, webhook, secret=secret)


@router.post("/{webhook}/test")
def test_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Send a test, and redirect to its delivery."""
    with context_of(request).database.begin() as session:
        sent = actions.send_test(session, request, who, webhook)
    return done(f"/webhooks/deliveries/{sent}", N_("Test event sent."))


@router.post("/{webhook}/remove")
def remove_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Remove a webhook."""
    with context_of(request).database.begin() as session:
        actions.remove(session, request, who, webhook)
    return done("/webhooks", N_("Webhook deleted."))


def _draft(posted: Posted) -> EndpointDraft:
    return EndpointDraft(**dict(read_body(EndpointBody, posted)))


def _chosen(reader: Reader, sent: Posted, endpoint: int | None) -> DeliveryFilter:
    state, since = sent.one("state"), None
    if said := sent.one("since"):
        since = reader.instant(said)
        if since is None:
            raise InvalidError(N_("Enter a valid time."), field="since")
    if state and state not in set(DeliveryState):
        raise InvalidError(N_("“{key}” is not one of the options."), "state", key=state[:50])
    ids = tuple(sent.ids("ids"))[:MOST_AT_ONCE]
    if not (ids or since or state):
        raise InvalidError(N_("Select the deliveries to resend."), field="since")
    wanted = DeliveryState(state) if state else None
    return DeliveryFilter(endpoint, wanted, since=since, ids=ids or None)


def _webhook_page(  # noqa: PLR0913 - what a page shows
    request: Request,
    session: Session,
    who: SignedIn,
    id_: int,
    *,
    secret: str = "",
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    store.endpoint(session, id_)
    line = next(one for one in actions.lines(session, reader) if one.id == id_)
    table = read_table(session, request, who, WEBHOOK_DELIVERIES, webhook=id_)
    shown: dict[str, Any] = {
        "webhook": line,
        "secret": secret,
        "state": endpoint_state(line, reader),
        "rate": rate(line, reader),
        "table": table,
        "event_names": [one for one in actions.catalogue(reader) if one.type in line.events],
        "tabs": _tabs(reader, ""),
    }
    status = max(status, table.status)
    return context_of(request).pages.page(request, "webhook.html", shown, status=status)


def _form_page(request: Request, form: Form, status: int = 200) -> Response:
    new = form.url == "/webhooks"
    title = reader_of(request).gettext(N_("New webhook") if new else N_("Edit webhook"))
    shown = {"form": form, "title": title}
    return context_of(request).pages.page(request, "webhook-form.html", shown, status=status)


def _tabs(reader: Reader, here: str) -> list[dict[str, object]]:
    return [
        {"url": url, "label": reader.gettext(label), "current": url == here} for url, label in TABS
    ]
