"""The form of a customer's file."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerDraft, Label, Sex
from crm.customers.store import CHOSEN
from web.customers.fields import (
    LABELLED,
    choice_field,
    known_values,
)
from web.customers.words import PHONE_LABELS, SEXES
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice


def page_form(
    session: Session, reader: Reader, customer: Customer | None = None, number: str = ""
) -> Form:
    """Make the form of the customer's own page."""
    say, known = reader.gettext, known_values(customer)
    phones, others = _labelled(customer.draft) if customer else ({}, [])
    if not customer and number.startswith("+"):
        phones = {Label.MOBILE: number}
    labelled = [
        Field(label.value, say(PHONE_LABELS[label]), "tel", phones.get(label, ""), maxlength=40)
        for label in LABELLED
    ]
    sexes = [Choice(key=sex.value, name=say(SEXES[sex])) for sex in (Sex.FEMALE, Sex.MALE)]
    return Form(
        url=f"/customers/{customer.id}" if customer else "/customers",
        fields=[
            Field("name", say(N_("Name")), value=known["name"], required=True),
            Field("company", say(N_("Company")), value=known["company"]),
            *(choice_field(session, reader, name, known[name]) for name in CHOSEN),
            Field("sex", say(N_("Sex")), "select", known["sex"], options=sexes),
            *labelled,
            Field(
                "phones",
                say(N_("Further numbers")),
                "textarea",
                "\n".join(others),
                help=say(N_("One in each line.")),
            ),
            Field("email", say(N_("E-mail")), "email", known["email"], maxlength=254),
            Field("address", say(N_("Address")), value=known["address"], maxlength=500),
            Field("note", say(N_("Note")), "textarea", known["note"], maxlength=4000),
            Field("version", "", "hidden", str(customer.version) if customer else ""),
        ],
        customer=customer.id if customer else None,
        submit=say(N_("Save customer")),
        cancel_url=f"/customers/{customer.id}" if customer else "/customers",
        name="customer",
    )


def _labelled(draft: CustomerDraft) -> tuple[dict[Label, str], Sequence[str]]:
    """Give the first number of each label, and all other numbers."""
    found: dict[Label, str] = {}
    others = []
    labels = [*draft.labels, *(Label.OTHER for _ in draft.phones)]
    for phone, label in zip(draft.phones, labels, strict=False):
        if label is Label.OTHER or label in found:
            others.append(phone)
        else:
            found[label] = phone
    return found, others
