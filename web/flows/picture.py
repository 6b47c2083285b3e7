"""The page with the picture of a flow: its draft to be edited, or a version to be looked at."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.rights import Right
from ivr.drafts import store
from web.flows import actions
from web.flows.api import FlowReader
from web.flows.type_shapes import show_types
from web.flows.world import flow_world
from web.kit.bodies import IdPath
from web.kit.etag import etag_of
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/flows/{flow}")


@router.get("/picture")
def picture_page(request: Request, flow: IdPath, who: FlowReader) -> Response:
    """Show the picture of a flow; `version` is one to look at, `before` one to compare it with."""
    reader = reader_of(request)
    version, before = (_number(request, name) for name in ("version", "before"))
    with context_of(request).database.begin() as session:
        shape = actions.show_flow(session, reader, flow)
        world = flow_world(session, reader)
        draft = actions.show_draft(session, reader, flow, world)
        shown = draft.model_dump(mode="json")
        if version:
            shown |= _version(session, flow, version)
        data = {
            "flow": shape.model_dump(mode="json"),
            "version": version,
            "before": before,
            "draft": shown,
            "etag": etag_of(draft),
            "types": [one.model_dump(mode="json") for one in show_types(reader, world)],
            "versions": [
                one.model_dump(mode="json") for one in actions.show_versions(session, flow)
            ],
            "compared": _compared(session, reader, flow, before, shown["document"]),
            "me": who.user.name,
            "may_edit": who.may(Right.FLOWS_EDIT) and not version and before is None,
            "may_publish": who.may(Right.FLOWS_PUBLISH) and not version and before is None,
        }
    page = {"flow": shape, "version": version, "before": before, "data": data}
    return context_of(request).pages.page(request, "flow-picture.html", page)


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004 - an int
        raise InvalidError(N_("There is no such version."))
    return int(text)


def _version(session: Session, flow: int, version: int) -> dict[str, Any]:
    found = store.version(session, flow, version)
    return {"document": found.document, "layout": found.layout, "problems": []}


def _compared(
    session: Session, reader: Reader, flow: int, before: int | None, document: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Give the older document, its layout and the differences in words."""
    if before is None:
        return None
    old = store.version(session, flow, before) if before else store.draft(session, flow)
    changes = actions.show_differences(reader, old.document, document)
    return {
        "document": old.document,
        "layout": old.layout,
        "changes": [one.model_dump(mode="json") for one in changes],
    }
