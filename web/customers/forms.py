"""The form of a customer's file."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerDraft, Label
from web.customers.fields import LABELLED, as_typed, customer_fields
from web.customers.words import PHONE_LABELS
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader


def page_form(
    session: Session, reader: Reader, customer: Customer | None = None, number: str = ""
) -> Form:
    """Make the form of the customer's own page, with a field for each labelled number."""
    say = reader.gettext
    url = f"/customers/{customer.id}" if customer else "/customers"
    form = Form(
        url,
        customer_fields(session, reader, customer),
        version=str(customer.version) if customer else "",
        submit=say(N_("Save customer")),
        cancel_url=url,
        name="customer",
    )
    phones, others = _labelled(customer.draft) if customer else ({}, [])
    if not customer and number.startswith("+"):
        phones = {Label.MOBILE: number}
    further = form.field("phones")
    further.label, further.value = say(N_("Other numbers")), "\n".join(others)
    place = form.fields.index(further)
    form.fields[place:place] = [
        Field(label.value, say(PHONE_LABELS[label]), "tel", phones.get(label, ""), maxlength=40)
        for label in LABELLED
    ]
    return form


def _labelled(draft: CustomerDraft) -> tuple[dict[Label, str], Sequence[str]]:
    """Give the first number of each label, and all other numbers."""
    found: dict[Label, str] = {}
    others = []
    labels = [*draft.labels, *(Label.OTHER for _ in draft.phones)]
    for phone, label in zip(map(as_typed, draft.phones), labels, strict=False):
        if label is Label.OTHER or label in found:
            others.append(phone)
        else:
            found[label] = phone
    return found, others
