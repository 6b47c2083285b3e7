"""Bearer tokens for scripts: `hotline token LOGIN`."""

import secrets
import sys
from collections.abc import Sequence
from datetime import timedelta

from crm.kernel.errors import MissingError, RefusedError
from crm.people import store
from crm.people.person import NewSession, SessionKind
from crm.people.sessions.store import open_session
from crm.sql.db import connect, sessions
from web.kit.clock import now
from web.kit.settings import Settings

LIFETIME = timedelta(days=30)


def issue(settings: Settings, login: str) -> str:
    """Make a token for a login, good for 30 days; MissingError if no user has that login."""
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=10_000)
    try:
        with sessions(engine).begin() as session:
            user = store.user_by_login(session, login)
            if user is None:
                raise MissingError("No user has the username “{login}”.", login=login)
            if not user.enabled or not user.role.enabled:
                raise RefusedError("The account “{login}” is inactive.", login=login)
            token, at = secrets.token_urlsafe(32), now()
            open_session(
                session,
                NewSession(
                    token=token,
                    user=user.id,
                    kind=SessionKind.API,
                    csrf=secrets.token_urlsafe(24),
                    created_at=at,
                    expires_at=at + LIFETIME,
                    user_agent="hotline token",
                ),
            )
        return token
    finally:
        engine.dispose()


def command(settings: Settings, words: Sequence[str]) -> int:
    """Print a token for the named login; give the exit code."""
    if len(words) != 1:
        print("Usage: hotline token LOGIN", file=sys.stderr)  # noqa: T201 - talks to a person
        return 2
    try:
        print(issue(settings, words[0]))  # noqa: T201
    except (MissingError, RefusedError) as error:
        print(f"Hotline: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0
