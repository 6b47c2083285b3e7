"""The panels at the side of the workspace; what a user does not show is not read either."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from crm.calls.legs.store import agent_day
from crm.calls.question import CallFilter
from crm.calls.search.store import calls
from crm.people.person import SignedIn
from crm.people.rights import Reach
from crm.voicemail.by_phone.store import new_messages_of
from crm.workspace.layout import Panel
from web.calls.shapes import CallShape
from web.calls.views import show_call, words
from web.kit.i18n import Reader

FINISH_WITHIN = timedelta(days=3)
"""An older call is not asked for any more; its page still takes a disposition."""
LAST_CALLS = 5


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What an agent has done since midnight."""

    calls: int
    talk_seconds: float
    handle_seconds: float  # talk and hold of a call, on average


@dataclass(frozen=True, slots=True)
class WorkspaceSide:
    """All that the side shows beside what there is to do."""

    voicemails: int  # not heard yet, in the agent's own box and those of their groups
    day: DayFigures
    last: list[CallShape]
    midnight: datetime  # what came before is shown with its date


def midnight(now: datetime, reader: Reader) -> datetime:
    """When the reader's present day began."""
    today = now.astimezone(reader.zone).date()
    return datetime.combine(today, time(), reader.zone)


def side_of(
    session: Session, reader: Reader, who: SignedIn, now: datetime, panels: Sequence[Panel]
) -> WorkspaceSide:
    """Make the side for an agent, as far as its panels are shown."""
    begun, user = midnight(now, reader), who.user.id
    return WorkspaceSide(
        new_messages_of(session, user) if Panel.VOICEMAILS in panels else 0,
        _day(session, user, begun) if Panel.DAY in panels else DayFigures(0, 0.0, 0.0),
        _last(session, reader, user) if Panel.LAST_CALLS in panels else [],
        begun,
    )


def _day(session: Session, user: int, since: datetime) -> DayFigures:
    day = agent_day(session, user, since)
    handled = (day.talk_seconds + day.hold_seconds) / day.calls if day.calls else 0.0
    return DayFigures(day.calls, day.talk_seconds, handled)


def _last(session: Session, reader: Reader, user: int) -> list[CallShape]:
    mine = Reach(frozenset({user}))
    last = calls(session, CallFilter(), reach=mine, limit=LAST_CALLS).items
    known = words(session, reader, last)
    return [show_call(one, known) for one in last]
