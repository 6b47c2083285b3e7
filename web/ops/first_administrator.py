"""The first administrator of an installation: the one-time address, and its set-up."""

import secrets

from sqlalchemy.orm import Session

from acd.store import queue_names
from crm.first_day import store as first_day
from crm.people.first_administrator import store
from crm.sql.db import connect, sessions
from web.kit.clock import now
from web.kit.settings import Settings

PLACE = "/first-administrator"


def offer_address(settings: Settings) -> str:
    """Give a new one-time address for the first administrator; "" if there is an administrator.

    An address that was given before ends.
    """
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=10_000)
    try:
        with sessions(engine).begin() as session:
            if store.has_administrator(session):
                store.withdraw_links(session)
                return ""
            token = secrets.token_urlsafe(32)
            store.offer_link(session, token, now())
        return f"{settings.address.rstrip('/')}{PLACE}/{token}"
    finally:
        engine.dispose()


def examine(settings: Settings) -> tuple[bool, bool]:
    """Give whether there is an administrator, and whether anyone at all can sign in."""
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=10_000)
    try:
        with sessions(engine).begin() as session:
            anyone = store.can_anyone_sign_in(session, with_provider=settings.provider is not None)
            return store.has_administrator(session), anyone
    finally:
        engine.dispose()


def begin_set_up(session: Session) -> None:
    """End the one-time address, and open the set-up's checklist on a site without a queue."""
    store.withdraw_links(session)
    if not queue_names(session):
        first_day.begin(session)
