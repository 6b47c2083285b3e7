"""Timelines of calls for the tests of the stores, a second a line."""

from datetime import UTC, datetime, timedelta

from crm.calls.record import (
    CallEvent,
    CallId,
    FactId,
    Kind,
)

MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Timeline:
    """Writes a call's timeline, a second a line."""

    def __init__(self, id_: str, at: datetime = MORNING, caller: str = "+8613800138000") -> None:
        self.id, self.at, self.number = CallId(id_), at, 0
        self.events: list[CallEvent] = []
        self.tell(Kind.ARRIVED, caller=caller, called="+864008001234", via="trunk", direction="in")

    def tell(self, kind: Kind, **detail: str | float) -> "Timeline":
        fact = FactId(f"{self.id}/1/{self.number}")
        self.events.append(CallEvent(fact, self.id, self.at, kind, detail))
        self.number, self.at = self.number + 1, self.at + timedelta(seconds=1)
        return self

    def queued(self, queue: str = "sales") -> "Timeline":
        return self.tell(Kind.ANSWERED).tell(Kind.QUEUED, queue=queue, priority=0)

    def talked(self, agent: int = 7) -> "Timeline":
        return self.tell(Kind.OFFERED, agent=agent).tell(Kind.CONNECTED, agent=agent)

    def ended(self) -> "Timeline":
        return self.tell(Kind.ENDED, by="caller", cause=16)


def talk(id_: str, agent: int = 7, at: datetime = MORNING) -> list[CallEvent]:
    return Timeline(id_, at).queued().talked(agent).ended().events
