"""The words of statistics: intervals, kinds of calls, and the definition of each figure."""

from collections.abc import Mapping
from enum import StrEnum

from acd.statistics.calls.part import PartKind
from acd.statistics.intervals import TimeSlice
from web.kit.i18n import N_


class By(StrEnum):
    """What a row has the figures of."""

    AGENT = "agent"
    GROUP = "group"
    QUEUE = "queue"


# The first of each is what is shown without a choice.
BY: Mapping[str, str] = {By.GROUP: N_("Group"), By.QUEUE: N_("Queue")}
INTERVALS: Mapping[str, str] = {
    TimeSlice.DAY: N_("Day"),
    TimeSlice.HOUR: N_("Hour"),
    TimeSlice.HALF_HOUR: N_("Half hour"),
}
PART_KINDS: Mapping[str, str] = {
    PartKind.ANSWERED: N_("Answered"),
    PartKind.MISSED: N_("Missed"),
    PartKind.DECLINED: N_("Declined"),
    PartKind.WITHDRAWN: N_("Withdrawn"),
    PartKind.REACHED: N_("Dialed and reached"),
    PartKind.UNREACHED: N_("Dialed, not reached"),
    PartKind.INTERNAL: N_("Internal"),
    PartKind.RINGING: N_("Ringing"),
}
OFFERED, DIALLED, HANDLED = "offered", "dialed", "handled"
CHOSEN_KINDS: Mapping[str, str] = {
    OFFERED: N_("Offered calls"),
    DIALLED: N_("Dialed"),
    HANDLED: N_("Handled"),
    **PART_KINDS,
}
TONES: Mapping[str, str] = {
    PartKind.ANSWERED: "ready",
    PartKind.MISSED: "danger",
    PartKind.DECLINED: "paused",
    PartKind.WITHDRAWN: "out",
    PartKind.REACHED: "ready",
    PartKind.UNREACHED: "out",
    PartKind.INTERNAL: "info",
    PartKind.RINGING: "ringing",
}
