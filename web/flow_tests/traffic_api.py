"""The API of real calls through flows: heat, replay, and the path of a call."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime

from crm.people.person import SignedIn
from web.flow_tests import traffic
from web.flow_tests.traffic_shapes import FlowReplayBody, HeatShape, PathShape, ReplayShape
from web.flows.words import READERS
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/flows/{flow}")
FlowReader = Annotated[SignedIn, Depends(needs(*READERS))]


@router.get("/heat")
def read_heat(  # noqa: PLR0913, PLR0917 - what of which period
    request: Request,
    flow: IdPath,
    who: FlowReader,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> HeatShape:
    """Count the calls through a version by step and way: of the last 7 days, at most of 92."""
    with context_of(request).database.begin() as session:
        return traffic.show_heat(session, who, flow, since, until, version)


@router.post("/replay")
def replay_calls(
    request: Request, flow: IdPath, body: FlowReplayBody, who: FlowReader
) -> ReplayShape:
    """Play real calls again on the draft: which would end elsewhere? Nothing is changed by it.

    The keys and answers are those of then. At most 10,000 calls are played, for at most 20 seconds.
    """
    with context_of(request).database.begin() as session:
        return traffic.show_replay(session, reader_of(request), who, flow, body)


@router.get("/path")
def read_path(
    request: Request,
    flow: IdPath,
    who: FlowReader,
    call: Annotated[str, Query(min_length=1, max_length=100)],
) -> PathShape:
    """Show the way of a call through a flow, and where it ended."""
    with context_of(request).database.begin() as session:
        return traffic.show_path(session, reader_of(request), who, flow, call)
