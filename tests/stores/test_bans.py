"""Attempts and bans in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.parameters.store import save
from cti.bans import store
from cti.bans.rule import Ban, BanLimits
from cti.bans.store import NewAttempts

AT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
NOW = AT.timestamp()
STRANGER, OTHER = "203.0.113.7", "2001:db8:1:2::/64"


def tried(address: str, *names: str, at: float = NOW, count: int = 1) -> NewAttempts:
    return NewAttempts(address, count, names, at, at)


def test_attempts_of_an_address_add_up(session: Session) -> None:
    store.keep_attempts(session, [tried(STRANGER, "1001", count=3), tried(OTHER, "\x00\n")])
    store.keep_attempts(session, [tried(STRANGER, "1001", "x" * 200, at=NOW + 60)])
    newest, other = store.attempts(session, AT)

    assert (newest.address, newest.count) == (STRANGER, 4)
    assert newest.names == ("1001", "x" * 80)
    assert (newest.first_at, newest.last_at) == (AT, AT + timedelta(minutes=1))
    assert (other.address, other.names, other.banned_until) == (OTHER, (), None)


def test_at_most_ten_names_are_kept(session: Session) -> None:
    store.keep_attempts(session, [tried(STRANGER, *map(str, range(8)))])
    store.keep_attempts(session, [tried(STRANGER, *map(str, range(20, 28)))])

    assert len(store.attempts(session, AT)[0].names) == 10


def test_a_ban_is_read_back_and_released(session: Session) -> None:
    store.keep_attempts(session, [tried(STRANGER, "1001")])
    ban = Ban(NOW, NOW + 3600)
    store.keep_bans(session, {STRANGER: ban})
    assert store.ban_plan(session).bans == {STRANGER: ban}
    assert store.attempts(session, AT)[0].banned_until == AT + timedelta(hours=1)
    assert store.attempts(session, AT + timedelta(hours=1))[0].banned_until is None

    assert store.release(session, [STRANGER, OTHER], AT) == [STRANGER]
    assert not store.ban_plan(session).bans
    with pytest.raises(MissingError):
        store.release(session, [STRANGER], AT)


def test_the_limits_are_parameters(session: Session) -> None:
    assert store.ban_plan(session).limits == BanLimits()
    save(session, {"ban_attempts": 3, "ban_minutes": 5, "ban_exceptions": "10.0.0.0/8"}, None)
    limits = store.ban_plan(session).limits

    assert (limits.attempts, limits.ban_seconds) == (3, 300.0)
    assert list(map(str, limits.exceptions)) == ["10.0.0.0/8"]


def test_old_attempts_are_forgotten_but_not_those_of_banned_addresses(session: Session) -> None:
    old = NOW - 40 * 86400
    store.keep_attempts(session, [tried(STRANGER, at=old), tried(OTHER, at=old), tried("9.9.9.9")])
    store.keep_bans(session, {OTHER: Ban(old, NOW + 60), "9.9.9.9": Ban(old, NOW - 60)})

    assert store.forget_old(session, AT - timedelta(days=30), AT) == 1
    assert [one.address for one in store.attempts(session, AT)] == ["9.9.9.9", OTHER]
    assert store.ban_plan(session).bans.keys() == {OTHER}
