"""Custom destinations in the database, and the last answer of each."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, Kind
from crm.custom_destinations.custom import (
    CustomDestination,
    CustomDraft,
    CustomId,
    CustomSettings,
    LastAnswer,
)
from crm.custom_destinations.models import CustomDestinationRow
from crm.kernel.destination import Destination, read_destination
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.sql.db import notify

LONGEST_URL = 2000
MOST_CUSTOM = 200


def live_custom(session: Session) -> dict[CustomId, CustomDestination]:
    """Give all custom destinations in use by id, as the engine uses them."""
    query = select(CustomDestinationRow).where(CustomDestinationRow.enabled)
    rows = session.scalars(query.execution_options(populate_existing=True))
    now = session.scalars(select(func.now())).one()
    return {CustomId(row.id): _live(row, now) for row in rows}


def custom_to_ask(session: Session, id_: int) -> CustomDestination:
    """Read one as the engine would use it, also an inactive one."""
    return _live(_row(session, id_), session.scalars(select(func.now())).one())


def custom_destinations(session: Session) -> list[CustomSettings]:
    """Give all custom destinations by name, the inactive ones too."""
    rows = session.scalars(select(CustomDestinationRow).execution_options(populate_existing=True))
    return [_settings(row) for row in sorted(rows, key=lambda row: (sort_key(row.name), row.id))]


def custom(session: Session, id_: int) -> CustomSettings:
    """Read one; MissingError if there is none of this id."""
    return _settings(_row(session, id_))


def custom_to_change(session: Session, id_: int) -> CustomSettings:
    """Read one and lock it until this transaction ends."""
    query = select(CustomDestinationRow.id).where(CustomDestinationRow.id == id_)
    session.execute(query.with_for_update())
    return custom(session, id_)


def add_custom(session: Session, draft: CustomDraft, secret: str) -> CustomId:
    """Add one with its encrypted secret; TakenError if its name is taken."""
    if session.scalars(select(func.count()).select_from(CustomDestinationRow)).one() >= MOST_CUSTOM:
        raise InvalidError("The limit of {most} custom destinations is reached.", most=MOST_CUSTOM)
    columns = _columns(draft) | {"secret": secret}
    try:
        with session.begin_nested():
            added = insert(CustomDestinationRow).values(columns)
            id_ = session.scalars(added.returning(CustomDestinationRow.id)).one()
    except IntegrityError:
        raise _taken(draft) from None
    notify(session, f"custom_destinations:{id_}")
    return CustomId(id_)


def change_custom(session: Session, id_: int, draft: CustomDraft) -> None:
    """Change one; it counts for the next caller."""
    row = CustomDestinationRow
    changed = update(row).where(row.id == id_).values(_columns(draft))
    try:
        with session.begin_nested():
            session.execute(changed)
    except IntegrityError:
        raise _taken(draft) from None
    notify(session, f"custom_destinations:{id_}")


def rotate_secret(session: Session, id_: int, secret: str, old_until: datetime) -> None:
    """Give one a new encrypted secret; the present one also signs until `old_until`."""
    row = _row(session, id_)
    columns = {"secret": secret, "old_secret": row.secret, "old_secret_until": old_until}
    session.execute(
        update(CustomDestinationRow).where(CustomDestinationRow.id == id_).values(columns)
    )
    notify(session, f"custom_destinations:{id_}")


def remove_custom(session: Session, id_: int) -> None:
    """Remove one."""
    session.execute(delete(CustomDestinationRow).where(CustomDestinationRow.id == id_))
    notify(session, f"custom_destinations:{id_}")


def falling_back_to(session: Session, destination: Destination) -> list[str]:
    """Give the names of the custom destinations that fall back to a destination."""
    row = CustomDestinationRow
    query = select(row.name).where(row.fallback == str(destination)).order_by(row.name)
    return list(session.scalars(query))


def keep_answers(session: Session, events: Iterable[CallEvent]) -> None:
    """Note the last answer of each custom destination in a batch of facts."""
    row = CustomDestinationRow
    last: dict[int, CallEvent] = {}
    for event in events:
        if event.kind is Kind.CUSTOM_ANSWERED:
            id_ = int(event.detail["custom"])
            if id_ not in last or last[id_].at < event.at:
                last[id_] = event
    for id_, event in sorted(last.items()):
        detail = event.detail
        columns = {
            "last_at": event.at,
            "last_seconds": float(detail.get("seconds", 0)),
            "last_to": clean(str(detail.get("to", "")), 150),
            "last_why": clean(str(detail.get("why", "")), 100),
            "last_status": int(detail.get("status", 0)),
        }
        older = or_(row.last_at.is_(None), row.last_at < event.at)
        session.execute(update(row).where(row.id == id_, older).values(columns))


def _row(session: Session, id_: int) -> CustomDestinationRow:
    found = session.get(CustomDestinationRow, id_, populate_existing=True)
    if found is None:
        raise MissingError("There is no custom destination {custom}.", custom=id_)
    return found


def _columns(draft: CustomDraft) -> dict[str, object]:
    if not (url := clean(draft.url.strip(), LONGEST_URL)):
        raise InvalidError("Enter a URL.", field="url")
    return {
        "name": needed_name(draft.name, 100),
        "url": url,
        "seconds": draft.seconds,
        "inside": draft.inside,
        "fallback": clean(draft.fallback, 150),
        "enabled": draft.enabled,
    }


def _taken(draft: CustomDraft) -> TakenError:
    return TakenError("The name “{name}” is taken.", "name", name=draft.name.strip())


def _live(row: CustomDestinationRow, now: datetime) -> CustomDestination:
    both = row.old_secret_until is not None and row.old_secret_until > now
    old = (row.old_secret,) if both and row.old_secret else ()
    return CustomDestination(
        CustomId(row.id),
        row.name,
        row.url,
        (row.secret, *old),
        row.inside,
        row.seconds,
        read_destination(row.fallback) if row.fallback else None,
    )


def _settings(row: CustomDestinationRow) -> CustomSettings:
    draft = CustomDraft(row.name, row.url, row.seconds, row.inside, row.fallback, row.enabled)
    last = None
    if row.last_at is not None:
        seconds = row.last_seconds or 0.0
        last = LastAnswer(row.last_at, seconds, row.last_to, row.last_why, row.last_status)
    return CustomSettings(CustomId(row.id), draft, row.old_secret_until, last)
