"""The page of the agents' states."""

from fastapi import APIRouter, Request, Response

from web.agent_log.listing import AGENT_LOG
from web.kit.listing.export import add_export
from web.statistics.view import StatisticsReader, page_of

router = APIRouter(prefix="/agents/log")
add_export(router, AGENT_LOG)


@router.get("")
def log_page(request: Request, who: StatisticsReader) -> Response:
    """List the agents' states, newest first."""
    return page_of(request, who, AGENT_LOG)
