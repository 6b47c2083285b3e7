"""Fixtures of the walks: the web of the unit tests. Some walks have their own site."""

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
    "visitor",
]
