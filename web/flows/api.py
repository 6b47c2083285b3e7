"""The API of call flows: drafts, checks, versions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from ivr.drafts import store
from ivr.registry import flow_schema
from web.flows import actions
from web.flows.listing import FLOWS, READERS
from web.flows.shapes import (
    CheckBody,
    CheckShape,
    DifferenceShapes,
    DraftShape,
    FlowBody,
    FlowDraftBody,
    FlowShape,
    FlowShapes,
    PublishBody,
    RevisionShape,
    RollBackBody,
    VersionShapes,
)
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import read_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/flows")
FlowReader = Annotated[SignedIn, Depends(needs(*READERS))]
FlowEditor = Annotated[SignedIn, Depends(needs(Right.FLOWS_EDIT))]
FlowPublisher = Annotated[SignedIn, Depends(needs(Right.FLOWS_PUBLISH))]


@router.get("")
def list_flows(request: Request, query: Annotated[ListQuery, Depends(asked(FLOWS))]) -> FlowShapes:
    """List call flows by name."""
    page = read_page(request, FLOWS, query)
    return FlowShapes(items=list(page.items), next=page.next)


@router.get("/schema")
def read_flow_schema(_who: FlowReader) -> dict[str, Any]:
    """Give the JSON schema of a flow's document."""
    return flow_schema()


@router.post("", status_code=201)
def add_flow(request: Request, body: FlowBody, who: FlowEditor) -> FlowShape:
    """Add an empty call flow."""
    with context_of(request).database.begin() as session:
        flow = actions.add(session, request, who, body.name)
        return actions.show_flow(session, reader_of(request), flow)


@router.get("/{flow}")
def read_flow(request: Request, flow: IdPath, _who: FlowReader) -> FlowShape:
    """Show a call flow."""
    with context_of(request).database.begin() as session:
        return actions.show_flow(session, reader_of(request), flow)


@router.patch("/{flow}")
def rename_flow(request: Request, flow: IdPath, body: FlowBody, who: FlowEditor) -> FlowShape:
    """Name a call flow anew."""
    with context_of(request).database.begin() as session:
        actions.rename(session, request, who, flow, body.name)
        return actions.show_flow(session, reader_of(request), flow)


@router.delete("/{flow}", status_code=204)
def remove_flow(request: Request, flow: IdPath, who: FlowEditor) -> None:
    """Delete a call flow that nothing leads to, with its versions."""
    with context_of(request).database.begin() as session:
        actions.remove(session, request, who, flow)


@router.post("/{flow}/copy", status_code=201)
def copy_flow(request: Request, flow: IdPath, body: FlowBody, who: FlowEditor) -> FlowShape:
    """Add a call flow that begins with the steps of this one."""
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow)
        made = actions.copy(session, request, who, flow, body.name)
        return actions.show_flow(session, reader_of(request), made)


@router.get("/{flow}/draft")
def read_draft(request: Request, response: Response, flow: IdPath, _who: FlowReader) -> DraftShape:
    """Show the draft with its problems; revision 0 is the newest version unchanged.

    The answer's `ETag` names the revision for a later `If-Match`.
    """
    with context_of(request).database.begin() as session:
        shape = actions.show_draft(session, reader_of(request), flow)
    show_tag(request, response, shape)
    return shape


@router.put("/{flow}/draft")
def write_draft(
    request: Request, response: Response, flow: IdPath, body: FlowDraftBody, who: FlowEditor
) -> DraftShape:
    """Store the draft, finished or not; with `If-Match` only if nobody else has changed it."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow, lock=True)
        check_match(request, etag_of(actions.show_draft(session, reader, flow)))
        actions.edit(session, who, flow, body.document, body.layout)
        shape = actions.show_draft(session, reader, flow)
    show_tag(request, response, shape)
    return shape


@router.delete("/{flow}/draft", status_code=204)
def discard_draft(request: Request, flow: IdPath, who: FlowEditor) -> None:
    """Forget what was changed since the newest version."""
    with context_of(request).database.begin() as session:
        actions.discard(session, request, who, flow)


@router.get("/{flow}/draft/revision")
def read_revision(
    request: Request,
    flow: IdPath,
    who: FlowReader,
    editing: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query parameter
) -> RevisionShape:
    """Tell which revision the draft has and who made it: cheap enough to be asked often.

    With `editing` the others who have the flow open are told of this user.
    """
    with context_of(request).database.begin() as session:
        return actions.show_revision(session, who, flow, editing=editing)


@router.post("/{flow}/check")
def check_draft(
    request: Request, flow: IdPath, _who: FlowReader, body: CheckBody | None = None
) -> CheckShape:
    """Check the draft, or the document that is sent without saving it.

    A problem that is no warning keeps a flow from being published.
    """
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow)
        document = body.document if body is not None else None
        if document is None:
            document = dict(store.draft(session, flow).document)
        return CheckShape(problems=actions.check_document(session, reader, document))


@router.post("/{flow}/publish")
def publish_flow(
    request: Request, flow: IdPath, body: PublishBody, who: FlowPublisher
) -> FlowShape:
    """Publish the draft as the newest version; new calls hear it at once, or from `at` on.

    With the `If-Match` of the draft only if nobody else has changed it.
    """
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow, lock=True)
        check_match(request, etag_of(actions.show_draft(session, reader, flow)))
        actions.publish(session, request, who, flow, body)
        return actions.show_flow(session, reader, flow)


@router.post("/{flow}/rollback")
def roll_back(request: Request, flow: IdPath, body: RollBackBody, who: FlowPublisher) -> FlowShape:
    """Publish an older version again, as the newest one."""
    with context_of(request).database.begin() as session:
        actions.roll_back(session, request, who, flow, body.version, body.message)
        return actions.show_flow(session, reader_of(request), flow)


@router.get("/{flow}/versions")
def list_versions(request: Request, flow: IdPath, _who: FlowReader) -> VersionShapes:
    """List the versions of a call flow, the newest first."""
    with context_of(request).database.begin() as session:
        return VersionShapes(items=actions.show_versions(session, flow))


@router.get("/{flow}/versions/{version}")
def read_version(
    request: Request, flow: IdPath, version: IdPath, _who: FlowReader
) -> dict[str, Any]:
    """Give the document of a version."""
    with context_of(request).database.begin() as session:
        return dict(store.version(session, flow, version).document)


@router.get("/{flow}/diff")
def compare_versions(
    request: Request,
    flow: IdPath,
    _who: FlowReader,
    before: Annotated[int, Query(alias="from", ge=0, le=2**31 - 1)],
    after: Annotated[int, Query(alias="to", ge=0, le=2**31 - 1)] = 0,
) -> DifferenceShapes:
    """Tell what differs between two versions; 0 is the draft."""
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow)
        old, new = (actions.document(session, flow, number) for number in (before, after))
    return DifferenceShapes(items=actions.show_differences(reader_of(request), old, new))
