"""The pages of a flow's steps, and of its versions."""

from fastapi import APIRouter, Request, Response

from crm.kernel.errors import InvalidError, MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from ivr.check import type_of
from ivr.drafts import store
from web.flows import actions
from web.flows.api import FlowEditor, FlowPublisher, FlowReader
from web.flows.forms import step_form, step_title
from web.flows.nodes import Nodes, nodes_of
from web.flows.steps import (
    NEW,
    add_step,
    read_step_form,
    remove_step,
    with_nodes,
)
from web.flows.world import flow_world
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, save
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done

router = APIRouter(prefix="/flows/{flow}")


@router.post("/steps")
def add(request: Request, flow: IdPath, who: FlowEditor, sent: SentForm) -> Response:
    """Add a step of a type, and open its form."""
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow, lock=True)
        draft = store.draft(session, flow)
        nodes = nodes_of(draft.document)
        step = add_step(nodes, sent.one("type"))
        actions.edit(session, who, flow, with_nodes(draft.document, nodes), draft.layout)
    return done(f"/flows/{flow}/steps/{step}", N_("Saved."))


@router.get("/steps/{step}")
def step_page(request: Request, flow: IdPath, step: str, who: FlowReader) -> Response:
    """Show the form of a step."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow)
        draft = store.draft(session, flow)
        nodes = nodes_of(draft.document)
        type_ = type_of(nodes.get(step))
        if type_ is None:
            raise MissingError(N_("There is no such step."))
        world = flow_world(session, reader)
        form = step_form(reader, flow, step, type_, nodes, world, draft.revision)
    return _show(request, who, flow, step, nodes, form)


@router.post("/steps/{step}")
def change(request: Request, flow: IdPath, step: str, who: FlowEditor, sent: SentForm) -> Response:
    """Change a step, unless another user changed the draft in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow, lock=True)
        draft = store.draft(session, flow)
        nodes = nodes_of(draft.document)
        type_ = type_of(nodes.get(step))
        if type_ is None:
            raise MissingError(N_("There is no such step."))
        world = flow_world(session, reader)
        form = step_form(reader, flow, step, type_, nodes, world, draft.revision)
        before = set(nodes)

        def write() -> str:
            nodes[step] = read_step_form(sent, type_, nodes)
            changed = with_nodes(draft.document, nodes)
            actions.edit(session, who, flow, changed, draft.layout)
            return next((key for key in nodes if key not in before), "")

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        _keep_new_ways(form, sent)
        return _show(request, who, flow, step, nodes, form, made.status)
    return done(f"/flows/{flow}/steps/{made}" if made else f"/flows/{flow}", N_("Saved."))


def _keep_new_ways(form: Form, sent: Posted) -> None:
    """A way to a new step that was not saved stays chosen."""
    for field in form.fields:
        if sent.one(field.name).startswith(NEW):
            field.value = sent.one(field.name)


@router.post("/steps/{step}/remove")
def remove(request: Request, flow: IdPath, step: str, who: FlowEditor) -> Response:
    """Delete a step; ways that led to it lead nowhere until they are connected anew."""
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow, lock=True)
        draft = store.draft(session, flow)
        nodes = nodes_of(draft.document)
        remove_step(nodes, step)
        actions.edit(session, who, flow, with_nodes(draft.document, nodes), draft.layout)
    return done(f"/flows/{flow}", N_("Deleted."))


@router.get("/compare")
def compare_page(request: Request, flow: IdPath, _who: FlowReader) -> Response:
    """Show what differs between two versions."""
    reader = reader_of(request)
    numbers = [_number(request.query_params.get(name, "")) for name in ("from", "to")]
    with context_of(request).database.begin() as session:
        shape = actions.show_flow(session, reader, flow)
        old, new = (actions.document(session, flow, number) for number in numbers)
        versions = actions.show_versions(session, flow)
    shown = {
        "flow": shape,
        "before": numbers[0],
        "after": numbers[1],
        "versions": versions,
        "changes": actions.show_differences(reader, old, new),
    }
    return context_of(request).pages.page(request, "flow-compare.html", shown)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004 - an int
        raise InvalidError(N_("Choose two versions."))
    return int(text)


@router.post("/rollback")
def roll_back(request: Request, flow: IdPath, who: FlowPublisher, sent: SentForm) -> Response:
    """Publish an older version again."""
    version = _number(sent.one("version"))
    with context_of(request).database.begin() as session:
        actions.roll_back(session, request, who, flow, version, sent.one("message"))
    return done(f"/flows/{flow}", N_("Published."))


def _show(  # noqa: PLR0913, PLR0917 - a step and its form
    request: Request,
    who: SignedIn,
    flow: int,
    step: str,
    nodes: Nodes,
    form: Form,
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_flow(session, reader, flow)
        draft = actions.show_draft(session, reader, flow)
    type_ = type_of(nodes.get(step))
    page = {
        "flow": shape,
        "step": step,
        "title": step_title(reader, step, nodes.get(step, {})),
        "type": reader.gettext(type_.label) if type_ is not None else "",
        "form": form,
        "problems": [one for one in draft.problems if one.step == step],
        "may_edit": who.may(Right.FLOWS_EDIT),
    }
    return context_of(request).pages.page(request, "flow-step.html", page, status=status)
