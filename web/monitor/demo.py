"""The demo's thresholds of the monitor: low, so that a few test calls show colours."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.parameters.store import parameters, reset, save
from crm.people.person import User

LOW: Mapping[str, int] = {
    "wait_amber": 10,
    "wait_red": 30,
    "waiting_amber": 1,
    "waiting_red": 3,
    "talk_amber": 1,
    "talk_red": 5,
    "not_ready_amber": 1,
    "not_ready_red": 10,
}


def add_thresholds(session: Session, _users: Mapping[str, User]) -> None:
    """Set low thresholds."""
    save(session, LOW, None)


def remove_thresholds(session: Session) -> None:
    """Set the default ones again where nobody has set others."""
    known = parameters(session)
    reset(session, [key for key, low in LOW.items() if known.number(key) == low])
