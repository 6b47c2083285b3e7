"""Guessing a password is stopped, and strangers cannot lock an account."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.people.person import Login, LoginResult
from crm.people.sessions.store import note_login
from web.kit.clock import now
from web.kit.errors import TooManyError
from web.sign_in.attempts import SignInLimits

HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def failed(
    database: sessionmaker[Session],
    count: int,
    login: str = "li.wei",
    address: str = HOME,
    result: LoginResult = LoginResult.WRONG,
) -> None:
    with database.begin() as session:
        for _ in range(count):
            note_login(session, Login(now(), login, None, address, result))


def may(database: sessionmaker[Session], login: str = "li.wei", address: str = HOME) -> bool:
    try:
        with SignInLimits().attempt(database, login, address):
            return True
    except TooManyError:
        return False


def test_five_failures_on_a_login_from_one_place_are_enough(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    failed(database, 5)

    assert not may(database)
    assert not may(database, " LI.WEI\0")
    assert may(database, "wang.fang")
    assert may(database, address=ELSEWHERE)


def test_wrong_codes_count_as_wrong_passwords_do(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    failed(database, 2)
    failed(database, 3, result=LoginResult.SECOND_FACTOR_WRONG)

    assert not may(database)


def test_a_successful_sign_in_resets_the_count(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    failed(database, 4)
    failed(database, 1, result=LoginResult.SIGNED_IN)
    failed(database, 4)

    assert may(database)


def test_one_place_cannot_try_all_logins(visitor: Visitor, database: sessionmaker[Session]) -> None:
    assert visitor
    for number in range(30):
        failed(database, 1, login=f"guess{number}")

    assert not may(database, "wang.fang")
    assert may(database, "wang.fang", ELSEWHERE)


def test_strangers_everywhere_slow_each_other_down_and_never_the_owner(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    failed(database, 1, result=LoginResult.SIGNED_IN)
    for number in range(20):
        failed(database, 1, address=f"203.0.113.{number}")

    assert not may(database, address=ELSEWHERE)
    assert may(database, address=HOME)


def test_tries_at_the_same_time_count_before_they_have_failed(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    limits, together, let_through = SignInLimits(), threading.Barrier(12), []

    def guess() -> None:
        together.wait()
        try:
            with limits.attempt(database, "li.wei", HOME):
                let_through.append(1)
                failed(database, 1)
        except TooManyError:
            pass

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(let_through) <= 5


def test_the_wait_is_told_and_is_no_longer_than_the_bound(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    long_ago = now() - timedelta(minutes=4)
    with database.begin() as session:
        for _ in range(5):
            note_login(session, Login(long_ago, "li.wei", None, HOME, LoginResult.WRONG))

    with pytest.raises(TooManyError) as refused, SignInLimits().attempt(database, "li.wei", HOME):
        pass

    assert 55 <= refused.value.retry_seconds <= 60


def test_the_count_outlives_the_process(visitor: Visitor, database: sessionmaker[Session]) -> None:
    for _ in range(5):
        visitor.sign_in("wang.fang", "wrong")
    assert database

    app = visitor.client.app
    app.state.sign_in.limits.__init__()  # type: ignore[attr-defined]

    assert visitor.sign_in("wang.fang", PASSWORD).status_code == 429
