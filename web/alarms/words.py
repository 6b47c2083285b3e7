"""Words of alarms, and the tabs of their pages."""

from collections.abc import Mapping

from crm.alarms.alarm import AlarmLevel
from crm.people.rights import Right
from web.kit.i18n import N_, Reader

LEVELS: Mapping[str, str] = {
    AlarmLevel.CRITICAL: N_("Critical"),
    AlarmLevel.WARNING: N_("Warning"),
}
TONES: Mapping[str, str] = {AlarmLevel.CRITICAL: "danger", AlarmLevel.WARNING: "paused"}
STATES: Mapping[str, str] = {
    "open": N_("Open"),
    "acknowledged": N_("Acknowledged"),
    "over": N_("Over"),
}
STATE_TONES: Mapping[str, str] = {"open": "danger", "acknowledged": "paused", "over": "out"}
WANTED: Mapping[str, str] = {"open": N_("Open"), "past": N_("Acknowledged or over")}
AUDIENCES: Mapping[str, str] = {
    Right.LINES_MANAGE: N_("Users who manage trunks and numbers"),
    Right.FLOOR_SEE: N_("Users who see the live monitor"),
    Right.STATUS_SEE: N_("Users who see the system status"),
    Right.FLOWS_PUBLISH: N_("Users who publish call flows"),
}
"""Who can be told of alarms; each of these rights opens the page too."""

_TABS: Mapping[str, str] = {"/alarms": N_("Alarms"), "/alarms/settings": N_("Alarm settings")}


def tabs(reader: Reader, here: str, *, manages: bool) -> list[dict[str, object]]:
    """Give the tabs of the pages of alarms; none for users who cannot change the settings."""
    return [
        {"url": url, "label": reader.gettext(label), "current": url == here}
        for url, label in (_TABS.items() if manages else ())
    ]
