"""The commands `hotline restart` and `hotline status`, for a running supervisor."""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from crm.sql import db
from web.kit.clock import now
from web.kit.settings import Settings
from web.ops import control
from web.ops.failure_reason import Reason
from web.ops.restarts import START_SECONDS, RestartResult

LOOK_SECONDS = 0.1


def restart(settings: Settings, name: str) -> int:
    """Restart a service and wait until it works again."""
    control.ask(settings.supervisor_socket, "restart", name=name)
    end = time.monotonic() + 2 * START_SECONDS
    while time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        work: Mapping[str, Any] = ask_status(settings).get("work") or {}
        if work.get("result") == RestartResult.DONE:
            sys.stdout.write(f"  {name} runs again ({work['seconds']} s)\n")
            return 0
        if work.get("result") == RestartResult.FAILED:
            why = Reason(work["why"], work.get("values", {}))
            sys.stderr.write(f"Hotline: {name} did not come back: {why}\n")
            return 1
    sys.stderr.write(f"Hotline: {name} is not back yet; see hotline status.\n")
    return 1


def show_status(settings: Settings) -> int:
    """Print the supervisor's report on its children."""
    sys.stdout.write(json.dumps(ask_status(settings), indent=1) + "\n")
    return 0


def draft(settings: Settings, message: str) -> int:
    """Draft a migration; for developers."""
    made = db.draft_revision(settings.database_url, message, f"{now():%Y%m%d}")
    sys.stdout.write(f"  {made}\n")
    return 0


def ask_status(settings: Settings) -> Mapping[str, Any]:
    """Give the supervisor's report; SupervisorAwayError if it does not run."""
    status = control.ask(settings.supervisor_socket, "status")["status"]
    return status if isinstance(status, dict) else {}
