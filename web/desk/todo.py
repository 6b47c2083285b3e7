"""What an agent has to do: one list of appointments, missed calls, lost calls and the like.

The panel “To do”, the ticker and the API all show this list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.appointments.appointment import Phase, alerts_of
from crm.appointments.store import to_do
from crm.calls.missed.store import missed_calls
from crm.calls.store import calls_to_finish
from crm.customers.store import customer_names
from crm.drafts.store import drafts
from crm.lost_calls.lost_call import LostReach
from crm.lost_calls.store import cared_for, lost_calls_of
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.voicemail.message import MessageFilter, MessageReach
from crm.voicemail.messages.store import messages
from web.appointments.views import own_groups, show_appointments
from web.calls.finish import finish_url
from web.desk import actions
from web.desk.side import FINISH_WITHIN, midnight
from web.desk.todo_entries import (
    KINDS,
    TodoEntry,
    TodoKind,
    TodoList,
    in_order,
    still_missed,
)
from web.kit.auth import AtDesk
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.lost_calls.views import question_within

MISSED_WITHIN = timedelta(hours=24)
MOST_OF_A_KIND = 20
router = APIRouter(prefix="/desk")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The user whose list is made, and how it is written."""

    session: Session
    reader: Reader
    who: SignedIn
    now: datetime

    def at_name(self, at: datetime) -> str:
        """Write a time without its seconds; with the day if it is not today."""
        begins = midnight(self.now, self.reader)
        clock = self.reader.local(at).strftime("%H:%M")
        today = begins <= at < begins + timedelta(days=1)
        return clock if today else f"{self.reader.date(at)} {clock}"


@router.get("/todo")
def read_todo(request: Request, who: AtDesk) -> TodoList:
    """List what you have to do, the most urgent first.

    These are appointments that are overdue or due today, calls without a disposition, calls that
    you missed and nobody has answered since, and lost calls and voicemails assigned to you.
    """
    return TodoList(items=todo_for(request, who))


pages = APIRouter(prefix="/desk")


@pages.get("/todo")
def todo_panel(request: Request, who: AtDesk) -> Response:
    """Show the panel with what the agent has to do."""
    shown = {"todo": todo_for(request, who)}
    return context_of(request).pages.page(request, "fragments/todo.html", shown)


def todo_for(request: Request, who: SignedIn) -> list[TodoEntry]:
    """Make the list for a request; the agent's present call is not one to finish yet."""
    present = actions.present_call(live_of(request).mirror, who)
    with context_of(request).database.begin() as session:
        return todo_of(
            session, reader_of(request), who, now(), str(present["id"]) if present else ""
        )


def todo_of(
    session: Session, reader: Reader, who: SignedIn, at: datetime, present: str = ""
) -> list[TodoEntry]:
    """Make the list of an agent."""
    asked = _Asked(session, reader, who, at)
    lost = list(_lost(asked))
    told = {one.number for one in lost}
    return in_order(
        [
            *_appointments(asked),
            *_to_finish(asked, present),
            *(one for one in _missed(asked) if one.number not in told),
            *lost,
            *_voicemails(asked),
        ]
    )


def _appointments(asked: _Asked) -> Iterator[TodoEntry]:
    session, user = asked.session, asked.who.user.id
    ends = midnight(asked.now, asked.reader) + timedelta(days=1)
    found = to_do(session, user, own_groups(session, user), ends)
    shapes = show_appointments(session, found, asked.now)
    for one, shape in zip(found, shapes, strict=True):
        yield TodoEntry(
            kind=TodoKind.APPOINTMENT,
            kind_name=asked.reader.gettext(KINDS[TodoKind.APPOINTMENT]),
            id=str(shape.id),
            what=shape.title,
            who=shape.customer.name
            if shape.customer
            else (asked.reader.phone(shape.number) if shape.number else ""),
            number=shape.number,
            customer=shape.customer.id if shape.customer else None,
            at=shape.due,
            at_name=asked.at_name(shape.due),
            overdue=shape.phase is Phase.OVERDUE,
            url=f"/appointments/{shape.id}",
            alerts=list(alerts_of(one)),
            soon=shape.phase is Phase.SOON,
        )


def _to_finish(asked: _Asked, present: str) -> Iterator[TodoEntry]:
    session, user = asked.session, asked.who.user.id
    found = calls_to_finish(session, user, asked.now - FINISH_WITHIN)
    found = [one for one in found if one.id != present]
    typed = drafts(session, user, [finish_url(one.id) for one in found])
    names = _names(asked, [one.customer for one in found])
    for one in found:
        url = finish_url(one.id)
        what = N_("Draft saved") if url in typed else N_("No disposition")
        yield _call_entry(
            asked, TodoKind.FINISH, one.id, (one.customer_number, one.customer),
            one.started_at, names, what,
        ).model_copy(update={"drawer": url, "number": ""})  # fmt: skip


def _missed(asked: _Asked) -> Iterator[TodoEntry]:
    user = asked.who.user.id
    found = missed_calls(asked.session, user, asked.now - MISSED_WITHIN, MOST_OF_A_KIND)
    if not found:
        return
    oldest = min(one.at for one in found)
    cares = cared_for(asked.session, [one.number for one in found], oldest)
    left = [one for one in found if still_missed(one, cares, user)]
    names = _names(asked, [one.customer for one in left])
    for one in left:
        yield _call_entry(
            asked, TodoKind.MISSED, one.call, (one.number, one.customer), one.at, names,
        )  # fmt: skip


def _lost(asked: _Asked) -> Iterator[TodoEntry]:
    within = question_within(asked.session, asked.reader, LostReach())
    found = lost_calls_of(asked.session, within, asked.who.user.id)
    names = _names(asked, [one.customer for one in found])
    for one in found:
        made = _call_entry(
            asked, TodoKind.LOST, one.id, (one.number, one.customer), one.last_at, names,
        )  # fmt: skip
        own = f"/lost-calls/{quote(one.id, safe='')}"
        yield made.model_copy(update={"url": own if asked.who.may(Right.CALLS_SEE) else made.url})


def _voicemails(asked: _Asked) -> Iterator[TodoEntry]:
    mine = MessageReach(frozenset({int(asked.who.user.id)}))
    page = messages(
        asked.session,
        MessageFilter(open_only=True),
        mine,
        newest_first=False,
        limit=MOST_OF_A_KIND,
    )
    names = _names(asked, [one.customer for one in page.items])
    for one in page.items:
        made = _call_entry(
            asked, TodoKind.VOICEMAIL, str(one.id), (one.caller, one.customer), one.at, names,
        )  # fmt: skip
        yield made.model_copy(update={"url": f"/voicemails/{one.id}"})


def _call_entry(  # noqa: PLR0913, PLR0917 - what an entry is made of
    asked: _Asked,
    kind: TodoKind,
    id_: str,
    caller: tuple[str, int | None],
    at: datetime,
    names: dict[int, str],
    what: str = "",
) -> TodoEntry:
    number, customer = caller
    known = customer if customer in names else None
    may = asked.who.may
    if known is not None and may(Right.CUSTOMERS_SEE):
        url = f"/customers/{known}"
    elif number and may(Right.CALLS_SEE):
        url = f"/calls?caller={quote(number, safe='')}"
    else:
        url = ""
    return TodoEntry(
        kind=kind,
        kind_name=asked.reader.gettext(KINDS[kind]),
        id=id_,
        what=asked.reader.gettext(what or KINDS[kind]),
        who=names[known] if known is not None else asked.reader.phone(number),
        number=number,
        customer=known,
        at=at,
        at_name=asked.at_name(at),
        overdue=False,
        url=url,
    )


def _names(asked: _Asked, customers: Iterable[int | None]) -> dict[int, str]:
    """Name the customers; one who was removed has no name."""
    return customer_names(asked.session, sorted({one for one in customers if one is not None}))
