"""How a database does, as the status page shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """What PostgreSQL says of itself at one moment."""

    at: datetime  # its own clock
    version: str
    revision: str
    size_bytes: int
    connections: int
    connections_most: int
    oldest_seconds: float  # the age of the oldest open transaction but the asker's own
    sessions_open: int  # people and scripts who are signed in
