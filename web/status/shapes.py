"""The system's state, as the API returns it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from web.kit.health import HealthLevel
from web.kit.shapes import Items


class FindingShape(BaseModel):
    """A health finding, and what to do."""

    level: HealthLevel
    key: str
    sentence: str
    advice: str
    page: str | None  # where to look at it; null if the reader may not, or there is none


class ProcessShape(BaseModel):
    """A process of the system."""

    name: str
    state: str
    pid: int
    since: datetime | None
    restarts: int
    cpu: float | None  # share of one core
    memory_bytes: int | None


class ProcessList(Items[ProcessShape]):
    """The processes of the system; none if no supervisor runs."""


class RestartShape(BaseModel):
    """The last restart that was asked for."""

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
    ahead_seconds: float | None  # its clock against the web's
    sessions_open: int


class DiskShape(BaseModel):
    """The disk under the home."""

    free_bytes: int
    total_bytes: int
    recorded_bytes_a_day: int
    days_left: int | None


class SeatsShape(BaseModel):
    """How many agents are at work."""

    known: int
    signed_in: int
    ready: int
    talking: int
    reachable: int


class BackupShape(BaseModel):
    """The last backup that was made or tried."""

    at: datetime
    well: bool
    size: int
    rows: int
    seconds: float
    why: str


class StatusShape(BaseModel):
    """The system at one moment; null where something could not be read."""

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
    """Which service to restart."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=20)
