"""Announcements of a queue: stored, shown, spoken, refused; how often estimates were true."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from unit.web.estimate_rows import add_estimates, forget_estimates
from unit.web.visitor import Visitor

from acd.queues.store import queue_of
from crm.jobs.models import JobRow

Database = sessionmaker[Session]
SAID = {
    "announce_ahead": True,
    "announce_waited": True,
    "announce_estimate": True,
    "announce_first_seconds": 5,
    "announce_every_seconds": 45,
    "announce_text_en": "Sorry for the wait.",
    "announce_text_zh": "抱歉让您久等。",
}


@pytest.fixture
def queue(admin: Visitor) -> str:
    body = {"name_en": f"Queue {secrets.token_hex(4)}"}
    return str(admin.ask("/queues", body).json()["key"])


@pytest.fixture
def estimates(database: Database, queue: str) -> Iterator[str]:
    """A queue with two dozen estimates."""
    with database.begin() as session:
        add_estimates(session, queue, queue)
    yield queue
    with database.begin() as session:
        forget_estimates(session)


def change(admin: Visitor, queue: str, **fields: Any) -> Any:
    return admin.ask(f"/queues/{queue}", fields, method="PATCH")


def test_announcements_are_stored_shown_and_their_words_spoken(
    admin: Visitor, database: Database, queue: str
) -> None:
    shown = change(admin, queue, **SAID).json()
    assert {name: shown[name] for name in SAID} == SAID
    with database.begin() as session:
        known = queue_of(session, queue).queue.announcements
        assert (known.ahead, known.every_seconds, known.text_zh) == (True, 45, "抱歉让您久等。")
        keys = session.scalars(select(JobRow.key).where(JobRow.kind == "speak"))
        assert f"queue {queue}" in set(keys)
    page = admin.get(f"/queues/{queue}").text
    assert "Sorry for the wait." in page
    changed = admin.get("/api/v1/audit?action=queue.changed").json()["items"][0]
    assert changed["after"]["announce_every_seconds"] == 45


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("announce_every_seconds", "10", "Announcements repeat every 15 to 3600 seconds"),
        ("announce_first_seconds", "0", ""),
        ("announce_first_seconds", "soon", ""),
        ("announce_text_en", "x" * 501, ""),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_keeps_what_was_typed(
    admin: Visitor, queue: str, field: str, value: str, why: str
) -> None:
    sent = {"name_en": queue, "ring_seconds": "20", "wrapup_seconds": "0", field: value}
    page = admin.post(f"/queues/{queue}", sent)
    assert page.status_code == 422
    assert why in page.text
    assert value in page.text
    assert "invalid-feedback" in page.text


def test_a_form_of_the_first_day_announces_nothing(admin: Visitor, database: Database) -> None:
    name = f"First {secrets.token_hex(4)}"
    sent = {"name_en": name, "ring_seconds": "20", "wrapup_seconds": "0"}
    assert admin.post("/queues", sent).status_code == 303
    with database.begin() as session:
        key = name.lower().replace(" ", "-")
        assert not queue_of(session, key).queue.announcements.is_used


def test_figures_are_hidden_until_there_are_enough(admin: Visitor, queue: str) -> None:
    page = admin.get(f"/queues/{queue}").text
    assert "Too few estimates yet: 0 of 20. Figures are shown from 20 on." in page
    assert admin.get(f"/api/v1/queues/{queue}/estimates").json()["items"] == []
    empty = admin.get(f"/queues/{queue}/estimates").text
    assert "Figures are shown from 20 estimates in 30 days on." in empty


def test_figures_tell_how_often_the_estimates_were_true(admin: Visitor, estimates: str) -> None:
    page = admin.get(f"/queues/{estimates}").text
    assert "Too few" not in page
    assert f"/queues/{estimates}/estimates" in page
    rows = admin.get(f"/api/v1/queues/{estimates}/estimates").json()["items"]
    assert [row["estimates"] for row in rows] == [6, 6, 6, 6]
    # Waits of 50, 70, 90, 110, 130 and 150 seconds; said were 60 to 140, in the middle 100.
    assert {round(row["within"], 3) for row in rows} == {0.667}
    assert {round(row["below"], 3) for row in rows} == {0.833}
    assert {row["error_seconds"] for row in rows} == {30.0}
