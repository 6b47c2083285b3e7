"""A web with a database of its own, for a walk that changes much in it."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker
from stores.conftest import new_database
from unit.web import fake_engine as fake
from unit.web.site import build_context, settings_at
from unit.web.visitor import Visitor

from crm.sql.db import connect, sessions
from web.app import create_app
from web.kit.rate_limit import Allowance, Rates
from web.kit.settings import Settings


@dataclass(frozen=True)
class OwnSite:
    app: FastAPI
    client: TestClient
    database: sessionmaker[Session]
    settings: Settings


@contextlib.contextmanager
def own_site(server_url: str, name: str) -> Iterator[OwnSite]:
    """A site with the data of all unit tests, on which every request may be sent."""
    with (
        tempfile.TemporaryDirectory(prefix=f"hl-{name}-") as home,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr(Rates, "take", lambda *_: Allowance("default", 9, 9, 1, within=True))
        url = new_database(server_url, name, migrated=True)
        connections = connect(url, pool_size=2, statement_timeout_ms=5000)
        settings = settings_at(Path(home), url)
        settings.run_dir.mkdir(parents=True, exist_ok=True)
        with sessions(connections).begin() as session:
            people = build_context(session, settings)
        agents = [fake.agent(people["li_wei"]), fake.queue("support"), fake.node(), fake.engine()]
        engine = fake.FakeEngine(settings.engine_socket, agents)
        engine.start()
        app = create_app(settings)
        with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
            Visitor(client).until_linked()
            yield OwnSite(app, client, sessions(connections), settings)
        engine.end()
        connections.dispose()
