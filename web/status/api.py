"""The API of the system's state, and of restarts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit import audit
from web.kit.auth import needs
from web.kit.health import HealthLevel, RelatedPage
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of, session_of
from web.ops import control
from web.ops.backup import BackupRecord
from web.ops.health_checks import findings, level_of
from web.ops.services import RESTARTABLE
from web.ops.system_status import SystemStatus, SystemStatusReader

router = APIRouter(tags=["status"])
StatusReader = Annotated[SignedIn, Depends(needs(Right.STATUS_SEE))]
Restarter = Annotated[SignedIn, Depends(needs(Right.SERVICES_RESTART))]


class FindingShape(BaseModel):
    """A health finding, and what to do."""

    level: HealthLevel
    key: str
    sentence: str
    advice: str
    page: str | None  # the page about it; null if the reader may not open it, or there is none


class ProcessShape(BaseModel):
    """A process of the system."""

    name: str
    state: str
    pid: int
    since: datetime | None
    restarts: int
    cpu: float | None  # share of one core
    memory_bytes: int | None


class RestartShape(BaseModel):
    """The last requested restart."""

    name: str
    result: str  # begun, done, failed
    seconds: float
    why: str


class DatabaseShape(BaseModel):
    """PostgreSQL's own figures."""

    version: str
    revision: str
    current: bool
    size_bytes: int
    connections: int
    connections_most: int
    oldest_seconds: float
    ahead_seconds: float | None  # its clock compared with the web's
    sessions_open: int


class DiskShape(BaseModel):
    """The disk under the home."""

    free_bytes: int
    total_bytes: int
    recorded_bytes_a_day: int
    days_left: int | None


class SeatsShape(BaseModel):
    """The number of agents at work."""

    known: int
    signed_in: int
    ready: int
    talking: int
    reachable: int


class BackupShape(BaseModel):
    """The last backup, also a failed one."""

    at: datetime
    well: bool
    size: int
    rows: int
    seconds: float
    why: str


class StatusShape(BaseModel):
    """The system at one moment; null for values that could not be read."""

    at: datetime
    level: HealthLevel
    findings: list[FindingShape]
    processes: list[ProcessShape]
    restart: RestartShape | None
    engine_linked: bool
    engine: dict[str, Any] | None
    nodes: list[dict[str, Any]]
    database: DatabaseShape | None
    disk: DiskShape
    seats: SeatsShape
    live_sockets: int
    backup: BackupShape | None
    versions: dict[str, str]


class RestartBody(BaseModel):
    """The service to restart."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=20)


@router.get("/status")
def read_status(request: Request, _who: StatusReader) -> StatusShape:
    """Show the state of the system."""
    return shape(request, status_of(request))


@router.post("/status/restart", status_code=202)
def restart_service(request: Request, who: Restarter, body: RestartBody) -> StatusShape:
    """Start to restart a service; `restart` of the status has the result. 409 during another."""
    begin_restart(request, who, body.name)
    return shape(request, status_of(request))


def status_of(request: Request) -> SystemStatus:
    """Read the state of the system, at most a moment old."""
    reader: SystemStatusReader = request.app.state.system_status
    return reader.status(request.app.state.metrics.sockets_open)


def begin_restart(request: Request, who: SignedIn, name: str) -> None:
    """Request a restart from the supervisor; it is audited if it starts."""
    if name not in RESTARTABLE:
        raise MissingError("There is no service “{name}”.", name=name[:50])
    context = context_of(request)
    with context.database.begin() as session:
        audit.note(session, request, who, "service.restarted", "services", name)
        # Last, so that a refusal rolls the entry back.
        control.ask(context.settings.supervisor_socket, "restart", name=name)


def shape(request: Request, status: SystemStatus) -> StatusShape:
    """Give the API's form of a state, in the reader's language."""
    reader, found, supervisor = reader_of(request), findings(status), status.supervisor
    database, work = status.database, supervisor.work if supervisor else None
    who = session_of(request)

    def page_of(place: RelatedPage | None) -> str | None:
        return place.page if place and who and who.may(place.right) else None

    return StatusShape(
        at=status.at,
        level=level_of(found),
        findings=[
            FindingShape(
                level=one.level,
                key=one.key,
                sentence=reader.say(one.sentence, **one.values),
                advice=reader.say(one.advice, **one.values),
                page=page_of(one.place),
            )
            for one in found
        ],
        processes=[
            ProcessShape(
                name=one.name,
                state=one.state,
                pid=one.pid,
                since=one.since,
                restarts=one.restarts,
                cpu=None if one.cpu is None else round(one.cpu, 3),
                memory_bytes=one.memory_bytes,
            )
            for one in (supervisor.processes if supervisor else ())
        ],
        restart=_restart(reader, work) if work else None,
        engine_linked=status.engine_linked,
        engine=dict(status.engine) if status.engine else None,
        nodes=[dict(node) for node in status.nodes],
        database=None
        if database is None
        else DatabaseShape(
            version=database.version,
            revision=database.revision,
            current=status.database_current,
            size_bytes=database.size_bytes,
            connections=database.connections,
            connections_most=database.connections_most,
            oldest_seconds=round(database.oldest_seconds, 3),
            ahead_seconds=status.database_ahead_seconds,
            sessions_open=database.sessions_open,
        ),
        disk=DiskShape.model_validate(status.disk, from_attributes=True),
        seats=SeatsShape.model_validate(status.seats, from_attributes=True),
        live_sockets=status.sockets,
        backup=None if status.backup is None else _backup(reader, status.backup),
        versions=dict(status.versions),
    )


def _restart(reader: Reader, work: Mapping[str, Any]) -> RestartShape:
    why, values = work["why"], work.get("values", {})
    why = reader.say(why, **values)
    return RestartShape(name=work["name"], result=work["result"], seconds=work["seconds"], why=why)


def _backup(reader: Reader, done: BackupRecord) -> BackupShape:
    why = reader.say(done.why, **done.values)
    return BackupShape.model_validate(done, from_attributes=True).model_copy(update={"why": why})
