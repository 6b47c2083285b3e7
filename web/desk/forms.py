"""The forms of an agent's desk."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from crm.customers.customer import Customer
from crm.dictionary.item import List
from crm.service.store import FIELDS
from web.calls.words import LABELS
from web.customers.fields import choice_field, known_values
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice


def record_form(
    reader: Reader, url: str, call: str, choices: Mapping[List, Sequence[Choice]]
) -> Form:
    """Make the form of a service record."""
    fields = [
        Field(
            name=which.value,
            label=reader.gettext(LABELS[which]),
            kind="select",
            required=which is List.SERVICE_TYPE,
            options=choices[which],
        )
        for which in FIELDS
    ]
    note = Field("note", reader.gettext(N_("Note")), "textarea", maxlength=4000)
    return Form(url, [*fields, note], call=call)


def desk_form(
    session: Session, reader: Reader, call: str, customer: Customer | None = None, number: str = ""
) -> Form:
    """Make the short form beside a call, filled with what is known."""
    say, known = reader.gettext, known_values(customer)
    # A guest of the Try it page has a made-up name in place of a number.
    phones = customer.draft.phones if customer else ((number,) if number.startswith("+") else ())
    return Form(
        url=f"/desk/customers/{customer.id}" if customer else "/desk/customers",
        fields=[
            Field("name", say(N_("Name")), value=known["name"], required=True),
            Field("company", say(N_("Company")), value=known["company"]),
            choice_field(session, reader, "level", known["level"]),
            Field("phones", say(N_("Telephone numbers")), "textarea", "\n".join(phones)),
            Field("email", say(N_("E-mail")), "email", known["email"], maxlength=254),
            Field("address", say(N_("Address")), value=known["address"], maxlength=500),
            Field("note", say(N_("Note")), "textarea", known["note"], maxlength=4000),
        ],
        customer=customer.id if customer else None,
        call=call,
    )
