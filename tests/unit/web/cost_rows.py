"""Rows of the lists of rates, charges, alarms, stops, lost calls and callbacks."""

from decimal import Decimal

from sqlalchemy.orm import Session, sessionmaker
from unit.web.callbacks import asking as callbacks
from unit.web.lost_calls.losing import lose

from crm.alarms.alarm import NewAlarm
from crm.alarms.store import raise_alarm
from crm.charges.calls.store import keep_charges
from crm.charges.charge import Charge
from crm.charges.rate import Rate
from crm.charges.stops.store import add_stop
from crm.charges.store import add_rate
from cti.bans.alarms.store import BANNED
from web.kit.clock import now


def add_costs(session: Session, number: int, name: str) -> None:
    add_rate(session, Rate(f"+{number}", name, Decimal(1)))
    add_stop(session, "agent", number + 10**6, name, now(), "calls", {})
    raise_alarm(session, NewAlarm(BANNED, name, name), now())
    keep_charges(session, [_charge(name)])


def _charge(call: str) -> Charge:
    nothing = (None, None, "", None)
    return Charge(call, call, now(), *nothing, "+861", "mobile", 60.0, "", None, Decimal(1), "CNY")


def lose_calls(database: sessionmaker[Session]) -> None:
    for seconds in (60, 120, 180):
        lose(database, ago=seconds)
        callbacks.ask(database, ago=seconds)
