"""The command `hotline demo remove`: the demo's accounts, customers and calls go."""

import sys

from sqlalchemy.orm import Session

from acd.decisions.store import remove_decisions
from crm.calls.removal.store import calls_named, remove_calls
from crm.people.first_administrator.store import has_administrator
from crm.sql.db import connect, sessions
from web.features import features
from web.kit.settings import Settings
from web.ops.backup import database_running
from web.ops.demo.past_calls import NAMED
from web.ops.demo.seed import keys_file, lock_accounts
from web.ops.setup.steps import SetupError


def command(settings: Settings) -> int:
    """Carry out `hotline demo remove`; Hotline may run meanwhile."""
    if settings.demo and settings.status_file.exists():
        raise SetupError("The demo runs. Start Hotline with HOTLINE_DEMO=0 first.")
    with database_running(settings):
        engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=60_000)
        try:
            with sessions(engine).begin() as session:
                removed = remove(session, settings)
                administrator = has_administrator(session)
        finally:
            engine.dispose()
    sys.stdout.write(f"  {removed} calls of the demo and its customers are removed.\n")
    if not administrator:
        sys.stdout.write("  There is no administrator: run bin/hotline administrator LOGIN.\n")
    return 0


def remove(session: Session, settings: Settings) -> int:
    """Lock the demo's accounts, remove its calls and unchanged customers; give how many calls.

    Queues, the flow and the number stay: a site may have made them its own.
    """
    lock_accounts(session, settings)
    keys_file(settings).unlink(missing_ok=True)
    found = calls_named(session, NAMED)
    remove_decisions(session, found)
    remove_calls(session, found)
    for feature in features():
        if feature.remove_demo is not None:
            feature.remove_demo(session)
    return len(found)
