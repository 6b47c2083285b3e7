"""Flows, the numbers that lead to them, and the texts of their prompts."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.names import needed_name
from crm.kernel.text import clean
from crm.people.person import Language
from crm.sql.db import notify
from ivr.flow import Flow, FlowId, NumberSettings, read_flow
from ivr.models import FlowRow, FlowVersionRow, NumberRow, PromptRow

KEPT = timedelta(hours=12)
"""How long a replaced version of a flow is kept for the calls that are on it."""

MOST_KEPT = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that callers dial, E.164 or short."""

    number: str
    name: str
    flow: FlowId
    enabled: bool = True
    language: Language = Language.ENGLISH  # of the prompts until the caller chooses another


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text of a prompt in one language (`en`, `zh_CN`)."""

    name: str
    language: str
    text: str


def add_flow(session: Session, name: str) -> FlowId:
    """Add a flow without a version; ConflictError if the name is taken."""
    name = needed_name(name, 100)
    added = insert(FlowRow).values(name=name).on_conflict_do_nothing().returning(FlowRow.id)
    id_ = session.scalars(added).one_or_none()
    if id_ is None:
        raise ConflictError("A flow named “{name}” already exists.", name=name)
    return FlowId(id_)


def flow_names(session: Session) -> dict[FlowId, str]:
    """Give the names of all flows, also of those never published."""
    query = select(FlowRow.id, FlowRow.name).order_by(FlowRow.name)
    return {FlowId(id_): name for id_, name in session.execute(query)}


def publish(session: Session, flow: int, document: Mapping[str, Any], author: int | None) -> Flow:
    """Publish a document as the flow's newest version, which callers hear from now on.

    InvalidError, naming the step, if the flow is not valid.
    """
    name = session.scalars(
        # Two users who publish at once get two versions, one after the other.
        select(FlowRow.name).where(FlowRow.id == flow).with_for_update()
    ).one_or_none()
    if name is None:
        raise MissingError("There is no flow {flow}.", flow=flow)
    newest = select(func.max(FlowVersionRow.version)).where(FlowVersionRow.flow_id == flow)
    published = read_flow(flow, (session.scalar(newest) or 0) + 1, name, document)
    session.execute(
        insert(FlowVersionRow).values(
            flow_id=flow, version=published.version, document=dict(document), author=author
        )
    )
    notify(session, f"flows:{flow}")
    return published


def published_flows(session: Session, flows: Collection[int] | None = None) -> list[Flow]:
    """Give the newest version of each flow: of those named, or of all.

    A flow that can no longer be read is left out and logged; the others stay in use.
    """
    newest = select(FlowVersionRow.flow_id, func.max(FlowVersionRow.version)).group_by(
        FlowVersionRow.flow_id
    )
    query = (
        select(FlowVersionRow, FlowRow.name)
        .join(FlowRow, FlowRow.id == FlowVersionRow.flow_id)
        .where(tuple_(FlowVersionRow.flow_id, FlowVersionRow.version).in_(newest))
        .order_by(FlowVersionRow.flow_id)
    )
    if flows is not None:
        query = query.where(FlowVersionRow.flow_id.in_(flows))
    found = []
    for row, name in session.execute(query):
        try:
            found.append(read_flow(row.flow_id, row.version, name, row.document))
        except InvalidError:
            log.exception("a published flow cannot be read", flow=row.flow_id)
    return found


def replaced_flows(session: Session) -> list[Flow]:
    """Give the versions that were replaced within the last hours: calls may still be on them.

    An engine that starts anew needs them to go on with these calls.
    """
    row, newer = FlowVersionRow, aliased(FlowVersionRow)
    replaced = newer.published_at.label("replaced")
    query = (
        select(row, FlowRow.name, replaced)
        .join(FlowRow, FlowRow.id == row.flow_id)
        .join(newer, and_(newer.flow_id == row.flow_id, newer.version == row.version + 1))
        .where(replaced > func.now() - KEPT)
        .order_by(row.flow_id, row.version.desc())
        .limit(MOST_KEPT)
    )
    found = []
    for old, name, at in session.execute(query):
        with suppress(InvalidError):
            flow = read_flow(old.flow_id, old.version, name, old.document)
            found.append(replace(flow, kept_until=(at + KEPT).timestamp()))
    return found


def newest_document(session: Session, flow: int) -> Mapping[str, Any]:
    """Give the document of a flow's newest version; empty for one never published."""
    query = select(FlowVersionRow.document).where(FlowVersionRow.flow_id == flow)
    found = session.scalars(query.order_by(FlowVersionRow.version.desc()).limit(1)).one_or_none()
    return found or {}


def step_names(session: Session, steps: Collection[str]) -> dict[str, str]:
    """Give the names of some steps from the newest versions of the flows that have them."""
    if not steps:
        return {}
    newest = select(FlowVersionRow.flow_id, func.max(FlowVersionRow.version)).group_by(
        FlowVersionRow.flow_id
    )
    query = select(FlowVersionRow.document).where(
        tuple_(FlowVersionRow.flow_id, FlowVersionRow.version).in_(newest)
    )
    found: dict[str, str] = {}
    for document in session.scalars(query):
        nodes = document.get("nodes")
        for key, node in nodes.items() if isinstance(nodes, dict) else ():
            name = node.get("name") if isinstance(node, dict) else None
            if key in steps and isinstance(name, str) and name.strip():
                found.setdefault(key, clean(name.strip(), 100))
    return found


def numbers_in_use(session: Session) -> dict[str, NumberSettings]:
    """Give flow and language of each number; disabled numbers are left out."""
    row = NumberRow
    query = select(row.number, row.flow_id, row.language).where(row.enabled)
    return {
        number: NumberSettings(FlowId(flow), language)
        for number, flow, language in session.execute(query)
    }


def numbers(session: Session) -> list[Number]:
    """Give all numbers, the disabled ones too."""
    query = select(NumberRow).order_by(NumberRow.number).execution_options(populate_existing=True)
    return [_number(row) for row in session.scalars(query)]


def number_to_change(session: Session, number: str) -> Number:
    """Read a number and lock it until this transaction ends; MissingError if there is none."""
    query = select(NumberRow).where(NumberRow.number == clean(number, 32)).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("There is no number {number}.", number=number[:32])
    return _number(row)


def save_number(session: Session, number: Number) -> None:
    """Add a number, or change it if it exists."""
    if not (key := clean(number.number.strip(), 32)):
        raise InvalidError("Enter a number.", field="number")
    if session.get(FlowRow, number.flow) is None:
        raise InvalidError("There is no flow {flow}.", field="flow", flow=number.flow)
    columns = {
        "name": clean(number.name.strip(), 100),
        "flow_id": number.flow,
        "enabled": number.enabled,
        "language": number.language.value,
    }
    saved = insert(NumberRow).values(number=key, **columns)
    session.execute(saved.on_conflict_do_update(index_elements=[NumberRow.number], set_=columns))
    notify(session, f"numbers:{key}")


def prompts(session: Session) -> list[Prompt]:
    """Give the texts of all prompts in all languages."""
    query = select(PromptRow).order_by(PromptRow.name, PromptRow.language)
    return [Prompt(row.name, row.language, row.text) for row in session.scalars(query)]


def save_prompt(session: Session, prompt: Prompt) -> None:
    """Store the text of a prompt; another text than before takes the place of its audio."""
    text = clean(prompt.text.strip())
    saved = insert(PromptRow).values(name=prompt.name, language=prompt.language, text=text)
    session.execute(
        saved.on_conflict_do_update(
            index_elements=[PromptRow.name, PromptRow.language],
            set_={"text": text, "version_id": None, "seconds": None},
            where=PromptRow.text != text,
        )
    )
    notify(session, f"prompts:{prompt.name}")


def _number(row: NumberRow) -> Number:
    flow, language = FlowId(row.flow_id), Language(row.language)
    return Number(row.number, row.name, flow, row.enabled, language)
