"""The alarm of queues in which callers wait too long, by the live state, every few seconds."""

import asyncio
from collections.abc import Sequence

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.alarms.store import end_alarm, open_keys, raise_alarm
from crm.parameters.store import parameters
from web.kit.clock import now
from web.kit.context import AppContext
from web.live.context import LiveContext
from web.live.schema import ItemKind
from web.monitor.thresholds import LONG_WAIT, Value, alarms_of, thresholds

log = structlog.get_logger()

LOOK_SECONDS = 5.0


async def watch_queues(app: FastAPI) -> None:
    """Keep the alarms of queues, until cancelled."""
    context: AppContext = app.state.context
    live: LiveContext = app.state.live
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if not live.mirror.away:
            await run_in_threadpool(_look, context, live.mirror.values(ItemKind.QUEUE))


def look(session: Session, queues: Sequence[Value]) -> None:
    """Bring the open alarms in step with the queues."""
    at = now()
    wanted = list(alarms_of(queues, thresholds(parameters(session)), at))
    known = open_keys(session, LONG_WAIT)
    for alarm in wanted:
        if alarm.key not in known:
            raise_alarm(session, alarm, at)
    for key in known - {one.key for one in wanted}:
        end_alarm(session, LONG_WAIT, key, at)


def _look(context: AppContext, queues: Sequence[Value]) -> None:
    try:
        with context.database.begin() as session:
            look(session, queues)
    except SQLAlchemyError as error:
        log.warning("the alarms of queues could not be written", why=type(error).__name__)
