"""The side of the workspace: calls to finish, the agent's figures of today, and the last calls."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from crm.calls.legs.store import agent_day
from crm.calls.question import CallFilter
from crm.calls.record import CallRecord
from crm.calls.search.store import calls
from crm.calls.store import calls_to_finish
from crm.drafts.store import drafts
from crm.people.person import SignedIn
from crm.people.rights import Reach
from web.calls.finish import finish_url
from web.calls.shapes import CallShape
from web.calls.views import show_call, words
from web.kit.i18n import Reader

FINISH_WITHIN = timedelta(days=3)
"""An older call is not asked for any more; its page still takes a disposition."""
LAST_CALLS = 5


@dataclass(frozen=True, slots=True)
class CallInSide:
    """A call to finish."""

    id: str
    caller: str  # the customer's name, else the number
    at: datetime
    drafted: bool
    finish_url: str


@dataclass(frozen=True, slots=True)
class WorkspaceSide:
    """All that the side shows."""

    to_finish: list[CallInSide]
    calls: int
    talk_seconds: float
    handle_seconds: float  # talk and hold of a call, on average
    last: list[CallShape]
    midnight: datetime  # what came before is shown with its date


def midnight(now: datetime, reader: Reader) -> datetime:
    """When the reader's present day began."""
    today = now.astimezone(reader.zone).date()
    return datetime.combine(today, time(), reader.zone)


def side_of(
    session: Session, reader: Reader, who: SignedIn, now: datetime, present: str = ""
) -> WorkspaceSide:
    """Make the side for an agent; the `present` call is not one to finish yet."""
    mine = Reach(frozenset({who.user.id}))
    open_ = calls_to_finish(session, who.user.id, now - FINISH_WITHIN)
    open_ = [one for one in open_ if one.id != present]
    last = list(calls(session, CallFilter(), reach=mine, limit=LAST_CALLS).items)
    known = words(session, reader, [*open_, *last])
    typed = drafts(session, who.user.id, [finish_url(one.id) for one in open_])
    day = agent_day(session, who.user.id, midnight(now, reader))

    def line(one: CallRecord) -> CallInSide:
        shown = show_call(one, known)
        caller = shown.customer.name if shown.customer else reader.phone(one.caller)
        url = finish_url(one.id)
        return CallInSide(one.id, caller, one.started_at, url in typed, url)

    handled = (day.talk_seconds + day.hold_seconds) / day.calls if day.calls else 0.0
    return WorkspaceSide(
        [line(one) for one in open_],
        day.calls,
        day.talk_seconds,
        handled,
        [show_call(one, known) for one in last],
        midnight(now, reader),
    )
