"""Dialling stops on pages: shown by the tester, released and noted."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.alarms.alarm import NewAlarm
from crm.alarms.models import AlarmRow
from crm.alarms.store import open_keys, raise_alarm
from crm.charges.models import DiallingStopRow
from crm.charges.stops.store import add_stop
from cti.outbound.alarms import FRAUD
from web.kit.clock import now

Database = sessionmaker[Session]


@pytest.fixture
def stopped(database: Database, people: object) -> Iterator[int]:
    agent = int(people.li_wei)  # type: ignore[attr-defined]
    with database.begin() as session:
        told = {"count": 20, "minutes": 10}
        add_stop(session, "agent", agent, "Li Wei", now(), "calls", told)
        raise_alarm(session, NewAlarm(FRAUD, f"agent:{agent}", "x"), now())
    yield agent
    with database.begin() as session:
        for row in (DiallingStopRow, AlarmRow):
            session.execute(delete(row))


def test_the_tester_shows_a_stop_and_emergency_numbers_are_allowed(
    admin: Visitor, stopped: int
) -> None:
    asked = {"agent": stopped, "number": "13800138000"}
    refused = admin.ask("/outbound-rules/test", asked).json()
    assert not refused["allowed"]
    assert "stopped to prevent fraud" in refused["sentence"]
    page = admin.get(f"/outbound-rules/test?agent={stopped}&number=13800138000").text
    assert "stopped to prevent fraud" in page


def test_a_stop_is_released_once_its_alarm_ends_and_it_is_noted(
    admin: Visitor, database: Database, stopped: int
) -> None:
    page = admin.get("/dialling-stops").text
    assert "Li Wei dialed 20 international or premium-rate numbers in 10 minutes" in page
    assert f'action="/dialling-stops/agent:{stopped}/release"' in admin.get("/alarms").text

    assert admin.post(f"/dialling-stops/agent:{stopped}/release").status_code == 303
    with database.begin() as session:
        assert open_keys(session, FRAUD) == set()
        line = text("SELECT action, what FROM audit_log ORDER BY id DESC LIMIT 1")
        assert tuple(session.execute(line).one()) == ("dialling_stop.released", "dialling_stops")
    assert admin.post(f"/dialling-stops/agent:{stopped}/release").status_code == 404
    again = admin.ask(f"/dialling-stops/agent:{stopped}/release", {})
    assert again.status_code == 404
    nothing = admin.post("/dialling-stops/release", {})
    assert nothing.status_code == 422
    assert "Select the stops first." in nothing.text
