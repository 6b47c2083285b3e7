"""A web of its own for the tests: a real database, a fake engine, no network."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from stores.conftest import new_database, server_url
from unit.web import fake_engine as fake
from unit.web.mail.mailroom import ADMIN, CHEN, MailWorker, served
from unit.web.mail.post_office import PostOffice
from unit.web.site import build_context, settings_at
from unit.web.visitor import Visitor

from crm.people.models import LoginRow
from crm.people.person import Language
from crm.sql.db import connect, sessions
from web.app import create_app
from web.kit.clock import now
from web.kit.settings import Settings

__all__ = ["server_url"]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Make passwords cheap to hash: tests sign in hundreds of times."""
    with pytest.MonkeyPatch.context() as patched:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patched.setattr("web.kit.passwords._HASHER", hasher)
        patched.setattr("web.kit.passwords._NOBODYS", hasher.hash("nobody"))
        yield


@pytest.fixture(scope="session")
def settings(server_url: str) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="hl-web-") as home:
        yield settings_at(Path(home), new_database(server_url, "web", migrated=True))


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[sessionmaker[Session]]:
    engine = connect(settings.database_url, pool_size=2, statement_timeout_ms=5000)
    yield sessions(engine)
    engine.dispose()


@dataclass(frozen=True)
class People:
    """The ids of the users in the test data."""

    li_wei: int
    wang_fang: int
    chen_jing: int
    admin: int


@pytest.fixture(scope="session")
def people(database: sessionmaker[Session], settings: Settings, quick_passwords: None) -> People:
    assert quick_passwords is None
    with database.begin() as session:
        return People(**build_context(session, settings))


@pytest.fixture(scope="session")
def engine(settings: Settings, people: People) -> Iterator[fake.FakeEngine]:
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    made = fake.FakeEngine(
        settings.engine_socket,
        [
            fake.agent(people.li_wei),
            fake.agent(people.wang_fang, "Wang Fang", "1002", queues=["support"]),
            fake.queue("sales"),
            fake.queue("support"),
            fake.node(),
            fake.engine(),
        ],
    )
    made.start()
    yield made
    made.end()


@pytest.fixture(scope="session")
def app(settings: Settings, engine: fake.FakeEngine) -> FastAPI:
    assert engine
    return create_app(settings)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as opened:
        Visitor(opened).until_linked()
        yield opened


@pytest.fixture
def visitor(client: TestClient, app: FastAPI, database: sessionmaker[Session]) -> Visitor:
    """A browser without a cookie, and no failed sign-in yet."""
    client.cookies.clear()
    app.state.sign_in.limits.__init__()
    app.state.guest_limit.__init__()
    with database.begin() as session:
        session.execute(delete(LoginRow))
    return Visitor(client)


@pytest.fixture
def li_wei(
    visitor: Visitor, people: People, engine: fake.FakeEngine, database: sessionmaker[Session]
) -> Visitor:
    """An agent, signed in by browser, with no call."""
    engine.change(fake.agent(people.li_wei))
    visitor.enter(database, "li.wei")
    return visitor


@pytest.fixture
def chen_jing(visitor: Visitor, database: sessionmaker[Session]) -> Visitor:
    """A supervisor, signed in by browser."""
    visitor.enter(database, "chen.jing")
    return visitor


@pytest.fixture
def admin(visitor: Visitor, database: sessionmaker[Session]) -> Visitor:
    """An administrator, signed in by browser."""
    visitor.enter(database, "admin")
    return visitor


@pytest.fixture
def office(database: sessionmaker[Session], people: People, app: FastAPI) -> Iterator[PostOffice]:
    """A mail server that the site uses; chen.jing reads Chinese, admin English."""
    readers = {
        people.chen_jing: (CHEN, Language.CHINESE),
        people.admin: (ADMIN, Language.ENGLISH),
    }
    with served(database, app, readers) as opened:
        yield opened


@pytest.fixture
def mail_sender(settings: Settings, database: sessionmaker[Session]) -> MailWorker:
    return MailWorker(settings, database)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Path, Path]:
    from web.ops.setup.certificate import _make  # noqa: PLC0415 - a certificate of ours

    folder = tmp_path_factory.mktemp("tls")
    assert settings
    _make(("127.0.0.1",), folder / "c.pem", folder / "k.pem", now())
    return folder / "c.pem", folder / "k.pem"
