"""The agent's desk, and the parts of its page that change with each call."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.calls.record import Kind
from crm.calls.store import timeline
from crm.customers import store as customers
from crm.customers.customer import CustomerDraft
from crm.dictionary.item import List
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.service.store import records_of_call
from web.calls.actions import keep_service_record
from web.calls.shapes import CallPath, ServiceRecordBody
from web.calls.views import show_record, words
from web.customers.actions import add, change
from web.customers.fields import draft_from
from web.desk import actions
from web.desk.api import check_outcome
from web.desk.forms import desk_form, record_form
from web.kit.auth import AtDesk, CustomerWriter
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save
from web.kit.forms import Form
from web.kit.i18n import Reader
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.live.context import live_of
from web.live.schema import ItemKind

router = APIRouter(prefix="/desk")
OUTCOME_FIELDS = ("outcome", "note")
Choices = dict[str, list[Choice]]


@dataclass(slots=True)
class OutcomeForm:
    """The outcome of a call: to be chosen, or chosen."""

    url: str
    outcomes: list[Choice]
    outcome: str = ""
    note: str = ""
    error: str = ""
    saved: bool = False


@router.get("")
def desk_page(request: Request, who: AtDesk) -> Response:
    """Show the desk; without the engine it shows that and waits."""
    context, reader = context_of(request), reader_of(request)
    mirror = live_of(request).mirror
    agent = mirror.value(ItemKind.AGENT, who.user.id)
    call = actions.present_call(mirror, who)
    with context.database.begin() as session:
        shown: dict[str, Any] = {
            "agent": agent,
            "call": call,
            "away": mirror.away,
            "pause_reasons": actions.reasons(session, reader),
            "outcomes": actions.choices(session, List.OUTCOME, reader),
            "queue_names": actions.queue_names(session, reader),
        }
        panel = _panel(session, request, who, call)
    plain = ("pause_reasons", "outcomes")
    begin = shown | {key: [one.model_dump() for one in shown[key]] for key in plain}
    boot = context.pages.boot(request, desk=begin | {"api": "/api/v1/desk"})
    return context.pages.page(request, "desk.html", panel | shown | {"boot": boot})


@router.get("/card")
def card(request: Request, who: AtDesk, call: str = "") -> Response:
    """Show the screen pop of the present call, or of the named one if it is at this desk."""
    context, mirror = context_of(request), live_of(request).mirror
    value = actions.live_call_of(mirror, who, call) if call else actions.present_call(mirror, who)
    with context.database.begin() as session:
        panel = _panel(session, request, who, value)
    return context.pages.page(request, "fragments/card.html", panel)


@router.post("/calls/{call}/outcome")
async def set_outcome(request: Request, call: CallPath, who: AtDesk, sent: SentForm) -> Response:
    """Note the outcome of a call."""
    context, reader = context_of(request), reader_of(request)
    form = await run_in_threadpool(_outcome_form, request, call)
    form.outcome, form.note = sent.one("outcome")[:50], sent.one("note")[:4000]
    status = 200
    try:
        await run_in_threadpool(check_outcome, request, who, call, form.outcome)
        fields = {"call": call, "outcome": form.outcome, "note": form.note}
        await live_of(request).link.ask("outcome", agent=who.user.id, **fields)
        form.saved = True
    except InvalidError as error:
        form.error, status = reader.error(error), 422
    shown = {"outcome_form": form, "call": {"id": call}}
    return context.pages.page(request, "fragments/outcome.html", shown, status=status)


@router.post("/calls/{call}/service-records")
def add_service_record(request: Request, call: CallPath, who: AtDesk, sent: SentForm) -> Response:
    """Store a service record of a call, and give an empty form for the next one."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        choices = _choices(session, reader)
        form = record_form(reader, call, choices)
        actions.check_own_call(session, live_of(request).mirror, who, call)

        def write() -> None:
            # Only the API may name a customer with another number.
            body = read_body(ServiceRecordBody, sent)
            keep_service_record(session, request, who, call, body)

        outcome = save(session, reader, form, sent, write)
        if outcome is None:
            form = record_form(reader, call, choices)
            form.saved = True
        records = _records(session, reader, call)
    shown = {"record_form": form, "records": records, "call": {"id": call}}
    status = outcome.status if outcome else 200
    return context.pages.page(request, "fragments/service-record.html", shown, status=status)


@router.get("/customers/new")
def new_customer(
    request: Request, _who: CustomerWriter, number: str = "", call: str = ""
) -> Response:
    """Give the form for a new customer."""
    with context_of(request).database.begin() as session:
        form = desk_form(session, reader_of(request), call[:150], number=number[:32])
    return _customer_page(request, form)


@router.get("/customers/{customer}/edit")
def edit_customer(
    request: Request, customer: IdPath, _who: CustomerWriter, call: str = ""
) -> Response:
    """Give the form with a customer's file."""
    with context_of(request).database.begin() as session:
        known = customers.customer(session, customer)
        form = desk_form(session, reader_of(request), call[:150], known)
    return _customer_page(request, form)


@router.post("/customers")
def add_customer(request: Request, who: CustomerWriter, sent: SentForm) -> Response:
    """Add a customer, and show the screen pop with it."""
    return _keep_customer(request, who, None, sent)


@router.post("/customers/{customer}")
def change_customer(
    request: Request, customer: IdPath, who: CustomerWriter, sent: SentForm
) -> Response:
    """Change a customer, and show the screen pop with it."""
    return _keep_customer(request, who, customer, sent)


def _panel(
    session: Session, request: Request, who: SignedIn, call: actions.Live | None
) -> dict[str, Any]:
    """Show all parts beside one call."""
    empty = dict.fromkeys(("card", "call", "outcome_form", "record_form", "customer_form"))
    if call is None:
        return empty | {"records": []}
    reader = reader_of(request)
    shown = actions.card_for(session, reader, who, call)
    number = str(call.get("caller") or "")
    # A known customer is shown as text, and as a form on request.
    form = None
    if shown is not None and shown.customer is None:
        form = desk_form(session, reader, str(call["id"]), number=number)
    choices = _choices(session, reader)
    return {
        "card": shown,
        "call": call,
        "outcome_form": _new_outcome_form(session, str(call["id"]), choices[List.OUTCOME]),
        "record_form": record_form(reader, str(call["id"]), choices),
        "customer_form": form,
        "records": _records(session, reader, str(call["id"])),
        "queue_names": actions.queue_names(session, reader),
    }


def _new_outcome_form(session: Session, call: str, outcomes: list[Choice]) -> OutcomeForm:
    form = OutcomeForm(f"/desk/calls/{quote(call, safe='')}/outcome", outcomes)
    # An outcome noted before a reload is still noted; the newest counts.
    for event in timeline(session, call):
        if event.kind is Kind.OUTCOME:
            form.outcome, form.note = (str(event.detail.get(n) or "") for n in OUTCOME_FIELDS)
    return form


def _choices(session: Session, reader: Reader) -> Choices:
    return {which: actions.choices(session, which, reader) for which in List}


def _records(session: Session, reader: Reader, call: str) -> list[Any]:
    found = records_of_call(session, call)
    if not found:
        return []
    known = words(session, reader, records=found)
    return [show_record(record, known) for record in found]


def _outcome_form(request: Request, call: str) -> OutcomeForm:
    with context_of(request).database.begin() as session:
        outcomes = actions.choices(session, List.OUTCOME, reader_of(request))
        return _new_outcome_form(session, call, outcomes)


def _keep_customer(request: Request, who: SignedIn, customer: int | None, sent: Posted) -> Response:
    context, reader = context_of(request), reader_of(request)
    mirror = live_of(request).mirror
    call = sent.one("call")[:150]
    with context.database.begin() as session:
        old = customers.customer(session, customer) if customer is not None else None
        form = desk_form(session, reader, call, old)

        def write() -> None:
            before = old.draft if old else CustomerDraft("")
            draft = draft_from(form, sent, before, context.settings.region)
            if old is None:
                add(session, request, who, draft)
            else:
                change(session, request, who, old, draft)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _customer_page(request, form, status=outcome.status)
        value = (
            actions.live_call_of(mirror, who, call) if call else actions.present_call(mirror, who)
        )
        panel = _panel(session, request, who, value)
    return context.pages.page(request, "fragments/card.html", panel)


def _customer_page(request: Request, form: Form, *, status: int = 200) -> Response:
    pages = context_of(request).pages
    shown = {"customer_form": form}
    return pages.page(request, "fragments/customer-form.html", shown, status=status)
