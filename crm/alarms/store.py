"""Alarms: raised, ended, acknowledged, listed, and announced to the users who should know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.alarms.alarm import (
    Alarm,
    AlarmId,
    AlarmKind,
    AlarmLevel,
    AlarmSettings,
    NewAlarm,
    default_settings,
    is_worse,
)
from crm.alarms.models import AlarmRow, AlarmSettingsRow
from crm.kernel.errors import InvalidError, MissingError
from crm.kernel.text import clean, clean_detail
from crm.mail import store as outbox
from crm.mail.mail import MailKind, NewMail, checked_address
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify_holders
from crm.parameters.store import parameters
from crm.people.person import Language
from crm.people.rights import Right
from crm.sql.db import in_time_order, notify
from crm.sql.page import Page, one_page, rows
from crm.webhooks.store import announce
from crm.webhooks.webhook import EventType, OutgoingEvent, event

COUNTED = 10_000
MOST_ADDRESSES = 10
REFRESH_SECONDS = 60.0
"""An alarm that is raised again within this time is not written again."""


@dataclass(frozen=True, slots=True)
class AlarmFilter:
    """Which alarms are wanted; an empty field is any."""

    open: bool | None = None  # open and not acknowledged
    kind: str = ""
    level: AlarmLevel | None = None
    kinds: frozenset[str] | None = None  # the kinds that the reader may see; None: all


def raise_alarm(session: Session, new: NewAlarm, at: datetime) -> bool:
    """Raise an alarm and announce it; False if it is open already, which is then refreshed.

    One that has become worse is told of again, and needs to be acknowledged again.
    """
    level = new.level or new.kind.level
    columns: dict[str, Any] = {
        "level": level.value,
        "sentence": clean(new.sentence, 500),
        "values": clean_detail(new.values),
        "url": clean(new.url, 500),
        "last": at,
    }
    place = {"kind": new.kind.key, "key": clean(new.key, 200)}
    added = insert(AlarmRow).values(**place, **columns, since=at)
    added = added.on_conflict_do_nothing(
        index_elements=["kind", "key"], index_where=text("until IS NULL")
    )
    found = session.scalars(added.returning(AlarmRow)).one_or_none()
    if found is None:
        open_row = select(AlarmRow).where(_is_open(new.kind, new.key)).with_for_update()
        known = session.scalars(open_row.execution_options(populate_existing=True)).one_or_none()
        if known is None:
            return False  # it has just ended: the next process that sees it raises it
        worse = is_worse(level, AlarmLevel(known.level))
        if not worse and (at - known.last).total_seconds() < REFRESH_SECONDS:
            return False
        if not worse:
            columns = {"last": at}
        else:
            columns |= {"acknowledged_at": None, "acknowledged_by": None}
        session.execute(update(AlarmRow).where(AlarmRow.id == known.id).values(**columns))
        if not worse:
            return False
        session.refresh(known)
        found = known
    _tell(session, new.kind, _alarm(found))
    return True


def end_alarm(session: Session, kind: AlarmKind, key: str, at: datetime) -> bool:
    """End an open alarm; False if there is none."""
    query = update(AlarmRow).where(_is_open(kind, key)).values(until=at).returning(AlarmRow)
    ended = session.scalars(query).one_or_none()
    if ended is None:
        return False
    notify(session, f"alarms:{ended.id}")
    if settings_of(session, kind).webhook:
        announce(session, [alarm_event(EventType.ALARM_ENDED, _alarm(ended), at)])
    return True


def end_old(session: Session, kind: AlarmKind, before: datetime, at: datetime) -> None:
    """End the open alarms of a kind that were last raised before a time."""
    query = select(AlarmRow.key).where(
        AlarmRow.kind == kind.key, AlarmRow.until.is_(None), AlarmRow.last < before
    )
    for key in session.scalars(query).all():
        end_alarm(session, kind, key, at)


def open_keys(session: Session, kind: AlarmKind) -> set[str]:
    """Give the keys of a kind that have an open alarm."""
    query = select(AlarmRow.key).where(AlarmRow.kind == kind.key, AlarmRow.until.is_(None))
    return set(session.scalars(query))


def acknowledge(
    session: Session, ids: Collection[int], by: int, at: datetime, kinds: Mapping[str, AlarmKind]
) -> list[Alarm]:
    """Note that a user has seen alarms; gives those that nobody had acknowledged yet.

    An alarm of a kind that does not last is over then.
    """
    query = update(AlarmRow).where(AlarmRow.id.in_(set(ids)), AlarmRow.acknowledged_at.is_(None))
    values = {"acknowledged_at": at, "acknowledged_by": by}
    seen = [_alarm(row) for row in session.scalars(query.values(**values).returning(AlarmRow))]
    for one in seen:
        kind = kinds.get(one.kind)
        if one.until is None and (kind is None or not kind.lasts):
            end_alarm(session, kind or AlarmKind(one.kind, ""), one.key, at)
        notify(session, f"alarms:{one.id}")
    return seen


def alarm(session: Session, id_: int) -> Alarm:
    """Read an alarm; MissingError if there is none of this id."""
    row = session.get(AlarmRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no alarm {alarm}.", alarm=id_)
    return _alarm(row)


def alarms(
    session: Session,
    wanted: AlarmFilter,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Alarm]:
    """Page through alarms."""
    query = in_time_order(
        _wanted(wanted), AlarmRow.since, AlarmRow.id, cursor, newest_first=newest_first
    )
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown, more = one_page(found, limit, lambda row: (row.since, row.id))
    return Page(tuple(_alarm(row) for row in shown), more)


def count_alarms(session: Session, wanted: AlarmFilter) -> int:
    """Count alarms, at most `COUNTED`."""
    found = _wanted(wanted).with_only_columns(AlarmRow.id).limit(COUNTED)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def unseen(session: Session, most: int = 50) -> list[Alarm]:
    """Give the open alarms that nobody has acknowledged, the newest first."""
    query = _wanted(AlarmFilter(open=True)).order_by(AlarmRow.since.desc(), AlarmRow.id.desc())
    return [_alarm(row) for row in session.scalars(query.limit(most))]


def forget_old(session: Session, before: datetime) -> None:
    """Delete the alarms that were over before a time."""
    session.execute(delete(AlarmRow).where(AlarmRow.until < before))


def forget_ended(session: Session, kind: AlarmKind, key: str) -> None:
    """Delete the alarms of a key that are over."""
    row = AlarmRow
    gone = delete(row).where(row.kind == kind.key, row.key == key, row.until.is_not(None))
    session.execute(gone)


# ---- settings


def settings_of(session: Session, kind: AlarmKind) -> AlarmSettings:
    """Give the settings of a kind."""
    row = session.get(AlarmSettingsRow, kind.key, populate_existing=True)
    return default_settings(kind) if row is None else _settings(row)


def all_settings(session: Session, kinds: Sequence[AlarmKind]) -> dict[str, AlarmSettings]:
    """Give the settings of some kinds, by their keys."""
    query = select(AlarmSettingsRow).execution_options(populate_existing=True)
    known = {row.kind: _settings(row) for row in session.scalars(query)}
    return {kind.key: known.get(kind.key) or default_settings(kind) for kind in kinds}


def change_settings(session: Session, kind: AlarmKind, new: AlarmSettings) -> AlarmSettings:
    """Change the settings of a kind; InvalidError for a wrong address."""
    addresses = dict.fromkeys(checked_address(one, "mail_to") for one in new.mail_to if one.strip())
    if len(addresses) > MOST_ADDRESSES:
        raise InvalidError("Too many: at most {longest}.", "mail_to", longest=MOST_ADDRESSES)
    values = {
        "right": new.right.value,
        "notice": new.notice,
        "sound": new.sound,
        "mail_to": list(addresses),
        "webhook": new.webhook,
    }
    saved = insert(AlarmSettingsRow).values(kind=kind.key, **values)
    session.execute(saved.on_conflict_do_update(index_elements=["kind"], set_=values))
    notify(session, "alarms:0")
    return settings_of(session, kind)


# ---- telling


def alarm_event(type_: EventType, one: Alarm, at: datetime) -> OutgoingEvent:
    """Make the webhook event of an alarm."""
    told = {
        "id": one.id,
        "kind": one.kind,
        "key": one.key,
        "level": one.level.value,
        "sentence": _english(one),
        "values": dict(one.values),
        "url": one.url,
        "since": one.since,
        "until": one.until,
    }
    return event(type_, at, {"alarm": told}, one.id, one.level.value, at.isoformat())


def _tell(session: Session, kind: AlarmKind, one: Alarm) -> None:
    notify(session, f"alarms:{one.id}")
    settings = settings_of(session, kind)
    if settings.notice:
        once = f"alarm {one.id} {one.level.value}"
        critical = one.level is AlarmLevel.CRITICAL
        url = one.url or "/alarms"
        notice = NewNotice(one.sentence, one.values, url, NoticeKind.SYSTEM, once, urgent=critical)
        notify_holders(session, settings.right, notice)
    if settings.mail_to and outbox.is_on(session):
        language = Language(parameters(session).text("language"))
        values = {**one.values, "sentence": one.sentence, "url": one.url or "/alarms"}
        outbox.put(
            session,
            [NewMail(MailKind.NOTICE, to, language, values) for to in settings.mail_to],
        )
    if settings.webhook:
        announce(session, [alarm_event(EventType.ALARM_RAISED, one, one.last)])


def _english(one: Alarm) -> str:
    """Give the sentence in English, as other systems are told it."""
    said = one.sentence
    for name, value in one.values.items():
        said = said.replace(f"{{{name}}}", str(value))
    return said


def _is_open(kind: AlarmKind, key: str) -> ColumnElement[bool]:
    row = AlarmRow
    return and_(row.kind == kind.key, row.key == clean(key, 200), row.until.is_(None))


def _wanted(wanted: AlarmFilter) -> Select[AlarmRow]:
    query = select(AlarmRow).execution_options(populate_existing=True)
    if wanted.open is True:
        query = query.where(AlarmRow.until.is_(None), AlarmRow.acknowledged_at.is_(None))
    elif wanted.open is False:
        query = query.where(or_(AlarmRow.until.is_not(None), AlarmRow.acknowledged_at.is_not(None)))
    if wanted.kinds is not None:
        query = query.where(AlarmRow.kind.in_(wanted.kinds))
    if wanted.kind:
        query = query.where(AlarmRow.kind == wanted.kind)
    if wanted.level is not None:
        query = query.where(AlarmRow.level == wanted.level.value)
    return query


def _settings(row: AlarmSettingsRow) -> AlarmSettings:
    right = Right(row.right) if row.right in set(Right) else Right.LINES_MANAGE
    return AlarmSettings(right, row.notice, row.sound, tuple(row.mail_to), row.webhook)


def _alarm(row: AlarmRow) -> Alarm:
    return Alarm(
        id=AlarmId(row.id),
        kind=row.kind,
        key=row.key,
        level=AlarmLevel(row.level),
        sentence=row.sentence,
        values=row.values,
        url=row.url,
        since=row.since,
        last=row.last,
        until=row.until,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
    )
