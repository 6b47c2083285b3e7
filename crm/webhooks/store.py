"""The endpoints of webhooks, and the functions that queue an event for them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.jobs import store as jobs
from crm.jobs.job import NewJob
from crm.kernel.errors import InvalidError, MissingError
from crm.kernel.names import needed_name
from crm.kernel.text import clean
from crm.sql.db import whole_table
from crm.webhooks.models import DeliveryRow, EndpointRow
from crm.webhooks.webhook import (
    OFFERED,
    DisabledReason,
    Endpoint,
    EndpointDraft,
    EndpointId,
    EventType,
    OutgoingEvent,
)

JOB = "webhook"  # the kind of job; the key is the delivery's id, the lane its endpoint's
MOST_ENDPOINTS = 100
LONGEST_URL = 2000
LONGEST_BODY = 100_000  # characters
_ENDPOINTS = whole_table(EndpointRow)
_DELIVERIES = whole_table(DeliveryRow)
_LISTENERS = select(_ENDPOINTS.c.id, _ENDPOINTS.c.events).where(_ENDPOINTS.c.enabled)


def announce(session: Session, events: Iterable[OutgoingEvent]) -> None:
    """Queue events for every endpoint that wants them, each once.

    Call it in the transaction of the event's cause, so that both are stored or neither. Without an
    enabled endpoint it costs one small query, and `events` is not read.
    """
    listeners = [(id_, frozenset(events)) for id_, events in session.execute(_LISTENERS)]
    if not listeners:
        return
    _put(session, [(id_, one) for one in events for id_, wanted in listeners if one.type in wanted])


def announce_to(session: Session, id_: int, event: OutgoingEvent) -> int:
    """Queue one event for one endpoint, as a test by hand does; give the delivery's id."""
    _put(session, [(id_, event)])
    query = select(DeliveryRow.id).where(DeliveryRow.endpoint_id == id_)
    return session.scalars(query.where(DeliveryRow.event == event.id)).one()


def endpoints(session: Session) -> list[Endpoint]:
    """Give all endpoints, sorted by name."""
    query = select(EndpointRow).order_by(func.lower(EndpointRow.name), EndpointRow.id)
    return [_endpoint(row) for row in session.scalars(query)]


def endpoint(session: Session, id_: int) -> Endpoint:
    """Read an endpoint; MissingError if there is none."""
    return _endpoint(_row(session, id_))


def endpoint_to_change(session: Session, id_: int) -> Endpoint:
    """Read an endpoint and lock it against changes until this transaction ends."""
    _row(session, id_, lock=True)
    return endpoint(session, id_)


def add_endpoint(session: Session, draft: EndpointDraft, secret: str) -> Endpoint:
    """Add an endpoint with its encrypted secret."""
    if session.scalars(select(func.count()).select_from(EndpointRow)).one() >= MOST_ENDPOINTS:
        raise InvalidError("The limit of {most} webhooks is reached.", most=MOST_ENDPOINTS)
    columns = _columns(draft) | {"secret": secret, "disabled_because": _by_hand(draft)}
    added = insert(EndpointRow).values(columns).returning(EndpointRow.id)
    return endpoint(session, session.scalars(added).one())


def change_endpoint(session: Session, id_: int, draft: EndpointDraft) -> Endpoint:
    """Change an endpoint; one that is switched on again starts without a failure record."""
    before = endpoint_to_change(session, id_)
    columns = _columns(draft)
    if draft.enabled is not before.draft.enabled:
        columns |= {"disabled_because": _by_hand(draft), "failing_since": None}
    session.execute(update(EndpointRow).where(EndpointRow.id == id_).values(columns))
    return endpoint(session, id_)


def rotate(session: Session, id_: int, secret: str, old_until: datetime) -> Endpoint:
    """Give an endpoint a new encrypted secret; the present one also signs until `old_until`."""
    row = _row(session, id_)
    columns = {"secret": secret, "old_secret": row.secret, "old_secret_until": old_until}
    session.execute(update(EndpointRow).where(EndpointRow.id == id_).values(columns))
    return endpoint(session, id_)


def remove_endpoint(session: Session, id_: int) -> Endpoint:
    """Remove an endpoint with all its messages."""
    gone = endpoint(session, id_)
    session.execute(delete(EndpointRow).where(EndpointRow.id == id_))
    jobs.remove_lane(session, JOB, lane_of(id_))
    return gone


def lane_of(endpoint: int) -> str:
    """Give the lane of an endpoint's jobs."""
    return str(endpoint)


def _put(session: Session, messages: Sequence[tuple[int, OutgoingEvent]]) -> None:
    if not messages:
        return
    put = (
        insert(_DELIVERIES)
        .on_conflict_do_nothing(index_elements=["endpoint_id", "event"])
        .returning(_DELIVERIES.c.id, _DELIVERIES.c.endpoint_id)
    )
    added = session.execute(
        put,
        [
            {
                "endpoint_id": id_,
                "event": one.id,
                "type": one.type.value,
                "body": clean(one.body(), LONGEST_BODY),
            }
            for id_, one in messages
        ],
    ).all()
    jobs.put(session, JOB, [NewJob(str(id_), lane_of(endpoint)) for id_, endpoint in added])


def _row(session: Session, id_: int, *, lock: bool = False) -> EndpointRow:
    key_share = {"key_share": True} if lock else None  # messages may still be added
    found = session.get(EndpointRow, id_, populate_existing=True, with_for_update=key_share)
    if found is None:
        raise MissingError("There is no webhook {webhook}.", webhook=id_)
    return found


def _by_hand(draft: EndpointDraft) -> str | None:
    return None if draft.enabled else DisabledReason.BY_HAND.value


def _columns(draft: EndpointDraft) -> dict[str, object]:
    name = needed_name(draft.name, 200)
    if not (url := clean(draft.url.strip(), LONGEST_URL)):
        raise InvalidError("Enter a URL.", field="url")
    events = [one.value for one in OFFERED if one in draft.events]
    if not events:
        raise InvalidError("Choose at least one event.", field="events")
    return {
        "name": name,
        "url": url,
        "events": events,
        "enabled": draft.enabled,
        "inside": draft.inside,
    }


def _endpoint(row: EndpointRow) -> Endpoint:
    known = {one.value for one in OFFERED}
    draft = EndpointDraft(
        row.name,
        row.url,
        frozenset(EventType(one) for one in row.events if one in known),
        row.enabled,
        row.inside,
    )
    return Endpoint(
        id=EndpointId(row.id),
        draft=draft,
        disabled_because=DisabledReason(row.disabled_because) if row.disabled_because else None,
        failing_since=row.failing_since,
        old_secret_until=row.old_secret_until,
        created_at=row.created_at,
    )
