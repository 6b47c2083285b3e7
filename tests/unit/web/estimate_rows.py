"""Waits of a queue that had estimates, over some days."""

from datetime import timedelta

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from acd.wait_estimates.models import WaitEstimateRow
from web.kit.clock import now

FORGET = "DELETE FROM wait_estimates WHERE starts_with(fact, 'estimated/')"


def add_estimates(session: Session, queue: str, name: str, days: int = 4, each: int = 6) -> None:
    """Add waits of 50 to 150 seconds with an estimate of 60 to 140."""
    rows = [
        {
            "fact": f"estimated/{name}/{day}/{number}",
            "call": f"estimated-{day}-{number}",
            "queue": queue,
            "entered_at": now() - timedelta(days=day, minutes=1),
            **dict.fromkeys(("f10", "p10"), 60.0),
            **dict.fromkeys(("f50", "p50"), 100.0),
            **dict.fromkeys(("f90", "p90"), 140.0),
            "state": "answered",
            "seconds": 50.0 + 100.0 * number / (each - 1),
        }
        for day in range(days)
        for number in range(each)
    ]
    session.execute(insert(WaitEstimateRow).values(rows))


def forget_estimates(session: Session) -> None:
    """Remove them."""
    row = WaitEstimateRow
    session.execute(delete(row).where(row.fact.startswith("estimated/")))
