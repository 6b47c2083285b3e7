"""The list of the scores that callers gave."""

from sqlalchemy.orm import Session

from crm.customers.store import customer_names
from crm.people.rights import Right
from crm.people.store import names
from crm.satisfaction import store
from crm.satisfaction.score import ScoreEntry, ScoreFigures, ScoreOrder
from crm.sql.page import Page
from web.calls.views import address_of_call
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import (
    Column,
    Export,
    FileColumn,
    Listing,
    ListQuery,
    Sum,
)
from web.kit.listing.table import Cell
from web.kit.listing.usual import text_column, time_column
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Named
from web.satisfaction.scope import OF_CALLS, OF_SCORES, wanted_scores
from web.satisfaction.shapes import ScoreShape
from web.satisfaction.words import tone_of


def _fetch(session: Session, query: ListQuery) -> Page[ScoreShape]:
    page = store.scores(
        session,
        wanted_scores(session, query),
        order=ScoreOrder(query.sort),
        descending=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(_show(session, query.reader, page.items)), page.next)


def _show(session: Session, reader: Reader, found: tuple[ScoreEntry, ...]) -> list[ScoreShape]:
    agents = names(session, {one.agent for one in found if one.agent is not None})
    customers = customer_names(session, [one.customer for one in found if one.customer is not None])
    queues = vocabulary(session).queue_names(reader.language)
    return [
        ScoreShape(
            id=one.id,
            call=one.score.call,
            url=address_of_call(one.score.call),
            at=one.score.at,
            question=one.score.question,
            score=one.score.score,
            customer=Named(id=one.customer, name=customers[one.customer])
            if one.customer in customers
            else None,
            number=one.number,
            agent=None
            if one.agent is None
            else Named(id=one.agent, name=agents.get(one.agent, f"#{one.agent}")),
            queue=one.queue,
            queue_name=queues.get(one.queue, one.queue) if one.queue else "",
            flow=one.score.flow,
            step=one.score.node,
            recording=f"/api/v1{address_of_call(one.score.call)}/recording"
            if one.recording
            else None,
        )
        for one in found
    ]


def _count(session: Session, query: ListQuery) -> int:
    return store.count_scores(session, wanted_scores(session, query))


def score_sums(session: Session, query: ListQuery) -> ScoreFigures:
    """Give the figures of all scores that the filters leave."""
    return store.sum_scores(session, wanted_scores(session, query))


def show_sums(session: Session, query: ListQuery) -> list[Sum]:
    """Say the figures of all scores that the filters leave."""
    found, reader = score_sums(session, query), query.reader
    if not found.answers and not found.surveyed:
        return []
    told = [Sum(N_("Scores"), reader.number(found.answers), found.answers)]
    if found.mean is not None and found.good_share is not None:
        mean, good = round(found.mean, 2), found.good_share
        told += [
            Sum(N_("Average score"), reader.number(mean), mean),
            Sum(N_("Share of 4 and more"), reader.percent(good), round(good, 4)),
        ]
    # A filter by score leaves out unanswered surveys: the response rate would be wrong.
    by_score = {"score_from", "score_to", "low"} & query.values.keys()
    if found.response_rate is not None and not by_score:
        rate = found.response_rate
        told += [
            Sum(N_("Surveyed calls"), reader.number(found.surveyed), found.surveyed),
            Sum(N_("Response rate"), reader.percent(rate), round(rate, 4)),
        ]
    return told


def _score(one: ScoreShape, _reader: Reader) -> Cell:
    return Cell(str(one.score), badge=tone_of(one.score))


def _number(one: ScoreShape, reader: Reader) -> Cell:
    whose = one.customer.id if one.customer else None
    return Cell(reader.phone(one.number), phone=one.number, customer=whose)


def _recording(one: ScoreShape, reader: Reader) -> Cell:
    if not one.recording:
        return Cell()
    return Cell(icon="volume", url=one.url, title=reader.gettext(N_("Recording")))


def _customer(one: ScoreShape) -> str:
    return one.customer.name if one.customer else ""


def _agent(one: ScoreShape) -> str:
    return one.agent.name if one.agent else ""


FILE: tuple[FileColumn[ScoreShape], ...] = (
    FileColumn(N_("Time"), lambda one, _: one.at),
    FileColumn(N_("Customer"), lambda one, _: _customer(one)),
    FileColumn(N_("Phone number"), lambda one, _: one.number),
    FileColumn(N_("Agent"), lambda one, _: _agent(one)),
    FileColumn(N_("Queue"), lambda one, _: one.queue_name),
    FileColumn(N_("Question"), lambda one, _: one.question),
    FileColumn(N_("Score"), lambda one, _: one.score),
    FileColumn(N_("Call ID"), lambda one, _: one.call),
)
SCORES: Listing[ScoreShape] = Listing(
    name="scores",
    url="/satisfaction",
    title=N_("Satisfaction"),
    note=N_("The scores that callers gave by key after the talk."),
    right=Right.STATISTICS_SEE,
    fetch=_fetch,
    count=_count,
    sums=show_sums,
    counted_most=store.COUNTED,
    sort="-at",
    columns=(
        time_column("at", N_("Time"), lambda one: one.at, "at", required=True),
        Column("score", N_("Score"), _score, sort="score", align="end"),
        text_column("question", N_("Question"), lambda one: one.question),
        text_column("customer", N_("Customer"), _customer),
        Column("number", N_("Phone number"), _number),
        text_column("agent", N_("Agent"), _agent),
        text_column("queue", N_("Queue"), lambda one: one.queue_name),
        Column("recording", N_("Recording"), _recording),
    ),
    filters=(*OF_CALLS, *OF_SCORES),
    row_id=lambda one: one.id,
    row_url=lambda one: one.url,
    export=Export(FILE, action="satisfaction.exported", thing="satisfaction"),
    empty=N_("No scores yet. A flow with the step “Survey” asks callers after the talk."),
    empty_icon="star",
)
