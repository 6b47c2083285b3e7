"""The pages of call flows: the list, a flow with its steps, publishing it."""

import json

from fastapi import APIRouter, Request, Response

from crm.kernel.errors import HotlineError, InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from ivr.drafts import store
from ivr.registry import STEP_TYPES
from web.flow_tests.actions import export, read_tests, take_tests
from web.flow_tests.shapes import FlowTestBody
from web.flows import actions
from web.flows.api import FlowEditor, FlowPublisher, FlowReader
from web.flows.listing import FLOWS
from web.flows.rows import step_rows
from web.flows.shapes import FlowBody, PublishBody
from web.flows.world import flow_world
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, carry_out, save, submit
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.kit.toast import done

router = APIRouter(prefix="/flows")

add_export(router, FLOWS)


@router.get("")
def flows_page(request: Request, who: FlowReader) -> Response:
    """List the flows."""
    return list_page(request, who, FLOWS)


@router.get("/new")
def new_flow(request: Request, _who: FlowEditor) -> Response:
    """Show the form for a new flow."""
    return _show_new(request, _name_form(reader_of(request), "/flows"))


@router.post("")
def add_flow(request: Request, who: FlowEditor, sent: SentForm) -> Response:
    """Add a flow."""
    reader = reader_of(request)
    form = _name_form(reader, "/flows")
    with context_of(request).database.begin() as session:
        made = save(
            session,
            reader,
            form,
            sent,
            lambda: actions.add(session, request, who, read_body(FlowBody, sent).name),
        )
    if isinstance(made, NotSaved):
        return _show_new(request, form, made.status)
    return done(f"/flows/{made}/picture", N_("Saved."))


@router.get("/{flow}")
def flow_page(request: Request, flow: IdPath, who: FlowReader) -> Response:
    """Show a flow: its draft step by step, what is wrong with it, and how to publish it."""
    return _show(request, who, flow)


@router.post("/{flow}/rename")
def rename_flow(request: Request, flow: IdPath, who: FlowEditor, sent: SentForm) -> Response:
    """Name a flow anew."""
    reader = reader_of(request)
    form = _name_form(reader, f"/flows/{flow}/rename")
    with context_of(request).database.begin() as session:
        name = save(
            session,
            reader,
            form,
            sent,
            lambda: actions.rename(session, request, who, flow, read_body(FlowBody, sent).name),
        )
    if isinstance(name, NotSaved):
        return _show(request, who, flow, name.status, rename=form)
    return done(f"/flows/{flow}", N_("Saved."))


@router.post("/{flow}/copy")
def copy_flow(request: Request, flow: IdPath, who: FlowEditor, sent: SentForm) -> Response:
    """Add a flow that begins with the steps of this one."""
    reader = reader_of(request)
    form = _name_form(reader, f"/flows/{flow}/copy", name="copy")
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow)
        made = save(
            session,
            reader,
            form,
            sent,
            lambda: actions.copy(session, request, who, flow, read_body(FlowBody, sent).name),
        )
    if isinstance(made, NotSaved):
        return _show(request, who, flow, made.status, copy=form)
    return done(f"/flows/{made}", N_("Saved."))


@router.post("/{flow}/remove")
def remove_flow(request: Request, flow: IdPath, who: FlowEditor) -> Response:
    """Delete a flow that nothing leads to."""
    return carry_out(
        request,
        lambda session: actions.remove(session, request, who, flow),
        "/flows",
        lambda error: _refused(request, who, flow, error),
        N_("Deleted."),
    )


@router.post("/{flow}/start")
def set_start(request: Request, flow: IdPath, who: FlowEditor, sent: SentForm) -> Response:
    """Choose the first step."""
    with context_of(request).database.begin() as session:
        store.flow_name(session, flow, lock=True)
        draft = store.draft(session, flow)
        changed = {**draft.document, "start": sent.one("start")[:100]}
        actions.edit(session, who, flow, changed, draft.layout)
    return done(f"/flows/{flow}", N_("Saved."))


@router.post("/{flow}/discard")
def discard_draft(request: Request, flow: IdPath, who: FlowEditor) -> Response:
    """Forget what was changed since the newest version."""
    return carry_out(
        request,
        lambda session: actions.discard(session, request, who, flow),
        f"/flows/{flow}",
        lambda error: _refused(request, who, flow, error),
        N_("The changes are discarded."),
    )


@router.post("/{flow}/publish")
def publish_flow(request: Request, flow: IdPath, who: FlowPublisher, sent: SentForm) -> Response:
    """Publish the draft, now or at a time."""
    reader = reader_of(request)
    form = publish_form(reader, flow)
    with context_of(request).database.begin() as session:

        def write() -> int | None:
            return actions.publish(session, request, who, flow, read_body(PublishBody, sent))

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _show(request, who, flow, made.status, publish=form)
    planned = N_("The draft will be published at that time.")
    return done(f"/flows/{flow}", N_("Published.") if made else planned)


@router.post("/{flow}/unplan")
def unplan_flow(request: Request, flow: IdPath, who: FlowPublisher) -> Response:
    """Do not publish the draft by itself."""
    return carry_out(
        request,
        lambda session: actions.unplan(session, request, who, flow),
        f"/flows/{flow}",
        lambda error: _refused(request, who, flow, error),
    )


@router.post("/{flow}/import")
def import_flow(request: Request, flow: IdPath, who: FlowEditor, sent: SentForm) -> Response:
    """Take a document that was exported as JSON as the draft."""
    reader = reader_of(request)
    form = import_form(reader, flow)

    def write() -> None:
        document, tests = _read_json(sent.one("document"))
        with context_of(request).database.begin() as session:
            store.flow_name(session, flow, lock=True)
            actions.edit(session, who, flow, document, {})
            if tests is not None:
                take_tests(session, request, who, flow, tests)

    if isinstance(refused := submit(reader, form, sent, write), NotSaved):
        return _show(request, who, flow, refused.status, imported=form)
    return done(f"/flows/{flow}", N_("Imported as the draft."))


@router.get("/{flow}/json")
def export_flow(request: Request, flow: IdPath, _who: FlowReader) -> Response:
    """Give the draft with its tests as a JSON file."""
    with context_of(request).database.begin() as session:
        found = export(session, flow)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="flow-{flow}.json"'}
    return Response(text, headers=headers, media_type="application/json")


def _read_json(text: str) -> tuple[dict[str, object], list[FlowTestBody] | None]:
    """Read a file of a flow with its tests, or of a flow alone."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    whole = isinstance(told, dict) and "document" in told
    document = told["document"] if whole else told
    if not isinstance(document, dict) or not isinstance(document.get("nodes"), dict):
        raise InvalidError(N_("This is not a flow that was exported as JSON."), "document")
    return document, read_tests(told.get("tests", [])) if whole else None


# ---- forms and the page


def _name_form(reader: Reader, url: str, name: str = "flow", value: str = "") -> Form:
    fields = fields_of(FlowBody, reader, {"name": value}, {})
    words = {"flow": N_("Save"), "copy": N_("Copy")}
    return Form(url, fields, submit=reader.gettext(words[name]), name=name, columns=1)


def publish_form(reader: Reader, flow: int) -> Form:
    """Make the form that publishes a draft."""
    fields = fields_of(PublishBody, reader, {}, {})
    submit_ = reader.gettext(N_("Publish"))
    return Form(f"/flows/{flow}/publish", fields, submit=submit_, name="publish", columns=1)


def import_form(reader: Reader, flow: int) -> Form:
    """Make the form that takes a document as JSON."""
    field = Field(
        "document",
        reader.gettext(N_("JSON of a flow")),
        "textarea",
        required=True,
        maxlength=1_000_000,
        help=reader.gettext(
            N_("It takes the place of the draft, and its tests that of the flow's.")
        ),
    )
    submit_ = reader.gettext(N_("Import"))
    return Form(f"/flows/{flow}/import", [field], submit=submit_, name="import", columns=1)


def _show_new(request: Request, form: Form, status: int = 200) -> Response:
    return context_of(request).pages.page(request, "flow-new.html", {"form": form}, status=status)


def _refused(request: Request, who: SignedIn, flow: int, error: HotlineError) -> Response:
    reader = reader_of(request)
    return _show(request, who, flow, 409, refused=reader.error(error))


def _show(
    request: Request, who: SignedIn, flow: int, status: int = 200, **shown: object
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_flow(session, reader, flow)
        world = flow_world(session, reader)
        draft = actions.show_draft(session, reader, flow, world)
        versions = actions.show_versions(session, flow)
        rows = step_rows(reader, draft, world)
        changes = []
        if draft.revision and shape.version:
            before = actions.document(session, flow, shape.version)
            changes = actions.show_differences(reader, before, draft.document)
    types = [Choice(key=key, name=reader.gettext(one.label)) for key, one in STEP_TYPES.items()]
    page = {
        "flow": shape,
        "draft": draft,
        "versions": versions,
        "steps": rows,
        "changes": changes,
        "types": sorted(types, key=lambda one: one.name.casefold()),
        "publish": publish_form(reader, flow),
        "imported": import_form(reader, flow),
        "rename": _name_form(reader, f"/flows/{flow}/rename", value=shape.name),
        "copy": _name_form(reader, f"/flows/{flow}/copy", "copy"),
        "refused": "",
        "may_edit": who.may(Right.FLOWS_EDIT),
        "may_publish": who.may(Right.FLOWS_PUBLISH),
    }
    return context_of(request).pages.page(request, "flow.html", page | shown, status=status)
