"""The state of the system at one moment, as the status page shows it and health checks read it."""

import platform
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from crm.health.health import DatabaseHealth
from crm.health.store import database_health
from crm.people.first_administrator.store import has_administrator
from crm.sql.db import known_revisions
from web.features import features
from web.kit.clock import now
from web.kit.context import AppContext
from web.kit.health import GIVEN_UP_DAYS, HealthFinding
from web.live.context import LiveContext
from web.live.schema import ItemKind
from web.ops.backup import BackupRecord, last_backup
from web.ops.processes import Processes, SupervisorState

FRESH_SECONDS = 1.0  # however many users open the page
GROWTH_SECONDS = 600.0
GROWTH_DAYS = 7

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DiskState:
    """The disk under the home."""

    free_bytes: int
    total_bytes: int
    recorded_bytes_a_day: int  # over the last week
    days_left: int | None  # None: nothing is recorded, so it is unknown


@dataclass(frozen=True, slots=True)
class SeatCounts:
    """The number of agents at work."""

    known: int
    signed_in: int
    ready: int
    talking: int
    reachable: int  # telephones that are registered


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """The system at one moment; None for values that could not be read."""

    at: datetime
    supervisor: SupervisorState | None
    engine_linked: bool
    nodes: tuple[Mapping[str, Any], ...]
    engine: Mapping[str, Any] | None
    database: DatabaseHealth | None
    database_current: bool
    database_ahead_seconds: float | None  # its clock compared with ours
    findings: tuple[HealthFinding, ...]  # of the features' own health checks
    disk: DiskState
    seats: SeatCounts
    sockets: int
    backup: BackupRecord | None
    versions: Mapping[str, str]
    demo_is_open: bool = False  # to other machines
    administrator: bool = True  # at least one can sign in
    trunks: tuple[Mapping[str, Any], ...] = ()


class SystemStatusReader:
    """Reads the state of the system, at most once a second for all its readers."""

    def __init__(self, context: AppContext, live: LiveContext) -> None:
        """Start with nothing read."""
        self._context = context
        self._live = live
        self._processes = Processes(context.settings.status_file)
        self._lock = threading.Lock()
        self._known: SystemStatus | None = None
        self._until = 0.0  # monotonic clock, seconds
        self._growth = 0
        self._growth_until = 0.0
        self._administrator = True

    def status(self, sockets: int = 0) -> SystemStatus:
        """Give the present state; called in a thread. `sockets` are this process's live ones."""
        with self._lock:
            if self._known is None or time.monotonic() >= self._until:
                self._known = self._read(sockets)
                self._until = time.monotonic() + FRESH_SECONDS
            return self._known

    def _read(self, sockets: int) -> SystemStatus:
        context = self._context
        supervisor = self._processes.read()
        database, ahead, found = self._database()
        nodes = tuple(self._live.mirror.values(ItemKind.NODE))
        return SystemStatus(
            at=now(),
            supervisor=supervisor,
            engine_linked=not self._live.link.away,
            nodes=nodes,
            engine=self._live.mirror.value(ItemKind.ENGINE, "engine"),
            database=database,
            database_current=database is None or database.revision == known_revisions()[0],
            database_ahead_seconds=ahead,
            findings=found,
            disk=self._disk(),
            seats=self._seats(),
            sockets=sockets,
            backup=last_backup(context.settings),
            versions={
                "hotline": version("hotline"),
                "python": platform.python_version(),
                "asterisk": ", ".join(_plain(str(n["version"])) for n in nodes if n.get("version")),
                "postgresql": database.version if database else "",
                "nginx": supervisor.versions.get("nginx", "") if supervisor else "",
            },
            demo_is_open=context.settings.demo_is_open,
            administrator=self._administrator,
            trunks=tuple(self._live.mirror.values(ItemKind.TRUNK)),
        )

    def _database(self) -> tuple[DatabaseHealth | None, float | None, tuple[HealthFinding, ...]]:
        try:
            with self._context.database.begin() as session:
                session.connection()  # so that opening one does not count as a wrong clock
                before = now()
                found = database_health(session)
                middle = before + (now() - before) / 2
                since = middle - timedelta(days=GIVEN_UP_DAYS)
                self._administrator = has_administrator(session)
                findings = tuple(
                    one
                    for feature in features()
                    for check in feature.health_checks
                    for one in check(session, since)
                )
        except SQLAlchemyError as error:
            log.info("the database's state could not be read", why=type(error).__name__)
            return None, None, ()
        return found, (found.at - middle).total_seconds(), findings

    def _disk(self) -> DiskState:
        found = shutil.disk_usage(self._context.settings.home)
        if time.monotonic() >= self._growth_until:
            self._growth = bytes_a_day(self._context.settings.recordings_dir, now())
            self._growth_until = time.monotonic() + GROWTH_SECONDS
        days = found.free // self._growth if self._growth else None
        return DiskState(found.free, found.total, self._growth, days)

    def _seats(self) -> SeatCounts:
        agents = self._live.mirror.values(ItemKind.AGENT)
        states = [str(agent.get("state")) for agent in agents]
        return SeatCounts(
            known=len(agents),
            signed_in=sum(state != "signed out" for state in states),
            ready=states.count("ready"),
            talking=states.count("talking"),
            reachable=sum(bool(agent.get("reachable")) for agent in agents),
        )


def set_up_system_status(app: FastAPI) -> None:
    """Make the reader of an application."""
    app.state.system_status = SystemStatusReader(app.state.context, app.state.live)


def _plain(said: str) -> str:
    """Remove a distribution's suffix from a version: 22.10.1+dfsg-1."""
    return said.partition("+")[0]


def bytes_a_day(recordings: Path, at: datetime) -> int:
    """Give the recorded bytes per day, from the folders of the last week (`2026/11/22`)."""
    days = (at - timedelta(days=back) for back in range(GROWTH_DAYS))
    folders = [recordings / f"{day:%Y/%m/%d}" for day in days]
    sizes = [_size(folder) for folder in folders if folder.is_dir()]
    return sum(sizes) // len(sizes) if sizes else 0


def _size(folder: Path) -> int:
    total = 0
    for path in folder.iterdir():
        try:
            total += path.stat().st_size
        except OSError:
            continue  # it was removed meanwhile
    return total
