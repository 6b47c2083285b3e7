"""Webhooks: who is told of what, what is on its way, and what could not be told."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.webhook import (
    MOST_ATTEMPTS,
    DeliveryFilter,
    DeliveryState,
    EndpointDraft,
    EventType,
)
from web.kit.bodies import IdPath
from web.kit.forms import Form, as_invalid
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.table import Table, read_list
from web.webhooks import api as deeds
from web.webhooks import table as tables
from web.webhooks.api import WebhookKeeper
from web.webhooks.shapes import DeliveryQuery, EndpointBody, show_delivery, show_endpoint
from web.webhooks.words import TONES

router = APIRouter(prefix="/webhooks")
RECENT = 20  # deliveries on a webhook's own page
TABS = (
    ("/webhooks", N_("Webhooks")),
    ("/webhooks/deliveries", N_("Deliveries")),
    ("/webhooks/deliveries?state=dead", N_("Given up")),
    ("/webhooks/events", N_("Catalogue of events")),
)


@router.get("")
def webhooks_page(request: Request, who: WebhookKeeper) -> Response:
    """List the receivers and how they fare."""
    context, reader = context_of(request), reader_of(request)
    columns = tables.endpoint_columns(reader)
    state = read_list(request, who, "webhooks", columns)
    with context.database.begin() as session:
        found = deeds.lines(session, reader)
    table = Table(
        name="webhooks",
        url="/webhooks",
        title=reader.gettext(N_("Webhooks")),
        columns=columns,
        rows=[tables.endpoint_row(one, reader) for one in found],
        total=len(found),
        empty=reader.gettext(N_("No other system is told of anything yet.")),
        empty_icon="webhook",
        add_url="/webhooks/new",
        add_label=reader.gettext(N_("New webhook")),
    ).as_asked(state)
    shown = {"table": table, "tabs": _tabs(reader, "/webhooks")}
    return context.pages.page(request, "webhooks.html", shown)


@router.get("/new")
def new_webhook(request: Request, _who: WebhookKeeper) -> Response:
    """Give the form for a new receiver."""
    return _form_page(request, tables.endpoint_form(reader_of(request), None, None))


@router.post("")
async def add_webhook(request: Request, who: WebhookKeeper) -> Response:
    """Add a receiver and show its secret, this once."""
    return await run_in_threadpool(_keep, request, who, None, await request.form())


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
            for one in deeds.catalogue(reader)
        ],
        "attempts": MOST_ATTEMPTS,
        "tabs": _tabs(reader, "/webhooks/events"),
    }
    return context_of(request).pages.page(request, "webhook-events.html", shown)


@router.get("/deliveries")
def deliveries_page(
    request: Request, query: Annotated[DeliveryQuery, Query()], who: WebhookKeeper
) -> Response:
    """List deliveries, newest first."""
    context, reader = context_of(request), reader_of(request)
    columns = tables.delivery_columns(reader)
    state = read_list(request, who, "deliveries", columns)
    error = None
    with context.database.begin() as session:
        endpoints = [show_endpoint(one, reader) for one in store.endpoints(session)]
        try:
            wanted = deeds.read_filter(query, reader)
            page = outbox.deliveries(
                session, wanted, limit=state.limit, cursor=state.cursor or None
            )
            rows, after = [show_delivery(one, reader) for one in page.items], page.next
        except InvalidError as wrong:
            error, rows, after = wrong, [], None
    here = f"{request.url.path}?state=dead" if query.state == "dead" else request.url.path
    table = Table(
        name="deliveries",
        url="/webhooks/deliveries",
        title=reader.gettext(N_("Deliveries")),
        columns=columns,
        rows=[tables.delivery_row(one, reader) for one in rows],
        filters=tables.delivery_filters(reader, query, endpoints),
        next=after,
        actions=tables.delivery_actions(reader),
        empty=reader.gettext(N_("Nothing was sent yet.")),
        empty_icon="send",
        error=reader.error(error) if error else "",
    ).as_asked(state)
    shown = {"table": table, "tabs": _tabs(reader, here), "dead": query.state == "dead"}
    status = 422 if error else 200
    return context.pages.page(request, "webhook-deliveries.html", shown, status=status)


@router.post("/deliveries/replay")
async def replay_deliveries(request: Request, who: WebhookKeeper) -> Response:
    """Send chosen deliveries again: those ticked, all that were given up, or all since a time."""
    return await run_in_threadpool(_replay, request, who, await request.form())


@router.get("/deliveries/{delivery}")
def delivery_page(request: Request, delivery: IdPath, _who: WebhookKeeper) -> Response:
    """Show a delivery: what was sent, and what came back each time."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = deeds.detail(session, reader, delivery)
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
        deeds.replay(session, request, who, DeliveryFilter(ids=(delivery,)))
    return RedirectResponse(f"/webhooks/deliveries/{delivery}", 303)


@router.get("/{webhook}")
def webhook_page(request: Request, webhook: IdPath, _who: WebhookKeeper) -> Response:
    """Show a receiver, how it fares, and what was sent to it last."""
    with context_of(request).database.begin() as session:
        return _webhook_page(request, session, webhook)


@router.get("/{webhook}/edit")
def edit_webhook(request: Request, webhook: IdPath, _who: WebhookKeeper) -> Response:
    """Give the form with a receiver."""
    with context_of(request).database.begin() as session:
        draft = store.endpoint(session, webhook).draft
    return _form_page(request, tables.endpoint_form(reader_of(request), webhook, draft))


@router.post("/{webhook}")
async def change_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Write a receiver anew."""
    return await run_in_threadpool(_keep, request, who, webhook, await request.form())


@router.post("/{webhook}/secret")
def rotate_secret(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Make a new secret and show it, this once."""
    with context_of(request).database.begin() as session:
        _, secret = deeds.rotate(session, request, who, webhook)
        return _webhook_page(request, session, webhook, secret)


@router.post("/{webhook}/test")
def test_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Send a test, and lead to what becomes of it."""
    with context_of(request).database.begin() as session:
        sent = deeds.send_test(session, request, who, webhook)
    return RedirectResponse(f"/webhooks/deliveries/{sent}", 303)


@router.post("/{webhook}/remove")
def remove_webhook(request: Request, webhook: IdPath, who: WebhookKeeper) -> Response:
    """Remove a receiver."""
    with context_of(request).database.begin() as session:
        deeds.remove(session, request, who, webhook)
    return RedirectResponse("/webhooks", 303)


def _keep(request: Request, who: SignedIn, id_: int | None, sent: FormData) -> Response:
    reader = reader_of(request)
    form = tables.endpoint_form(reader, id_, _typed(sent))
    try:
        draft = _draft(sent)
        with context_of(request).database.begin() as session:
            if id_ is None:
                made, secret = deeds.add(session, request, who, draft)
                return _webhook_page(request, session, made.id, secret, status=201)
            before = store.endpoint_to_change(session, id_)
            deeds.change(session, request, who, before, draft)
    except InvalidError as error:
        form.blame(reader, error)
        return _form_page(request, form, status=422)
    return RedirectResponse(f"/webhooks/{id_}", 303)


def _draft(sent: FormData) -> EndpointDraft:
    """Read what was sent; InvalidError names the field that is wrong."""
    typed = _typed(sent)
    if not typed.events:
        raise InvalidError(N_("Choose at least one event."), field="events")
    try:
        body = EndpointBody(
            name=typed.name,
            url=typed.url,
            events=typed.events,
            enabled=typed.enabled,
            inside=typed.inside,
        )
    except ValidationError as error:
        raise as_invalid(error) from None
    return EndpointDraft(**dict(body))


def _typed(sent: FormData) -> EndpointDraft:
    """Read a form as it was typed, right or wrong."""
    known = {one.value for one in EventType}
    return EndpointDraft(
        name=str(sent.get("name", "")),
        url=str(sent.get("url", "")).strip(),
        events=frozenset(EventType(str(one)) for one in sent.getlist("events") if one in known),
        enabled=bool(sent.get("enabled")),
        inside=bool(sent.get("inside")),
    )


def _replay(request: Request, who: SignedIn, sent: FormData) -> Response:
    reader = reader_of(request)
    endpoint = str(sent.get("endpoint", ""))
    query = DeliveryQuery.model_validate(
        {"endpoint": endpoint[:20], "state": str(sent.get("state", ""))[:20]}
    )
    since: datetime | None = None
    if said := str(sent.get("since", "")):
        since = reader.instant(said)
        if since is None:
            raise InvalidError(N_("This is not a time."), field="since")
    ids = [str(one) for one in sent.getlist("ids")][:500]
    numbers = tuple(int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19)  # noqa: PLR2004
    wanted = deeds.read_filter(query, reader)
    if not (numbers or since or wanted.state):
        raise InvalidError(N_("Say which deliveries to send again."), field="since")
    chosen = DeliveryFilter(wanted.endpoint, wanted.state, since=since, ids=numbers or None)
    with context_of(request).database.begin() as session:
        deeds.replay(session, request, who, chosen)
    back = f"/webhooks/deliveries?endpoint={wanted.endpoint}" if wanted.endpoint else ""
    return RedirectResponse(back or "/webhooks/deliveries", 303)


def _webhook_page(
    request: Request, session: Session, id_: int, secret: str = "", status: int = 200
) -> Response:
    reader = reader_of(request)
    store.endpoint(session, id_)
    line = next(one for one in deeds.lines(session, reader) if one.id == id_)
    page = outbox.deliveries(session, DeliveryFilter(endpoint=id_), limit=RECENT)
    shown: dict[str, Any] = {
        "webhook": line,
        "secret": secret,
        "state": tables.endpoint_state(line, reader),
        "rate": tables.rate(line, reader),
        "deliveries": [show_delivery(one, reader) for one in page.items],
        "event_names": [one for one in deeds.catalogue(reader) if one.type in line.events],
        "tones": TONES,
        "tabs": _tabs(reader, ""),
    }
    return context_of(request).pages.page(request, "webhook.html", shown, status=status)


def _form_page(request: Request, form: Form, status: int = 200) -> Response:
    new = form.url == "/webhooks"
    title = reader_of(request).gettext(N_("New webhook") if new else N_("Change the webhook"))
    shown = {"form": form, "title": title}
    return context_of(request).pages.page(request, "webhook-form.html", shown, status=status)


def _tabs(reader: Reader, here: str) -> list[dict[str, object]]:
    return [
        {"url": url, "label": reader.gettext(label), "current": url == here} for url, label in TABS
    ]
