"""Alarms in the database: one open row for each kind and key, told once, acknowledged, ended."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.alarms import store
from crm.alarms.alarm import AlarmKind, AlarmLevel, AlarmSettings, NewAlarm
from crm.alarms.store import AlarmFilter
from crm.kernel.errors import InvalidError, MissingError
from crm.mail.models import MailRow
from crm.notices.models import NoticeRow
from crm.parameters.store import save
from crm.people.person import NewUser
from crm.people.rights import BuiltIn, Right
from crm.people.store import add_user

AT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
LASTS = AlarmKind("test.lasts", "Test", AlarmLevel.WARNING, Right.LINES_MANAGE)
ONCE = AlarmKind("test.once", "Once", AlarmLevel.CRITICAL, Right.LINES_MANAGE, lasts=False)
KINDS = {one.key: one for one in (LASTS, ONCE)}


def new(kind: AlarmKind = LASTS, key: str = "trunk:3", level: AlarmLevel | None = None) -> NewAlarm:
    return NewAlarm(kind, key, "The trunk “{name}” is away.", {"name": "A"}, "/trunks/3", level)


@pytest.fixture
def admin(session: Session) -> int:
    return int(add_user(session, NewUser("boss", "Boss", BuiltIn.ADMINISTRATOR, "")).id)


def open_ones(session: Session) -> list[str]:
    return [one.key for one in store.alarms(session, AlarmFilter(open=True)).items]


def notices(session: Session) -> int:
    return len(session.scalars(select(NoticeRow.id)).all())


def test_raising_again_only_refreshes(session: Session, admin: int) -> None:
    assert admin
    assert store.raise_alarm(session, new(), AT)
    assert not store.raise_alarm(session, new(), AT + timedelta(minutes=5))

    (found,) = store.alarms(session, AlarmFilter()).items
    assert (found.since, found.last) == (AT, AT + timedelta(minutes=5))
    assert notices(session) == 1


def test_a_worse_alarm_is_told_of_again(session: Session, admin: int) -> None:
    store.raise_alarm(session, new(), AT)
    (found,) = store.alarms(session, AlarmFilter()).items
    store.acknowledge(session, [found.id], admin, AT, KINDS)
    assert open_ones(session) == []

    assert store.raise_alarm(session, new(level=AlarmLevel.CRITICAL), AT + timedelta(seconds=1))
    assert not store.raise_alarm(session, new(), AT + timedelta(minutes=5))
    (found,) = store.alarms(session, AlarmFilter(open=True)).items
    assert (found.level, found.acknowledged_at) == (AlarmLevel.CRITICAL, None)
    assert notices(session) == 2


def test_an_alarm_ends_and_may_come_again(session: Session) -> None:
    assert not store.end_alarm(session, LASTS, "trunk:3", AT)
    store.raise_alarm(session, new(), AT)
    assert store.open_keys(session, LASTS) == {"trunk:3"}
    assert store.end_alarm(session, LASTS, "trunk:3", AT)
    assert store.raise_alarm(session, new(), AT + timedelta(hours=1))
    assert store.count_alarms(session, AlarmFilter()) == 2

    store.end_old(session, LASTS, AT + timedelta(hours=2), AT + timedelta(hours=2))
    assert store.open_keys(session, LASTS) == set()
    store.forget_old(session, AT + timedelta(days=1))
    assert store.count_alarms(session, AlarmFilter()) == 0


def test_acknowledging_ends_what_does_not_last(session: Session, admin: int) -> None:
    store.raise_alarm(session, new(), AT)
    store.raise_alarm(session, new(ONCE, "call"), AT)
    ids = [one.id for one in store.alarms(session, AlarmFilter()).items]
    seen = store.acknowledge(session, ids, admin, AT, KINDS)

    assert len(seen) == 2
    assert store.acknowledge(session, ids, admin, AT, KINDS) == []
    assert store.open_keys(session, LASTS) == {"trunk:3"}
    assert store.open_keys(session, ONCE) == set()
    assert store.unseen(session) == []


def test_alarms_are_filtered(session: Session) -> None:
    store.raise_alarm(session, new(), AT)
    store.raise_alarm(session, new(ONCE, "call"), AT)

    def keys(**wanted: object) -> list[str]:
        page = store.alarms(session, AlarmFilter(**wanted))  # type: ignore[arg-type]
        return [one.key for one in page.items]

    assert keys(kind="test.once") == keys(level=AlarmLevel.CRITICAL) == ["call"]
    assert keys(kinds=frozenset({"test.lasts"})) == ["trunk:3"]
    assert keys(open=False) == keys(kinds=frozenset()) == []
    with pytest.raises(MissingError):
        store.alarm(session, 999)


def test_the_settings_say_who_is_told_and_how(session: Session, admin: int) -> None:
    assert admin
    save(session, {"mail_server": "smtp.example.com", "mail_from": "a@b.example"}, None)
    assert store.settings_of(session, ONCE).sound
    quiet = AlarmSettings(Right.STATUS_SEE, notice=False, sound=False, mail_to=("a@b.example",))
    store.change_settings(session, LASTS, quiet)
    store.raise_alarm(session, new(), AT)

    assert notices(session) == 0
    assert session.scalars(select(MailRow.address)).all() == ["a@b.example"]
    assert store.all_settings(session, [LASTS, ONCE])["test.lasts"] == quiet
    with pytest.raises(InvalidError):
        store.change_settings(session, LASTS, AlarmSettings(Right.STATUS_SEE, mail_to=("no",)))
