"""The demo's past alarm: a trunk that was away for ten minutes."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from crm.alarms.alarm import NewAlarm
from crm.alarms.store import end_alarm, forget_ended, raise_alarm
from crm.people.person import User
from cti.trunks.alarms import DOWN, SENTENCES
from cti.trunks.state import TrunkLamp
from web.kit.clock import now

KEY = "trunk:demo"


def add_past_alarm(session: Session, _users: Mapping[str, User]) -> None:
    """Add an alarm of yesterday that is over."""
    at = now() - timedelta(hours=22)
    said: dict[str, str | int] = {"name": "Demo carrier", "count": 0}
    raise_alarm(session, NewAlarm(DOWN, KEY, SENTENCES[TrunkLamp.UNREACHABLE], said), at)
    end_alarm(session, DOWN, KEY, at + timedelta(minutes=10))


def remove_past_alarm(session: Session) -> None:
    """Remove it."""
    forget_ended(session, DOWN, KEY)
