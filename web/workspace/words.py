"""The names of the workspace's panels and of their places."""

from collections.abc import Mapping

from crm.workspace.layout import Area, Panel
from web.kit.i18n import N_

PANELS: Mapping[Panel, str] = {
    Panel.TODO: N_("To do"),
    Panel.SHARED: N_("Parked calls and calls to pick up"),
    Panel.VOICEMAILS: N_("New voicemails"),
    Panel.DAY: N_("Today"),
    Panel.LAST_CALLS: N_("Last calls"),
    Panel.QUEUES: N_("My queues"),
    Panel.KEYS: N_("Keyboard shortcuts"),
    Panel.COLLEAGUES: N_("Colleagues"),
}
AREAS: Mapping[Area, str] = {
    Area.SIDE: N_("At the side"),
    Area.HOME: N_("While there is no call"),
    Area.BELOW: N_("Below the call"),
}
