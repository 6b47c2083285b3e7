"""The pages of customers: the list, a customer with their history, and the form."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.appointments.views import open_appointments
from web.calls.views import words
from web.customers.actions import add, change, show_history
from web.customers.fields import draft_from, key_options
from web.customers.forms import page_form
from web.customers.listing import CUSTOMERS
from web.customers.shapes import ChosenBody, CustomerShape
from web.customers.views import owners_of, show_customer
from web.customers.words import PHONE_LABELS, SEXES
from web.kit.audit import note
from web.kit.auth import CustomerReader, CustomerWriter
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import save
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.phone_mark import phone_mark
from web.kit.posted import FORM_ERRORS, Posted, SentForm, blame
from web.kit.request import context_of, reader_of
from web.kit.toast import done

router = APIRouter(prefix="/customers")
MOST_AT_ONCE = 200  # customers that are changed together


add_export(router, CUSTOMERS)


@router.get("")
def customers_page(request: Request, who: CustomerReader) -> Response:
    """List customers, the last changed first unless another order is asked for."""
    return list_page(request, who, CUSTOMERS)


@router.get("/new")
def new_customer(request: Request, _who: CustomerWriter, number: str = "") -> Response:
    """Show the form for a new customer, perhaps with the number they call from."""
    with context_of(request).database.begin() as session:
        form = page_form(session, reader_of(request), number=number[:32])
    return _form_page(request, form)


@router.post("")
def add_customer(request: Request, who: CustomerWriter, sent: SentForm) -> Response:
    """Add a customer; ask first if another customer has one of the numbers."""
    return _keep(request, who, None, sent)


@router.post("/choose")
def choose_page(request: Request, _who: CustomerWriter, sent: SentForm) -> Response:
    """Ask what to set for all chosen customers."""
    return _choose_page(request, _ids(sent.many("ids")))


@router.post("/chosen")
def choose(request: Request, who: CustomerWriter, sent: SentForm) -> Response:
    """Give the chosen customers one level, category or status."""
    ids = _ids(sent.one("chosen").split(","))
    try:
        with context_of(request).database.begin() as session:
            wanted = read_body(ChosenBody, sent).model_dump()
            for field, key in wanted.items():
                for one in store.choose_for(session, ids, field, key) if key else ():
                    old, new = {field: getattr(one.draft, field)}, {field: key}
                    note(session, request, who, "customer.changed", "customers", one.id, old, new)
    except FORM_ERRORS as error:
        return _choose_page(request, ids, error)
    return done("/customers", N_("Customers updated."))


@router.get("/{customer}")
def customer_page(request: Request, customer: IdPath, who: CustomerReader) -> Response:
    """Show a customer's file and history."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = store.customer(session, customer)
        known = words(session, reader, agents=owners_of([found]))
        others = _others(session, found.draft.phones, customer)
        shown: dict[str, Any] = {
            "customer": show_customer(found, known),
            "facts": _facts(reader, show_customer(found, known)),
            "others": [show_customer(one, known) for one in others],
            "history": show_history(session, reader, who, found),
            "may_edit": who.may(Right.CUSTOMERS_EDIT),
            "may_see_calls": who.may(Right.CALLS_SEE),
            "appointments": open_appointments(session, who, customer),
        }
    return context.pages.page(request, "customer.html", shown)


@router.get("/{customer}/edit")
def edit_customer(request: Request, customer: IdPath, _who: CustomerWriter) -> Response:
    """Show the form with a customer's file."""
    with context_of(request).database.begin() as session:
        form = page_form(session, reader_of(request), store.customer(session, customer))
    return _form_page(request, form)


@router.post("/{customer}")
def change_customer(
    request: Request, customer: IdPath, who: CustomerWriter, sent: SentForm
) -> Response:
    """Change a customer's file, unless another person changed it in the meantime."""
    return _keep(request, who, customer, sent)


def _keep(request: Request, who: SignedIn, customer: int | None, sent: Posted) -> Response:
    context, reader = context_of(request), reader_of(request)
    others: list[Customer] = []
    with context.database.begin() as session:
        old = store.customer(session, customer) if customer is not None else None
        form = page_form(session, reader, old)

        def write() -> Customer | None:
            """Give the customer, or None if others have one of the numbers already."""
            before = old.draft if old else CustomerDraft("")
            draft = draft_from(form, sent, before, context.settings.region)
            new = [one for one in draft.phones if one not in before.phones]
            others[:] = [] if sent.one("anyway") else _others(session, new, customer)
            if others:
                return None
            if old is None:
                return add(session, request, who, draft)
            return change(session, request, who, old, draft)

        kept = save(session, reader, form, sent, write)
        if isinstance(kept, Customer):
            return done(f"/customers/{kept.id}", N_("Customer saved."))
        status = kept.status if kept else 422
        known = words(session, reader)
        found = [show_customer(one, known) for one in others]
    if found:
        form.submit, form.submit_name = reader.gettext(N_("Save anyway")), "anyway"
    return _form_page(request, form, found, status=status)


def _others(session: Session, phones: Sequence[str], customer: int | None) -> list[Customer]:
    """Give the other customers with one of these numbers."""
    found = store.customers_by_phones(session, phones)
    return [one for one in found if one.id != customer]


def _form_page(
    request: Request, form: Form, others: Sequence[CustomerShape] = (), *, status: int = 200
) -> Response:
    shown = {"form": form, "others": others}
    return context_of(request).pages.page(request, "customer-edit.html", shown, status=status)


def _choose_page(request: Request, ids: Sequence[int], error: Exception | None = None) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        options = key_options(session, reader, CustomerDraft(""))
        names = store.customer_names(session, ids)
    fields = fields_of(ChosenBody, reader, {}, options)
    for field in fields:
        field.placeholder = reader.gettext(N_("No change"))
    form = Form(
        "/customers/chosen",
        [*fields, Field("chosen", "", "hidden", ",".join(map(str, ids)))],
        submit=reader.gettext(N_("Set")),
        cancel_url="/customers",
        name="choose",
        columns=1,
    )
    status = blame(form, reader, error) if error else 200
    shown = {"form": form, "names": [names[id_] for id_ in ids if id_ in names]}
    return context.pages.page(request, "customers-choose.html", shown, status=status)


def _ids(sent: Sequence[str]) -> list[int]:
    good = [one for one in sent if one.isascii() and one.isdecimal() and len(one) < 19]  # noqa: PLR2004
    return [int(one) for one in dict.fromkeys(good)][:MOST_AT_ONCE]


def _facts(reader: Reader, shown: CustomerShape) -> list[tuple[str, str]]:
    say = reader.gettext
    numbers = [
        Markup("{} ({})").format(marked, say(PHONE_LABELS[label])) if label else marked
        for number, label in zip(shown.phones, shown.phone_labels, strict=True)
        for marked in [phone_mark(number, reader.phone(number), shown.id)]
    ]
    return [
        (say(N_("Company")), shown.company),
        (say(N_("Tier")), shown.level_name),
        (say(N_("Category")), shown.category_name),
        (say(N_("Customer status")), shown.status_name),
        (say(N_("Gender")), say(SEXES[shown.sex])),
        (say(N_("Phone numbers")), Markup(", ").join(numbers)),
        (say(N_("Owner")), shown.owner.name if shown.owner else ""),
        (say(N_("Email")), shown.email),
        (say(N_("Address")), shown.address),
        (say(N_("Note")), shown.note),
        (say(N_("Created")), reader.moment(shown.created_at)),
        (say(N_("Updated")), reader.moment(shown.updated_at)),
    ]
