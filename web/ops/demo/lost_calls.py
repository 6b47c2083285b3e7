"""The demo's lost calls of the last hours: one caller tried twice, one has an owner."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Detail, Kind
from crm.calls.store import keep_events
from crm.lost_calls.lost_call import LostState
from crm.lost_calls.models import LostCallRow
from crm.people.person import User
from web.kit.i18n import site_zone
from web.kit.settings import Settings
from web.ops.demo.past_calls import NAMED, NODE, PastCall

AGAIN, CARED_FOR = "+8613912345601", "+8613912345602"
NOTE = "下午三点后再打。"
OWNER = "li.wei"
# The caller, how many minutes ago, the queue with its key, and for how many seconds it waited.
LOST = (
    (AGAIN, 95, "support", "2", 48),
    (AGAIN, 80, "support", "2", 75),
    (CARED_FOR, 60, "sales", "1", 33),
)


def add_lost_calls(
    session: Session, settings: Settings, called: str, users: Mapping[str, User], now: datetime
) -> None:
    """Add the calls, and an owner for one of them."""
    for number, (caller, minutes, queue, key, seconds) in enumerate(LOST, start=1):
        past = PastCall(CallId(f"{NAMED}lost-{number}"), now - timedelta(minutes=minutes), 0)
        keep_events(session, list(_timeline(past, caller, called, queue, key, seconds)))
    zone = site_zone(settings.region)
    session.add(
        LostCallRow(
            number=CARED_FOR,
            day=(now - timedelta(minutes=60)).astimezone(zone).date(),
            owner=users[OWNER].id,
            state=LostState.WORK.value,
            note=NOTE,
            changed_at=now - timedelta(minutes=20),
            changed_by=users[OWNER].id,
        )
    )


def _timeline(  # noqa: PLR0913, PLR0917 - what such a call is made of
    past: PastCall, caller: str, called: str, queue: str, key: str, seconds: float
) -> Iterator[CallEvent]:
    past.fact = 9000 + 100 * int(past.call[-1])
    numbers: Detail = {"caller": caller, "called": called}
    past.add(0, Kind.ARRIVED, {**numbers, "direction": "in", "via": "trunk"})
    leg: Detail = {"leg": past.call, "role": "customer", "node": NODE}
    past.add(0, Kind.LEG_BEGAN, {**leg, **numbers})
    past.add(0.05, Kind.ANSWERED)
    past.add(0, Kind.LEG_ANSWERED, {"leg": past.call})
    past.add(0.01, Kind.STEP, {"node": "menu", "type": "menu"})
    past.add(4, Kind.DIGIT, {"digit": key, "node": "menu", "choice": queue})
    past.add(0.01, Kind.STEP, {"node": queue, "type": "queue"})
    past.add(0.01, Kind.QUEUED, {"queue": queue, "priority": 0, "again": False})
    past.end(seconds, "caller")
    yield from past.events
