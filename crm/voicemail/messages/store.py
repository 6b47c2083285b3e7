"""Messages in voicemail boxes: listed, cared for, removed, and what is too old."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.sql.db import in_time_order, notify, number_is
from crm.sql.page import Page, one_page, rows
from crm.voicemail.box import BoxId
from crm.voicemail.message import (
    EVERY_MESSAGE,
    Care,
    Message,
    MessageFilter,
    MessageId,
    MessageReach,
    MessageState,
    state_of,
)
from crm.voicemail.models import VoicemailBoxRow, VoicemailRow

COUNTED = 1000  # more matches are shown as “more than”
LONGEST_NOTE = 4000  # characters
Messages = Select[*tuple[Any, ...]]


def messages(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: MessageFilter,
    reach: MessageReach = EVERY_MESSAGE,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Message]:
    """Page through messages by the time at which they were left."""
    query = in_time_order(
        _messages().where(*_wanted(wanted), *_within(reach)),
        VoicemailRow.at,
        VoicemailRow.id,
        cursor,
        newest_first=newest_first,
    )
    found = session.execute(query.limit(rows(limit) + 1)).all()
    shown, after = one_page(found, limit, lambda row: (row.VoicemailRow.at, row.VoicemailRow.id))
    return Page(tuple(_message(row) for row in shown), after)


def how_many(session: Session, wanted: MessageFilter, reach: MessageReach = EVERY_MESSAGE) -> int:
    """Count the messages that match, up to one more than `COUNTED`."""
    query = select(VoicemailRow.id).join(VoicemailBoxRow)
    some = query.where(*_wanted(wanted), *_within(reach)).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def message(session: Session, id_: int, reach: MessageReach = EVERY_MESSAGE) -> Message:
    """Read a message; MissingError if there is none of this id within reach."""
    query = _messages().where(VoicemailRow.id == id_, *_within(reach))
    row = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("There is no voicemail {voicemail}.", voicemail=id_)
    return _message(row)


def message_to_change(session: Session, id_: int, reach: MessageReach = EVERY_MESSAGE) -> Message:
    """Read a message and lock it until this transaction ends."""
    session.execute(select(VoicemailRow.id).where(VoicemailRow.id == id_).with_for_update())
    return message(session, id_, reach)


def messages_among(
    session: Session, ids: Collection[int], reach: MessageReach = EVERY_MESSAGE
) -> list[Message]:
    """Lock those of these messages that are within reach, and give them in the order of ids."""
    locked = select(VoicemailRow.id).where(VoicemailRow.id.in_(ids)).order_by(VoicemailRow.id)
    session.execute(locked.with_for_update())
    query = _messages().where(VoicemailRow.id.in_(ids), *_within(reach)).order_by(VoicemailRow.id)
    found = session.execute(query.execution_options(populate_existing=True))
    return [_message(row) for row in found]


def save_care(session: Session, known: Message, care: Care, by: int, at: datetime) -> MessageState:
    """Store who cares for a message and whether it is handled; the first to handle it stays."""
    state = state_of(care)
    columns: dict[str, object] = {
        "assigned_to": care.assigned_to,
        "note": clean(care.note.strip(), LONGEST_NOTE),
        "state": state.value,
    }
    if state is not MessageState.HANDLED:
        columns |= {"handled_by": None, "handled_at": None}
    elif known.state is not MessageState.HANDLED:
        columns |= {"handled_by": by, "handled_at": at}
    session.execute(update(VoicemailRow).where(VoicemailRow.id == known.id).values(columns))
    notify(session, f"voicemails:{known.box}")
    return state


def remove_messages(session: Session, ids: Collection[int]) -> list[str]:
    """Remove messages; give the names of their files."""
    removed = delete(VoicemailRow).where(VoicemailRow.id.in_(ids))
    found = session.execute(removed.returning(VoicemailRow.file, VoicemailRow.box_id)).all()
    for box in sorted({one.box_id for one in found}):
        notify(session, f"voicemails:{box}")
    return [one.file for one in found]


def remove_old(session: Session, now: datetime) -> list[str]:
    """Remove messages that are older than their box keeps them; give the names of their files."""
    kept = func.make_interval(0, 0, 0, cast(VoicemailBoxRow.keep_days, Integer))
    old = (
        select(VoicemailRow.id)
        .join(VoicemailBoxRow)
        .where(VoicemailBoxRow.keep_days > 0, VoicemailRow.at < now - kept)
    )
    return remove_messages(session, session.scalars(old).all())


def files_among(session: Session, files: Sequence[str]) -> set[str]:
    """Give those of some files that belong to a message."""
    return set(session.scalars(select(VoicemailRow.file).where(VoicemailRow.file.in_(files))))


def _messages() -> Messages:
    return select(VoicemailRow, VoicemailBoxRow.name, VoicemailBoxRow.agent_id).join(
        VoicemailBoxRow
    )


def _within(reach: MessageReach) -> list[ColumnElement[bool]]:
    if reach.people is None:
        return []
    return [
        or_(
            VoicemailBoxRow.agent_id.in_(reach.people),
            VoicemailBoxRow.group_id.in_(reach.groups),
            VoicemailRow.assigned_to.in_(reach.people),
        )
    ]


def _in_state(wanted: MessageFilter) -> list[ColumnElement[bool]]:
    row = VoicemailRow
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(row.state == wanted.state.value)
    if wanted.unheard_only:
        found.append(row.heard_at.is_(None))
    if wanted.open_only or wanted.unheard_only:
        found.append(row.state != MessageState.HANDLED.value)
    return found


def _wanted(wanted: MessageFilter) -> list[ColumnElement[bool]]:
    row = VoicemailRow
    found: list[ColumnElement[bool]] = []
    found += _in_state(wanted)
    if wanted.box is not None:
        found.append(row.box_id == wanted.box)
    if wanted.caller:
        found.append(number_is(row.caller, wanted.caller))
    if wanted.customer is not None:
        found.append(row.customer_id == wanted.customer)
    if wanted.assigned_to is not None:
        found.append(row.assigned_to == wanted.assigned_to)
    if wanted.since is not None:
        found.append(row.at >= wanted.since)
    if wanted.until is not None:
        found.append(row.at < wanted.until)
    return found


def _message(found: Row[*tuple[Any, ...]]) -> Message:
    row, box_name, agent = found
    return Message(
        id=MessageId(row.id),
        box=BoxId(row.box_id),
        box_name=box_name,
        box_agent=agent,
        call=row.call,
        file=row.file,
        caller=row.caller,
        called=row.called,
        customer=row.customer_id,
        at=row.at,
        seconds=row.seconds,
        state=MessageState(row.state),
        assigned_to=row.assigned_to,
        handled_by=row.handled_by,
        handled_at=row.handled_at,
        note=row.note,
        heard_at=row.heard_at,
        heard_by=row.heard_by,
        heard_by_phone=row.heard_by_phone,
    )
