"""`hotline ledger`: takes the engine's facts from the journal to PostgreSQL, until SIGTERM.

It may be killed at any moment and run beside an engine or without one: facts wait in the journal.
"""

import signal
import threading
from functools import partial

from crm.sql import db
from cti.engine.ledger import Ledger
from cti.engine.records import Records
from cti.engine.segments import Segments
from web.kit.i18n import site_zone
from web.kit.settings import Settings
from web.ops.children import ABLE
from web.ops.logs import take_in_libraries
from web.ops.watchdog import say

CONNECTIONS = 1


def run(settings: Settings) -> int:
    """Drain the journal until told to stop, then what is left, if that does not take long."""
    take_in_libraries()
    stop, ended = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = db.connect(settings.database_url, pool_size=CONNECTIONS, statement_timeout_ms=5000)
    settings.journal_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    ledger = Ledger(
        Segments(settings.journal_dir, settings.volatile_dir),
        Records(database, settings.region, partial(site_zone, settings.region)).keep,
    )
    beating = threading.Thread(target=ledger.beat, args=(ended, lambda: say(ABLE)), name="beat")
    beating.start()
    try:
        ledger.run(stop)
    finally:
        ended.set()
        beating.join()
        ledger.forget_if_empty()
        database.dispose()
    return 0
