"""The pages of staffing: the question, the progress of its simulation, and the answer."""

from typing import Any

from fastapi import APIRouter, Request, Response

from crm.kernel.errors import ConflictError, HotlineError, MissingError
from crm.people.person import SignedIn
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, submit
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.simulations import actions, what_if
from web.simulations.answer import chart_of, in_words, rows_of
from web.simulations.api import Planner, SimulationId
from web.simulations.folder import Simulation
from web.simulations.shapes import FiguresShape, SimulationState
from web.simulations.staffing import StaffingBody
from web.simulations.words import STATES, TONES

router = APIRouter(prefix="/simulations")


@router.get("")
def staffing_page(request: Request, who: Planner) -> Response:
    """Show the form of a question, and the user's last answers."""
    return _form_page(request, who)


@router.post("")
def ask(request: Request, who: Planner, sent: SentForm) -> Response:
    """Begin to simulate a question."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = what_if.staffing_form(session, request, who)

    def begin() -> str:
        return what_if.ask(request, who, read_body(StaffingBody, sent))

    outcome = submit(reader, form, sent, begin)
    if isinstance(outcome, NotSaved):
        return _form_page(request, who, form, outcome.status)
    return done(f"/simulations/{outcome}", N_("Simulation started."))


@router.post("/example")
def ask_example(request: Request, who: Planner) -> Response:
    """Begin the example of the demo."""
    if not context_of(request).settings.demo:
        raise MissingError(N_("The example is part of the demo."))
    try:
        id_ = what_if.ask_example(request, who)
    except ConflictError as error:
        return _form_page(request, who, status=409, error=error)
    return done(f"/simulations/{id_}", N_("Simulation started."))


@router.get("/{simulation}")
def answer_page(request: Request, simulation: SimulationId, who: Planner) -> Response:
    """Show a simulation: its progress, or its answer."""
    shown = _shown(reader_of(request), actions.find(request, who, simulation))
    return context_of(request).pages.page(request, "simulation.html", shown)


@router.get("/{simulation}/progress")
def progress_part(request: Request, simulation: SimulationId, who: Planner) -> Response:
    """Show the progress alone; the page reloads itself when the simulation is over."""
    shown = _shown(reader_of(request), actions.find(request, who, simulation))
    return context_of(request).pages.page(request, "simulation-progress.html", shown)


@router.post("/{simulation}/cancel")
def cancel_simulation(request: Request, simulation: SimulationId, who: Planner) -> Response:
    """End a simulation, or remove its answer."""
    actions.cancel(request, who, simulation)
    return done("/simulations", N_("Simulation removed."))


def _form_page(
    request: Request,
    who: SignedIn,
    form: Form | None = None,
    status: int = 200,
    error: HotlineError | None = None,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    if form is None:
        with context.database.begin() as session:
            form = what_if.staffing_form(session, request, who)
    if error is not None:
        form.error = reader.error(error)
    shown = {
        "form": form,
        "has_queues": bool(form.field("queue").options),
        "past": [_line(reader, one) for one in actions.all_of(request, who)],
        "demo": context.settings.demo,
    }
    return context.pages.page(request, "simulations.html", shown, status=status)


def _line(reader: Reader, one: Simulation) -> dict[str, Any]:
    titles = one.request["said"].get("titles", {})
    name = titles.get(reader.language) or str(one.request["name"])
    return {
        "url": f"/simulations/{one.id}",
        "id": one.id,
        "name": name or reader.gettext(N_("All queues")),
        "at": one.created_at,
        "state": one.state.value,
        "state_name": reader.gettext(STATES[one.state]),
        "tone": TONES[one.state],
        "sentence": _sentence(reader, one),
    }


def _sentence(reader: Reader, one: Simulation) -> str:
    said = one.request["said"]
    if one.state is not SimulationState.DONE or not said or one.result is None:
        return ""
    now, then, _ = _figures(one, str(said["queue"]))
    return in_words(said, now, then, reader)


def _shown(reader: Reader, one: Simulation) -> dict[str, Any]:
    shown: dict[str, Any] = {
        **_line(reader, one),
        "active": one.state in {SimulationState.WAITING, SimulationState.RUNNING},
        "runs_done": one.runs_done,
        "runs": int(one.request["runs"]),
        "percent": round(100 * one.runs_done / max(1, int(one.request["runs"]))),
        "rows": [],
        "measured": False,
        "chart": None,
    }
    said = one.request["said"]
    if one.state is SimulationState.DONE and said and one.result is not None:
        now, then, change = _figures(one, str(said["queue"]))
        shown["rows"] = rows_of(said["real"], now, then, change, reader)
        shown["runs_done"] = int(one.result["results"][0]["runs"])
        shown["measured"] = bool(said["real"])
        shown["chart"] = chart_of(one.result["hours"], int(said["start_hour"]), reader)
    return shown


def _figures(one: Simulation, queue: str) -> tuple[FiguresShape, FiguresShape, FiguresShape]:
    """Give the figures of a queue, or of all (""): as now, with the change, the difference."""
    result = one.result or {}
    before, after = (
        FiguresShape(**(each["queues"].get(queue, {}) if queue else each["whole"]))
        for each in result["results"]
    )
    return before, after, FiguresShape(**result["changes"].get(queue, {}))
