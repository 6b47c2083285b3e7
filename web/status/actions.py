"""What pages and API do with the system's state: show it, and restart a service."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.datastructures import State

from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from web.kit import audit
from web.kit.health import RelatedPage
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of, session_of
from web.ops import control
from web.ops.backup import BackupRecord
from web.ops.health_checks import findings, level_of
from web.ops.services import RESTARTABLE, SERVICES
from web.ops.system_status import SystemStatus, SystemStatusReader
from web.status.shapes import (
    BackupShape,
    DatabaseShape,
    DiskShape,
    FindingShape,
    ProcessShape,
    RestartShape,
    SeatsShape,
    StatusShape,
)

UNITS = ("B", "kB", "MB", "GB", "TB")
STEP = 1000


def status_of(state: State) -> SystemStatus:
    """Read the state of the system, or what was read a moment ago; `state` is that of the app."""
    reader: SystemStatusReader = state.system_status
    return reader.status(state.metrics.sockets_open)


def processes_of(status: SystemStatus) -> list[ProcessShape]:
    """Show the processes; none if no supervisor runs."""
    return [
        ProcessShape(
            name=one.name,
            state=one.state,
            pid=one.pid,
            since=one.since,
            restarts=one.restarts,
            cpu=None if one.cpu is None else round(one.cpu, 3),
            memory_bytes=one.memory_bytes,
        )
        for one in (status.supervisor.processes if status.supervisor else ())
    ]


def begin_restart(request: Request, who: SignedIn, name: str) -> None:
    """Ask the supervisor for a restart; noted if it begins."""
    if name not in RESTARTABLE:
        raise MissingError("There is no service “{name}”.", name=name[:50])
    context = context_of(request)
    with context.database.begin() as session:
        audit.note(session, request, who, "service.restarted", "services", name)
        # Last, so that a refusal takes the note back.
        control.ask(context.settings.supervisor_socket, "restart", name=name)


def show_status(request: Request) -> StatusShape:
    """Show the state of the system in the reader's language."""
    status = status_of(request.app.state)
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
        processes=processes_of(status),
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


def label_of(reader: Reader, name: str) -> str:
    """Name a service."""
    return reader.gettext(SERVICES[name].label) if name in SERVICES else name


def size(count: int | None) -> str:
    """Write a number of bytes for a person: 1.2 GB."""
    if count is None:
        return ""
    left = float(count)
    for unit in UNITS:
        if left < STEP or unit == UNITS[-1]:
            break
        left /= STEP
    return f"{left:.0f} {unit}" if unit == "B" else f"{left:.1f} {unit}"


def _restart(reader: Reader, work: Mapping[str, Any]) -> RestartShape:
    why, values = work["why"], work.get("values", {})
    told = reader.say(why, **values)
    return RestartShape(name=work["name"], result=work["result"], seconds=work["seconds"], why=told)


def _backup(reader: Reader, done: BackupRecord) -> BackupShape:
    why = reader.say(done.why, **done.values)
    return BackupShape.model_validate(done, from_attributes=True).model_copy(update={"why": why})
