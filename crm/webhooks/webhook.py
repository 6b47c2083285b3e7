"""Webhooks: events for other systems, and what happens after an attempt to deliver one."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from crm.jobs.job import Job, Schedule
from crm.outgoing.answer import Failure, OutgoingAnswer

EndpointId = NewType("EndpointId", int)
DeliveryId = NewType("DeliveryId", int)

VERSION = 1  # of the messages' format; members may be added within a version, never changed


class EventType(StrEnum):
    """The type of an event. The value is in the messages and in the database: never reuse one."""

    CALL_STARTED = "call.started"
    CALL_ANSWERED = "call.answered"  # by a person, the first time
    CALL_ENDED = "call.ended"
    CALL_OUTCOME = "call.outcome"  # again whenever the agent chooses another one
    RECORDING_READY = "recording.ready"
    VOICEMAIL_LEFT = "voicemail.left"
    CUSTOMER_CREATED = "customer.created"
    CUSTOMER_CHANGED = "customer.changed"
    SERVICE_RECORD_CREATED = "service_record.created"
    ALARM_RAISED = "alarm.raised"  # again when it has become worse
    ALARM_ENDED = "alarm.ended"
    TEST = "webhook.test"  # sent by hand to one endpoint; not offered for subscription


OFFERED = tuple(one for one in EventType if one is not EventType.TEST)


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """An event to be sent to endpoints. The same event always has the same id."""

    id: str
    type: EventType
    at: datetime  # aware UTC
    data: Mapping[str, Any]

    def body(self) -> str:
        """Give the message as it is signed and sent."""
        message = {
            "id": self.id,
            "type": self.type.value,
            "version": VERSION,
            "timestamp": plain(self.at),
            "data": plain(self.data),
        }
        return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def event(type_: EventType, at: datetime, data: Mapping[str, Any], *which: object) -> OutgoingEvent:
    """Make an event whose id follows from its type and from its subject.

    A receiver may get an event twice and recognises it by the id. The id has only characters that
    fit into a header and do not contain the separator of the signed text.
    """
    named = "\n".join([type_.value, *(str(part) for part in which)])
    return OutgoingEvent(f"evt_{hashlib.sha256(named.encode()).hexdigest()[:32]}", type_, at, data)


def plain(value: object) -> Any:
    """Make a value fit for JSON; times are UTC, in ISO 8601 with a Z."""
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
    """What an administrator sets for a receiver."""

    name: str
    url: str
    events: frozenset[EventType]
    enabled: bool = True
    inside: bool = False  # it may be in our own network, and there without TLS


class DisabledReason(StrEnum):
    """Why an endpoint is switched off."""

    BY_HAND = "by hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # for days


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A receiver of webhooks."""

    id: EndpointId
    draft: EndpointDraft
    disabled_because: DisabledReason | None
    failing_since: datetime | None
    old_secret_until: datetime | None  # both secrets sign until then
    created_at: datetime


class DeliveryState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"  # given up; a user can send it again


@dataclass(frozen=True, slots=True)
class DeliveryDecision:
    """What to do with a message after an attempt."""

    state: DeliveryState
    wait_seconds: float = 0.0  # until the next attempt, when it waits
    disable: DisabledReason | None = None


GONE = 410
SCHEDULE = Schedule((5.0, 30.0, 120.0, 600.0, 3600.0, 3 * 3600.0, 8 * 3600.0, 24 * 3600.0))
MOST_ATTEMPTS = SCHEDULE.most_attempts
LONGEST_WAIT = SCHEDULE.waits[-1]
PATIENCE = timedelta(days=3)  # an endpoint that failed for so long is switched off


def judge(
    attempt: int, result: OutgoingAnswer, failing_since: datetime | None, chance: float
) -> DeliveryDecision:
    """Decide about a message after its attempt (1 is the first); `chance` is 0..1.

    A receiver that fails for days, or answers that it is gone, is to be switched off. Its messages
    then wait until a user switches it on again.
    """
    if result.failure is None:
        return DeliveryDecision(DeliveryState.DELIVERED)
    disable = None
    if result.status == GONE:
        disable = DisabledReason.GONE
    elif failing_since is not None and result.at - failing_since > PATIENCE:
        disable = DisabledReason.FAILING
    wait = SCHEDULE.wait_after(attempt, chance)
    if wait is None:
        return DeliveryDecision(DeliveryState.DEAD, disable=disable)
    return DeliveryDecision(
        DeliveryState.WAITING, min(max(wait, result.wait_seconds), LONGEST_WAIT), disable
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """A stored attempt to deliver a message."""

    at: datetime
    milliseconds: int
    status: int | None
    failure: Failure | None
    text: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to one endpoint. `attempts` and `due_at` come from its job."""

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
    """A message that a worker has claimed, with everything needed to send it."""

    job: Job
    delivery: DeliveryId
    event: str
    body: str
    endpoint: EndpointId
    url: str
    inside: bool
    secrets: tuple[str, ...]  # sealed; the newest first
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """The deliveries of an endpoint in the last day."""

    attempts: int = 0
    succeeded: int = 0
    waiting: int = 0
    dead: int = 0
    last: Attempt | None = None

    @property
    def rate(self) -> float | None:
        """The share of attempts that succeeded, 0..1; None without attempts."""
        return self.succeeded / self.attempts if self.attempts else None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """The filter of a list of deliveries; an empty field matches all."""

    endpoint: int | None = None
    state: DeliveryState | None = None
    type: EventType | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included
    ids: tuple[int, ...] | None = None
