"""Actions on webhooks that pages and API share: show, change, send a test, send again."""

import json
from datetime import timedelta
from secrets import token_hex
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, RefusedError
from crm.outgoing.signing import new_secret
from crm.outgoing.target import read_target
from crm.people.person import SignedIn
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.webhook import DeliveryFilter, Endpoint, EndpointDraft, EndpointHealth, EventType
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.request import context_of
from web.webhooks.catalogue import examples, test_event
from web.webhooks.shapes import (
    DeliveryDetail,
    EndpointLine,
    WebhookEvent,
    show_detail,
    show_line,
)
from web.webhooks.signing import BOTH_FOR, seal_of
from web.webhooks.words import EVENT_TYPES

HEALTH_OF = timedelta(hours=24)


def lines(session: Session, reader: Reader) -> list[EndpointLine]:
    """Show all webhooks."""
    known = outbox.health(session, now() - HEALTH_OF)
    return [
        show_line(one, reader, known.get(one.id, EndpointHealth()))
        for one in store.endpoints(session)
    ]


def catalogue(reader: Reader) -> list[WebhookEvent]:
    """Show the events with their examples."""
    return [
        WebhookEvent(
            type=type_, name=reader.gettext(EVENT_TYPES[type_]), example=json.loads(one.body())
        )
        for type_, one in examples().items()
    ]


def detail(session: Session, reader: Reader, id_: int) -> DeliveryDetail:
    """Show a delivery with all its attempts."""
    return show_detail(outbox.delivery(session, id_), reader, outbox.attempts(session, id_))


def add(
    session: Session, request: Request, who: SignedIn, draft: EndpointDraft
) -> tuple[Endpoint, str]:
    """Add a webhook; give it with its secret."""
    _check(who, draft, None)
    secret = new_secret()
    made = store.add_endpoint(session, draft, seal_of(context_of(request).settings).close(secret))
    note(session, request, who, "webhook.added", "webhooks", made.id, after=_noted(made))
    return made, secret


def change(
    session: Session, request: Request, who: SignedIn, before: Endpoint, draft: EndpointDraft
) -> Endpoint:
    """Change a webhook."""
    _check(who, draft, before.draft)
    after = store.change_endpoint(session, before.id, draft)
    before_and_after = (_noted(before), _noted(after))
    note(session, request, who, "webhook.changed", "webhooks", before.id, *before_and_after)
    return after


def remove(session: Session, request: Request, who: SignedIn, id_: int) -> None:
    """Remove a webhook."""
    gone = store.remove_endpoint(session, id_)
    note(session, request, who, "webhook.removed", "webhooks", id_, before=_noted(gone))


def rotate(session: Session, request: Request, who: SignedIn, id_: int) -> tuple[Endpoint, str]:
    """Make a new secret; give the webhook with it."""
    secret = new_secret()
    sealed = seal_of(context_of(request).settings).close(secret)
    rotated = store.rotate(session, id_, sealed, now() + BOTH_FOR)
    note(session, request, who, "webhook.secret_changed", "webhooks", id_)
    return rotated, secret


def send_test(session: Session, request: Request, who: SignedIn, id_: int) -> int:
    """Send a test to a webhook, and give the id of its delivery."""
    if not store.endpoint(session, id_).draft.enabled:
        raise ConflictError("This webhook is inactive.")
    sent = store.announce_to(session, id_, test_event(now(), token_hex(8)))
    note(session, request, who, "webhook.tested", "webhooks", id_)
    return sent


def replay(session: Session, request: Request, who: SignedIn, wanted: DeliveryFilter) -> int:
    """Send deliveries again, and give their number."""
    number = outbox.replay(session, wanted, now())
    which = "" if wanted.endpoint is None else wanted.endpoint
    note(session, request, who, "webhook.replayed", "webhooks", which, after={"number": number})
    return number


def _check(who: SignedIn, draft: EndpointDraft, before: EndpointDraft | None) -> None:
    """Refuse an address that can never be used; only administrators may allow internal ones."""
    if unknown := sorted(draft.events - (frozenset(EventType) - {EventType.TEST})):
        raise InvalidError("“{key}” is not one of the options.", "events", key=unknown[0][:50])
    read_target(draft.url, inside=draft.inside)
    known = before is not None and before.inside and before.url == draft.url
    if draft.inside and not known and not who.is_administrator:
        raise RefusedError("Only an administrator can allow private addresses.")


def _noted(one: Endpoint) -> dict[str, Any]:
    draft = one.draft
    return {
        "name": draft.name,
        "url": draft.url,
        "events": sorted(draft.events),
        "enabled": draft.enabled,
        "inside": draft.inside,
    }
