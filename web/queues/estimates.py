"""How often the estimates of a queue were true: by day, and in all of the last days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pydantic import BaseModel
from sqlalchemy.orm import Session

from acd.queues.store import queue_of
from acd.wait_estimates.store import (
    LEAST_SHOWN,
    EstimateFigures,
    estimate_days,
    estimate_figures,
)
from web.kit.clock import now
from web.kit.i18n import N_, Reader, duration
from web.kit.listing.declaration import ListQuery
from web.kit.shapes import Items

DAYS = 30
TOO_FEW = N_("Too few estimates yet: {count} of {least}. Figures are shown from {least} on.")


class EstimateDayShape(BaseModel):
    """One day of a queue's estimates; only answered calls that had one are counted."""

    day: datetime  # its beginning
    estimates: int
    within: float  # share, 0 to 1, of waits between P10 and P90
    below: float  # share, 0 to 1, of waits not longer than P90
    error_seconds: float  # mean distance of a wait from its P50


class EstimateDays(Items[EstimateDayShape]):
    """The days of a queue's estimates."""


@dataclass(frozen=True, slots=True)
class EstimateCard:
    """What a queue's page says of its estimates; `few` is set where that is too little."""

    few: str
    facts: Sequence[tuple[str, str]] = ()
    days: int = DAYS


def day_rows(session: Session, query: ListQuery) -> list[EstimateDayShape]:
    """Give the days of the queue in the address; none while there are too few estimates."""
    queue = queue_of(session, query.place["queue"]).queue.key
    until = query.time("to") or now()
    since = query.time("from") or until - timedelta(days=DAYS)
    all_of_them = estimate_figures(session, queue, since, until)
    if all_of_them is None or all_of_them.estimates < LEAST_SHOWN:
        return []
    zone = query.reader.zone
    name = str(getattr(zone, "key", "UTC"))
    return [
        EstimateDayShape(
            day=datetime.combine(one.day, time.min, zone),
            estimates=one.figures.estimates,
            within=one.figures.within,
            below=one.figures.below,
            error_seconds=round(one.figures.error_seconds, 1),
        )
        for one in estimate_days(session, queue, since, until, name)
    ]


def estimate_card(session: Session, reader: Reader, queue: str) -> EstimateCard:
    """Sum up the last days of a queue."""
    at = now()
    found = estimate_figures(session, queue, at - timedelta(days=DAYS), at)
    if found is None or found.estimates < LEAST_SHOWN:
        count = found.estimates if found is not None else 0
        return EstimateCard(reader.say(TOO_FEW, count=count, least=LEAST_SHOWN))
    return EstimateCard("", _facts(found, reader))


def _facts(found: EstimateFigures, reader: Reader) -> list[tuple[str, str]]:
    return [
        (reader.gettext(ESTIMATES), reader.number(found.estimates)),
        (reader.gettext(WITHIN), reader.percent(found.within)),
        (reader.gettext(BELOW), reader.percent(found.below)),
        (reader.gettext(ERROR), duration(found.error_seconds)),
    ]


ESTIMATES = N_("Waits with an estimate")
WITHIN = N_("Within the range")
BELOW = N_("Not longer than said")
ERROR = N_("Mean error")
