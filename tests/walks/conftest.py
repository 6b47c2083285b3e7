"""Fixtures of the walks: the web of the unit tests. Some walks have their own site."""

import pytest
from stores.conftest import server_url
from unit.web.conftest import (
    admin,
    app,
    chen_jing,
    client,
    database,
    engine,
    li_wei,
    people,
    quick_passwords,
    settings,
    visitor,
)

from web.kit.rate_limit import Allowance, Rates


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk asks more often than a person may."""
    monkeypatch.setattr(Rates, "take", lambda *_: Allowance("default", 9, 9, 1, within=True))


__all__ = [
    "admin",
    "app",
    "chen_jing",
    "client",
    "database",
    "engine",
    "li_wei",
    "people",
    "quick_passwords",
    "server_url",
    "settings",
    "unlimited",
    "visitor",
]
