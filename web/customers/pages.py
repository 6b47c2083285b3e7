"""The pages of customers: the list, a customer with their history, and the form."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft
from crm.kernel.errors import ConflictError, InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.calls.views import words
from web.customers.actions import add, change, show_history
from web.customers.fields import choice_field, draft_from
from web.customers.forms import page_form
from web.customers.listing import CUSTOMERS
from web.customers.shapes import CustomerShape
from web.customers.views import show_customer
from web.customers.words import PHONE_LABELS, SEXES
from web.kit.audit import note
from web.kit.auth import CustomerReader, CustomerWriter
from web.kit.bodies import IdPath
from web.kit.forms import Form, as_invalid, read_form, typed
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/customers")
MOST_AT_ONCE = 200  # customers that are changed together


add_export(router, CUSTOMERS)


@router.get("")
def customers_page(request: Request, who: CustomerReader) -> Response:
    """List customers, the last changed first unless another order is asked for."""
    return list_page(request, who, CUSTOMERS)


@router.get("/new")
def new_customer(
    request: Request, _who: CustomerWriter, number: str = "", call: str = ""
) -> Response:
    """Show the form for a new customer, perhaps with the number they call from."""
    with context_of(request).database.begin() as session:
        form = page_form(session, reader_of(request), number=number[:32])
    form.call = call[:150]
    return _form_page(request, form)


@router.post("")
async def add_customer(request: Request, who: CustomerWriter) -> Response:
    """Add a customer; ask first if another customer has one of the numbers."""
    return await run_in_threadpool(_keep, request, who, None, await read_form(request))


@router.post("/choose")
async def choose_page(request: Request, _who: CustomerWriter) -> Response:
    """Ask what to set for all chosen customers."""
    sent = (await request.form()).getlist("ids")
    ids = _ids([one for one in sent if isinstance(one, str)])
    return await run_in_threadpool(_choose_page, request, ids)


@router.post("/chosen")
async def choose(request: Request, who: CustomerWriter) -> Response:
    """Give the chosen customers one level, category or status."""
    return await run_in_threadpool(_choose, request, who, await read_form(request))


@router.get("/{customer}")
def customer_page(request: Request, customer: IdPath, who: CustomerReader) -> Response:
    """Show a customer's file and history."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = store.customer(session, customer)
        known = words(session, reader)
        others = _others(session, found.draft.phones, customer)
        shown: dict[str, Any] = {
            "customer": show_customer(found, known),
            "facts": _facts(reader, show_customer(found, known)),
            "others": [show_customer(one, known) for one in others],
            "history": show_history(session, reader, who, found),
            "may_edit": who.may(Right.CUSTOMERS_EDIT),
            "may_see_calls": who.may(Right.CALLS_SEE),
        }
    return context.pages.page(request, "customer.html", shown)


@router.get("/{customer}/edit")
def edit_customer(request: Request, customer: IdPath, _who: CustomerWriter) -> Response:
    """Show the form with a customer's file."""
    with context_of(request).database.begin() as session:
        form = page_form(session, reader_of(request), store.customer(session, customer))
    return _form_page(request, form)


@router.post("/{customer}")
async def change_customer(request: Request, customer: IdPath, who: CustomerWriter) -> Response:
    """Change a customer's file, unless another person changed it in the meantime."""
    return await run_in_threadpool(_keep, request, who, customer, await read_form(request))


def _keep(request: Request, who: SignedIn, customer: int | None, given: dict[str, str]) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        old = store.customer(session, customer) if customer is not None else None
        form = page_form(session, reader, old)
        values = typed(given, [one.name for one in form.fields])
        try:
            before = old.draft if old else CustomerDraft("")
            draft = draft_from(values, before, context.settings.region)
            new = [one for one in draft.phones if one not in before.phones]
            others = [] if given.get("anyway") else _others(session, new, customer)
            if not others:
                kept = _write(session, request, who, old, draft, values["version"])
                return Response(status_code=303, headers={"Location": f"/customers/{kept.id}"})
        except (InvalidError, ValidationError) as error:
            form.fill(values)
            form.blame(reader, as_invalid(error) if isinstance(error, ValidationError) else error)
            others = []
        except ConflictError as error:
            # The typed values stay in the form; the stored ones are shown beside them.
            form.fill(values)
            form.error = reader.error(error)
            others = [old] if old else []
        form.fill(values)
        known = words(session, reader)
        found = [show_customer(one, known) for one in others]
    return _form_page(request, form, found, status=422)


def _write(  # noqa: PLR0913, PLR0917 - who writes what over what
    session: Session,
    request: Request,
    who: SignedIn,
    old: Customer | None,
    draft: CustomerDraft,
    version: str,
) -> Customer:
    if old is None:
        return add(session, request, who, draft)
    if version != str(old.version):
        raise ConflictError("Somebody else has changed this customer in the meantime.")
    with session.begin_nested():
        return change(session, request, who, old, draft)


def _others(session: Session, phones: Sequence[str], customer: int | None) -> list[Customer]:
    """Give the other customers with one of these numbers."""
    found = store.customers_by_phones(session, phones)
    return [one for one in found if one.id != customer]


def _form_page(
    request: Request, form: Form, others: Sequence[CustomerShape] = (), *, status: int = 200
) -> Response:
    shown = {"form": form, "others": others, "same": bool(form.customer) and bool(form.error)}
    return context_of(request).pages.page(request, "customer-edit.html", shown, status=status)


def _choose_page(
    request: Request, ids: Sequence[int], error: InvalidError | None = None
) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        fields = [choice_field(session, reader, name, "") for name in store.CHOSEN]
        names = store.customer_names(session, ids)
    for field in fields:
        field.placeholder = reader.gettext(N_("As it is"))
    form = Form("/customers/chosen", fields, cancel_url="/customers", name="choose", columns=1)
    if error:
        form.blame(reader, error)
    shown = {"form": form, "ids": ids, "names": [names[id_] for id_ in ids if id_ in names]}
    status = 422 if error else 200
    return context.pages.page(request, "customers-choose.html", shown, status=status)


def _choose(request: Request, who: SignedIn, given: dict[str, str]) -> Response:
    ids = _ids(given.get("chosen", "").split(","))
    wanted = {name: given[name] for name in store.CHOSEN if given.get(name)}
    try:
        with context_of(request).database.begin() as session:
            for field, key in wanted.items():
                for one in store.choose_for(session, ids, field, key):
                    before = {field: getattr(one.draft, field)}
                    after = {field: key}
                    note(
                        session,
                        request,
                        who,
                        "customer.changed",
                        "customers",
                        one.id,
                        before,
                        after,
                    )
    except InvalidError as error:
        return _choose_page(request, ids, error)
    return Response(status_code=303, headers={"Location": "/customers"})


def _ids(sent: Sequence[str]) -> list[int]:
    good = [one for one in sent if one.isascii() and one.isdecimal() and len(one) < 19]  # noqa: PLR2004
    return [int(one) for one in dict.fromkeys(good)][:MOST_AT_ONCE]


def _facts(reader: Reader, shown: CustomerShape) -> list[tuple[str, str]]:
    say = reader.gettext
    numbers = [
        f"{reader.phone(number)} ({say(PHONE_LABELS[label])})" if label else reader.phone(number)
        for number, label in zip(shown.phones, shown.phone_labels, strict=True)
    ]
    return [
        (say(N_("Company")), shown.company),
        (say(N_("Level")), shown.level_name),
        (say(N_("Category")), shown.category_name),
        (say(N_("Customer status")), shown.status_name),
        (say(N_("Sex")), say(SEXES[shown.sex])),
        (say(N_("Telephone numbers")), ", ".join(numbers)),
        (say(N_("E-mail")), shown.email),
        (say(N_("Address")), shown.address),
        (say(N_("Note")), shown.note),
        (say(N_("Added")), reader.moment(shown.created_at)),
        (say(N_("Changed")), reader.moment(shown.updated_at)),
    ]
