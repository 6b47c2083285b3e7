"""Scores that callers give by key after the talk: a fold of the facts of a call."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crm.calls.record import CallEvent, CallId, Kind, in_order

LOWEST, HIGHEST = 0, 9
LOW = 2
"""A score of so much or less is low."""
GOOD = 4
"""A score of so much or more is good."""
FACTS = frozenset({Kind.SURVEY_BEGAN, Kind.SCORED})


@dataclass(frozen=True, slots=True)
class Score:
    """The score for one question of a survey; the last one that the caller gave."""

    call: CallId
    question: str
    score: int  # LOWEST to HIGHEST
    at: datetime
    node: str
    flow: int


@dataclass(frozen=True, slots=True)
class CallSurvey:
    """What the facts of a call say about its survey."""

    flow: int | None = None  # that asks the caller; None: none did
    at: datetime | None = None  # when it began
    scores: tuple[Score, ...] = ()  # one for each question


def fold_survey(timeline: Iterable[CallEvent]) -> CallSurvey:
    """The survey of a call's timeline. A score that is none is left out."""
    flow: int | None = None
    at: datetime | None = None
    scores: dict[str, Score] = {}
    for event in in_order(one for one in timeline if one.kind in FACTS):
        detail = event.detail
        if event.kind is Kind.SURVEY_BEGAN:
            flow, at = int(detail.get("flow", 0)), event.at
            continue
        score, question = int(detail.get("score", -1)), str(detail.get("question", ""))
        if LOWEST <= score <= HIGHEST:
            node, asked_in = str(detail.get("node", "")), int(detail.get("flow", 0))
            scores[question] = Score(event.call, question, score, event.at, node, asked_in)
    return CallSurvey(flow, at, tuple(scores.values()))


# ---- what lists ask for


class ScoreOrder(StrEnum):
    """The orders of a list of scores."""

    AT = "at"
    SCORE = "score"


class ScoresBy(StrEnum):
    """What figures of scores are grouped by."""

    AGENT = "agent"
    QUEUE = "queue"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class ScoreFilter:
    """Which scores are wanted; an empty field is any.

    The agent of a score is the last one who talked in the call, its queue the last one.
    """

    agents: frozenset[int] | None = None
    queue: str = ""
    question: str | None = None
    lowest: int | None = None
    highest: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """A score with what a list shows of its call."""

    id: int
    score: Score
    customer: int | None
    number: str
    agent: int | None
    queue: str | None
    recording: str | None


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """Figures of some scores, and of the calls that had a survey.

    Calls without a talk are not counted: a survey comes after it.
    """

    answers: int = 0  # scores
    total: int = 0  # of all scores
    good: int = 0
    low: int = 0
    surveyed: int = 0  # calls with a talk and a survey
    responded: int = 0  # of these, calls with a score

    @property
    def mean(self) -> float | None:
        """The mean score."""
        return self.total / self.answers if self.answers else None

    @property
    def good_share(self) -> float | None:
        """The share of good scores, 0 to 1."""
        return self.good / self.answers if self.answers else None

    @property
    def response_rate(self) -> float | None:
        """The share of surveyed calls with a score, 0 to 1."""
        return self.responded / self.surveyed if self.surveyed else None


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """The figures of one agent, queue or day."""

    key: str  # an agent's id, a queue's key, a day as 2026-11-30; "" for none
    figures: ScoreFigures = field(default_factory=ScoreFigures)
