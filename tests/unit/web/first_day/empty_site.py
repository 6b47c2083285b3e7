"""A web without any user, as after the first start without demo data."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient
from stores.conftest import new_database
from unit.web import fake_engine as fake
from unit.web.site import settings_at
from unit.web.visitor import Visitor
from walks.own_site import OwnSite

from crm.sql.db import connect, sessions
from web.app import create_app


@contextlib.contextmanager
def empty_site(server_url: str, name: str) -> Iterator[OwnSite]:
    with tempfile.TemporaryDirectory(prefix=f"hl-{name}-") as home:
        url = new_database(server_url, name, migrated=True)
        settings = replace(settings_at(Path(home), url), demo=False)
        settings.run_dir.mkdir(parents=True, exist_ok=True)
        engine = fake.FakeEngine(settings.engine_socket, [fake.node(), fake.engine()])
        engine.start()
        connections = connect(url, pool_size=2, statement_timeout_ms=5000)
        app = create_app(settings)
        with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
            Visitor(client).until_linked()
            yield OwnSite(app, client, sessions(connections), settings)
        engine.end()
        connections.dispose()
