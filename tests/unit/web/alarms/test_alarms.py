"""Alarms: the bar on every page, its sound, acknowledging, settings, and alarms of trunks."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.alarms.alarm import NewAlarm
from crm.alarms.models import AlarmRow, AlarmSettingsRow
from crm.alarms.store import AlarmFilter, alarms, raise_alarm
from cti.outbound.alarms import CALLED_BY_NOBODY, EMERGENCY
from cti.trunks.alarms import DOWN, SENTENCES
from web.kit.clock import now
from web.ops.trunk_alarms import TrunkAlarms

Database = sessionmaker[Session]
AWAY = SENTENCES["unreachable"]


@pytest.fixture(autouse=True)
def no_alarms(database: Database, app: FastAPI) -> Iterator[None]:
    yield
    with database.begin() as session:
        for row in (AlarmRow, AlarmSettingsRow):
            session.execute(delete(row))
    app.state.alarms_now.forget()


def raised(database: Database, app: FastAPI, new: NewAlarm | None = None) -> int:
    new = new or NewAlarm(DOWN, "trunk:3", AWAY, {"name": "线路<1>"}, "/trunks/3")
    with database.begin() as session:
        raise_alarm(session, new, now())
        id_ = alarms(session, AlarmFilter(open=True)).items[0].id
    app.state.alarms_now.forget()
    return int(id_)


def test_an_open_critical_alarm_is_a_bar_until_it_is_acknowledged(
    admin: Visitor, database: Database, app: FastAPI
) -> None:
    id_ = raised(database, app)
    page = admin.get("/calls").text
    assert 'data-testid="bar-alarm"' in page
    assert f'data-sound="{id_}"' in page
    assert "线路&lt;1&gt;" in page

    answer = admin.post(f"/alarms/{id_}/acknowledge", {"next": "/calls"})
    assert answer.headers["location"] == "/calls"
    assert 'data-testid="bar-alarm"' not in admin.get("/calls").text
    assert admin.post("/alarms/999999/acknowledge").status_code == 404


def test_several_alarms_are_one_bar_and_a_user_may_mute_them(
    admin: Visitor, database: Database, app: FastAPI
) -> None:
    raised(database, app)
    call = NewAlarm(EMERGENCY, "c1", CALLED_BY_NOBODY, {"number": "110"}, "/calls/c1")
    raised(database, app, call)
    assert "2 critical alarms are open." in admin.get("/calls").text

    admin.post("/alarms/sound", {"sound": "off"})
    assert "data-sound=" not in admin.get("/calls").text
    admin.post("/alarms/sound", {"sound": "on"})
    assert "data-sound=" in admin.get("/calls").text


def test_an_agent_is_told_of_nothing(li_wei: Visitor, database: Database, app: FastAPI) -> None:
    id_ = raised(database, app)
    assert 'data-testid="bar-alarm"' not in li_wei.get("/calls").text
    assert li_wei.ask("/alarms/acknowledge", {"ids": [id_]}).status_code == 403


def test_the_settings_say_who_is_told(admin: Visitor) -> None:
    kinds = {one["kind"] for one in admin.get("/api/v1/alarms/kinds").json()["items"]}
    assert kinds == {
        "trunk.down",
        "trunk.busy",
        "fraud",
        "cost",
        "emergency",
        "ban",
        "queue.waiting",
        "flow.not_published",
    }
    wrong = admin.post("/alarms/settings/fraud", {"right": "floor.see", "mail_to": "nobody"})
    assert wrong.status_code == 422
    assert "nobody" in wrong.text
    assert admin.get("/alarms/settings/nothing").status_code == 404


def test_trunk_alarms_follow_the_states_of_the_trunks(database: Database) -> None:
    watch = TrunkAlarms()

    def look(state: str, clock: float, *, there: bool = True) -> list[tuple[str, bool]]:
        trunk = {"id": 3, "name": "A", "state": state, "max_channels": 2}
        with database.begin() as session:
            watch.look(session, [trunk] if there else [], clock)
            return [(one.kind, one.until is None) for one in alarms(session, AlarmFilter()).items]

    assert look("unreachable", 0.0) == []
    assert look("unreachable", 31.0) == [("trunk.down", True)]
    assert look("unreachable", 36.0) == [("trunk.down", True)]
    assert look("unknown", 41.0) == [("trunk.down", True)]
    assert look("busy", 46.0) == [("trunk.busy", True), ("trunk.down", False)]
    assert look("", 51.0, there=False) == [("trunk.busy", False), ("trunk.down", False)]
