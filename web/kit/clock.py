"""The current time, read at the edge only: code that decides gets it as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the current time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place where the web reads the clock
