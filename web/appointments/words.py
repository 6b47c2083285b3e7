"""Words of the pages of appointments."""

from collections.abc import Mapping

from crm.appointments.appointment import (
    AppointmentMedium,
    AppointmentState,
    Phase,
    Postpone,
    Source,
)
from web.kit.i18n import N_

STATES: Mapping[str, str] = {
    AppointmentState.OPEN: N_("Open"),
    AppointmentState.WORK: N_("In progress"),
    AppointmentState.DONE: N_("Done"),
    AppointmentState.CANCELED: N_("Canceled"),
}
TONES: Mapping[str, str] = {
    AppointmentState.OPEN: "talking",
    AppointmentState.WORK: "wrap",
    AppointmentState.DONE: "ready",
    AppointmentState.CANCELED: "out",
}
OVERDUE = N_("Overdue")
OVERDUE_TONE = "danger"
TODO = "todo"
"""Of the filter of states: whatever is neither done nor canceled."""

FILTERED: Mapping[str, str] = {TODO: N_("Not done"), Phase.OVERDUE.value: OVERDUE, **STATES}
MEDIA: Mapping[str, str] = {
    AppointmentMedium.CALL: N_("Phone call"),
    AppointmentMedium.VISIT: N_("Visit"),
    AppointmentMedium.MESSAGE: N_("Text message"),
    AppointmentMedium.OTHER: N_("Other"),
}
SOURCES: Mapping[str, str] = {
    Source.MANUAL: N_("Made by hand"),
    Source.LOST_CALL: N_("Lost call"),
}
POSTPONE: Mapping[str, str] = {
    Postpone.QUARTER: N_("15 minutes"),
    Postpone.HOUR: N_("1 hour"),
    Postpone.TOMORROW: N_("Tomorrow 9:00"),
}
