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
    "postgres": ServiceWords(N_("Database"), N_("Keeps settings and history."), ""),
    "asterisk": ServiceWords(
        N_("Asterisk"),
        N_("Carries the calls."),
        N_("Restart Asterisk? All talks end at once, and all who wait are hung up."),
        danger=True,
    ),
    "nginx": ServiceWords(
        N_("Front door"),
        N_("Lets browsers in."),
        N_("Let the front door read its settings again? Calls and open pages stay."),
    ),
    "ledger": ServiceWords(
        N_("Ledger"),
        N_("Writes what happens in calls to the database."),
        N_("Restart the ledger? Calls go on; what happens meanwhile is written afterwards."),
    ),
    "engine": ServiceWords(
        N_("Engine"),
        N_("Controls all calls."),
        N_("Restart the engine? Talks go on and callers keep their places; desks wait a moment."),
    ),
    "web": ServiceWords(
        N_("Web"),
        N_("Pages and the API."),
        N_("Restart the web? Calls go on; pages come back by themselves within seconds."),
    ),
    "jobs": ServiceWords(
        N_("Jobs"),
        N_("Repeated and queued work."),
        N_("Restart the jobs? Calls go on; work that was begun is done again."),
    ),
}
RESTARTABLE = tuple(name for name, one in SERVICES.items() if one.warning)
STATES: Mapping[str, str] = {
    "running": N_("Running"),
    "pausing": N_("Starting again"),
    "stopped": N_("Stopped"),
}
STATE_TONES: Mapping[str, str] = {"running": "ready", "pausing": "wrap", "stopped": "danger"}
WORK_RESULTS: Mapping[str, str] = {
    "begun": N_("{service} is being restarted …"),
    "done": N_("{service} was restarted and answers again ({seconds} s)."),
    "failed": N_("{service} did not come back: {why}"),
}
WORK_TONES: Mapping[str, str] = {"begun": "wrap", "done": "ready", "failed": "danger"}
