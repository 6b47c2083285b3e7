"""The status page: findings and figures, and restarting a service with an audit entry."""

import asyncio
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.health.health import DatabaseHealth
from web.kit.health import HealthLevel
from web.kit.settings import Settings
from web.mail.health import of_mails
from web.ops import control
from web.ops.backup import LAST, BackupRecord
from web.ops.health_checks import findings, level_of
from web.ops.processes import ProcessState, SupervisorState
from web.ops.system_status import DiskState, SeatCounts, SystemStatus, bytes_a_day
from web.webhooks.health import of_deliveries

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WELL = SystemStatus(
    at=AT,
    supervisor=SupervisorState(
        1, (ProcessState("engine", "running", 2, AT, 0, 0.1, 1000),), None, {}
    ),
    engine_linked=True,
    nodes=({"name": "hotline-1", "ari": True, "ami": True},),
    engine={"journal_disk": True, "database": True, "journal_backlog": 0, "event_lag_ms": 2.0},
    database=DatabaseHealth(AT, "16.2", "20261122d", 10, 5, 100, 0.1, 3),
    database_current=True,
    database_ahead_seconds=0.0,
    findings=(),
    disk=DiskState(500, 1000, 1, 500),
    seats=SeatCounts(2, 1, 1, 0, 1),
    sockets=1,
    backup=BackupRecord(AT.isoformat(), well=True),
    versions={},
)


TRUNK = {"id": 1, "name": "City carrier", "max_channels": 30}


def keys(status: SystemStatus) -> set[str]:
    return {one.key for one in findings(status)}


def test_a_system_that_is_well_has_no_findings() -> None:
    assert findings(WELL) == []
    assert level_of([]) is HealthLevel.WELL


@pytest.mark.parametrize(
    ("changed", "key", "level"),
    [
        ({"supervisor": None}, "supervisor", HealthLevel.WATCH),
        ({"engine_linked": False}, "engine", HealthLevel.WRONG),
        ({"nodes": ({"name": "n", "ari": False, "ami": True},)}, "node.n", HealthLevel.WRONG),
        ({"trunks": (TRUNK | {"state": "unreachable"},)}, "trunk.1", HealthLevel.WRONG),
        ({"trunks": (TRUNK | {"state": "busy"},)}, "trunk.busy.1", HealthLevel.WATCH),
        ({"engine": {"journal_disk": False}}, "journal.disk", HealthLevel.WRONG),
        (
            {"engine": {"database": False, "journal_backlog": 3}},
            "journal.backlog",
            HealthLevel.WATCH,
        ),
        ({"engine": {"event_lag_ms": 900}}, "engine.lag", HealthLevel.WATCH),
        ({"database": None}, "database", HealthLevel.WRONG),
        ({"database_current": False}, "database.revision", HealthLevel.WRONG),
        ({"database_ahead_seconds": -3.0}, "clock", HealthLevel.WATCH),
        ({"disk": DiskState(10, 1000, 0, None)}, "disk", HealthLevel.WRONG),
        ({"disk": DiskState(500, 1000, 50, 10)}, "disk", HealthLevel.WATCH),
        ({"backup": None}, "backup", HealthLevel.WATCH),
        (
            {"backup": BackupRecord(AT.isoformat(), well=False, why="full")},
            "backup",
            HealthLevel.WRONG,
        ),
        (
            {"backup": BackupRecord((AT - timedelta(days=3)).isoformat(), well=True)},
            "backup",
            HealthLevel.WATCH,
        ),
        ({"findings": tuple(of_mails(2))}, "mails", HealthLevel.WATCH),
        ({"findings": tuple(of_deliveries(1))}, "webhooks", HealthLevel.WATCH),
    ],
)
def test_each_problem_is_shown_with_advice(
    changed: dict[str, Any], key: str, level: HealthLevel
) -> None:
    found = findings(replace(WELL, **changed))

    assert [(one.key, one.level) for one in found] == [(key, level)]
    assert found[0].advice
    assert found[0].sentence.format(**found[0].values)


def test_a_process_that_does_not_run_is_named() -> None:
    dead = ProcessState("jobs", "pausing", 0, AT, 4, None, None)
    status = replace(WELL, supervisor=SupervisorState(1, (dead,), None, {}))

    assert keys(status) == {"process.jobs"}


def test_the_growth_of_a_week_is_computed_from_the_days_with_a_folder(tmp_path: Path) -> None:
    for day, size in (("2026/11/22", 300), ("2026/11/20", 100), ("2026/10/01", 10_000)):
        (tmp_path / day).mkdir(parents=True)
        (tmp_path / day / "a.wav").write_bytes(b"x" * size)

    assert bytes_a_day(tmp_path, AT) == 200
    assert bytes_a_day(tmp_path / "none", AT) == 0


class FakeSupervisor:
    """Answers on the socket and writes the status file, as the real one does."""

    def __init__(self, settings: Settings) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.answer: dict[str, Any] = {"ok": True}
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        path = self._settings.supervisor_socket
        asyncio.run_coroutine_threadsafe(control.listen(path, self._do), self._loop).result(5)
        self.write({"engine": {"state": "running", "pid": os.getpid(), "since": 1.8e9}})

    def write(self, children: dict[str, Any], work: dict[str, Any] | None = None) -> None:
        said = {"supervisor": os.getpid(), "ready": True, "children": children, "work": work}
        self._settings.status_file.write_text(json.dumps(said))

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._settings.supervisor_socket.unlink(missing_ok=True)
        self._settings.status_file.unlink(missing_ok=True)

    async def _do(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(asked)
        return self.answer


@pytest.fixture
def supervisor(app: FastAPI, settings: Settings) -> Iterator[FakeSupervisor]:
    made = FakeSupervisor(settings)
    made.start()
    app.state.system_status.__init__(app.state.context, app.state.live)
    yield made
    made.end()


def noted(database: sessionmaker[Session]) -> list[tuple[str, str]]:
    with database() as session:
        found = session.execute(
            text("SELECT action, which FROM audit_log WHERE action = 'service.restarted'")
        ).all()
    return [(row[0], row[1]) for row in found]


def test_a_supervisor_reads_the_status(chen_jing: Visitor, supervisor: FakeSupervisor) -> None:
    answer = chen_jing.get("/api/v1/status")
    said = answer.json()
    page = chen_jing.get("/status").text

    assert answer.status_code == 200
    assert said["processes"][0]["pid"] == os.getpid()
    assert said["processes"][0]["memory_bytes"] > 1_000_000
    assert said["database"]["current"] is True
    assert said["seats"]["known"] == 2
    assert said["versions"]["postgresql"]
    assert 'data-id="engine"' in page
    assert chen_jing.get("/api/v1/status/processes").json()["items"] == said["processes"]
    assert "restart-engine" not in page  # that is the administrator's
    assert "<html" not in chen_jing.get("/status/live", hx_request="true").text
    assert supervisor.asked == []


def test_a_restart_goes_to_the_supervisor_and_into_the_audit_log(
    admin: Visitor, supervisor: FakeSupervisor, database: sessionmaker[Session]
) -> None:
    before = len(noted(database))
    assert "restart-engine" in admin.get("/status").text
    answer = admin.post("/status/restart", {"name": "engine"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/status")
    assert supervisor.asked == [{"do": "restart", "name": "engine"}]
    assert noted(database)[before:] == [("service.restarted", "engine")]


def test_a_second_restart_is_refused_while_one_goes_on(
    admin: Visitor, supervisor: FakeSupervisor, database: sessionmaker[Session]
) -> None:
    before = noted(database)
    supervisor.answer = {"ok": False, "why": "“{name}” is restarting. Please wait.", "name": "web"}
    answer = admin.ask("/status/restart", {"name": "engine"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == "“web” is restarting. Please wait."
    assert noted(database) == before


def test_an_unknown_service_is_not_restarted(admin: Visitor, supervisor: FakeSupervisor) -> None:
    assert admin.ask("/status/restart", {"name": "postgres"}).status_code == 404
    assert admin.ask("/status/restart", {"name": "../x"}).status_code == 404
    assert admin.ask("/status/restart", {"what": "engine"}).status_code == 422
    assert supervisor.asked == []


def test_how_a_restart_went_is_shown(
    admin: Visitor, supervisor: FakeSupervisor, app: FastAPI
) -> None:
    work = {"name": "web", "result": "failed", "at": 1.8e9, "seconds": 0.0, "why": "no answer"}
    supervisor.write({}, work)
    app.state.system_status.__init__(app.state.context, app.state.live)
    page = admin.get("/status").text

    assert "Web did not come back: no answer" in page
    assert 'hx-trigger="every 5s"' in page


@pytest.fixture
def given_up_mails(database: sessionmaker[Session], app: FastAPI) -> Iterator[None]:
    """Two that a server refused a day ago, one that was too late, one of last week."""
    lines = [("recipient", 1), ("refused", 1), ("late", 1), ("refused", 7)]
    with database.begin() as session:
        for failure, days in lines:
            session.execute(
                text(
                    'INSERT INTO mails (kind, address, language, "values", state, done_at, failure)'
                    " VALUES ('test', 'given@up.example', 'en', '{}', 'dead',"
                    " now() - make_interval(days => :days), :failure)"
                ),
                {"failure": failure, "days": days},
            )
    app.state.system_status.__init__(app.state.context, app.state.live)
    yield
    with database.begin() as session:
        session.execute(text("DELETE FROM mails WHERE address = 'given@up.example'"))
    app.state.system_status.__init__(app.state.context, app.state.live)


@pytest.mark.usefixtures("given_up_mails")
def test_mails_given_up_of_late_are_counted_and_lead_an_administrator_to_them(
    admin: Visitor,
) -> None:
    found = {one["key"]: one for one in admin.get("/api/v1/status").json()["findings"]}

    assert found["mails"]["sentence"] == "Failed emails in the last 3 days: 2."
    assert '<a href="/mail?state=dead">' in admin.get("/status").text


@pytest.mark.usefixtures("given_up_mails")
def test_a_person_without_the_right_to_the_outbox_gets_no_link_to_it(chen_jing: Visitor) -> None:
    page = chen_jing.get("/status").text

    assert "Failed emails" in page
    assert "/mail?state=dead" not in page


def test_a_date_among_the_large_figures_is_written_small(
    admin: Visitor, app: FastAPI, settings: Settings
) -> None:
    kept = settings.home / LAST
    kept.write_text(json.dumps(asdict(BackupRecord(AT.isoformat(), well=True))))
    app.state.system_status.__init__(app.state.context, app.state.live)
    page = admin.get("/status").text
    kept.unlink()
    app.state.system_status.__init__(app.state.context, app.state.live)

    (date,) = re.findall(r'class="tile-figure is-long">([^<]*)', page)
    assert date.startswith("Nov 22, 2026")


def test_without_a_supervisor_the_page_still_tells_what_it_can(
    admin: Visitor, app: FastAPI
) -> None:
    app.state.system_status.__init__(app.state.context, app.state.live)
    said = admin.get("/api/v1/status").json()

    assert said["processes"] == []
    assert "supervisor" in {one["key"] for one in said["findings"]}
    assert admin.ask("/status/restart", {"name": "engine"}).status_code == 409
