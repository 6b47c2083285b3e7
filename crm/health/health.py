"""The state of the database, as the status page shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """What PostgreSQL reports about itself at one moment."""

    at: datetime  # its own clock
    version: str
    revision: str
    size_bytes: int
    connections: int
    connections_most: int
    oldest_seconds: float  # the age of the oldest open transaction but this one
    sessions_open: int  # of people and scripts
