"""Callbacks as they are shown, and how far a user sees them."""

from collections.abc import Container, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from acd.callback import CallbackRecord, CallbackState
from acd.callbacks.question import CallbackReach
from acd.callbacks.store import callback_of
from acd.queue import USUAL_CALLBACKS
from acd.queues.store import callback_tries
from acd.store import queues_of
from crm.calls.store import seen_calls
from crm.customers.store import customer_names
from crm.people.person import SignedIn
from crm.people.rights import NOBODY, Right
from crm.people.store import names
from web.callbacks.shapes import CallbackShape
from web.callbacks.words import STATES, reason_name
from web.kit.auth import reach_of
from web.kit.clock import now
from web.kit.etag import etag_of
from web.kit.i18n import N_, Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Named

MINUTE = 60
HOURS_FROM = 2 * 60  # minutes; a longer time is told in hours


def callback_reach(session: Session, who: SignedIn, right: Right) -> CallbackReach:
    """Give the callbacks that a right of a user reaches.

    Callbacks belong to the agents of the customer's queue, and to the agent who called.
    """
    people = reach_of(session, who, right).people
    if people is None:
        return CallbackReach()
    served = queues_of(session, people).values()
    return CallbackReach(people, frozenset(str(key) for keys in served for key in keys))


def within(one: CallbackRecord, reach: CallbackReach) -> bool:
    """Whether a callback is within a reach."""
    return reach.people is None or one.queue in reach.queues or one.agent in reach.people


def show_callbacks(
    session: Session, reader: Reader, who: SignedIn, found: Iterable[CallbackRecord]
) -> list[CallbackShape]:
    """Show callbacks with the names of customers, users and queues."""
    found = list(found)
    users = {user for one in found for user in (one.agent, one.added_by) if user is not None}
    people = names(session, {int(one) for one in users})
    tries = callback_tries(session)
    customers = customer_names(session, sorted({one.customer for one in found if one.customer}))
    queues = vocabulary(session).queue_names(reader.language)
    right = Right.MONITOR_CONTROL
    control = callback_reach(session, who, right) if who.may(right) else None
    calls = {id_ for one in found for id_ in (one.id, _made(one)) if id_}
    # A file may be made by a user who opens no call.
    reach = reach_of(session, who, Right.CALLS_SEE) if who.may(Right.CALLS_SEE) else NOBODY
    seen = seen_calls(session, calls, reach)
    return [
        CallbackShape(
            id=one.id,
            number=one.number,
            # A customer who was merged or removed has no name any more.
            customer=_named(one.customer, customers) if one.customer in customers else None,
            queue=one.queue,
            queue_name=queues.get(one.queue, one.queue),
            asked_at=one.asked_at,
            waiting_since=one.since,
            due_at=one.due,
            state=one.state,
            state_name=reader.gettext(STATES[one.state]),
            reason=one.why,
            reason_name=reason_name(one.why, reader),
            tries=one.tries,
            tries_most=tries.get(one.queue, USUAL_CALLBACKS.tries),
            note=one.note,
            added_by=_named(one.added_by, people),
            agent=_named(one.agent, people),
            asking_call=_seen(one.id, seen),
            made_call=_seen(_made(one), seen),
            over_at=one.over_at,
            cancelable=one.state is CallbackState.WAITING
            and control is not None
            and within(one, control),
        )
        for one in found
    ]


def is_later(shape: CallbackShape) -> bool:
    """Whether the customer is not called before a time that is still to come."""
    waits = shape.state is CallbackState.WAITING
    return waits and shape.due_at is not None and shape.due_at > now()


def version_of(shape: CallbackShape) -> str:
    """Name the version of what users change; a further try makes no other one."""
    return etag_of(shape.model_dump(mode="json", include={"id", "number", "due_at", "state"}))


def of_call(session: Session, reader: Reader, who: SignedIn, call: str) -> CallbackShape | None:
    """Show the callback that was asked for in a call, or for which it was made, if it is seen."""
    found = callback_of(session, call)
    if found is None or not within(found, callback_reach(session, who, Right.CALLS_SEE)):
        return None
    (shape,) = show_callbacks(session, reader, who, [found])
    return shape


def told_to_agent(session: Session, reader: Reader, call: str) -> str:
    """Say to an agent that a call is a callback: its age, queue and note; "" for any other call."""
    found = callback_of(session, call)
    if found is None or found.id == call:
        return ""
    queue = vocabulary(session).queue_names(reader.language).get(found.queue, found.queue)
    said = reader.say(
        N_("Callback: requested {time} ago in {queue}"), time=_ago(found, reader), queue=queue
    )
    return f"{said} · {found.note}" if found.note else said


def _ago(found: CallbackRecord, reader: Reader) -> str:
    minutes = _minutes(found.asked_at, now())
    if minutes < HOURS_FROM:
        return reader.say(N_("{count} min"), count=reader.number(minutes))
    return reader.say(N_("{count} h"), count=reader.number(minutes // MINUTE))


def _minutes(since: datetime, until: datetime) -> int:
    return max(1, round((until - since).total_seconds() / MINUTE))


def _made(one: CallbackRecord) -> str | None:
    """Give the call that is made, or was made last; one that waits again keeps only its number."""
    if one.made is not None:
        return str(one.made)
    return f"cb{one.calls}-{one.id}" if one.calls else None


def _seen(call: str | None, seen: Container[str]) -> str | None:
    return call if call in seen else None


def _named(id_: int | None, known: dict[int, str]) -> Named | None:
    return None if id_ is None else Named(id=id_, name=known.get(id_, str(id_)))
