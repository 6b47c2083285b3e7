"""Alarms of trunks: raised and ended by what the live state says of them, every few seconds."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.alarms.store import end_alarm, open_keys, raise_alarm
from cti.trunks.alarms import KINDS, is_over, key_of, wanted
from cti.trunks.state import FAULTS
from web.kit.clock import now
from web.kit.context import AppContext
from web.live.context import LiveContext
from web.live.schema import ItemKind

log = structlog.get_logger()

LOOK_SECONDS = 5.0


@dataclass(slots=True)
class TrunkAlarms:
    """Since when each trunk has a fault, in seconds of a monotonic clock, by its key."""

    faults: dict[str, float] = field(default_factory=dict)

    def look(self, session: Session, trunks: Sequence[Mapping[str, Any]], clock: float) -> None:
        """Bring the open alarms in step with the states of all trunks."""
        found = {key_of(one): one for one in trunks}
        down = {key for key, one in found.items() if one["state"] in FAULTS}
        self.faults = {key: self.faults.get(key, clock) for key in down}
        at = now()
        seconds = {key: clock - since for key, since in self.faults.items()}
        known = {kind.key: open_keys(session, kind) for kind in KINDS}
        for alarm in wanted(trunks, seconds):
            if alarm.key not in known[alarm.kind.key]:
                raise_alarm(session, alarm, at)
        for kind in KINDS:
            for key in known[kind.key]:
                if is_over(kind, found.get(key)):
                    end_alarm(session, kind, key, at)


async def watch_trunks(app: FastAPI) -> None:
    """Keep the alarms of trunks, until cancelled."""
    context: AppContext = app.state.context
    live: LiveContext = app.state.live
    watch = TrunkAlarms()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if live.mirror.away:
            continue  # what is known of the trunks may be old
        await run_in_threadpool(_look, context, watch, live.mirror.values(ItemKind.TRUNK))


def _look(context: AppContext, watch: TrunkAlarms, trunks: Sequence[Mapping[str, Any]]) -> None:
    try:
        with context.database.begin() as session:
            watch.look(session, trunks, time.monotonic())
    except SQLAlchemyError as error:
        log.warning("the alarms of trunks could not be written", why=type(error).__name__)
