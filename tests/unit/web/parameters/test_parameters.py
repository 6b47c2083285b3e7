"""Parameters are set on a page or by script, take effect at once, and can be reset."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.customers.test_customers import last_note
from unit.web.visitor import Visitor


@pytest.fixture(autouse=True)
def as_at_first(database: sessionmaker[Session], app: FastAPI) -> Iterator[None]:
    yield
    with database.begin() as session:
        session.execute(text("DELETE FROM parameters"))
    app.state.context.settings_cache.forget()


def values(visitor: Visitor) -> dict[str, object]:
    found = visitor.get("/api/v1/parameters").json()["items"]
    return {one["key"]: one["value"] for one in found}


def set_since(visitor: Visitor) -> dict[str, str]:
    found = visitor.get("/api/v1/parameters").json()["items"]
    return {one["key"]: one["changed_at"] for one in found if one["changed_at"]}


def notes(database: sessionmaker[Session]) -> int:
    with database.begin() as session:
        query = text("SELECT count(*) FROM audit_log WHERE action = 'parameter.changed'")
        return int(session.scalars(query).one())


def test_parameters_are_set_together_or_not_at_all(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    good = admin.ask("/parameters", {"page_size": 25, "auto_answer": True}, "PATCH")
    bad = admin.ask("/parameters", {"page_size": 30, "ring_volume": 101}, "PATCH")
    unknown = admin.ask("/parameters", {"nothing": 1}, "PATCH")

    assert (good.status_code, bad.status_code, unknown.status_code) == (200, 422, 404)
    assert bad.json()["errors"][0]["field"] == "ring_volume"
    assert (values(admin)["page_size"], values(admin)["auto_answer"]) == (25, True)
    assert last_note(database, "parameter.changed")[1] == {"value": False}


def test_a_parameter_is_set_back(admin: Visitor) -> None:
    admin.ask("/parameters", {"page_size": 25, "export_rows": 500}, "PATCH")

    admin.ask("/parameters", {"page_size": None}, "PATCH")
    admin.post("/parameters/reset", {"key": "export_rows"})

    assert (values(admin)["page_size"], values(admin)["export_rows"]) == (50, 100_000)


def test_a_group_is_set_on_the_page_and_who_did_it_is_shown(admin: Visitor) -> None:
    sent = {"page_size": "20", "export_rows": "1000"}

    saved = admin.post("/parameters/lists", sent)
    wrong = admin.post("/parameters/lists", sent | {"page_size": "5"})
    page = admin.get("/parameters")

    assert (saved.status_code, wrong.status_code) == (303, 422)
    assert "This is a whole number from 10 to 200." in wrong.text
    assert 'data-testid="changed" data-key="page_size"' in page.text
    assert "Default: 50 rows." in page.text


def test_saving_the_same_values_sets_nothing(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    sent = {"page_size": "20", "export_rows": "100000"}
    admin.post("/parameters/lists", sent)
    since, noted = set_since(admin), notes(database)
    admin.post("/parameters/lists", sent)

    assert list(since) == ["page_size"]
    assert set_since(admin) == since
    assert notes(database) == noted


def test_a_parameter_set_back_by_hand_counts_as_default_and_is_recorded(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    admin.ask("/parameters", {"page_size": 20}, "PATCH")
    admin.ask("/parameters", {"page_size": 50}, "PATCH")

    assert set_since(admin) == {}
    assert last_note(database, "parameter.changed") == ("page_size", {"value": 20}, {"value": 50})


def test_a_list_is_as_long_as_the_parameter_says(admin: Visitor) -> None:
    admin.ask("/parameters", {"page_size": 10}, "PATCH")

    assert '<option value="10" selected>' in admin.get("/calls").text


def test_try_it_is_closed_and_opened_at_once(admin: Visitor) -> None:
    word = {"X-CSRF-Token": admin.csrf("/calls")}
    admin.post("/parameters/system", {})

    closed = admin.get("/try-it").status_code
    lent = admin.client.post("/try-it/credentials", headers=word).status_code
    menu = admin.get("/calls").text
    admin.post("/parameters/system", {"try_it": "on"})

    assert (closed, lent, 'href="/try-it"' in menu) == (404, 404, False)
    assert admin.get("/try-it").status_code == 200
    assert 'href="/try-it"' in admin.get("/calls").text


def test_the_time_of_the_daily_backup_is_one_field(admin: Visitor) -> None:
    answer = admin.post("/parameters/system", {"backup_time": "04:30", "try_it": "on"})
    known = values(admin)
    wrong = admin.post("/parameters/system", {"backup_time": "25:00", "try_it": "on"})

    assert answer.headers["location"] == "/parameters#system"
    assert (known["backup_hour"], known["backup_minute"]) == (4, 30)
    assert 'value="04:30"' in admin.get("/parameters").text
    assert (wrong.status_code, "Enter a valid time." in wrong.text) == (422, True)
    assert 'value="25:00"' in wrong.text
