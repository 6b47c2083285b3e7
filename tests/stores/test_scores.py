"""Scores after the talk: kept from facts, listed, counted by agent, queue and day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline

from crm.calls.record import CallId, Kind
from crm.calls.removal.store import remove_calls
from crm.calls.store import keep_events
from crm.kernel.errors import InvalidError
from crm.satisfaction.score import ScoreFilter, ScoreOrder, ScoresBy, fold_survey
from crm.satisfaction.store import (
    count_scores,
    keep_scores,
    questions,
    score_groups,
    scores,
    scores_of,
    sum_scores,
)

ALL = ScoreFilter()


def surveyed(call: str, agent: int = 7, at: datetime = MORNING, queue: str = "sales") -> Timeline:
    """A call with a survey that follows its talk."""
    line = Timeline(call, at).tell(Kind.SURVEY_BEGAN, flow=3)
    return line.queued(queue).talked(agent)


def scored(line: Timeline, score: int, question: str = "Service") -> Timeline:
    return line.tell(Kind.SCORED, node="ask", flow=3, question=question, score=score)


def keep(session: Session, *lines: Timeline) -> None:
    for line in lines:
        keep_events(session, line.events)
        keep_scores(session, line.events)


def test_the_last_score_for_a_question_counts() -> None:
    line = scored(scored(scored(surveyed("c1"), 2), 5), 9, "Product")
    survey = fold_survey(reversed(line.events))

    assert survey.flow == 3
    assert [(one.question, one.score) for one in survey.scores] == [("Service", 5), ("Product", 9)]


@pytest.mark.parametrize("score", [10, -1])
def test_a_number_that_is_no_score_is_left_out(score: int) -> None:
    assert fold_survey(scored(surveyed("c1"), score).events).scores == ()


def test_facts_that_come_twice_and_in_pieces_are_one_score(session: Session) -> None:
    line = scored(surveyed("c1"), 4)
    for events in (line.events[:3], line.events[3:], line.events):
        keep_events(session, events)
        keep_scores(session, events)
    keep(session, scored(line, 1).ended())

    (one,) = scores(session, ALL).items
    assert (one.score.score, one.agent, one.queue) == (1, 7, "sales")
    assert one.number == "+8613800138000"
    assert questions(session) == ["Service"]


def test_a_survey_without_answer_counts_as_one_that_was_not_answered(session: Session) -> None:
    left = Timeline("left").tell(Kind.SURVEY_BEGAN, flow=3).queued().ended()
    keep(session, scored(surveyed("a"), 5).ended(), surveyed("b").ended(), left)

    found = sum_scores(session, ALL)
    assert (found.surveyed, found.responded, found.response_rate) == (2, 1, 0.5)
    assert (found.answers, found.mean, found.good_share) == (1, 5.0, 1.0)


def test_no_scores_have_no_mean(session: Session) -> None:
    found = sum_scores(session, ALL)
    assert (found.mean, found.good_share, found.response_rate) == (None, None, None)


def test_scores_are_filtered_and_sorted_page_by_page(session: Session) -> None:
    for number, score in enumerate((3, 1, 5, 1, 2)):
        agent = 7 + number % 2
        keep(session, scored(surveyed(f"s{number}", agent), score).ended())

    for order, down, expected in (
        (ScoreOrder.SCORE, True, [5, 3, 2, 1, 1]),
        (ScoreOrder.SCORE, False, [1, 1, 2, 3, 5]),
        (ScoreOrder.AT, False, [3, 1, 5, 1, 2]),
        (ScoreOrder.AT, True, [2, 1, 5, 1, 3]),
    ):
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            page = scores(
                session, ALL, order=order, descending=down, limit=2, cursor=cursor or None
            )
            seen += [one.score.score for one in page.items]
            cursor = page.next
        assert seen == expected

    low = ScoreFilter(highest=2, agents=frozenset({8}))
    assert [one.score.score for one in scores(session, low).items] == [1, 1]
    assert count_scores(session, low) == 2
    assert count_scores(session, ScoreFilter(question="Product")) == 0
    assert count_scores(session, ScoreFilter(queue="support")) == 0
    assert count_scores(session, ScoreFilter(agents=frozenset())) == 0


@pytest.mark.parametrize("cursor", ["x", "WyJhdCIsICJ4IiwgIjEiXQ", "A" * 200])
def test_a_strange_cursor_is_refused_in_a_sentence(session: Session, cursor: str) -> None:
    for order in ScoreOrder:
        with pytest.raises(InvalidError):
            scores(session, ALL, order=order, cursor=cursor)


def test_figures_by_agent_queue_and_day_add_up(session: Session) -> None:
    late = datetime(2026, 11, 2, 15, 59, 57, tzinfo=UTC)  # midnight in Shanghai is near
    keep(
        session,
        scored(surveyed("a", 7), 4).ended(),
        scored(surveyed("b", 7), 2).ended(),
        scored(surveyed("c", 8, queue="support"), 5).ended(),
        surveyed("d", 8).ended(),
        scored(surveyed("e", 8, late + timedelta(hours=1)), 1).ended(),
    )

    def by(which: ScoresBy) -> dict[str, tuple[int, float | None, int]]:
        found = score_groups(session, ALL, which, "Asia/Shanghai")
        return {
            one.key: (one.figures.answers, one.figures.mean, one.figures.surveyed) for one in found
        }

    assert by(ScoresBy.AGENT) == {"7": (2, 3.0, 2), "8": (2, 3.0, 3)}
    assert by(ScoresBy.QUEUE) == {"sales": (3, pytest.approx(7 / 3), 4), "support": (1, 5.0, 1)}
    assert by(ScoresBy.DAY) == {
        "2026-11-02": (3, pytest.approx(11 / 3), 4),
        "2026-11-03": (1, 1.0, 1),
    }


def test_the_scores_of_a_removed_call_go_with_it(session: Session) -> None:
    keep(session, scored(surveyed("a"), 5).ended(), scored(surveyed("b"), 4).ended())
    remove_calls(session, [CallId("a")])

    assert [one.score for one in scores_of(session, ["a", "b"])] == [4]
    assert sum_scores(session, ALL).surveyed == 1
