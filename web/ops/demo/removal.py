"""The command `hotline demo remove`: the demo's accounts, customers and calls go."""

import sys

from sqlalchemy.orm import Session

from acd.agent_log.store import forget_agent_events
from acd.callbacks.store import remove_callbacks
from acd.decisions.store import remove_decisions
from acd.wait_estimates.store import remove_waits
from crm.calls.removal.store import calls_named, remove_calls
from crm.faxes.store import remove_faxes
from crm.lost_calls.store import forget_lost_calls
from crm.people.first_administrator.store import has_administrator
from crm.sql.db import connect, sessions
from web.features import features
from web.kit.settings import Settings
from web.ops.backup import database_running
from web.ops.demo.agent_states import STATES_NAMED
from web.ops.demo.appointments import remove_demo_appointments
from web.ops.demo.custom import remove_demo_custom
from web.ops.demo.faxes import remove_demo_fax_file
from web.ops.demo.lost_calls import AGAIN, CARED_FOR
from web.ops.demo.past_calls import NAMED
from web.ops.demo.routes import remove_demo_routes
from web.ops.demo.seed import keys_file, lock_accounts
from web.ops.demo.trunk import remove_demo_trunk
from web.ops.demo.voicemail import remove_demo_voicemail
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
    """Lock the demo's accounts; remove its calls, trunk, unchanged customers; give how many calls.

    Queues, the flow and the number stay: a site may have made them its own.
    """
    lock_accounts(session, settings)
    keys_file(settings).unlink(missing_ok=True)
    remove_demo_trunk(session)
    remove_demo_routes(session)
    remove_demo_custom(session)
    found = [*calls_named(session, NAMED), *remove_callbacks(session, NAMED)]
    remove_demo_voicemail(session, settings)
    remove_faxes(session, found)
    remove_demo_fax_file(settings)
    remove_decisions(session, found)
    remove_waits(session, NAMED)
    remove_calls(session, found)
    forget_lost_calls(session, (AGAIN, CARED_FOR))
    remove_demo_appointments(session)
    forget_agent_events(session, STATES_NAMED)
    for feature in features():
        if feature.remove_demo is not None:
            feature.remove_demo(session)
    return len(found)
