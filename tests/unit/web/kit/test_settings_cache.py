"""The cache of settings: an entry is dropped as soon as its row changes."""

import secrets
import time

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker
from starlette.routing import Match
from starlette.types import Scope
from unit.web.visitor import Visitor

from acd.queue import Queue, QueueKey
from acd.queues import store as queue_store
from crm.parameters.store import save
from web.kit import cached, settings_cache


def names(app: FastAPI) -> dict[str, str]:
    context = app.state.context
    with context.database.begin() as session:
        return settings_cache.vocabulary(session).queue_names("en")


def test_a_queue_that_another_process_renames_is_called_so_on_the_next_page(
    app: FastAPI, admin: Visitor, database: sessionmaker[Session]
) -> None:
    key = QueueKey(f"night-{secrets.token_hex(4)}")  # other tests may have one of that name
    assert admin.get("/calls").status_code == 200
    app.state.context.settings_cache.forget()
    assert key not in names(app)

    with database.begin() as session:
        queue_store.save_queue(session, Queue(key, "Night shift"), "夜班")
    changed = time.monotonic()

    while key not in names(app):
        assert time.monotonic() < changed + cached.FRESH_SECONDS / 2
        time.sleep(0.01)


def test_pages_ask_for_names_once_until_something_changes(
    database: sessionmaker[Session],
) -> None:
    kept = settings_cache.SettingsCache()
    asked: list[object] = []

    with kept.lend(sessionmaker(database.kw["bind"]))() as session:
        event.listen(session, "do_orm_execute", asked.append)
        first = settings_cache.vocabulary(session)
        once = len(asked)

        assert settings_cache.vocabulary(session) is first
        assert len(asked) == once


def test_what_changes_while_it_is_being_read_is_read_again(
    database: sessionmaker[Session],
) -> None:
    kept = settings_cache.SettingsCache()
    lent = kept.lend(sessionmaker(database.kw["bind"]))

    with lent() as session:
        event.listen(session, "do_orm_execute", lambda _: kept.forget())
        first = kept.vocabulary(session)
        assert kept.vocabulary(session) is not first

    with lent() as quiet:
        second = kept.vocabulary(quiet)
        assert kept.vocabulary(quiet) is second


def test_a_change_is_forgotten_when_it_is_there_for_all_to_see(
    database: sessionmaker[Session],
) -> None:
    kept = settings_cache.SettingsCache()
    with database() as session:
        before = kept.vocabulary(session)
        kept.forget_after(session)
        assert kept.vocabulary(session) is before
        session.commit()
        assert kept.vocabulary(session) is not before


def test_a_page_is_not_looked_for_among_the_routes_of_the_api(
    li_wei: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    match = APIRoute.matches

    def noted(route: APIRoute, scope: Scope) -> tuple[Match, Scope]:
        tried.append(route.path)
        return match(route, scope)

    monkeypatch.setattr(APIRoute, "matches", noted)

    assert li_wei.get("/desk/card").status_code == 200
    assert 0 < len(tried) < 10


def test_what_was_read_while_it_was_cleared_is_known_at_once(
    database: sessionmaker[Session],
) -> None:
    """PostgreSQL notifies of a change while its first reader asks for it."""
    kept = settings_cache.SettingsCache()
    lent = kept.lend(sessionmaker(database.kw["bind"]))
    kept.read(lent)
    with database.begin() as session:
        save(session, {"page_size": 77}, None)
    kept.forget()
    event.listen(lent, "do_orm_execute", lambda _: kept.forget())
    kept.read(lent)
    with database.begin() as session:
        save(session, {"page_size": 50}, None)

    assert kept.known().number("page_size") == 77
