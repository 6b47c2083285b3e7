"""What a list of statistics is asked for: the agents within reach, and the period."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from acd.statistics.intervals import Period, last_days
from acd.store import agent_names
from crm.kernel.names import sort_key
from crm.people.groups.store import groups, groups_of, members
from crm.people.rights import Right
from web.kit.auth import reach_of
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Filter, FilterKind, ListQuery
from web.kit.listing.table import Option
from web.kit.settings_cache import vocabulary

USUAL_DAYS = 7


def names_within(session: Session, query: ListQuery) -> dict[int, str]:
    """Give the names of all agents that the reader's permission reaches, by name."""
    reach = reach_of(session, query.who, Right.STATISTICS_SEE)
    found = {id_: name for id_, name in agent_names(session).items() if reach.holds(id_)}
    return dict(sorted(found.items(), key=lambda one: (sort_key(one[1]), one[0])))


def agents_asked(session: Session, query: ListQuery) -> dict[int, str]:
    """Give the agents that the filters leave."""
    found = names_within(session, query)
    if agent := query.id("agent"):
        found = {id_: name for id_, name in found.items() if id_ == agent}
    if group := query.id("group"):
        inside = set(members(session, group))
        found = {id_: name for id_, name in found.items() if id_ in inside}
    return found


def period_asked(query: ListQuery) -> Period:
    """Give the period: without dates today and the six days before it."""
    usual = last_days(now(), USUAL_DAYS, query.reader.zone)
    since, until = query.time("from"), query.time("to")
    if since is None and until is None:
        return usual
    return Period(
        since or (until or usual.until) - timedelta(days=USUAL_DAYS),
        until or max(usual.until, since or usual.since),
    )


def agent_options(session: Session, query: ListQuery) -> list[Option]:
    """Give the agents that can be chosen."""
    return [Option(str(id_), name) for id_, name in names_within(session, query).items()]


def group_options(session: Session, query: ListQuery) -> list[Option]:
    """Give the groups that have agents within reach."""
    theirs = groups_of(session, names_within(session, query))
    known = {id_ for some in theirs.values() for id_ in some}
    return [Option(str(one.id), one.name) for one in groups(session) if one.id in known]


def queue_options(session: Session, query: ListQuery) -> list[Option]:
    """Give the queues."""
    names = vocabulary(session).queue_names(query.reader.language)
    return [Option(key, name) for key, name in names.items()]


def local_text(at: datetime, reader: Reader) -> str:
    """Write a time as a filter of a list takes it, in the reader's zone."""
    local = reader.local(at)
    return local.isoformat(timespec="seconds") if local.fold else f"{local:%Y-%m-%dT%H:%M}"


PERIOD: tuple[Filter[Any], ...] = (
    Filter("from", N_("From"), FilterKind.SINCE, longest=40, by_source=True),
    Filter("to", N_("To"), FilterKind.UNTIL, longest=40, by_source=True),
)
WHO: tuple[Filter[Any], ...] = (
    Filter("agent", N_("Agent"), FilterKind.ID, agent_options, fewest=2, by_source=True),
    Filter("group", N_("Group"), FilterKind.ID, group_options, fewest=1, by_source=True),
    Filter("queue", N_("Queue"), FilterKind.CHOICE, queue_options, fewest=1, by_source=True),
)
