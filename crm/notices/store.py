"""Notifications: sent, listed, read, and removed after a month."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.kernel.text import clean, clean_detail
from crm.mail import store as outbox
from crm.mail.mail import MailKind, NewMail, wants
from crm.notices.models import NoticeRow
from crm.notices.notice import KEPT_DAYS, NewNotice, Notice, NoticeKind
from crm.people.models import RoleRow, UserRow
from crm.people.rights import Right
from crm.people.roles.store import read_role
from crm.sql.db import notify as send_notification
from crm.sql.page import Page, read_id, rows


def notify(session: Session, people: Iterable[int], notice: NewNotice) -> list[int]:
    """Send a notification to some users; their open pages show it when this commits.

    A user who has one with the same `once` gets none. Gives the ids of the new notifications.
    """
    wanted = sorted(set(people))
    if not wanted:
        return []
    new = [
        {
            "user_id": person,
            "kind": notice.kind,
            "sentence": clean(notice.sentence, 500),
            "values": clean_detail(notice.values),
            "url": clean(notice.url, 500),
            "once": clean(notice.once, 200),
        }
        for person in wanted
    ]
    added = insert(NoticeRow).values(new).on_conflict_do_nothing()
    given = session.execute(added.returning(NoticeRow.id, NoticeRow.user_id)).all()
    notified = sorted({row.user_id for row in given})
    for person in notified:
        send_notification(session, f"notices:{person}")
    _mail(session, notified, notice)
    return [row.id for row in given]


def notify_holders(session: Session, right: Right, notice: NewNotice) -> list[int]:
    """Send a notification to all users who hold a permission and may sign in."""
    return notify(session, holders(session, right), notice)


def holders(session: Session, right: Right) -> list[int]:
    """Give the users who hold a permission and may sign in."""
    query = (
        select(UserRow.id, RoleRow)
        .join(RoleRow, RoleRow.id == UserRow.role_id)
        .where(UserRow.enabled, RoleRow.enabled)
    )
    return [id_ for id_, role in session.execute(query) if right in read_role(role).rights]


def notices(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    user: int,
    *,
    unread: bool = False,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Notice]:
    """Page through a person's notices; the cursor is the id of the last notice before."""
    query = select(NoticeRow).where(NoticeRow.user_id == user)
    if unread:
        query = query.where(NoticeRow.read_at.is_(None))
    if cursor:
        last = read_id(cursor)
        query = query.where(NoticeRow.id < last if newest_first else NoticeRow.id > last)
    query = query.order_by(NoticeRow.id.desc() if newest_first else NoticeRow.id)
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown = found[: rows(limit)]
    return Page(tuple(_read(shown)), str(shown[-1].id) if len(found) > len(shown) else None)


def notices_after(session: Session, user: int, after: int, limit: int = 20) -> list[Notice]:
    """Give a user's unread notifications after an id, oldest first."""
    query = (
        select(NoticeRow)
        .where(NoticeRow.user_id == user, NoticeRow.id > after, NoticeRow.read_at.is_(None))
        .order_by(NoticeRow.id)
        .limit(limit)
    )
    return _read(session.scalars(query).all())


def counted(session: Session, user: int) -> tuple[int, int]:
    """Give the number of a user's unread notifications, and the id of the newest one (0: none)."""
    unread = func.count().filter(NoticeRow.read_at.is_(None))
    query = select(unread, func.max(NoticeRow.id)).where(NoticeRow.user_id == user)
    count, newest = session.execute(query).one()
    return count, newest or 0


def mark_read(session: Session, user: int, notice: int, at: datetime) -> Notice:
    """Mark a notification as read; MissingError unless it is the user's."""
    row = session.get(NoticeRow, notice, with_for_update=True, populate_existing=True)
    if row is None or row.user_id != user:
        raise MissingError("There is no such notification.")
    if row.read_at is None:
        row.read_at = at
        session.flush()
        send_notification(session, f"notices:{user}")
    return _read([row])[0]


def mark_all_read(session: Session, user: int, at: datetime) -> int:
    """Mark all of a user's notifications as read; give how many were unread."""
    query = (
        update(NoticeRow)
        .where(NoticeRow.user_id == user, NoticeRow.read_at.is_(None))
        .values(read_at=at)
        .returning(NoticeRow.id)
    )
    read = len(session.scalars(query).all())
    if read:
        send_notification(session, f"notices:{user}")
    return read


def forget_old(session: Session, at: datetime) -> int:
    """Remove notifications older than a month; give how many."""
    query = delete(NoticeRow).where(NoticeRow.at < at - timedelta(days=KEPT_DAYS))
    return len(session.scalars(query.returning(NoticeRow.id)).all())


def _mail(session: Session, people: Sequence[int], notice: NewNotice) -> None:
    """Queue a mail to those who want such a notification by mail."""
    if not people or not notice.by_mail or not outbox.is_on(session):
        return
    values = {**clean_detail(notice.values), "sentence": notice.sentence, "url": notice.url}
    outbox.put(
        session,
        [
            NewMail(MailKind.NOTICE, one.address, one.language, values, one.user)
            for one in outbox.recipients(session, people)
            if wants(one.wanted, urgent=notice.urgent)
        ],
    )


def _read(found: Sequence[NoticeRow]) -> list[Notice]:
    kinds = set(NoticeKind)
    return [
        Notice(
            id=row.id,
            user=row.user_id,
            kind=NoticeKind(row.kind) if row.kind in kinds else NoticeKind.MESSAGE,
            sentence=row.sentence,
            values=row.values,
            url=row.url,
            at=row.at,
            read_at=row.read_at,
        )
        for row in found
    ]
