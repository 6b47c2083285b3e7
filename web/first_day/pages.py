"""Pages of the set-up after the first sign-in: the checklist and its steps."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from crm.first_day.step import SetupStep
from crm.people.person import Language, SignedIn
from crm.people.rights import Right
from web.first_day import actions
from web.first_day.forms import (
    NewAgentRow,
    checked_rows,
    company_form,
    number_form,
    queue_form,
    read_rows,
    with_defaults,
)
from web.first_day.shapes import MOST_ROWS, CompanyForm
from web.first_day.words import STEP_NAMES, STEP_NOTES, STEP_RIGHTS
from web.kit.auth import needs
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save
from web.kit.forms import Form
from web.kit.posted import FORM_ERRORS, SentForm, blame
from web.kit.request import context_of, reader_of
from web.numbers.actions import make_number
from web.numbers.menu_actions import write_menu
from web.numbers.shapes import MenuForm, NumberBody
from web.queues.actions import make_queue
from web.queues.reading import read_queue

router = APIRouter(prefix="/first-day")
Starter = Annotated[SignedIn, Depends(needs(*STEP_RIGHTS.values()))]
CompanyEditor = Annotated[SignedIn, Depends(needs(Right.PARAMETERS_EDIT))]
AgentAdder = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]
QueueAdder = Annotated[SignedIn, Depends(needs(Right.QUEUES_MANAGE))]
NumberAdder = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def checklist_page(request: Request, who: Starter) -> Response:
    """Show the steps of the set-up, and which are done."""
    with context_of(request).database.begin() as session:
        steps = actions.checklist(session, reader_of(request), who)
    shown = {"steps": steps, "may_try": context_of(request).settings.try_it}
    return context_of(request).pages.page(request, "first-day.html", shown)


@router.post("/hide")
def hide(request: Request, who: Starter) -> Response:
    """End the set-up: the checklist goes, whatever was done of it stays."""
    with context_of(request).database.begin() as session:
        actions.hide_checklist(session, request, who)
    return RedirectResponse("/", 303)


@router.post("/{step}/skip")
def skip(request: Request, step: SetupStep, who: Starter) -> Response:
    """Skip a step and go on to the next one."""
    with context_of(request).database.begin() as session:
        actions.skip_step(session, request, who, step)
        place = actions.place_after(session, who, step)
    return RedirectResponse(place, 303)


@router.get("/company")
def company_page(request: Request, _who: CompanyEditor) -> Response:
    """Ask for company, language and time zone."""
    return _show(request, SetupStep.COMPANY, _company_form(request))


@router.post("/company")
def set_company(request: Request, who: CompanyEditor, sent: SentForm) -> Response:
    """Set company, language and time zone."""

    def write(session: Session) -> None:
        actions.set_company(session, request, who, read_body(CompanyForm, sent))
        actions.add_standard_picklists(session)

    answer = _save(request, who, SetupStep.COMPANY, lambda _: _company_form(request), sent, write)
    context_of(request).settings_cache.forget()
    return answer


@router.get("/queue")
def queue_page(request: Request, _who: QueueAdder) -> Response:
    """Ask for a queue."""
    with context_of(request).database.begin() as session:
        form = queue_form(session, reader_of(request))
    return _show(request, SetupStep.QUEUE, form)


@router.post("/queue")
def add_queue(request: Request, who: QueueAdder, sent: SentForm) -> Response:
    """Add a queue."""

    def write(session: Session) -> None:
        make_queue(session, request, who, read_queue(with_defaults(sent)))

    reader = reader_of(request)
    return _save(
        request, who, SetupStep.QUEUE, lambda session: queue_form(session, reader), sent, write
    )


@router.get("/number")
def number_page(request: Request, _who: NumberAdder) -> Response:
    """Ask for a number, its greeting and its menu."""
    with context_of(request).database.begin() as session:
        form = _number_form(request, session)
    return _show(request, SetupStep.NUMBER, form)


@router.post("/number")
def add_number(request: Request, who: NumberAdder, sent: SentForm) -> Response:
    """Add a number with a new flow: greeting, menu, queues."""

    def write(session: Session) -> None:
        body = read_body(NumberBody, sent).model_copy(update={"flow": None, "active": True})
        menu = read_body(MenuForm, sent).body()
        write_menu(session, request, who, make_number(session, request, who, body), menu)

    return _save(
        request, who, SetupStep.NUMBER, lambda session: _number_form(request, session), sent, write
    )


@router.get("/agents")
def agents_page(request: Request, _who: AgentAdder) -> Response:
    """Ask for the first agents, several at once."""
    rows = [NewAgentRow(number) for number in range(1, MOST_ROWS + 1)]
    return _show_agents(request, rows, Form("/first-day/agents", name="agents"))


@router.post("/agents")
def add_agents(request: Request, who: AgentAdder, sent: SentForm) -> Response:
    """Add agents and show their passwords, only this once."""
    reader, rows = reader_of(request), read_rows(sent)
    form = Form("/first-day/agents", name="agents")
    try:
        with context_of(request).database.begin() as session:
            made = actions.add_agents(session, request, who, checked_rows(reader, rows))
            actions.finish_step(session, who, SetupStep.AGENTS)
            place = actions.place_after(session, who, SetupStep.AGENTS)
    except FORM_ERRORS as error:
        return _show_agents(request, rows, form, blame(form, reader, error))
    shown = {"made": made, "next": place, **_step(request, SetupStep.AGENTS)}
    return context_of(request).pages.page(request, "first-day-agents.html", shown)


def _save(  # noqa: PLR0913, PLR0917 - a step has these parts
    request: Request,
    who: SignedIn,
    step: SetupStep,
    make_form: Callable[[Session], Form],
    sent: SentForm,
    write: Callable[[Session], None],
) -> Response:
    """Do what a step is for and go on to the next one; or show its form again with its errors."""
    with context_of(request).database.begin() as session:
        form = make_form(session)

        def write_step() -> str:
            write(session)
            actions.finish_step(session, who, step)
            return actions.place_after(session, who, step)

        place = save(session, reader_of(request), form, sent, write_step)
        if isinstance(place, NotSaved):
            return _show(request, step, form, place.status)
    return RedirectResponse(place, 303)


def _company_form(request: Request) -> Form:
    known, reader = context_of(request).parameters(), reader_of(request)
    values = {key: known.text(key) for key in ("company", "language", "timezone")}
    if not known.text("company"):
        values["language"] = str(reader.language)
    return company_form(reader, values)


def _number_form(request: Request, session: Session) -> Form:
    known = context_of(request).parameters()
    language = Language(known.text("language"))
    return number_form(session, reader_of(request), language, known.text("company"))


def _step(request: Request, step: SetupStep) -> dict[str, object]:
    say = reader_of(request).gettext
    number, count = list(SetupStep).index(step) + 1, len(SetupStep)
    return {
        "step": step.value,
        "title": say(STEP_NAMES[step]),
        "about": say(STEP_NOTES[step]),
        "number": number,
        "count": count,
    }


def _show(request: Request, step: SetupStep, form: Form, status: int = 200) -> Response:
    shown = {"form": form, **_step(request, step)}
    return context_of(request).pages.page(request, "first-day-step.html", shown, status=status)


def _show_agents(
    request: Request, rows: list[NewAgentRow], form: Form, status: int = 200
) -> Response:
    shown = {"made": [], "rows": rows, "form": form, **_step(request, SetupStep.AGENTS)}
    return context_of(request).pages.page(request, "first-day-agents.html", shown, status=status)
