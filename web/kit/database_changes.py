"""Changes in the database that PostgreSQL notifies this web process of (LISTEN/NOTIFY).

Notifications are missed while the connection is away. So after every connect the handlers get a
change of everything.
"""

import asyncio
import select
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from fastapi import FastAPI
from sqlalchemy import Engine, text

from crm.sql.db import CHANNEL, connect
from web.kit.context import AppContext
from web.kit.settings_cache import TABLES

log = structlog.get_logger()

RETRY_SECONDS = 1.0
LOOK_SECONDS = 1.0
IDLE_LOOKS = 30  # then the connection is tested
EVERYTHING = "*"  # the payload for a new connection


@dataclass(frozen=True, slots=True)
class DatabaseChanges:
    """The rows that changed, as ids by table; `everything` after a new connection."""

    ids: Mapping[str, frozenset[int]] = field(default_factory=dict)
    everything: bool = False

    def touch(self, *tables: str) -> bool:
        """Whether rows of one of these tables may have changed."""
        return self.everything or not self.ids.keys().isdisjoint(tables)

    def of(self, table: str) -> frozenset[int]:
        """Give the ids of the rows of a table that changed; 0 means an unknown one."""
        return self.ids.get(table, frozenset())


ChangeHandler = Callable[[FastAPI, DatabaseChanges], Awaitable[None]]


async def follow_database(app: FastAPI, handlers: Sequence[ChangeHandler]) -> None:
    """Give every change to the handlers, in their order, until cancelled."""
    context: AppContext = app.state.context
    loop = asyncio.get_running_loop()
    notified: asyncio.Queue[Sequence[str]] = asyncio.Queue()

    def pass_on(payloads: Sequence[str]) -> None:
        loop.call_soon_threadsafe(notified.put_nowait, payloads)

    # Its own connection: those of the pool are for requests.
    engine = connect(context.settings.database_url, pool_size=1, statement_timeout_ms=10_000)
    ended = threading.Event()
    threading.Thread(target=_listen, args=(engine, pass_on, ended), daemon=True).start()
    try:
        while True:
            changes = read_changes(await notified.get())
            if changes.touch(*TABLES):
                context.settings_cache.forget()
            for handle in handlers:
                await handle(app, changes)
    finally:
        ended.set()


def read_changes(payloads: Iterable[str]) -> DatabaseChanges:
    """Read payloads of the form `table:id`."""
    found: dict[str, set[int]] = defaultdict(set)
    for payload in payloads:
        table, _, id_ = payload.partition(":")
        found[table].add(int(id_) if id_.isascii() and id_.isdecimal() else 0)
    everything = found.pop(EVERYTHING, None) is not None
    return DatabaseChanges({table: frozenset(ids) for table, ids in found.items()}, everything)


def _listen(engine: Engine, pass_on: Callable[[Sequence[str]], None], end: threading.Event) -> None:
    while not end.is_set():
        try:
            _listen_once(engine, pass_on, end)
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, we connect again
            if not end.is_set():
                log.info("not listening to the database", why=type(error).__name__)
                end.wait(RETRY_SECONDS)
    engine.dispose()


def _listen_once(
    engine: Engine, pass_on: Callable[[Sequence[str]], None], end: threading.Event
) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"LISTEN {CHANNEL}"))
        driver = connection.connection.driver_connection
        if driver is None:
            return
        pass_on([EVERYTHING])
        idle = 0
        while not end.is_set():
            ready, _, _ = select.select([driver], [], [], LOOK_SECONDS)
            idle = 0 if ready else idle + 1
            if idle >= IDLE_LOOKS:
                connection.execute(text("SELECT 1"))
                idle = 0
            driver.poll()
            if driver.notifies:
                payloads = [notice.payload for notice in driver.notifies]
                driver.notifies.clear()
                pass_on(payloads)
