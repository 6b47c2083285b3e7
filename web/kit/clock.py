"""The time of day, for the edge: whatever decides is given it as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place where the web looks at the clock
