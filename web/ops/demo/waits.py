"""Waits of the demo's past that had an estimate: most were true, as in a real center."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from acd.estimate import Estimate, Forecast
from acd.wait_estimate import WaitEnd, WaitEstimate
from acd.wait_estimates.store import add_waits
from crm.calls.record import CallId, FactId
from web.ops.demo.past_calls import DAYS, NAMED
from web.ops.demo.queues import SUPPORT

A_DAY = 8
_SPREAD = 0.35  # of the waits around the middle of their estimates


def add_demo_waits(session: Session, now: datetime) -> None:
    """Add waits for support in the two weeks before `now`."""
    add_waits(session, _waits(now))


def _waits(now: datetime) -> Iterator[WaitEstimate]:
    chance = Random(4008005678)  # noqa: S311 - the demo's past is the same everywhere
    for day in range(1, DAYS + 1):
        for number in range(A_DAY):
            middle = chance.uniform(90, 400)
            said = Estimate(middle * 0.6, middle, middle * 1.5)
            seconds = middle * max(0.1, chance.gauss(1.0, _SPREAD))
            answered = chance.random() < 0.85  # noqa: PLR2004 - the others hang up earlier
            call = f"{NAMED}wait-{day}-{number}"
            yield WaitEstimate(
                FactId(f"{call}/estimated"),
                CallId(call),
                SUPPORT,
                now - timedelta(days=day, seconds=chance.uniform(0, 8 * 3600)),
                Forecast(middle * 0.4, middle, middle * 2.0),
                said,
                WaitEnd.ANSWERED if answered else WaitEnd.ABANDONED,
                seconds if answered else seconds / 2,
            )
