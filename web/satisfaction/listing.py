"""The figures of scores by agent, queue or day; each leads to the scores that it counts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from crm.kernel.names import sort_key
from crm.people.rights import Right
from crm.people.store import names
from crm.satisfaction.score import ScoreGroup, ScoresBy
from crm.satisfaction.store import score_groups
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import (
    Column,
    Export,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
)
from web.kit.listing.table import Cell, address
from web.kit.listing.usual import missing_first
from web.kit.settings_cache import vocabulary
from web.satisfaction.scope import OF_CALLS, wanted_scores
from web.satisfaction.scores_listing import SCORES, show_sums
from web.satisfaction.shapes import ScoreFiguresShape
from web.satisfaction.words import BY

KEPT_FILTERS = ("from", "to", "agent", "group", "queue", "question")


def figure_rows(session: Session, query: ListQuery) -> list[ScoreFiguresShape]:
    """Give the figures of each agent, queue or day."""
    by = ScoresBy(query.text("by") or ScoresBy.AGENT)
    wanted = wanted_scores(session, query)
    found = score_groups(session, wanted, by, str(query.reader.zone))
    if wanted.question is not None:
        found = [one for one in found if one.figures.answers]
    named = _names(session, query.reader, by, found)
    return [
        _show(one, by, named.get(one.key, one.key), _behind(one.key, by, query.typed))
        for one in found
    ]


def _names(
    session: Session, reader: Reader, by: ScoresBy, found: list[ScoreGroup]
) -> Mapping[str, str]:
    keys = [one.key for one in found if one.key]
    match by:
        case ScoresBy.AGENT:
            known = names(session, map(int, keys))
            named = {str(id_): name for id_, name in known.items()}
        case ScoresBy.QUEUE:
            named = dict(vocabulary(session).queue_names(reader.language))
        case ScoresBy.DAY:
            named = {one: reader.date(_noon(one, reader)) for one in keys}
    nobody = N_("Without an agent") if by is ScoresBy.AGENT else N_("Without a queue")
    return {"": reader.gettext(nobody), **named}


def _noon(day: str, reader: Reader) -> datetime:
    at = date.fromisoformat(day)
    return datetime(at.year, at.month, at.day, 12, tzinfo=reader.zone)


def _show(one: ScoreGroup, by: ScoresBy, name: str, url: str) -> ScoreFiguresShape:
    figures = one.figures
    return ScoreFiguresShape(
        id=f"{by}:{one.key}",
        by=by,
        key=one.key,
        name=name,
        url=url,
        scores=figures.answers,
        average=figures.mean,
        good_share=figures.good_share,
        low=figures.low,
        surveyed=figures.surveyed,
        responded=figures.responded,
        response_rate=figures.response_rate,
    )


def _behind(key: str, by: ScoresBy, typed: Mapping[str, str]) -> str:
    """Give the address of the scores that a row counts; "" where no filter gives exactly these."""
    if not key:
        return ""
    words = {name: typed.get(name, "") for name in KEPT_FILTERS}
    words |= {"from": key, "to": key} if by is ScoresBy.DAY else {by.value: key}
    return address(SCORES.url, words)


def _count_column(
    key: str, label: str, get: Callable[[ScoreFiguresShape], int], help_: str, words: str = ""
) -> Column[ScoreFiguresShape]:
    """Make a column of a count; with `words`, a filter, it leads to what it counts."""

    def cell(one: ScoreFiguresShape, reader: Reader) -> Cell:
        url = f"{one.url}&{words}" if words and one.url and get(one) else ""
        return Cell(reader.number(get(one)), url=url)

    return Column(
        key,
        label,
        cell,
        order=get,
        value=lambda one, _: get(one),
        align="end",
        help=help_,
    )


def _share_column(
    key: str, label: str, get: Callable[[ScoreFiguresShape], float | None], help_: str
) -> Column[ScoreFiguresShape]:
    return Column(
        key,
        label,
        lambda one, reader: _share(get(one), reader),
        order=lambda one: missing_first(get(one)),
        value=lambda one, _: _rounded(get(one), 4),
        align="end",
        help=help_,
    )


def _share(value: float | None, reader: Reader) -> str:
    return "" if value is None else reader.percent(value)


def _rounded(value: float | None, places: int) -> object:
    return "" if value is None else round(value, places)


def _average(one: ScoreFiguresShape, reader: Reader) -> str:
    return "" if one.average is None else reader.number(round(one.average, 2))


SCORE_FIGURES: Listing[ScoreFiguresShape] = Listing(
    name="score_figures",
    url="/satisfaction/figures",
    title=N_("Satisfaction figures"),
    note=N_("Each row leads to the scores that it counts."),
    right=Right.STATISTICS_SEE,
    rows=figure_rows,
    sums=show_sums,
    sort="name",
    columns=(
        Column(
            "name",
            N_("Name"),
            lambda one, _: one.name,
            order=lambda one: one.key if one.by is ScoresBy.DAY else sort_key(one.name),
            required=True,
        ),
        _count_column(
            "scores",
            N_("Scores"),
            lambda one: one.scores,
            N_("A call has one score for each question; where a caller gave two, the last counts."),
        ),
        Column(
            "average",
            N_("Average score"),
            _average,
            order=lambda one: missing_first(one.average),
            value=lambda one, _: _rounded(one.average, 2),
            align="end",
            help=N_("The mean of all scores, from 0 to 9."),
        ),
        _share_column(
            "good",
            N_("Share of 4 and more"),
            lambda one: one.good_share,
            N_("The scores of 4 and more / all scores."),
        ),
        _count_column(
            "low", N_("Low scores"), lambda one: one.low, N_("The scores of 2 and less."), "low=on"
        ),
        _count_column(
            "surveyed",
            N_("Surveyed calls"),
            lambda one: one.surveyed,
            N_("Calls in which a survey began after the talk."),
        ),
        _share_column(
            "response",
            N_("Response rate"),
            lambda one: one.response_rate,
            N_("Surveyed calls with a score / all surveyed calls."),
        ),
    ),
    filters=(
        Filter("by", N_("Rows by"), FilterKind.CHOICE, BY, placeholder=N_("Agent"), by_source=True),
        *OF_CALLS,
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: one.url,
    export=Export(action="satisfaction.exported", thing="satisfaction"),
    empty=N_("No surveys and no scores in this period."),
    empty_icon="star",
)
LISTINGS = (SCORES, SCORE_FIGURES)
"""All lists of scores: what is found here has its tests, columns and saved views."""
