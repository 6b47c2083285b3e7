"""Webhooks: what other systems may hear of, and what becomes of a message on its way to them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

EndpointId = NewType("EndpointId", int)
DeliveryId = NewType("DeliveryId", int)

VERSION = 1  # of the messages' form; a member may be added to a version, never changed in it


class EventType(StrEnum):
    """What a webhook can send. The value is in messages and in the database: never reuse one."""

    CALL_STARTED = "call.started"
    CALL_ANSWERED = "call.answered"  # by a person, the first time
    CALL_ENDED = "call.ended"
    CALL_OUTCOME = "call.outcome"  # again whenever the agent notes another one
    RECORDING_READY = "recording.ready"
    CUSTOMER_CREATED = "customer.created"
    CUSTOMER_CHANGED = "customer.changed"
    SERVICE_RECORD_CREATED = "service_record.created"
    TEST = "webhook.test"  # sent by hand to one endpoint; cannot be subscribed to


ON_OFFER = tuple(one for one in EventType if one is not EventType.TEST)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, ready to be sent. The same thing always has the same id."""

    id: str
    type: EventType
    at: datetime  # aware UTC
    data: Mapping[str, Any]

    def body(self) -> str:
        """Spell the message as it is signed and sent."""
        told = {
            "id": self.id,
            "type": self.type.value,
            "version": VERSION,
            "timestamp": plain(self.at),
            "data": plain(self.data),
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def event(type_: EventType, at: datetime, data: Mapping[str, Any], *which: object) -> Event:
    """Make an event whose id follows from its type and from what it speaks of.

    A receiver may get it twice, and knows it by the id; so it holds no letter that a header, or
    the separator of the signed text, would not bear.
    """
    named = "\n".join([type_.value, *(str(part) for part in which)])
    return Event(f"evt_{hashlib.sha256(named.encode()).hexdigest()[:32]}", type_, at, data)


def plain(value: object) -> Any:
    """Make of a value what JSON can say; times are UTC, in ISO 8601 with a Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return round(value, 3)
    return value if value is None or isinstance(value, (bool, int)) else str(value)


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """The settings of a webhook."""

    name: str
    url: str
    events: frozenset[EventType]
    enabled: bool = True
    inside: bool = False  # it may stand in our own network, and there without TLS


class Why(StrEnum):
    """Why an endpoint is off."""

    BY_HAND = "by hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # for days


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A webhook: the endpoint that messages are sent to."""

    id: EndpointId
    draft: EndpointDraft
    disabled_because: Why | None
    failing_since: datetime | None
    old_secret_until: datetime | None  # both secrets sign until then
    created_at: datetime


class DeliveryState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"  # given up; it can be sent again by hand


class Failure(StrEnum):
    """Why an attempt failed."""

    NAME = "name"  # the host's name is not known
    ADDRESS = "address"  # the host stands where we do not send to
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    CLOSED = "closed"  # in the middle of the talk
    STATUS = "status"  # an answer that is not 2xx
    REDIRECT = "redirect"
    SECRET = "secret"  # noqa: S105 - ours can no longer be read


@dataclass(frozen=True, slots=True)
class DeliveryAnswer:
    """How an attempt came out; no failure is a success."""

    at: datetime
    milliseconds: int
    status: int | None = None
    failure: Failure | None = None
    text: str = ""  # the beginning of what the receiver said, or of the error
    wait_seconds: float = 0.0  # the receiver's Retry-After


@dataclass(frozen=True, slots=True)
class DeliveryVerdict:
    """What becomes of a message after an attempt."""

    state: DeliveryState
    wait_seconds: float = 0.0  # until the next attempt, when it waits
    disable: Why | None = None


GONE = 410
WAITS = (5.0, 30.0, 120.0, 600.0, 3600.0, 3 * 3600.0, 8 * 3600.0, 24 * 3600.0)
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.2  # of a wait, to either side, so that a herd that fell together does not rise together
LONGEST_WAIT = WAITS[-1]
PATIENCE = timedelta(days=3)  # an endpoint that failed all this time is switched off


def judge(
    attempt: int, answer: DeliveryAnswer, failing_since: datetime | None, chance: float
) -> DeliveryVerdict:
    """Say what becomes of a message after its attempt (1 is the first).

    `chance` is 0..1. A receiver that fails for days, or says that it is gone, is to be switched
    off; what is meant for it then waits until somebody switches it on again.
    """
    if answer.failure is None:
        return DeliveryVerdict(DeliveryState.DELIVERED)
    disable = None
    if answer.status == GONE:
        disable = Why.GONE
    elif failing_since is not None and answer.at - failing_since > PATIENCE:
        disable = Why.FAILING
    if attempt >= MOST_ATTEMPTS:
        return DeliveryVerdict(DeliveryState.DEAD, disable=disable)
    wait = WAITS[attempt - 1] * (1 + JITTER * (2 * chance - 1))
    return DeliveryVerdict(
        DeliveryState.WAITING, min(max(wait, answer.wait_seconds), LONGEST_WAIT), disable
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver a message, as it is kept."""

    at: datetime
    milliseconds: int
    status: int | None
    failure: Failure | None
    text: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to one endpoint."""

    id: DeliveryId
    endpoint: EndpointId
    endpoint_name: str
    event: str  # the event's id; the header webhook-id
    type: EventType
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    body: str
    last: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that one sender has taken on, and all that it takes to send it."""

    delivery: DeliveryId
    attempt: int
    event: str
    body: str
    endpoint: EndpointId
    url: str
    inside: bool
    secrets: tuple[str, ...]  # sealed; the newest first
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fared in the last day."""

    attempts: int = 0
    succeeded: int = 0
    waiting: int = 0
    dead: int = 0
    last: Attempt | None = None

    @property
    def rate(self) -> float | None:
        """Which part of the attempts succeeded, 0..1; None if there was none."""
        return self.succeeded / self.attempts if self.attempts else None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """What a list of deliveries is narrowed to; what is empty narrows nothing."""

    endpoint: int | None = None
    state: DeliveryState | None = None
    type: EventType | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included
    ids: tuple[int, ...] | None = None
