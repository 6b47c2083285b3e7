"""The jobs processes: one leads, the next one follows."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People

from crm.people.models import SessionRow
from crm.people.person import NewSession, SessionKind
from crm.people.sessions.store import open_session
from crm.sql.db import connect
from web.kit.clock import now
from web.kit.jobs import JobContext
from web.kit.settings import Settings
from web.ops import jobs_process
from web.ops.jobs_process import LEADER_LOCK, serve
from web.sign_in import jobs as sign_in


@pytest.fixture
def connections(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings.database_url, pool_size=4, statement_timeout_ms=5000)
    yield engine
    engine.dispose()


def until(true: object) -> None:
    deadline = time.monotonic() + 30
    while not (callable(true) and true()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_free(engine: Engine) -> bool:
    with engine.connect() as connection:
        free = connection.execute(select(func.pg_try_advisory_lock(LEADER_LOCK))).scalar_one()
        if free:
            connection.execute(select(func.pg_advisory_unlock(LEADER_LOCK)))
    return bool(free)


def test_the_leader_closes_expired_sessions_and_then_lets_go(
    connections: Engine,
    database: sessionmaker[Session],
    people: People,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Alone: the jobs of other features install voices and ask Asterisk.
    monkeypatch.setattr(jobs_process, "feature_jobs", lambda: (sign_in.JOBS,))
    past = now() - timedelta(hours=1)
    with database.begin() as session:
        old = NewSession("old", people.li_wei, SessionKind.API, "c", past, past)  # type: ignore[arg-type]
        id_ = open_session(session, old)
    stop = threading.Event()
    context = JobContext(settings, database, stop)
    leader = threading.Thread(target=serve, args=(connections, context, 0.02))
    leader.start()
    try:
        until(lambda: not is_free(connections))
        until(lambda: not _exists(database, id_))
    finally:
        stop.set()
        leader.join(30)

    assert not leader.is_alive()
    until(lambda: is_free(connections))  # the server notices a closed connection a moment later


def _exists(database: sessionmaker[Session], id_: int) -> bool:
    with database() as session:
        return session.get(SessionRow, id_) is not None
