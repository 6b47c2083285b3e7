"""The demo's attempts: one stranger who gave up, and one who is banned."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from crm.people.person import User
from cti.bans.rule import Ban
from cti.bans.store import NewAttempts, keep_attempts, keep_bans
from web.kit.clock import now

# Addresses for examples (RFC 5737): they belong to nobody.
QUIET, BANNED = "198.51.100.23", "203.0.113.77"


def add_attempts(session: Session, _users: Mapping[str, User]) -> None:
    """Add attempts of two addresses."""
    at = now()
    early, late = (at - timedelta(hours=hours) for hours in (26, 25))
    lately = at - timedelta(minutes=4)
    keep_attempts(
        session,
        [
            NewAttempts(QUIET, 3, ("1001", "100"), early.timestamp(), late.timestamp()),
            NewAttempts(
                BANNED,
                10,
                ("admin", "1000", "1001", "test", "sip"),
                lately.timestamp(),
                (lately + timedelta(seconds=8)).timestamp(),
            ),
        ],
    )
    since = lately + timedelta(seconds=8)
    until = since + timedelta(hours=24)
    keep_bans(session, {BANNED: Ban(since.timestamp(), until.timestamp())})
