"""Read the database's own state with light queries that scan no table."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.health.health import DatabaseHealth

_HEALTH = text(
    "SELECT clock_timestamp(), current_setting('server_version'),"
    " (SELECT version_num FROM alembic_version), pg_database_size(current_database()),"
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
    " current_setting('max_connections')::int,"
    " (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)"
    "   FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    "   AND backend_type = 'client backend'),"
    " (SELECT count(*) FROM sessions WHERE expires_at > now())"
)
# Both have an index of their dead ones. A mail that came too late is no loss.
_DEAD_MAILS = text(
    "SELECT count(*) FROM mails"
    " WHERE state = 'dead' AND done_at >= :since AND failure IS DISTINCT FROM 'late'"
)
_DEAD_DELIVERIES = text(
    "SELECT count(*) FROM webhook_deliveries WHERE state = 'dead' AND done_at >= :since"
)


def database_health(session: Session) -> DatabaseHealth:
    """Read PostgreSQL's state."""
    at, version, revision, size, connections, most, oldest, sessions = session.execute(
        _HEALTH
    ).one()
    return DatabaseHealth(
        at=at,
        version=str(version).partition(" ")[0],
        revision=str(revision),
        size_bytes=int(size),
        connections=int(connections),
        connections_most=int(most),
        oldest_seconds=float(oldest),
        sessions_open=int(sessions),
    )


def mails_given_up(session: Session, since: datetime) -> int:
    """Count the mails that were given up since a time."""
    return int(session.execute(_DEAD_MAILS, {"since": since}).scalar_one())


def deliveries_given_up(session: Session, since: datetime) -> int:
    """Count the messages to webhooks that were given up since a time."""
    return int(session.execute(_DEAD_DELIVERIES, {"since": since}).scalar_one())
