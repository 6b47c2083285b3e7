from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.parameters.store import reset


@pytest.fixture
def other(app: FastAPI, client: TestClient, database: sessionmaker[Session]) -> Visitor:
    """A supervisor, in a browser of their own."""
    assert client  # the web has started
    browser = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    found = Visitor(browser)
    found.enter(database, "chen.jing")
    return found


@pytest.fixture(autouse=True)
def defaults_afterwards(database: sessionmaker[Session]) -> Iterator[None]:
    yield
    with database.begin() as session:
        reset(session, ["list_approval", "list_days", "black_list_effect", "vip_priority"])
        session.execute(text("DELETE FROM number_lists"))
