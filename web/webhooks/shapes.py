"""Bodies and answers of the API of webhooks."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from crm.outgoing.answer import FAILURES
from crm.webhooks.webhook import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointHealth,
    EventType,
)
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_, Reader
from web.kit.shapes import Items, Named
from web.kit.shown_once import SHOWN_ONCE
from web.webhooks.words import EVENT_TYPES, STATES, WHY_OFF

Name = Annotated[str, Field(min_length=1, max_length=200)]
Url = Annotated[str, Field(min_length=1, max_length=2000)]
Events = Annotated[frozenset[EventType], Field(min_length=1)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class EndpointBody(Body):
    """A new webhook. Only an administrator may set `inside`: the receiver is in our own network."""

    name: Annotated[Name, Input(N_("Name"))]
    url: Annotated[Url, Input(N_("URL"), "url", placeholder="https://")]
    events: Annotated[Events, Input(N_("Events"))]
    enabled: Annotated[bool, Input(N_("Active"))] = True
    inside: Annotated[
        bool,
        Input(
            N_("Allow private addresses"),
            help=N_("Administrators only. http:// is allowed too."),
        ),
    ] = False


class EndpointChange(Body):
    """The fields of a webhook to change; missing ones stay."""

    name: Name | None = None
    url: Url | None = None
    events: Events | None = None
    enabled: bool | None = None
    inside: bool | None = None


class ReplayBody(Body):
    """The deliveries to send again: all that match; at least one condition must be given."""

    endpoint: Id | None = None
    state: DeliveryState | None = None
    since: datetime | None = None
    ids: Annotated[list[Id], Field(max_length=500)] | None = None


class WebhookEvent(BaseModel):
    """An event that can be subscribed to, with an example of its message."""

    type: EventType
    name: str
    example: dict[str, Any]


class EventList(BaseModel):
    """The catalogue of events."""

    items: list[WebhookEvent]


class EndpointShape(BaseModel):
    """A webhook; its secret is never shown again."""

    id: int
    name: str
    url: str
    events: list[EventType]
    enabled: bool
    inside: bool
    disabled_because: str | None
    disabled_because_name: str
    old_secret_until: datetime | None
    created_at: datetime


class EndpointSecret(EndpointShape):
    """A webhook with a new secret, shown only this once."""

    secret: Annotated[str, SHOWN_ONCE]


class AttemptShape(BaseModel):
    """One attempt to deliver; `text` is the beginning of the answer, or the error."""

    at: datetime
    milliseconds: int
    status: int | None
    failure: str | None
    failure_name: str
    text: str


class EndpointLine(EndpointShape):
    """A webhook in the list, with its success in the last 24 hours."""

    attempts: int
    succeeded: int
    waiting: int
    dead: int
    failing_since: datetime | None
    last: AttemptShape | None


class EndpointList(Items[EndpointLine]):
    """A page of webhooks."""


class DeliveryShape(BaseModel):
    """A message to a receiver; `event` is its `webhook-id`."""

    id: int
    endpoint: Named
    event: str
    type: EventType
    type_name: str
    state: DeliveryState
    state_name: str
    attempts: int
    created_at: datetime
    due_at: datetime | None  # only while it is on its way
    done_at: datetime | None
    last: AttemptShape | None


class DeliveryDetail(DeliveryShape):
    """A message with its body and every attempt, the last first."""

    body: str
    tried: list[AttemptShape]


class DeliveryList(Items[DeliveryShape]):
    """A page of deliveries, newest first."""


class Replayed(BaseModel):
    """The number of deliveries that are sent again."""

    replayed: int


def show_endpoint(one: Endpoint, reader: Reader) -> EndpointShape:
    """Show a webhook."""
    return EndpointShape(**_endpoint(one, reader))


def show_secret(one: Endpoint, reader: Reader, secret: str) -> EndpointSecret:
    """Show a webhook with its new secret."""
    return EndpointSecret(**_endpoint(one, reader), secret=secret)


def show_line(one: Endpoint, reader: Reader, health: EndpointHealth) -> EndpointLine:
    """Show a webhook in the list."""
    return EndpointLine(
        **_endpoint(one, reader),
        attempts=health.attempts,
        succeeded=health.succeeded,
        waiting=health.waiting,
        dead=health.dead,
        failing_since=one.failing_since,
        last=show_attempt(health.last, reader) if health.last else None,
    )


def show_attempt(one: Attempt, reader: Reader) -> AttemptShape:
    """Show an attempt."""
    return AttemptShape(
        at=one.at,
        milliseconds=one.milliseconds,
        status=one.status,
        failure=one.failure.value if one.failure else None,
        failure_name=reader.gettext(FAILURES[one.failure]) if one.failure else "",
        text=one.text,
    )


def show_delivery(one: Delivery, reader: Reader) -> DeliveryShape:
    """Show a delivery in the list."""
    return DeliveryShape(**_delivery(one, reader))


def show_detail(one: Delivery, reader: Reader, tried: list[Attempt]) -> DeliveryDetail:
    """Show a delivery with all its attempts."""
    shown = [show_attempt(attempt, reader) for attempt in tried]
    last = {"last": shown[0] if shown else None}
    return DeliveryDetail(**_delivery(one, reader) | last, body=one.body, tried=shown)


def _endpoint(one: Endpoint, reader: Reader) -> dict[str, Any]:
    why = one.disabled_because
    return {
        "id": one.id,
        "name": one.draft.name,
        "url": one.draft.url,
        "events": [type_ for type_ in EventType if type_ in one.draft.events],
        "enabled": one.draft.enabled,
        "inside": one.draft.inside,
        "disabled_because": why.value if why else None,
        "disabled_because_name": reader.gettext(WHY_OFF[why]) if why else "",
        "old_secret_until": one.old_secret_until,
        "created_at": one.created_at,
    }


def _delivery(one: Delivery, reader: Reader) -> dict[str, Any]:
    return {
        "id": one.id,
        "endpoint": Named(id=one.endpoint, name=one.endpoint_name),
        "event": one.event,
        "type": one.type,
        "type_name": reader.gettext(EVENT_TYPES[one.type]),
        "state": one.state,
        "state_name": reader.gettext(STATES[one.state]),
        "attempts": one.attempts,
        "created_at": one.created_at,
        "due_at": one.due_at if one.state is DeliveryState.WAITING else None,
        "done_at": one.done_at,
        "last": show_attempt(one.last, reader) if one.last else None,
    }
