"""The announcements of a queue in its form and in the API: members that begin with `announce_`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from acd.queue import Announcements, Queue
from crm.jobs.job import NewJob
from crm.jobs.store import revive
from web.kit.clock import now
from web.numbers.words import SPEAK

FIELDS: Mapping[str, str] = {
    "announce_ahead": "ahead",
    "announce_waited": "waited",
    "announce_estimate": "estimate",
    "announce_first_seconds": "first_seconds",
    "announce_every_seconds": "every_seconds",
    "announce_text_en": "text_en",
    "announce_text_zh": "text_zh",
}
"""The members of a body, and what they are in `Announcements`."""


def given(body: Any, present: Announcements) -> Announcements:
    """The announcements with the given members of a body; missing ones stay."""
    values = {own: getattr(body, name) for name, own in FIELDS.items()}
    return replace(present, **{name: one for name, one in values.items() if one is not None})


def shown(said: Announcements) -> dict[str, Any]:
    """The members of a queue's shape, and of its lines in the audit log."""
    values = {name: getattr(said, own) for name, own in FIELDS.items()}
    return {name: round(one) if isinstance(one, float) else one for name, one in values.items()}


def speak(session: Session, queue: Queue) -> None:
    """Let the queue's own words be spoken."""
    if queue.announcements.text_en or queue.announcements.text_zh:
        revive(session, SPEAK, [NewJob(f"queue {queue.key}")], now())
