"""Actions on flows that pages and API share: draft, check, publish, roll back, copy."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, InvalidError
from crm.people.person import SignedIn
from crm.people.store import names
from ivr import store as ivr_store
from ivr.check import FlowProblem, Weight, check_flow
from ivr.difference import FlowChange, differences
from ivr.drafts import store
from ivr.drafts.alarms.store import end_stopped
from ivr.fields import specs
from ivr.flow import FlowId
from ivr.registry import STEP_TYPES
from ivr.simulation.store import add_test, flow_tests
from web.destinations.usage import check_unused
from web.flow_tests.gate import check_tests
from web.flows.addresses import forbidden_addresses
from web.flows.editors import EDITORS
from web.flows.forms import step_title
from web.flows.nodes import nodes_of
from web.flows.shapes import (
    DifferenceShape,
    DraftShape,
    FlowProblemShape,
    FlowShape,
    PublishBody,
    RevisionShape,
    VersionShape,
)
from web.flows.words import CHANGES, NODE_FIELDS, NOTHING
from web.flows.world import FlowWorld, flow_world
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import reader_of

LATEST_DAYS = 366


def show_flows(session: Session, reader: Reader) -> list[FlowShape]:
    """Show all flows by name."""
    del reader
    found = store.summaries(session)
    people = names(session, [one.author for one in found if one.author])
    return [
        FlowShape(
            id=one.id,
            name=one.name,
            numbers=list(one.numbers),
            version=one.version,
            published_at=one.published_at,
            published_by=people.get(one.author or 0, ""),
            draft_at=one.draft_at,
        )
        for one in found
    ]


def show_flow(session: Session, reader: Reader, flow: int) -> FlowShape:
    """Show one flow; MissingError if there is none."""
    store.flow_name(session, flow)
    return next(one for one in show_flows(session, reader) if one.id == flow)


def show_draft(
    session: Session, reader: Reader, flow: int, world: FlowWorld | None = None
) -> DraftShape:
    """Show a flow's draft with its problems; `world` if it has been read already."""
    store.flow_name(session, flow)
    world = world or flow_world(session, reader)
    draft = store.draft(session, flow)
    people = names(session, [draft.changed_by] if draft.changed_by else [])
    return DraftShape(
        document=dict(draft.document),
        layout=dict(draft.layout),
        revision=draft.revision,
        changed_at=draft.changed_at,
        changed_by=people.get(draft.changed_by or 0, ""),
        publish_at=draft.publish_at,
        publish_message=draft.publish_message,
        problems=problems_of(reader, draft.document, world),
    )


def show_revision(
    session: Session, who: SignedIn, flow: int, *, editing: bool = False
) -> RevisionShape:
    """Show which revision a draft has, who made it, and who else has the flow open."""
    at = now().timestamp()
    if editing:
        EDITORS.note(flow, who.user.id, who.user.name, at)
    found = next((one for one in store.summaries(session) if one.id == flow), None)
    store.flow_name(session, flow)
    draft = store.draft(session, flow)
    people = names(session, [draft.changed_by] if draft.changed_by else [])
    return RevisionShape(
        revision=draft.revision,
        changed_at=draft.changed_at,
        changed_by=people.get(draft.changed_by or 0, ""),
        mine=draft.changed_by == who.user.id,
        version=found.version if found else None,
        editors=EDITORS.others(flow, who.user.id, at),
    )


def check_document(
    session: Session, reader: Reader, document: Mapping[str, Any]
) -> list[FlowProblemShape]:
    """Check a document that need not be saved; InvalidError if it is too large."""
    store.check_size(document, {})
    return problems_of(reader, document, flow_world(session, reader))


def problems_of(
    reader: Reader, document: Mapping[str, Any], world: FlowWorld
) -> list[FlowProblemShape]:
    """Check a document and show what is wrong, in the reader's language."""
    nodes = nodes_of(document)
    found = [
        *forbidden_addresses(nodes, world.inside_hosts),
        *check_flow(document, world.for_check()),
    ]
    return [_problem(reader, nodes, one) for one in found]


def _problem(
    reader: Reader, nodes: Mapping[str, Mapping[str, Any]], one: FlowProblem
) -> FlowProblemShape:
    values = {
        name: reader.gettext(value) if name == "label" and isinstance(value, str) else value
        for name, value in one.values.items()
    }
    step = one.step
    return FlowProblemShape(
        step=step,
        step_name=step_title(reader, step, nodes.get(step, {})) if step else "",
        field=one.place,
        warning=one.weight is Weight.WARNING,
        text=reader.say(one.sentence, **values),
    )


def show_versions(session: Session, flow: int) -> list[VersionShape]:
    """Show a flow's versions, the newest first."""
    store.flow_name(session, flow)
    found = store.versions(session, flow)
    people = names(session, [one.author for one in found if one.author])
    return [
        VersionShape(
            version=one.version,
            message=one.message,
            published_at=one.published_at,
            published_by=people.get(one.author or 0, ""),
        )
        for one in found
    ]


def show_differences(
    reader: Reader, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[DifferenceShape]:
    """Show what differs between two documents, in words."""
    old, new = nodes_of(before), nodes_of(after)
    found = []
    for one in differences({**before, "nodes": old}, {**after, "nodes": new}):
        node = new.get(one.step) or old.get(one.step) or {}
        label = _label(reader, node, one.field)
        text = reader.say(
            CHANGES[one.change],
            step=step_title(reader, one.step, node),
            field=label,
            before=_value(reader, one.before, old),
            after=_value(reader, one.after, new),
        )
        shown = one.change is FlowChange.CHANGED
        found.append(
            DifferenceShape(
                change=one.change.value,
                step=one.step,
                field=one.field,
                before=one.before if shown else None,
                after=one.after if shown else None,
                text=text,
            )
        )
    return found


def _label(reader: Reader, node: Mapping[str, Any], name: str) -> str:
    if name in NODE_FIELDS:
        return reader.gettext(NODE_FIELDS[name])
    type_ = STEP_TYPES.get(str(node.get("type")))
    declared = specs(type_.fields) if type_ is not None else {}
    return reader.gettext(declared[name].label) if name in declared else name


def _value(reader: Reader, value: object, nodes: Mapping[str, Mapping[str, Any]]) -> str:
    match value:
        case None | "" | []:
            return reader.gettext(NOTHING)
        case Mapping() if not value:
            return reader.gettext(NOTHING)
        case str() if value in nodes:
            return f"“{step_title(reader, value, nodes[value])}”"
        case Mapping():
            return ", ".join(f"{key} → {_value(reader, to, nodes)}" for key, to in value.items())
        case list():
            return ", ".join(_value(reader, one, nodes) for one in value)
        case _:
            return str(value)[:200]


# ---- changes


def add(session: Session, request: Request, who: SignedIn, name: str) -> FlowId:
    """Add an empty flow."""
    flow = ivr_store.add_flow(session, name)
    note(session, request, who, "flow.added", "flows", flow, {}, {"name": name})
    return flow


def copy(session: Session, request: Request, who: SignedIn, flow: int, name: str) -> FlowId:
    """Add a flow with the draft and the tests of another one."""
    draft = store.draft(session, flow)
    made = add(session, request, who, name)
    store.save_draft(session, made, draft.document, draft.layout, who.user.id)
    for test in flow_tests(session, flow):
        add_test(session, made, test.name, test.scenario, test.expect, who.user.id)
    return made


def rename(session: Session, request: Request, who: SignedIn, flow: int, name: str) -> None:
    """Name a flow anew."""
    before = store.flow_name(session, flow, lock=True)
    store.rename_flow(session, flow, name)
    after = store.flow_name(session, flow)
    if before != after:
        old, new = {"name": before}, {"name": after}
        note(session, request, who, "flow.renamed", "flows", flow, old, new)


def remove(session: Session, request: Request, who: SignedIn, flow: int) -> None:
    """Delete a flow that nothing leads to; ConflictError says what does."""
    name = store.flow_name(session, flow, lock=True)
    shape = show_flow(session, reader_of(request), flow)
    if shape.numbers:
        raise ConflictError(
            N_("These numbers lead to the flow: {names}. Change them first."),
            names=", ".join(shape.numbers),
        )
    check_unused(session, Destination(DestinationKind.FLOW, str(flow)))
    store.delete_flow(session, flow)
    end_stopped(session, flow, now())
    note(session, request, who, "flow.removed", "flows", flow, {"name": name}, {})


def edit(
    session: Session,
    who: SignedIn,
    flow: int,
    document: Mapping[str, Any],
    layout: Mapping[str, Any],
) -> None:
    """Store a draft, whose flow is locked; the audit log tells of it when it is published."""
    store.save_draft(session, flow, document, layout, who.user.id)


def discard(session: Session, request: Request, who: SignedIn, flow: int) -> None:
    """Forget what was changed since the newest version."""
    store.flow_name(session, flow, lock=True)
    if store.draft(session, flow).revision:
        store.drop_draft(session, flow)
        end_stopped(session, flow, now())
        note(session, request, who, "flow.discarded", "flows", flow, {}, {})


def publish(
    session: Session, request: Request, who: SignedIn, flow: int, body: PublishBody
) -> int | None:
    """Publish the draft, or plan it; the new version's number, None if it is planned.

    InvalidError names the first problem of a draft that cannot be published.
    """
    store.flow_name(session, flow, lock=True)
    draft = store.draft(session, flow)
    if not draft.revision:
        raise ConflictError(N_("There is nothing new to publish."))
    reader = reader_of(request)
    problems = problems_of(reader, draft.document, flow_world(session, reader))
    errors = [one for one in problems if not one.warning]
    if errors:
        raise ConflictError(
            N_("The flow cannot be published yet: {problem}"),
            problem=": ".join(filter(None, (errors[0].step_name, errors[0].text))),
        )
    check_tests(session, reader, flow, draft.document)
    end_stopped(session, flow, now())
    if body.at is not None:
        at = _future(body.at, reader)
        store.plan(session, flow, at, body.message)
        after = {"message": body.message, "at": at.isoformat()}
        note(session, request, who, "flow.planned", "flows", flow, {}, after)
        return None
    made = store.publish_document(
        session, flow, draft.document, draft.layout, body.message, who.user.id
    )
    store.drop_draft(session, flow)
    told = {"version": made.version, "message": body.message}
    note(session, request, who, "flow.published", "flows", flow, {}, told)
    return made.version


def unplan(session: Session, request: Request, who: SignedIn, flow: int) -> None:
    """Do not publish the draft by itself."""
    store.flow_name(session, flow, lock=True)
    store.unplan(session, flow)
    end_stopped(session, flow, now())
    note(session, request, who, "flow.unplanned", "flows", flow, {}, {})


def _future(at: datetime, reader: Reader) -> datetime:
    whole = at if at.tzinfo else at.replace(tzinfo=reader.zone)
    if whole <= now():
        raise InvalidError(N_("Enter a time in the future."), "at")
    if whole > now() + timedelta(days=LATEST_DAYS):
        raise InvalidError(N_("Enter a valid time."), "at")
    return whole


def roll_back(  # noqa: PLR0913, PLR0917 - what, and why
    session: Session, request: Request, who: SignedIn, flow: int, version: int, message: str
) -> int:
    """Publish an older version again, as the newest one; the draft stays."""
    store.flow_name(session, flow, lock=True)
    old = store.version(session, flow, version)
    made = store.publish_document(session, flow, old.document, old.layout, message, who.user.id)
    end_stopped(session, flow, now())
    after = {"version": made.version, "message": message, "from_version": version}
    note(session, request, who, "flow.rolled_back", "flows", flow, {}, after)
    return made.version


def document(session: Session, flow: int, version: int) -> Mapping[str, Any]:
    """Give the document of a version; of 0 that of the draft."""
    if version:
        return store.version(session, flow, version).document
    return store.draft(session, flow).document
