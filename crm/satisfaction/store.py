"""Scores in the database: stored from the facts of calls, listed and counted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.models import CallAgentRow, CallRow
from crm.calls.record import CallEvent, CallId
from crm.calls.store import timelines_of
from crm.kernel.errors import InvalidError
from crm.kernel.text import clean
from crm.satisfaction.models import ScoreRow, SurveyRow
from crm.satisfaction.score import (
    FACTS,
    GOOD,
    LOW,
    Score,
    ScoreEntry,
    ScoreFigures,
    ScoreFilter,
    ScoreGroup,
    ScoreOrder,
    ScoresBy,
    fold_survey,
)
from crm.sql.db import whole_table
from crm.sql.page import Page, place_after, read_place, rows

COUNTED = 1000  # more matches are shown as “more than”
LONGEST_QUESTION = 100
_SCORES, _SURVEYS = whole_table(ScoreRow), whole_table(SurveyRow)
_CALLS, _AGENTS = whole_table(CallRow), whole_table(CallAgentRow)
_SORTED = {ScoreOrder.AT: _SCORES.c.at, ScoreOrder.SCORE: _SCORES.c.score}


def keep_scores(session: Session, events: Sequence[CallEvent]) -> None:
    """Store the surveys and scores from a batch of facts.

    The calls' timelines must be stored before: a call's scores are folded from all of its facts,
    so storing them twice is storing them once, and the last score for a question counts.
    """
    told = {clean(event.call) for event in events if event.kind in FACTS}
    for call, timeline in timelines_of(session, told).items() if told else ():
        survey = fold_survey(timeline)
        if survey.flow is not None and survey.at is not None:
            columns = {"call": call, "flow": survey.flow, "at": survey.at}
            planned = insert(SurveyRow).values(columns)
            session.execute(
                planned.on_conflict_do_update(index_elements=[SurveyRow.call], set_=columns)
            )
        for one in survey.scores:
            columns = _columns(one)
            given = insert(ScoreRow).values(columns)
            known = [ScoreRow.call, ScoreRow.question]
            session.execute(given.on_conflict_do_update(index_elements=known, set_=columns))


def scores(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: ScoreFilter,
    *,
    order: ScoreOrder = ScoreOrder.AT,
    descending: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ScoreEntry]:
    """Page through scores, the newest first unless another order is asked for."""
    column, id_ = _SORTED[order], _SCORES.c.id
    query = _found(
        wanted,
        *_SCORES.c,
        _CALLS.c.customer,
        _CALLS.c.customer_number,
        _CALLS.c.agent,
        _CALLS.c.queue.label("call_queue"),
        _CALLS.c.recording,
    )
    way = f"-{order}" if descending else str(order)
    if cursor:
        here, there = tuple_(column, id_), tuple_(*_place(cursor, order, way))
        query = query.where(here < there if descending else here > there)
    places = (column.desc(), id_.desc()) if descending else (column, id_)
    found = session.execute(query.order_by(*places).limit(rows(limit) + 1)).all()
    shown = [_entry(row) for row in found[: rows(limit)]]
    if len(found) <= len(shown):
        return Page(tuple(shown), None)
    last = shown[-1]
    value = last.score.at if order is ScoreOrder.AT else last.score.score
    return Page(tuple(shown), place_after(way, value, last.id))


def count_scores(session: Session, wanted: ScoreFilter) -> int:
    """Count scores, at most one more than `COUNTED`."""
    found = _found(wanted, _SCORES.c.id).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def sum_scores(session: Session, wanted: ScoreFilter) -> ScoreFigures:
    """Give the figures of all scores that the filter leaves.

    What was scored limits only the scores, not the calls with a survey.
    """
    answers = session.execute(_found(wanted, *_counted())).one()
    surveyed = session.execute(_surveyed(wanted)).one()
    return _figures(answers, surveyed)


def score_groups(
    session: Session, wanted: ScoreFilter, by: ScoresBy, zone: str
) -> list[ScoreGroup]:
    """Give the figures by agent, queue or day; days begin at midnight in a time zone."""
    key = {ScoresBy.AGENT: _CALLS.c.agent, ScoresBy.QUEUE: _CALLS.c.queue}.get(by)
    answered_by = _day(_SCORES.c.at, zone) if key is None else key
    planned_by = _day(_SURVEYS.c.at, zone) if key is None else key
    answers = {
        row[0]: row[1:]
        for row in session.execute(_found(wanted, answered_by, *_counted()).group_by(answered_by))
    }
    surveyed = {
        row[2]: row[:2]
        for row in session.execute(_surveyed(wanted).add_columns(planned_by).group_by(planned_by))
    }
    nothing, none = (0, 0, 0, 0), (0, 0)
    return [
        ScoreGroup(
            "" if one is None else str(one),
            _figures(answers.get(one, nothing), surveyed.get(one, none)),
        )
        for one in answers.keys() | surveyed.keys()
    ]


def scores_of(session: Session, calls: Collection[str]) -> list[Score]:
    """Give the scores of some calls, in the order in which they were given."""
    wanted = {clean(one) for one in calls}
    query = select(ScoreRow).where(ScoreRow.call.in_(sorted(wanted)))
    return [_score(row) for row in session.scalars(query.order_by(ScoreRow.at, ScoreRow.id))]


def questions(session: Session) -> list[str]:
    """Give the questions that were answered, by name."""
    query = select(ScoreRow.question).distinct().order_by(ScoreRow.question).limit(COUNTED)
    return list(session.scalars(query))


def _counted() -> tuple[ColumnElement[int], ...]:
    score = _SCORES.c.score
    return (
        func.count(),
        func.coalesce(func.sum(score), 0),
        func.count().filter(score >= GOOD),
        func.count().filter(score <= LOW),
    )


def _figures(answers: Sequence[Any], surveyed: Sequence[Any]) -> ScoreFigures:
    return ScoreFigures(*map(int, answers), *map(int, surveyed))


def _day(at: ColumnElement[datetime], zone: str) -> ColumnElement[Any]:
    return cast(func.timezone(zone, at), Date)


def _found(wanted: ScoreFilter, *columns: Any) -> Select[Any]:
    query: Select[Any] = select(*columns).select_from(_SCORES)
    query = query.join(_CALLS, _CALLS.c.id == _SCORES.c.call)
    query = query.where(*_of_calls(wanted), *_between(_SCORES.c.at, wanted))
    if wanted.question is not None:
        query = query.where(_SCORES.c.question == clean(wanted.question, LONGEST_QUESTION))
    if wanted.lowest is not None:
        query = query.where(_SCORES.c.score >= wanted.lowest)
    if wanted.highest is not None:
        query = query.where(_SCORES.c.score <= wanted.highest)
    return query


def _surveyed(wanted: ScoreFilter) -> Select[Any]:
    """Count the calls with a survey and a talk, and those of them with a score."""
    scored = select(text("1")).select_from(_SCORES).where(_SCORES.c.call == _SURVEYS.c.call)
    if wanted.question is not None:
        scored = scored.where(_SCORES.c.question == clean(wanted.question, LONGEST_QUESTION))
    counted: list[Any] = [func.count(), func.count().filter(scored.exists())]
    query: Select[Any] = (
        select(*counted).select_from(_SURVEYS).join(_CALLS, _CALLS.c.id == _SURVEYS.c.call)
    )
    return query.where(
        _CALLS.c.answered_at.is_not(None),
        *_of_calls(wanted),
        *_between(_SURVEYS.c.at, wanted),
    )


def _of_calls(wanted: ScoreFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.agents is not None:
        agents = sorted(wanted.agents)
        # An agent's calls are found by an index of all who talked; the last of them counts.
        theirs = select(_AGENTS.c.call).where(_AGENTS.c.agent.in_(agents))
        found += [_CALLS.c.id.in_(theirs), _CALLS.c.agent.in_(agents)]
    if wanted.queue:
        found.append(_CALLS.c.queue == clean(wanted.queue, 100))
    return found


def _between(at: ColumnElement[datetime], wanted: ScoreFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(at >= wanted.since)
    if wanted.until is not None:
        found.append(at < wanted.until)
    return found


def _place(cursor: str, order: ScoreOrder, way: str) -> tuple[datetime | int, int]:
    said, id_ = read_place(cursor, way)
    try:
        value = datetime.fromisoformat(said) if order is ScoreOrder.AT else int(said)
        place = value, int(id_)
    except ValueError:
        place = None
    if place is None or not all(map(_is_known, place)):
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return place


def _is_known(value: datetime | int) -> bool:
    """Whether the database can compare with a value of a cursor."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return abs(value) < 2**63


def _columns(one: Score) -> dict[str, Any]:
    return {
        "call": clean(one.call),
        "question": clean(one.question, LONGEST_QUESTION),
        "score": one.score,
        "at": one.at,
        "node": clean(one.node, 100),
        "flow": one.flow,
    }


def _score(row: ScoreRow | Row[Any]) -> Score:
    return Score(CallId(row.call), row.question, row.score, row.at, row.node, row.flow)


def _entry(row: Row[Any]) -> ScoreEntry:
    return ScoreEntry(
        row.id,
        _score(row),
        row.customer,
        row.customer_number,
        row.agent,
        row.call_queue,
        row.recording,
    )
