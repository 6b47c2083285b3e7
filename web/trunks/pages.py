"""The pages of trunks: the list, the form, the present state, and tests."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError
from cti.trunks import store
from cti.trunks.trunk import Preset, Trunk
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page, read_table
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.trunks.actions import make_trunk, remove_trunk, run_test, write_trunk
from web.trunks.api import TrunkManager
from web.trunks.forms import new_form, sections, trunk_form
from web.trunks.listing import TRUNKS
from web.trunks.shapes import TestShape, TrunkChange, TrunkForm
from web.trunks.views import show_settings, show_state, show_test
from web.trunks.words import LAMPS, PRESET_NOTES, PRESETS, STEPS, TONES, VERDICT_TONES, VERDICTS

router = APIRouter(prefix="/trunks")


add_export(router, TRUNKS)


@router.get("")
def trunks_page(request: Request, who: TrunkManager) -> Response:
    """List the trunks; their states are loaded again every few seconds."""
    return list_page(
        request, who, TRUNKS, "trunks.html", {"query": request.url.query, "apart": False}
    )


@router.get("/live")
def live_rows(request: Request, who: TrunkManager) -> Response:
    """Give the rows of the list as they are now."""
    context = context_of(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, TRUNKS)
    shown = {"table": table, "query": request.url.query, "apart": True}
    return context.pages.page(request, "trunks-live.html", shown)


@router.get("/new")
def new_trunk(
    request: Request,
    _who: TrunkManager,
    preset: Annotated[Preset, Query()] = Preset.CARRIER,
) -> Response:
    """Show the form for a new trunk, filled for its kind."""
    return _new(request, new_form(reader_of(request), preset), preset)


@router.post("")
def add_trunk(request: Request, who: TrunkManager, sent: SentForm) -> Response:
    """Add a trunk, and show it with its state."""
    reader, word = reader_of(request), sent.one("preset")
    preset = Preset(word) if word in set(Preset) else Preset.CARRIER
    with context_of(request).database.begin() as session:
        form = new_form(reader, preset)

        def write() -> int:
            body = read_body(TrunkForm, sent).body()
            return make_trunk(session, request, who, body)

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _new(request, form, preset, made.status)
    return done(f"/trunks/{made}", N_("Trunk added. Test it now."))


@router.get("/{trunk}")
def trunk_page(request: Request, trunk: IdPath, _who: TrunkManager) -> Response:
    """Show a trunk: its present state and its form."""
    return _page(request, trunk)


@router.get("/{trunk}/state")
def trunk_state(request: Request, trunk: IdPath, _who: TrunkManager) -> Response:
    """Give the part of the page that changes."""
    with context_of(request).database.begin() as session:
        known = store.trunk(session, trunk)
    return context_of(request).pages.page(request, "trunk-state.html", _state(request, known))


@router.post("/{trunk}")
def change_trunk(request: Request, trunk: IdPath, who: TrunkManager, sent: SentForm) -> Response:
    """Change a trunk, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        before = store.trunk_to_change(session, trunk)
        form = trunk_form(reader, show_settings(before))

        def write() -> None:
            body = read_body(TrunkForm, sent).body()
            write_trunk(session, request, who, trunk, TrunkChange(**dict(body)))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, before, form, outcome.status)
    return saved(f"/trunks/{trunk}")


@router.post("/{trunk}/test")
def test_trunk(request: Request, trunk: IdPath, who: TrunkManager) -> Response:
    """Test a trunk and show the result on its page."""
    result = show_test(run_test(request, who, trunk), reader_of(request))
    return _page(request, trunk, result=result)


@router.post("/{trunk}/delete")
def delete_trunk(request: Request, trunk: IdPath, who: TrunkManager) -> Response:
    """Delete a trunk that nothing uses."""

    def remove(session: Session) -> None:
        remove_trunk(session, request, who, trunk)

    again = partial(_page, request, trunk)
    return carry_out(request, remove, "/trunks", again, N_("Trunk deleted."))


def _page(
    request: Request,
    trunk: int,
    error: HotlineError | None = None,
    *,
    result: TestShape | None = None,
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        known = store.trunk(session, trunk)
    form = trunk_form(reader, show_settings(known))
    form.error = reader.error(error) if error else ""
    return _show(request, known, form, 409 if error else 200, result)


def _new(request: Request, form: Form, preset: Preset, status: int = 200) -> Response:
    reader = reader_of(request)
    shown = {
        "form": form,
        "sections": sections(reader, form),
        "note": reader.gettext(PRESET_NOTES[preset]),
        "tabs": [
            {
                "url": f"/trunks/new?preset={one}",
                "label": reader.gettext(label),
                "current": one is preset,
            }
            for one, label in PRESETS.items()
        ],
    }
    return context_of(request).pages.page(request, "trunk-new.html", shown, status=status)


def _show(
    request: Request,
    known: Trunk,
    form: Form,
    status: int = 200,
    result: TestShape | None = None,
) -> Response:
    reader = reader_of(request)
    shown = {
        **_state(request, known),
        "form": form,
        "sections": sections(reader, form),
        "result": result,
        "steps": {step: reader.gettext(word) for step, word in STEPS.items()},
        "verdicts": {one: reader.gettext(word) for one, word in VERDICTS.items()},
        "verdict_tones": VERDICT_TONES,
    }
    return context_of(request).pages.page(request, "trunk.html", shown, status=status)


def _state(request: Request, known: Trunk) -> dict[str, object]:
    reader = reader_of(request)
    now = show_state(known, request.app.state, reader)
    return {
        "trunk": show_settings(known),
        "now": now,
        "lamp": reader.gettext(LAMPS[now.state]),
        "tone": TONES[now.state],
    }
