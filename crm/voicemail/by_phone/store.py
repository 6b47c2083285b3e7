"""Voicemail boxes by telephone in the database: PINs, messages, marks, and the lamps' figures."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, or_, select, union, update
from sqlalchemy.orm import Session

from crm.audit.entry import AuditEntry
from crm.audit.store import note
from crm.people.models import GroupMemberRow, GroupRow
from crm.people.person import UserId
from crm.sql.db import notify
from crm.voicemail.box import BoxId
from crm.voicemail.by_phone.access import (
    LOCKED_FOR,
    MOST_PLAYED,
    WITHIN,
    BoxAnswer,
    NewMessages,
    PlayedMessage,
    locked_until,
)
from crm.voicemail.message import MessageId, MessageState
from crm.voicemail.models import VoicemailBoxRow, VoicemailPinFailureRow, VoicemailRow

BY_PHONE = "phone"
"""How the audit log says that something was done by telephone."""


def check_pin(
    session: Session,
    box: BoxId,
    typed: str,
    now: datetime,
    is_pin: Callable[[str | None, str], bool],
) -> BoxAnswer:
    """Check the PIN of a box and count a wrong one. Of two checks at once one waits.

    `is_pin` compares a hash with what was typed, and takes as long without a hash.
    """
    query = select(VoicemailBoxRow).where(VoicemailBoxRow.id == box, VoicemailBoxRow.enabled)
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        is_pin(None, typed)
        return BoxAnswer.WRONG_PIN
    failure = VoicemailPinFailureRow
    query_failures = select(failure.at).where(failure.box_id == box).order_by(failure.at)
    if locked_until(session.scalars(query_failures).all(), now) is not None:
        return BoxAnswer.LOCKED
    if is_pin(row.pin_hash or None, typed):
        return BoxAnswer.DONE
    old = failure.at < now - WITHIN - LOCKED_FOR
    session.execute(delete(failure).where(failure.box_id == box, old))
    session.execute(insert(failure).values(box_id=box, at=now))
    return BoxAnswer.WRONG_PIN


def forget_failures(session: Session, box: int) -> None:
    """Forget the wrong PINs of a box, which has a new PIN."""
    failure = VoicemailPinFailureRow
    session.execute(delete(failure).where(failure.box_id == box))


def to_play(session: Session, box: BoxId) -> tuple[PlayedMessage, ...]:
    """Give the messages of a box that are not handled: those not heard first, the oldest first."""
    row = VoicemailRow
    query = select(row).where(row.box_id == box, row.state != MessageState.HANDLED.value)
    query = query.order_by(row.heard_at.is_not(None), row.at, row.id).limit(MOST_PLAYED)
    return tuple(
        PlayedMessage(
            MessageId(one.id), one.file, one.caller, one.seconds, one.heard_at is not None
        )
        for one in session.scalars(query)
    )


def mark_heard(
    session: Session, message: int, by: int | None, now: datetime, *, by_phone: bool
) -> None:
    """Note who heard a message first; a later one changes nothing."""
    row = VoicemailRow
    query = update(row).where(row.id == message, row.heard_at.is_(None))
    heard = query.values(heard_at=now, heard_by=by, heard_by_phone=by_phone)
    box = session.scalars(heard.returning(row.box_id)).one_or_none()
    if box is None:
        return
    notify(session, f"voicemails:{box}")
    if by_phone:
        _note(session, "voicemail.heard", message, by, now)


def delete_message(
    session: Session, box: BoxId, message: int, by: int | None, now: datetime
) -> str:
    """Delete a message of a box by telephone; give the name of its file, "" if it was gone."""
    row = VoicemailRow
    removed = delete(row).where(row.id == message, row.box_id == box)
    found = session.execute(removed.returning(row.file, row.caller, row.at)).one_or_none()
    if found is None:
        return ""
    before = {"caller": found.caller, "at": found.at.isoformat()}
    _note(session, "voicemail.removed", message, by, now, before)
    notify(session, f"voicemails:{box}")
    return str(found.file)


def new_messages(session: Session) -> dict[UserId, NewMessages]:
    """Count what waits for each user in their own box and in the boxes of their groups.

    Users without any such box are not in the answer.
    """
    box, member, group = VoicemailBoxRow, GroupMemberRow, GroupRow
    own = select(box.id.label("box"), box.agent_id.label("user")).where(
        box.enabled, box.agent_id.is_not(None)
    )
    of_groups = (
        select(box.id.label("box"), member.user_id.label("user"))
        .join(member, member.group_id == box.group_id)
        .join(group, group.id == member.group_id)
        .where(box.enabled, group.enabled)
    )
    whose = union(own, of_groups).subquery()
    row = VoicemailRow
    waits = row.state != MessageState.HANDLED.value
    query = (
        select(
            whose.c.user,
            func.count(row.id).filter(row.heard_at.is_(None)),
            func.count(row.id).filter(row.heard_at.is_not(None)),
        )
        .select_from(whose)
        .outerjoin(row, and_(row.box_id == whose.c.box, waits))
        .group_by(whose.c.user)
    )
    return {UserId(user): NewMessages(new, heard) for user, new, heard in session.execute(query)}


def new_messages_of(session: Session, user: int) -> int:
    """Count the messages that a user has not heard: in their own box and their groups' boxes."""
    box, row = VoicemailBoxRow, VoicemailRow
    groups = (
        select(GroupMemberRow.group_id)
        .join(GroupRow, GroupRow.id == GroupMemberRow.group_id)
        .where(GroupMemberRow.user_id == user, GroupRow.enabled)
    )
    query = (
        select(func.count(row.id))
        .join(box, box.id == row.box_id)
        .where(box.enabled, or_(box.agent_id == user, box.group_id.in_(groups)))
        .where(row.state != MessageState.HANDLED.value, row.heard_at.is_(None))
    )
    return session.scalar(query) or 0


def _note(  # noqa: PLR0913, PLR0917 - what an entry says
    session: Session,
    action: str,
    message: int,
    by: int | None,
    now: datetime,
    before: dict[str, str] | None = None,
) -> None:
    user = UserId(by) if by is not None else None
    entry = AuditEntry(now, user, action, "voicemails", str(message), "", BY_PHONE, before or {})
    note(session, entry)
