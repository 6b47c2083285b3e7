"""The agent's desk, and the parts of its page that change with each call."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.customers import store as customers
from crm.customers.customer import Customer, CustomerDraft, CustomerFilter
from crm.customers.search.store import customers as all_customers
from crm.dictionary.item import List
from crm.drafts.store import drop_draft
from crm.people.person import SignedIn
from crm.workspace.layout import Area, Panel
from web.callbacks.views import told_to_agent
from web.calls.finish import call_to_finish
from web.calls.finish_view import finish_view
from web.calls.shapes import CallPath
from web.calls.views import words
from web.customers.actions import add, change
from web.customers.fields import draft_from
from web.customers.views import show_card, show_customer
from web.desk import actions
from web.desk.forms import desk_form
from web.desk.side import side_of
from web.desk.todo import todo_of
from web.kit.auth import AtDesk, CustomerReader, CustomerWriter
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.editing import NotSaved, save
from web.kit.forms import Form
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.live.schema import ItemKind
from web.monitor.thresholds import thresholds
from web.workspace.actions import by_area, layout_of, show_own

router = APIRouter(prefix="/desk")


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
        panel |= _side(session, request, who)
        panel["arrange"] = by_area(reader, show_own(session, reader, who))
    plain = ("pause_reasons", "outcomes")
    begin = shown | {key: [one.model_dump() for one in shown[key]] for key in plain}
    begin |= {"api": "/api/v1/desk", "thresholds": thresholds(context.parameters())}
    boot = context.pages.boot(request, desk=begin)
    return context.pages.page(request, "desk.html", panel | shown | {"boot": boot})


def _side(session: Session, request: Request, who: SignedIn) -> dict[str, Any]:
    """Make the panels that the user shows, in their order."""
    reader, layout = reader_of(request), layout_of(session, who)
    panels = layout.shown(Area.SIDE)
    present = actions.present_call(live_of(request).mirror, who)
    call = str(present["id"]) if present else ""
    return {
        "panels": panels,
        "below": layout.shown(Area.BELOW),
        "home": layout.shown(Area.HOME),
        "side": side_of(session, reader, who, now(), panels),
        "todo": todo_of(session, reader, who, now(), call) if Panel.TODO in panels else [],
    }


@router.get("/card")
def card(request: Request, who: AtDesk, call: str = "") -> Response:
    """Show the screen pop of the present call, or of the named one if it is at this desk."""
    context, mirror = context_of(request), live_of(request).mirror
    value = actions.live_call_of(mirror, who, call) if call else actions.present_call(mirror, who)
    with context.database.begin() as session:
        panel = _panel(session, request, who, value)
    return context.pages.page(request, "fragments/card.html", panel)


@router.get("/side")
def side(request: Request, who: AtDesk) -> Response:
    """Show the panels at the side."""
    context = context_of(request)
    with context.database.begin() as session:
        shown = _side(session, request, who)
    return context.pages.page(request, "fragments/side.html", shown)


@router.get("/calls/{call}/records")
def records(request: Request, call: CallPath, who: AtDesk) -> Response:
    """Show the interaction records of the customer of a call, after one was saved."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        caller = actions.caller_of_call(session, live_of(request).mirror, who, call)
        found = show_card(session, reader, caller).service_records
    shown = {"records": found, "records_call": call}
    return context.pages.page(request, "fragments/service-records.html", shown)


@router.get("/calls/{call}/customers")
def find_customers(
    request: Request, call: CallPath, who: CustomerReader, text: str = ""
) -> Response:
    """Find the customer who is calling, by a part of name, company or number."""
    context, text = context_of(request), text.strip()[:100]
    with context.database.begin() as session:
        found = list(all_customers(session, CustomerFilter(text=text), limit=6).items)
        known = words(session, reader_of(request))
        there = [show_customer(one, known) for one in found] if text else []
    live = actions.live_call_of(live_of(request).mirror, who, call)
    outgoing = live is not None and live.get("direction") == "out"
    shown = {"found": there, "text": text, "call": call, "outgoing": outgoing}
    return context.pages.page(request, "fragments/caller-found.html", shown)


@router.post("/calls/{call}/customer")
async def choose_customer(
    request: Request, call: CallPath, who: AtDesk, sent: SentForm
) -> Response:
    """Link the call to a customer, and show the screen pop with it."""
    chosen = next(iter(sent.ids("customer")), 0)
    found = await run_in_threadpool(_customer_for, request, who, call, chosen)
    await _link(request, who, call, found)
    return await run_in_threadpool(_card_page, request, who, call, found.id)


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
async def add_customer(request: Request, who: CustomerWriter, sent: SentForm) -> Response:
    """Add a customer, link the call to it, and show the screen pop with it."""
    return await _save_customer(request, who, None, sent)


@router.post("/customers/{customer}")
async def change_customer(
    request: Request, customer: IdPath, who: CustomerWriter, sent: SentForm
) -> Response:
    """Change a customer, and show the screen pop with it."""
    return await _save_customer(request, who, customer, sent)


async def _save_customer(
    request: Request, who: SignedIn, customer: int | None, sent: Posted
) -> Response:
    call = sent.one("call")[:150]
    found = await run_in_threadpool(_keep_customer, request, who, customer, sent)
    if isinstance(found, Response):
        return found
    if call:
        await _link(request, who, call, found)
    return await run_in_threadpool(_card_page, request, who, call, found.id)


async def _link(request: Request, who: SignedIn, call: str, found: Customer) -> None:
    """Tell the engine the call's customer; later calls are recognized by the number."""
    named = actions.card_fields(found)
    await live_of(request).link.ask("customer", agent=who.user.id, call=call, customer=named)


def _customer_for(request: Request, who: SignedIn, call: str, customer: int) -> Customer:
    with context_of(request).database.begin() as session:
        actions.check_own_call(session, live_of(request).mirror, who, call)
        return customers.customer(session, customer)


def _card_page(request: Request, who: SignedIn, call: str, customer: int) -> Response:
    context, mirror = context_of(request), live_of(request).mirror
    value = actions.live_call_of(mirror, who, call) if call else actions.present_call(mirror, who)
    with context.database.begin() as session:
        panel = _panel(session, request, who, value, customer)
    return context.pages.page(request, "fragments/card.html", panel)


def _panel(
    session: Session,
    request: Request,
    who: SignedIn,
    call: actions.Live | None,
    customer: int | None = None,
) -> dict[str, Any]:
    """Show all parts beside one call."""
    if call is None:
        home = layout_of(session, who).shown(Area.HOME)
        return {**dict.fromkeys(("card", "call", "finish", "callback")), "home": home}
    reader, mirror = reader_of(request), live_of(request).mirror
    finish = None
    if call.get("direction") != "internal":
        found = call_to_finish(session, mirror, who, str(call["id"]))
        finish = finish_view(session, reader, who, found)
    caller = str(call.get("caller") or "")
    return {
        "card": actions.card_for(session, reader, who, call, customer),
        "call": call,
        "finish": finish,
        "trial_name": reader.phone(caller) if call.get("via") == "guest" else "",
        "queue_names": actions.queue_names(session, reader),
        "callback": told_to_agent(session, reader, str(call["id"])),
    }


def _keep_customer(
    request: Request, who: SignedIn, customer: int | None, sent: Posted
) -> Customer | Response:
    """Store a customer once: a second click does not add another one to the same call."""
    context, reader = context_of(request), reader_of(request)
    call = sent.one("call")[:150]
    with context.database.begin() as session:
        if call:
            live = actions.check_own_call(session, live_of(request).mirror, who, call)
            linked = (live or {}).get("customer") or {}
            if customer is None and isinstance(linked.get("id"), int):
                return customers.customer(session, linked["id"])
        old = customers.customer(session, customer) if customer is not None else None
        form = desk_form(session, reader, call, old)

        def write() -> Customer:
            before = old.draft if old else CustomerDraft("")
            draft = draft_from(form, sent, before, context.settings.region)
            if old is None:
                return add(session, request, who, draft)
            return change(session, request, who, old, draft)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _customer_page(request, form, status=outcome.status)
        drop_draft(session, who.user.id, form.draft)
        return outcome


def _customer_page(request: Request, form: Form, *, status: int = 200) -> Response:
    pages = context_of(request).pages
    shown = {"customer_form": form}
    return pages.page(request, "fragments/customer-form.html", shown, status=status)
