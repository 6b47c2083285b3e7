"""What the lists of scores are asked for, within the reader's reach."""

from typing import Any

from sqlalchemy.orm import Session

from crm.people.groups.store import members
from crm.people.rights import Right
from crm.satisfaction import store
from crm.satisfaction.score import LOW, ScoreFilter
from web.kit.auth import reach_of
from web.kit.i18n import N_
from web.kit.listing.declaration import Filter, FilterKind, ListQuery
from web.kit.listing.table import Option
from web.statistics.scope import PERIOD, WHO


def wanted_scores(session: Session, query: ListQuery) -> ScoreFilter:
    """Give the scores that the filters leave within reach."""
    highest = query.id("score_to")
    if query.values.get("low"):
        highest = min(highest or LOW, LOW)
    return ScoreFilter(
        agents=_agents(session, query),
        queue=query.text("queue"),
        question=query.text("question") or None,
        lowest=query.id("score_from"),
        highest=highest,
        since=query.time("from"),
        until=query.time("to"),
    )


def _agents(session: Session, query: ListQuery) -> frozenset[int] | None:
    found = reach_of(session, query.who, query.right or Right.STATISTICS_SEE).people
    if agent := query.id("agent"):
        found = frozenset({agent}) if found is None else found & {agent}
    if group := query.id("group"):
        inside = frozenset(members(session, group))
        found = inside if found is None else found & inside
    return found


def _questions(session: Session, _query: ListQuery) -> list[Option]:
    return [Option(one, one) for one in store.questions(session) if one]


def _numbers(_session: Session, _query: ListQuery) -> list[Option]:
    return [Option(str(one), str(one)) for one in range(1, 10)]


OF_CALLS: tuple[Filter[Any], ...] = (
    *PERIOD,
    *WHO,
    Filter("question", N_("Question"), FilterKind.CHOICE, _questions, fewest=1, by_source=True),
)
OF_SCORES: tuple[Filter[Any], ...] = (
    Filter("score_from", N_("Score from"), FilterKind.ID, _numbers),
    Filter("score_to", N_("Score to"), FilterKind.ID, _numbers),
    Filter("low", N_("Low scores only"), FilterKind.FLAG),
)
