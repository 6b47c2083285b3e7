"""From when on figures of the monitor are amber or red, and when there is an alarm. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from crm.alarms.alarm import AlarmKind, NewAlarm
from crm.parameters.parameter import Parameters
from crm.people.rights import Right
from web.kit.i18n import N_, duration

LONG_WAIT = AlarmKind("queue.waiting", N_("Callers wait too long"), right=Right.FLOOR_SEE)
SENTENCE = N_("Queue “{name}”: longest wait {time}, callers waiting: {count}.")
IN_MINUTES = frozenset({"talk", "not_ready"})
NAMES = ("wait", "waiting", "talk", "not_ready")
"""The longest wait, calls that wait, the time of a talk, the time not ready."""

Value = Mapping[str, Any]  # the live item of a queue


def thresholds(parameters: Parameters) -> dict[str, tuple[int, int]]:
    """Give amber and red of each figure, times in seconds; 0 is never."""
    found = {}
    for name in NAMES:
        unit = 60 if name in IN_MINUTES else 1
        amber, red = (parameters.number(f"{name}_{colour}") * unit for colour in ("amber", "red"))
        found[name] = (amber, red)
    return found


def alarms_of(
    queues: Iterable[Value], limits: Mapping[str, tuple[int, int]], at: datetime
) -> Iterator[NewAlarm]:
    """Give the alarms that should be open: of queues whose wait or number of callers is red."""
    _, longest = limits["wait"]
    _, most = limits["waiting"]
    for queue in queues:
        since, count = queue["oldest_since"], int(queue["waiting"])
        waited = (at - datetime.fromisoformat(since)).total_seconds() if since else 0.0
        if (longest and waited >= longest) or (most and count >= most):
            key = str(queue["key"])
            said: dict[str, str | int] = {"name": str(queue["name"]), "count": count}
            said["time"] = duration(waited)
            yield NewAlarm(LONG_WAIT, f"queue:{key}", SENTENCE, said, f"/floor?queue={key}")
