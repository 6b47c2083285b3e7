"""No endpoint waits for the database on the event loop: all live pages would wait with it."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from unit.web.endpoints import Endpoint, endpoints_of
from unit.web.visitor import Visitor

from web.kit.rate_limit import Allowance, Rates

# They never end their answer.
ENDLESS = ("/api/v1/live/events", "/live", "/api/v1/live/stream")


@pytest.fixture
def on_the_loop(app: FastAPI) -> Iterator[list[str]]:
    """Collect the SQL statements that are sent from the event loop itself."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            sent.append(statement)

    engine = app.state.context.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def endpoints(app: FastAPI) -> list[Endpoint]:
    # Signing out would end the walk.
    return [
        one
        for one in endpoints_of(app)
        if one.path not in ENDLESS
        and one.path != "/sign-out"
        and (one.path, one.method) != ("/api/v1/session", "DELETE")
    ]


def test_no_endpoint_asks_the_database_on_the_event_loop(
    admin: Visitor, app: FastAPI, on_the_loop: list[str]
) -> None:
    asked = []
    for one in endpoints(app):
        # The site's parameters are read again, as after a change.
        app.state.context.settings_cache.forget()
        headers = {"X-CSRF-Token": admin.word}
        body = {"json": {}} if one.is_api else {"data": {"csrf": admin.word}}
        more = body if one.changes else {}
        admin.client.request(one.method, one.address, headers=headers, **more)
        if on_the_loop:
            asked.append((one.method, one.path, on_the_loop.pop()))
            on_the_loop.clear()

    assert asked == []


def test_a_refusal_of_too_many_requests_asks_no_database_on_the_event_loop(
    admin: Visitor, on_the_loop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Allowance("heavy", 9, 0, 1, within=False)
    monkeypatch.setattr(Rates, "take", lambda *_: refused)

    assert admin.get("/customers/export").status_code == 429
    assert on_the_loop == []
