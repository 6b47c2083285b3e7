"""The alarm of a planned publication that did not take place."""

from datetime import datetime

from sqlalchemy.orm import Session

from crm.alarms.alarm import AlarmKind, NewAlarm
from crm.alarms.store import end_alarm, raise_alarm
from crm.kernel.errors import HotlineError
from crm.kernel.text import N_
from crm.people.rights import Right

NOT_PUBLISHED = AlarmKind(
    "flow.not_published", N_("Planned call flow not published"), right=Right.FLOWS_PUBLISH
)
SENTENCE = N_("The call flow “{call_flow}” was not published as planned: {why}")
LONGEST_VALUE = 200  # characters


def raise_stopped(
    session: Session, flow: int, name: str, error: HotlineError, at: datetime
) -> None:
    """Tell that a flow was not published at its time, and why."""
    told: dict[str, str | int] = {
        key: value if isinstance(value, int) else str(value)[:LONGEST_VALUE]
        for key, value in error.values.items()
    }
    values = told | {"call_flow": name, "why": error.sentence}
    raise_alarm(session, NewAlarm(NOT_PUBLISHED, _key(flow), SENTENCE, values, _url(flow)), at)


def end_stopped(session: Session, flow: int, at: datetime) -> None:
    """End it: the flow was published or planned anew, or its draft is no more."""
    end_alarm(session, NOT_PUBLISHED, _key(flow), at)


def _key(flow: int) -> str:
    return f"flow:{flow}"


def _url(flow: int) -> str:
    return f"/flows/{flow}"
