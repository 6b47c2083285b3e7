"""Hears of edited settings: PostgreSQL's notices, in a thread of its own."""

import select
import threading
from collections.abc import Callable

import structlog
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import text

from cti.engine.settings import ALL_ROWS, ChangedRows, read_notice

log = structlog.get_logger(__name__)


def listen(database: SqlEngine, on_change: Callable[[ChangedRows], None]) -> Callable[[], None]:
    """Call `on_change` from a thread whenever settings of the live state are edited.

    After every connect everything may have changed, because notices were missed. Gives the function
    that ends it. It uses a connection of its own.
    """
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            try:
                _listen_once(database, on_change, ended)
            except Exception as error:  # noqa: BLE001 - the database is away
                log.info("not listening for edited settings", why=str(error)[:200])
                ended.wait(1.0)

    threading.Thread(target=run, name="settings", daemon=True).start()
    return ended.set


def _listen_once(
    database: SqlEngine, on_change: Callable[[ChangedRows], None], ended: threading.Event
) -> None:
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("LISTEN hotline"))
        driver = connection.connection.driver_connection
        if driver is None:
            return
        on_change(ALL_ROWS)
        while not ended.is_set():
            select.select([driver], [], [], 1.0)
            driver.poll()
            rows = ChangedRows()
            for notice in driver.notifies:
                rows |= read_notice(notice.payload)
            driver.notifies.clear()
            if rows:
                on_change(rows)
