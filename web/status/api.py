"""The API of the system's state, and of restarts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.status.actions import begin_restart, show_status
from web.status.listing import PROCESSES
from web.status.shapes import ProcessList, RestartBody, StatusShape

router = APIRouter(tags=["status"])
StatusReader = Annotated[SignedIn, Depends(needs(Right.STATUS_SEE))]
Restarter = Annotated[SignedIn, Depends(needs(Right.SERVICES_RESTART))]


@router.get("/status")
def read_status(request: Request, _who: StatusReader) -> StatusShape:
    """Show the state of the system."""
    return show_status(request)


@router.get("/status/processes")
def read_processes(
    request: Request, query: Annotated[ListQuery, Depends(asked(PROCESSES))]
) -> ProcessList:
    """List the processes of the system."""
    return answer_page(request, PROCESSES, query, ProcessList)


@router.post("/status/restart", status_code=202)
def restart_service(request: Request, who: Restarter, body: RestartBody) -> StatusShape:
    """Start to restart a service; `restart` of the status has the result. 409 during another."""
    begin_restart(request, who, body.name)
    return show_status(request)
