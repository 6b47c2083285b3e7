"""The API of alarms and of their settings."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.alarms import actions
from web.alarms.listing import ALARM_KINDS, ALARMS, READERS
from web.alarms.shapes import (
    AcknowledgeBody,
    AlarmKindShape,
    AlarmKindShapes,
    AlarmSettingsBody,
    AlarmSettingsChange,
    AlarmShapes,
    KindPath,
)
from web.kit.auth import needs
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.kit.shapes import Done

router = APIRouter(prefix="/alarms")
AlarmReader = Annotated[SignedIn, Depends(needs(*READERS))]
AlarmManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_alarms(
    request: Request, query: Annotated[ListQuery, Depends(asked(ALARMS))]
) -> AlarmShapes:
    """List the alarms that you are told of, the newest first."""
    return answer_page(request, ALARMS, query, AlarmShapes)


@router.post("/acknowledge")
def acknowledge(request: Request, body: AcknowledgeBody, who: AlarmReader) -> Done:
    """Note that you have seen alarms; 404 if you are told of none of them."""
    with context_of(request).database.begin() as session:
        actions.acknowledge(session, request, who, body.ids)
    return Done()


@router.get("/kinds")
def list_kinds(
    request: Request, query: Annotated[ListQuery, Depends(asked(ALARM_KINDS))]
) -> AlarmKindShapes:
    """List the kinds of alarms with their settings."""
    return answer_page(request, ALARM_KINDS, query, AlarmKindShapes)


@router.get("/kinds/{kind}")
def read_kind(
    request: Request, response: Response, kind: KindPath, _who: AlarmManager
) -> AlarmKindShape:
    """Show the settings of a kind; the answer's `ETag` names the version for an `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, actions.show_kind(session, reader_of(request), kind))


@router.patch("/kinds/{kind}")
def change_kind(
    request: Request,
    response: Response,
    kind: KindPath,
    body: AlarmSettingsChange,
    who: AlarmManager,
) -> AlarmKindShape:
    """Change the given settings of a kind; with `If-Match` only if they have not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        known = actions.show_kind(session, reader, kind)
        check_match(request, etag_of(known))
        given = {name: value for name, value in dict(body).items() if value is not None}
        values = {name: getattr(known, name) for name in AlarmSettingsBody.model_fields}
        actions.write_settings(
            session, request, who, kind, AlarmSettingsBody(**{**values, **given})
        )
        shape = actions.show_kind(session, reader, kind)
    return show_tag(request, response, shape)
