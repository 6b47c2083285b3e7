"""The API of satisfaction: the scores that callers gave, and their figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.satisfaction.listing import SCORE_FIGURES
from web.satisfaction.scores_listing import SCORES
from web.satisfaction.shapes import ScoreFiguresList, ScoreList

router = APIRouter(prefix="/satisfaction")


@router.get("")
def list_scores(request: Request, query: Annotated[ListQuery, Depends(asked(SCORES))]) -> ScoreList:
    """List the scores that callers gave by key after the talk, one for each question of a call.

    The agent of a score is the last one who talked in the call.
    """
    return answer_page(request, SCORES, query, ScoreList)


@router.get("/figures")
def list_score_figures(
    request: Request, query: Annotated[ListQuery, Depends(asked(SCORE_FIGURES))]
) -> ScoreFiguresList:
    """Give the figures of scores by agent, queue or day in the reader's time zone."""
    return answer_page(request, SCORE_FIGURES, query, ScoreFiguresList)
