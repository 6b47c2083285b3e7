"""Flows with their drafts and versions in the database: edited, published, rolled back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.names import needed_name
from crm.kernel.text import clean, one_line
from crm.sql.db import notify
from ivr import store
from ivr.check import LARGEST_BYTES
from ivr.drafts.models import FlowDraftRow
from ivr.flow import Flow, FlowId
from ivr.models import FlowRow, FlowVersionRow, NumberRow

LONGEST_MESSAGE = 500
DEEPEST = 10  # levels; the deepest field of a step lies on the fifth
EMPTY: Mapping[str, Any] = {"start": "", "nodes": {}}


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """A version as it was published."""

    version: int
    document: Mapping[str, Any]
    published_at: datetime
    author: int | None
    message: str = ""
    layout: Mapping[str, Any] = field(default_factory=dict[str, Any])  # step → {x, y}


@dataclass(frozen=True, slots=True)
class FlowDraft:
    """A flow as it is edited: the newest version, or what was changed since."""

    document: Mapping[str, Any] = field(default_factory=lambda: dict(EMPTY))
    layout: Mapping[str, Any] = field(default_factory=dict[str, Any])  # step → {x, y}
    revision: int = 0  # 0: nothing was changed since the newest version
    changed_at: datetime | None = None
    changed_by: int | None = None
    publish_at: datetime | None = None
    publish_message: str = ""


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """A flow in a list."""

    id: FlowId
    name: str
    numbers: tuple[str, ...]  # that lead to it
    version: int | None
    published_at: datetime | None
    author: int | None
    draft_at: datetime | None


def summaries(session: Session) -> list[FlowSummary]:
    """Give all flows by name."""
    newest = (
        select(FlowVersionRow.flow_id, func.max(FlowVersionRow.version).label("version"))
        .group_by(FlowVersionRow.flow_id)
        .subquery()
    )
    query = (
        select(
            FlowRow.id,
            FlowRow.name,
            FlowVersionRow.version,
            FlowVersionRow.published_at,
            FlowVersionRow.author,
            FlowDraftRow.changed_at,
        )
        .outerjoin(newest, newest.c.flow_id == FlowRow.id)
        .outerjoin(
            FlowVersionRow,
            (FlowVersionRow.flow_id == FlowRow.id) & (FlowVersionRow.version == newest.c.version),
        )
        .outerjoin(FlowDraftRow, FlowDraftRow.flow_id == FlowRow.id)
        .order_by(FlowRow.name)
    )
    numbers: dict[int, list[str]] = {}
    for number, flow in session.execute(
        select(NumberRow.number, NumberRow.flow_id).order_by(NumberRow.number)
    ):
        numbers.setdefault(flow, []).append(number)
    return [
        FlowSummary(FlowId(row[0]), row[1], tuple(numbers.get(row[0], ())), *row[2:])
        for row in session.execute(query)
    ]


def flow_name(session: Session, flow: int, *, lock: bool = False) -> str:
    """Give a flow's name, if asked locked until the transaction ends; MissingError if none."""
    query = select(FlowRow.name).where(FlowRow.id == flow)
    name = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if name is None:
        raise MissingError("There is no flow {flow}.", flow=flow)
    return name


def rename_flow(session: Session, flow: int, name: str) -> None:
    """Name a flow anew; ConflictError if the name is taken."""
    name = needed_name(name, 100)
    taken = select(FlowRow.id).where(FlowRow.name == name, FlowRow.id != flow)
    if session.scalars(taken).first() is not None:
        raise ConflictError("A flow named “{name}” already exists.", name=name)
    session.execute(update(FlowRow).where(FlowRow.id == flow).values(name=name))
    notify(session, f"flows:{flow}")


def delete_flow(session: Session, flow: int) -> None:
    """Delete a flow that nothing leads to: the calling code has checked that."""
    session.execute(delete(FlowRow).where(FlowRow.id == flow))
    notify(session, f"flows:{flow}")


def versions(session: Session, flow: int) -> list[FlowVersion]:
    """Give all versions of a flow, the newest first."""
    query = select(FlowVersionRow).where(FlowVersionRow.flow_id == flow)
    rows = session.scalars(query.order_by(FlowVersionRow.version.desc()))
    return [_version(row) for row in rows]


def version(session: Session, flow: int, number: int) -> FlowVersion:
    """Give a version; MissingError if there is none."""
    row = session.get(FlowVersionRow, (flow, number))
    if row is None:
        raise MissingError("The flow has no version {version}.", version=number)
    return _version(row)


def draft(session: Session, flow: int) -> FlowDraft:
    """Give the draft: what was changed since the newest version, or that version."""
    row = session.get(FlowDraftRow, flow, populate_existing=True)
    if row is not None:
        return FlowDraft(
            row.document,
            row.layout,
            row.revision,
            row.changed_at,
            row.changed_by,
            row.publish_at,
            row.publish_message,
        )
    newest = session.scalars(
        select(FlowVersionRow)
        .where(FlowVersionRow.flow_id == flow)
        .order_by(FlowVersionRow.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return FlowDraft()
    return FlowDraft(newest.document, newest.layout)


def save_draft(
    session: Session,
    flow: int,
    document: Mapping[str, Any],
    layout: Mapping[str, Any],
    by: int,
) -> None:
    """Store the draft of a locked flow; InvalidError if it is too large.

    A planned publication of the draft as it was is canceled.
    """
    check_size(document, layout)
    columns = {
        "document": dict(document),
        "layout": dict(layout),
        "changed_at": func.now(),
        "changed_by": by,
        "publish_at": None,
        "publish_message": "",
    }
    saved = insert(FlowDraftRow).values(flow_id=flow, **columns)
    session.execute(
        saved.on_conflict_do_update(
            index_elements=[FlowDraftRow.flow_id],
            set_={**columns, "revision": FlowDraftRow.revision + 1},
        )
    )


def check_size(document: Mapping[str, Any], layout: Mapping[str, Any]) -> None:
    """Raise InvalidError if a document or its layout is too deep or too large."""
    if not all(_is_flat(one, DEEPEST) for one in (document, layout)):
        raise InvalidError("The parts of the flow lie too deep within one another.")
    if len(dumps(document)) + len(dumps(layout)) > LARGEST_BYTES:
        raise InvalidError("The flow is larger than {most} bytes.", most=LARGEST_BYTES)


def _is_flat(value: object, depth: int) -> bool:
    """Whether nothing in a document lies deeper than the given number of levels."""
    match value:
        case Mapping():
            inner = list(value.values())
        case list():
            inner = value
        case _:
            return True
    return depth > 0 and all(_is_flat(one, depth - 1) for one in inner)


def drop_draft(session: Session, flow: int) -> None:
    """Forget what was changed since the newest version."""
    session.execute(delete(FlowDraftRow).where(FlowDraftRow.flow_id == flow))


def publish_document(  # noqa: PLR0913, PLR0917 - what, by whom and why
    session: Session,
    flow: int,
    document: Mapping[str, Any],
    layout: Mapping[str, Any],
    message: str,
    author: int | None,
) -> Flow:
    """Publish a document as the newest version; InvalidError without a message."""
    message = needed_message(message)
    made = store.publish(session, flow, document, author)
    session.execute(
        update(FlowVersionRow)
        .where(FlowVersionRow.flow_id == flow, FlowVersionRow.version == made.version)
        .values(message=message, layout=dict(layout))
    )
    return made


def needed_message(message: str) -> str:
    """Clean the message of a version; InvalidError if it is empty."""
    cleaned = clean(one_line(message), LONGEST_MESSAGE)
    if not cleaned:
        raise InvalidError("Say what changes with this version.", field="message")
    return cleaned


def plan(session: Session, flow: int, at: datetime, message: str) -> None:
    """Publish the draft at a time; a change of the draft cancels it."""
    session.execute(
        update(FlowDraftRow)
        .where(FlowDraftRow.flow_id == flow)
        .values(publish_at=at, publish_message=needed_message(message))
    )


def unplan(session: Session, flow: int) -> None:
    """Do not publish the draft by itself."""
    session.execute(
        update(FlowDraftRow)
        .where(FlowDraftRow.flow_id == flow)
        .values(publish_at=None, publish_message="")
    )


def due(session: Session, at: datetime) -> list[FlowId]:
    """Give the flows whose drafts are to be published by now."""
    query = select(FlowDraftRow.flow_id).where(FlowDraftRow.publish_at <= at)
    return [FlowId(flow) for flow in session.scalars(query.order_by(FlowDraftRow.publish_at))]


def _version(row: FlowVersionRow) -> FlowVersion:
    return FlowVersion(
        row.version, row.document, row.published_at, row.author, row.message, row.layout
    )
