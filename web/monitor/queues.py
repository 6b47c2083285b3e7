"""An agent's queues, changed by a supervisor until midnight, and taken back then."""

from collections.abc import Collection
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from acd.queue import QueueKey
from acd.store import agents_among, queue_names, queues_of, set_queues_of
from crm.kernel.errors import InvalidError, MissingError
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.queue_changes.change import QueuesForToday, next_midnight, usual
from crm.queue_changes.store import due_changes, forget_changes, keep_change, queue_change
from web.kit.i18n import N_

TAKEN_BACK = N_("Your queues are the usual ones again.")


def change_queues(  # noqa: PLR0913, PLR0917 - a change has these parts
    session: Session,
    agent: int,
    wanted: Collection[str],
    reason: str,
    by: int,
    at: datetime,
    zone: tzinfo,
) -> None:
    """Set the queues of an agent until midnight in a zone; the usual ones end the change."""
    if agent not in agents_among(session, [agent]):
        raise MissingError("There is no agent {agent}.", agent=agent)
    now = frozenset(str(key) for key in queues_of(session, [agent]).get(agent, ()))
    # A queue may have been deleted since.
    kept = usual(now, queue_change(session, agent)) & frozenset(queue_names(session))
    chosen = frozenset(wanted)
    if chosen == now:
        raise InvalidError(N_("The agent serves these queues already."), "queues")
    set_queues_of(session, agent, (QueueKey(key) for key in chosen))
    if chosen == kept:
        forget_changes(session, [agent])
        return
    until = next_midnight(at, zone)
    keep_change(session, QueuesForToday(agent, chosen - kept, kept - chosen, reason, by, at, until))


def take_back(session: Session, at: datetime) -> list[QueuesForToday]:
    """Give agents their usual queues again when the change is over, and tell them."""
    due = due_changes(session, at)
    people = [one.agent for one in due]
    known, now = agents_among(session, people), queues_of(session, people)
    queues = frozenset(queue_names(session))
    for one in due:
        if one.agent in known:
            served = frozenset(str(key) for key in now.get(one.agent, ()))
            back = usual(served, one) & queues
            set_queues_of(session, one.agent, map(QueueKey, sorted(back)))
    forget_changes(session, people)
    notify(session, people, NewNotice(TAKEN_BACK))
    return due
