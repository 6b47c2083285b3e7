"""Attempts and bans: shown, exported, released."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.parameters.store import reset
from cti.bans.models import SipAttemptRow, SipBanRow
from cti.bans.rule import Ban
from cti.bans.store import NewAttempts, ban_plan, keep_attempts, keep_bans
from web.kit.clock import now

Database = sessionmaker[Session]
STRANGER, QUIET = "203.0.113.7", "2001:db8:1:2::/64"


@pytest.fixture(autouse=True)
def attempts(database: Database) -> Iterator[None]:
    at = now()
    with database.begin() as session:
        new = [
            NewAttempts(one, 3, ("1001", "=x"), at.timestamp(), at.timestamp())
            for one in (STRANGER, QUIET)
        ]
        keep_attempts(session, new)
        until = (at + timedelta(hours=1)).timestamp()
        keep_bans(session, {STRANGER: Ban(at.timestamp(), until)})
    yield
    with database.begin() as session:
        for row in (SipAttemptRow, SipBanRow):
            session.execute(delete(row).where(row.address.in_([STRANGER, QUIET])))
        reset(session, ["ban_exceptions", "ban_attempts"])


def test_attempts_are_listed_with_their_bans(admin: Visitor) -> None:
    shown = {one["address"]: one for one in admin.get("/api/v1/bans").json()["items"]}
    assert shown[STRANGER]["names"] == ["1001", "=x"]
    assert shown[STRANGER]["banned_until"]
    assert shown[QUIET]["banned_until"] is None
    page = admin.get("/bans?state=banned").text
    assert STRANGER in page
    assert QUIET not in page
    assert admin.get("/bans/export?format=csv").status_code == 200


def test_a_ban_is_released_and_noted(admin: Visitor, database: Database) -> None:
    answer = admin.post("/bans/release", {"ids": [STRANGER, QUIET]})
    assert answer.status_code == 303, answer.text
    with database.begin() as session:
        assert not ban_plan(session).bans
        line = text("SELECT action, which FROM audit_log ORDER BY id DESC LIMIT 1")
        assert tuple(session.execute(line).one()) == ("ban.released", STRANGER)
    again = admin.post("/bans/release", {"ids": [STRANGER]})
    assert again.status_code == 409
    assert "This address is not banned." in again.text
    nothing = admin.post("/bans/release", {})
    assert nothing.status_code == 422
    assert admin.ask("/bans/release", {"addresses": [QUIET]}).status_code == 404


def test_exceptions_are_networks(admin: Visitor) -> None:
    wrong = admin.ask("/parameters", {"ban_exceptions": "the office"}, "PATCH")
    assert wrong.status_code == 422
    right = admin.ask("/parameters", {"ban_exceptions": "198.51.100.0/24, 2001:db8::1"}, "PATCH")
    assert right.status_code == 200, right.text
