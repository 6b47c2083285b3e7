"""Notices to administrators: processes that ended; an engine or database that is away."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify_holders
from crm.people.rights import Right
from web.kit.clock import now
from web.kit.context import AppContext
from web.kit.i18n import N_
from web.live.context import LiveContext
from web.live.mirror import Mirror
from web.ops.processes import Processes, ProcessState

log = structlog.get_logger()

LOOK_SECONDS = 5.0
ENGINE_AWAY_SECONDS = 30.0
DATABASE_AWAY_SECONDS = 10.0
NEWS = timedelta(hours=1)  # older events were reported by another web process
MOST_KEPT = 20
ENGINE_AWAY = N_(
    "The call engine has been offline for half a minute. Calls continue; new calls "
    "cannot reach agents."
)
ENGINE_BACK = N_("The call engine is back after {seconds} seconds.")
DATABASE_BACK = N_(
    "The database is back after {seconds} seconds. Calls continued; pending records "
    "are being saved."
)
RESTARTED: Mapping[str, str] = {
    "postgres": N_("The database stopped unexpectedly and was restarted."),
    "asterisk": N_("Asterisk stopped unexpectedly and was restarted. Its calls have ended."),
    "nginx": N_("The web server (nginx) stopped unexpectedly and was restarted."),
    "ledger": N_("The ledger stopped unexpectedly and was restarted. Calls continued."),
    "engine": N_("The call engine stopped unexpectedly and was restarted. Calls continued."),
    "web": N_("The web stopped unexpectedly and was restarted. Calls continued."),
    "jobs": N_("The scheduler stopped unexpectedly and was restarted."),
}


@dataclass(frozen=True, slots=True)
class Observation:
    """The system at one moment; `engine` identifies the engine's last change."""

    at: datetime
    clock: float  # seconds, monotonic
    engine: str  # "": it was never linked
    engine_away: bool
    database: bool
    processes: Sequence[ProcessState] = ()


@dataclass(slots=True)
class SystemWatch:
    """What is away, and since when; every web process gives the same notice the same key."""

    engine_gone: float | None = None
    engine_reported: str = ""
    database_gone: float | None = None
    waiting: list[NewNotice] = field(default_factory=list)  # until the database takes them
    stored: set[str] = field(default_factory=set)  # the `once` of stored notices

    def see(self, look: Observation) -> list[NewNotice]:
        """Give the due notices; a repeated one has the same `once`."""
        return [
            *self._engine(look),
            *self._database(look),
            *_restarts(look),
        ]

    def _engine(self, look: Observation) -> list[NewNotice]:
        if look.engine_away and look.engine:
            self.engine_gone = look.clock if self.engine_gone is None else self.engine_gone
            if self.engine_reported or look.clock - self.engine_gone < ENGINE_AWAY_SECONDS:
                return []
            self.engine_reported = look.engine
            return [_notice(ENGINE_AWAY, f"engine away {look.engine}")]
        gone, stored = self.engine_gone, self.engine_reported
        if look.engine_away or gone is None:
            return []
        self.engine_gone, self.engine_reported = None, ""
        seconds = round(look.clock - gone)
        return [_notice(ENGINE_BACK, f"engine back {stored}", seconds=seconds)] if stored else []

    def _database(self, look: Observation) -> list[NewNotice]:
        if not look.database:
            self.database_gone = look.clock if self.database_gone is None else self.database_gone
            return []
        gone, self.database_gone = self.database_gone, None
        if gone is None or look.clock - gone < DATABASE_AWAY_SECONDS:
            return []
        # A database that fails again and again is reported once an hour.
        once, seconds = f"database back {look.at:%Y%m%d%H}", round(look.clock - gone)
        return [_notice(DATABASE_BACK, once, seconds=seconds)]


async def watch_system(app: FastAPI) -> None:
    """Notify administrators of ended and missing parts; until cancelled."""
    context: AppContext = app.state.context
    live: LiveContext = app.state.live
    watch, processes = SystemWatch(), Processes(context.settings.status_file)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await run_in_threadpool(_look, context, live.mirror, watch, processes)


def _look(context: AppContext, mirror: Mirror, watch: SystemWatch, processes: Processes) -> None:
    found = processes.read()
    look = Observation(
        at=now(),
        clock=time.monotonic(),
        engine=f"{mirror.boot}.{mirror.number}" if mirror.boot else "",
        engine_away=mirror.away,
        database=context.database_answers(),
        processes=found.processes if found else (),
    )
    news = [one for one in watch.see(look) if one.once not in watch.stored]
    watch.waiting = [*watch.waiting, *news][-MOST_KEPT:]
    if not watch.waiting or not look.database:
        return
    try:
        with context.database.begin() as session:
            for notice in watch.waiting:
                notify_holders(session, Right.STATUS_SEE, notice)
    except SQLAlchemyError as error:
        log.warning("the notices about the system could not be written", why=type(error).__name__)
        return
    watch.stored.update(one.once for one in watch.waiting)
    watch.waiting = []


def _restarts(look: Observation) -> list[NewNotice]:
    # A process that ends again and again is reported once an hour.
    return [
        _notice(RESTARTED[one.name], f"restarted {one.name} {one.since:%Y%m%d%H}")
        for one in look.processes
        if one.name in RESTARTED and one.restarts and one.since and look.at - one.since < NEWS
    ]


def _notice(sentence: str, once: str, **values: str | int) -> NewNotice:
    return NewNotice(sentence, values, "/status", NoticeKind.SYSTEM, once, urgent=True)
