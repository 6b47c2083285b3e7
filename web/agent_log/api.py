"""The API of the log of the agents' states."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.kernel.errors import MissingError
from web.agent_log.listing import AGENT_LOG, of_agent
from web.agent_log.shapes import LogLines
from web.kit.bodies import IdPath
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.statistics.scope import names_within

router = APIRouter(prefix="/agents")
Asked = Annotated[ListQuery, Depends(asked(AGENT_LOG))]


@router.get("/log")
def list_log(request: Request, query: Asked) -> LogLines:
    """List the states of all agents within reach, newest first.

    A period begins with the line that each agent was in at that time.
    """
    return answer_page(request, AGENT_LOG, query, LogLines)


@router.get("/{agent}/log")
def list_log_of_agent(request: Request, agent: IdPath, query: Asked) -> LogLines:
    """List the states of one agent, newest first."""
    with context_of(request).database.begin() as session:
        if agent not in names_within(session, query):
            raise MissingError("There is no such agent.")
    return answer_page(request, AGENT_LOG, of_agent(query, agent), LogLines)
