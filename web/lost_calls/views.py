"""Lost calls as they are shown, and how far a user sees them."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.orm import Session

from acd.store import queues_of
from crm.customers.store import customer_names
from crm.lost_calls.lost_call import LostCall, LostFilter, LostQuestion, LostReach
from crm.parameters.store import parameters
from crm.people.person import SignedIn, User
from crm.people.rights import Right
from crm.people.store import names, users
from web.kit.auth import reach_of
from web.kit.clock import now
from web.kit.etag import etag_of
from web.kit.i18n import Reader, site_zone
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Named
from web.lost_calls.shapes import LostCallShape

LISTED_DAYS = 30
"""For so long a lost call stands in the list."""


def question(
    session: Session,
    reader: Reader,
    who: SignedIn,
    wanted: LostFilter | None = None,
    right: Right = Right.CALLS_SEE,
) -> LostQuestion:
    """Ask for the lost calls that a right of a user reaches."""
    return question_within(session, reader, lost_reach(session, who, right), wanted)


def question_within(
    session: Session, reader: Reader, reach: LostReach, wanted: LostFilter | None = None
) -> LostQuestion:
    """Ask for the lost calls within a reach."""
    zone = site_zone(reader.region, parameters(session).text("timezone"))
    begins = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    oldest = begins - timedelta(days=LISTED_DAYS)
    return LostQuestion(wanted or LostFilter(), reach, zone, oldest)


def lost_reach(session: Session, who: SignedIn, right: Right) -> LostReach:
    """Give the lost calls that a right of a user reaches.

    No agent had them, so they belong to those who serve the queue in which the caller waited; and
    to their owner.
    """
    people = reach_of(session, who, right).people
    if people is None:
        return LostReach()
    served = queues_of(session, people).values()
    return LostReach(people, frozenset(str(key) for keys in served for key in keys))


def owners(session: Session) -> list[User]:
    """Give the active users who can own lost calls, by name."""
    return [
        one
        for one in users(session)
        if one.enabled and one.role.enabled and Right.CALLS_SEE in one.role.rights
    ]


def show_lost(session: Session, reader: Reader, found: Iterable[LostCall]) -> list[LostCallShape]:
    """Show lost calls with the names of customers, users and queues."""
    found = list(found)
    people = names(
        session, {who for one in found for who in (one.owner, one.reached_by) if who is not None}
    )
    customers = customer_names(session, sorted({one.customer for one in found if one.customer}))
    queues = vocabulary(session).queue_names(reader.language)
    return [_show(one, people, customers, queues) for one in found]


def version_of(shape: LostCallShape) -> str:
    """Name the version of what users set; a further try of the caller makes no other one."""
    return etag_of(shape.model_dump(mode="json", include={"id", "owner", "state", "note"}))


def _show(
    one: LostCall, people: dict[int, str], customers: dict[int, str], queues: dict[str, str]
) -> LostCallShape:
    return LostCallShape(
        id=one.id,
        number=one.number,
        day=one.day,
        # A customer who was merged or removed has no name any more.
        customer=_named(one.customer, customers) if one.customer in customers else None,
        queue=one.queue,
        queue_name=queues.get(one.queue, one.queue) if one.queue else "",
        reason=one.result,
        first_at=one.first_at,
        last_at=one.last_at,
        tries=one.tries,
        waited_seconds=one.waited_seconds,
        called_back=one.called_back,
        reached_at=one.reached_at,
        reached_by=_named(one.reached_by, people),
        reached_call=one.reached_call,
        owner=_named(one.owner, people),
        state=one.state,
        note=one.note,
    )


def _named(id_: int | None, known: dict[int, str]) -> Named | None:
    return None if id_ is None else Named(id=id_, name=known.get(id_, str(id_)))
