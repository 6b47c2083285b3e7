"""Guessing a password is stopped, and strangers cannot lock an account."""

import contextlib
import os
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.people.models import LoginRow
from crm.people.person import Login, LoginResult
from crm.people.sessions.store import note_login
from web.kit.clock import now
from web.kit.errors import TooManyError
from web.kit.passwords import ADMITTED, is_password
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


def test_a_user_who_was_here_is_not_shut_out_by_the_wrong_logins_of_others_here(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    failed(database, 1, login="wang.fang", result=LoginResult.SIGNED_IN)
    for number in range(30):
        failed(database, 1, login=f"guess{number}")

    assert may(database, "wang.fang")
    assert not may(database, "chen.jing")


def test_an_ipv6_network_is_one_place_and_its_neighbours_are_others(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    for number in range(30):
        failed(database, 1, login=f"guess{number}", address=f"2001:db8:0:5::{number:x}")
        failed(database, 1, login=f"guess{number}", address=f"2001:db8:1:5:{number:x}::1")

    assert not may(database, "wang.fang", "2001:db8:0:5:ffff::1")
    assert not may(database, "wang.fang", "2001:db8:1:5::77")
    assert may(database, "wang.fang", "2001:db8:0:6::1")
    assert may(database, "wang.fang", "2001:db8:2:5::1")


def test_too_many_at_once_from_one_place_wait_before_they_have_failed(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor
    limits = SignInLimits()
    with contextlib.ExitStack() as trying:
        for number in range(30):
            trying.enter_context(limits.attempt(database, f"guess{number}", HOME))
        with pytest.raises(TooManyError), limits.attempt(database, "guess30", HOME):
            pass
        trying.enter_context(limits.attempt(database, "guess30", ELSEWHERE))


def test_an_administrator_unblocks_a_login(
    admin: Visitor, people: Any, database: sessionmaker[Session]
) -> None:
    for number in range(20):
        failed(database, 1, address=f"203.0.113.{number}")
    failed(database, 5)
    for number in range(30):
        failed(database, 1, login=f"guess{number}")
    assert not may(database)
    assert not may(database, address=ELSEWHERE)
    assert 'data-testid="unblock"' in admin.get(f"/users/{people.li_wei}").text

    answer = admin.post(f"/users/{people.li_wei}/sign-in-unblock")

    assert answer.status_code == 303
    assert may(database)
    assert may(database, address=ELSEWHERE)
    assert not may(database, "wang.fang")
    assert 'data-testid="unblock"' not in admin.get(f"/users/{people.li_wei}").text


def test_a_browser_in_which_a_user_signed_in_is_counted_apart(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    assert visitor.sign_in("wang.fang", PASSWORD).status_code == 303
    device = visitor.client.cookies["hotline_device"]
    visitor.client.cookies.clear()
    with database.begin() as session:
        session.execute(delete(LoginRow))
    for login in ("wang.fang", "li.wei"):
        failed(database, 5, login=login, address="testclient")

    stranger = visitor.sign_in("wang.fang", PASSWORD).status_code
    visitor.client.cookies.set("hotline_device", device)
    other = visitor.sign_in("li.wei", PASSWORD).status_code
    owner = visitor.sign_in("wang.fang", PASSWORD).status_code

    assert (stranger, other, owner) == (429, 429, 303)


def test_a_device_does_not_help_to_guess(visitor: Visitor) -> None:
    visitor.sign_in("wang.fang", PASSWORD)
    device = visitor.client.cookies["hotline_device"]
    visitor.client.cookies.clear()
    visitor.client.cookies.set("hotline_device", device)

    answers = [visitor.sign_in("wang.fang", "wrong").status_code for _ in range(12)]

    assert answers[:5] == [401] * 5
    assert answers[-1] == 429


def test_a_user_who_is_locked_out_is_told_and_so_is_who_manages_users(
    visitor: Visitor, database: sessionmaker[Session], people: Any
) -> None:
    for number in range(20):
        failed(database, 1, address=f"203.0.113.{number}")

    for _ in range(3):
        assert visitor.sign_in("li.wei", "wrong").status_code == 429

    with database.begin() as session:
        query = text("SELECT user_id FROM notices WHERE once LIKE 'sign-in locked%'")
        told = set(session.scalars(query))
        assert {people.li_wei, people.admin} <= told
        assert not {people.wang_fang, people.chen_jing} & told
        session.execute(text("DELETE FROM notices WHERE once LIKE 'sign-in locked%'"))


def test_a_burst_of_passwords_leaves_cores_to_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, counted, most = threading.Event(), threading.Lock(), [0, 0]

    class SlowHasher:
        def verify(self, *_: object) -> bool:
            with counted:
                most[0] += 1
                most[1] = max(most)
            gate.wait(10)
            with counted:
                most[0] -= 1
            return True

    monkeypatch.setattr("web.kit.passwords._HASHER", SlowHasher())
    refused = []

    def check() -> None:
        try:
            is_password("x", "y")
        except TooManyError:
            refused.append(1)
            if len(refused) == 50 - ADMITTED:
                gate.set()

    threads = [threading.Thread(target=check) for _ in range(50)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)

    cores = max(1, (os.cpu_count() or 1) // 2)
    assert most[1] <= cores
    assert len(refused) == 50 - ADMITTED
