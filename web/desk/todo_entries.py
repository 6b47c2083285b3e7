"""The entries of what an agent has to do, and their order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from crm.calls.missed.store import MissedCall
from crm.lost_calls.lost_call import LostCareTaken, LostState
from web.kit.i18n import N_


class TodoKind(StrEnum):
    """What an entry is."""

    APPOINTMENT = "appointment"
    FINISH = "call to finish"
    MISSED = "missed call"
    LOST = "lost call"
    VOICEMAIL = "voicemail"


KINDS: Mapping[TodoKind, str] = {
    TodoKind.APPOINTMENT: N_("Appointment"),
    TodoKind.FINISH: N_("To finish"),
    TodoKind.MISSED: N_("Missed call"),
    TodoKind.LOST: N_("Lost call"),
    TodoKind.VOICEMAIL: N_("Voicemail"),
}


class TodoEntry(BaseModel):
    """Something to do: `what` it is, and `who` it is about, in the reader's language."""

    kind: TodoKind
    kind_name: str
    id: str
    what: str
    who: str  # the customer's name, else the number; "" for neither
    number: str  # to be called; "" for none
    customer: int | None
    at: datetime  # when it is due, or when the call was
    at_name: str  # in the reader's zone; with the day if it is not today
    overdue: bool
    url: str  # its own page, or the customer's
    drawer: str = ""  # a form that opens beside the page instead
    alerts: list[datetime] = []  # when to remind of it
    soon: bool = False  # the reminder has come


class TodoList(BaseModel):
    """What an agent has to do, the most urgent first."""

    items: list[TodoEntry]


def in_order(entries: Iterable[TodoEntry]) -> list[TodoEntry]:
    """Sort entries by urgency: overdue, then what has already happened, then what is due later."""

    def urgency(one: TodoEntry) -> tuple[int, datetime, str]:
        planned = one.kind is TodoKind.APPOINTMENT
        return (0 if one.overdue else 2 if planned else 1, one.at, one.id)

    return sorted(entries, key=urgency)


def still_missed(found: MissedCall, cares: Iterable[LostCareTaken], agent: int) -> bool:
    """Whether a missed call is still this agent's: nobody has finished it or taken it since."""
    later = [one for one in cares if one.number == found.number and one.at >= found.at]
    return not any(one.state is LostState.DONE or one.owner not in {None, agent} for one in later)
