"""The alarms of trunks: which should be open, by the states of all trunks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.alarms.alarm import AlarmKind, AlarmLevel, NewAlarm
from crm.kernel.text import N_
from cti.trunks.state import FAULTS, TrunkLamp

DOWN = AlarmKind("trunk.down", N_("Trunk with a fault"), AlarmLevel.CRITICAL)
FULL = AlarmKind("trunk.busy", N_("All channels of a trunk in use"))
KINDS = (DOWN, FULL)

DOWN_SECONDS = 30.0
"""For so long a trunk has had a fault before there is an alarm."""

SENTENCES: Mapping[str, str] = {
    TrunkLamp.UNREACHABLE: N_(
        "The trunk “{name}” has been unreachable for half a minute. No calls go over it."
    ),
    TrunkLamp.REJECTED: N_(
        "The trunk “{name}” is not registered: the provider rejects it. No calls go over it."
    ),
    TrunkLamp.INVALID: N_("Asterisk refused the settings of the trunk “{name}”."),
}
ALL_IN_USE = N_("All {count} channels of the trunk “{name}” are in use.")

Value = Mapping[str, Any]  # the live item of a trunk


def key_of(trunk: Value) -> str:
    """Give the key of a trunk's alarms."""
    return f"trunk:{trunk['id']}"


def wanted(trunks: Iterable[Value], seconds_of: Mapping[str, float]) -> Iterator[NewAlarm]:
    """Give the alarms that should be open; `seconds_of` says for how long a trunk has a fault."""
    for one in trunks:
        key, state = key_of(one), str(one["state"])
        said: dict[str, str | int] = {"name": str(one["name"])}
        said["count"] = int(one["max_channels"])
        url = f"/trunks/{one['id']}"
        if state in FAULTS and seconds_of.get(key, 0.0) >= DOWN_SECONDS:
            yield NewAlarm(DOWN, key, SENTENCES[state], said, url)
        elif state == TrunkLamp.BUSY:
            yield NewAlarm(FULL, key, ALL_IN_USE, said, url)


def is_over(kind: AlarmKind, trunk: Value | None) -> bool:
    """Whether an open alarm of a trunk is over; None is a trunk that is gone.

    A trunk whose state is not known yet keeps its alarm.
    """
    if trunk is None:
        return True
    state = trunk["state"]
    if kind is FULL:
        return bool(state != TrunkLamp.BUSY)
    return state not in FAULTS and state not in {TrunkLamp.UNKNOWN, TrunkLamp.REGISTERING}
