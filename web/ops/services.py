"""The services that can be restarted from the status page: names, and the effect on calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.kit.i18n import N_


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """The words with which a service is shown."""

    label: str
    does: str
    warning: str  # the question before a restart; "" for a service that is not restarted by hand
    danger: bool = False


SERVICES: Mapping[str, ServiceWords] = {
    "postgres": ServiceWords(N_("Database"), N_("Stores settings and history."), ""),
    "asterisk": ServiceWords(
        N_("Asterisk"),
        N_("Carries the calls."),
        N_("Restart Asterisk? All calls end at once, including waiting callers."),
        danger=True,
    ),
    "nginx": ServiceWords(
        N_("Web server (nginx)"),
        N_("Serves the pages."),
        N_("Reload the web server configuration? Calls and open pages stay."),
    ),
    "ledger": ServiceWords(
        N_("Ledger"),
        N_("Writes call records to the database."),
        N_("Restart the ledger? Calls continue; records are written afterwards."),
    ),
    "engine": ServiceWords(
        N_("Engine"),
        N_("Controls all calls."),
        N_(
            "Restart the engine? Calls continue and callers keep their place; agents wait a moment."
        ),
    ),
    "web": ServiceWords(
        N_("Web"),
        N_("Runs the pages and the API."),
        N_("Restart the web? Calls continue; pages come back within seconds."),
    ),
    "jobs": ServiceWords(
        N_("Scheduler"),
        N_("Scheduled tasks."),
        N_("Restart the scheduler? Calls continue; unfinished tasks run again."),
    ),
}
RESTARTABLE = tuple(name for name, one in SERVICES.items() if one.warning)
STATES: Mapping[str, str] = {
    "running": N_("Running"),
    "pausing": N_("Restarting"),
    "stopped": N_("Stopped"),
}
STATE_TONES: Mapping[str, str] = {"running": "ready", "pausing": "wrap", "stopped": "danger"}
WORK_RESULTS: Mapping[str, str] = {
    "begun": N_("Restarting {service}…"),
    "done": N_("{service} restarted ({seconds} s)."),
    "failed": N_("{service} did not come back: {why}"),
}
WORK_TONES: Mapping[str, str] = {"begun": "wrap", "done": "ready", "failed": "danger"}
