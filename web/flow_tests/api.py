"""The API of the simulator and of tests of flows."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.flow_tests import actions
from web.flow_tests.shapes import (
    FlowTestBody,
    FlowTestShape,
    FlowTestShapes,
    PlayedShape,
    SimulateBody,
)
from web.flows.words import READERS
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/flows/{flow}")
FlowReader = Annotated[SignedIn, Depends(needs(*READERS))]
FlowEditor = Annotated[SignedIn, Depends(needs(Right.FLOWS_EDIT))]


@router.post("/simulate")
def simulate_call(
    request: Request, flow: IdPath, body: SimulateBody, _who: FlowReader
) -> PlayedShape:
    """Play a call on the draft, or on a document: no phone rings and no other system is asked.

    Nothing is kept: each request has all that the caller does from the beginning.
    """
    with context_of(request).database.begin() as session:
        return actions.simulate(session, reader_of(request), flow, body)


@router.get("/tests")
def list_flow_tests(request: Request, flow: IdPath, _who: FlowReader) -> FlowTestShapes:
    """Run the tests of a flow on its draft, and list their results and the coverage."""
    with context_of(request).database.begin() as session:
        return actions.show_tests(session, reader_of(request), flow)


@router.post("/tests", status_code=201)
def add_flow_test(
    request: Request, flow: IdPath, body: FlowTestBody, who: FlowEditor
) -> FlowTestShape:
    """Add a test; a draft with failing tests is not published."""
    with context_of(request).database.begin() as session:
        test = actions.add(session, request, who, flow, body)
        return actions.show_test(session, reader_of(request), flow, test)


@router.put("/tests/{test}")
def change_flow_test(
    request: Request, flow: IdPath, test: IdPath, body: FlowTestBody, who: FlowEditor
) -> FlowTestShape:
    """Change a test."""
    with context_of(request).database.begin() as session:
        actions.change(session, request, who, flow, test, body)
        return actions.show_test(session, reader_of(request), flow, test)


@router.delete("/tests/{test}", status_code=204)
def remove_flow_test(request: Request, flow: IdPath, test: IdPath, who: FlowEditor) -> None:
    """Delete a test."""
    with context_of(request).database.begin() as session:
        actions.remove(session, request, who, flow, test)
