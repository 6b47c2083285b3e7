"""Forms as lists of fields, and what came back of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from pydantic import ValidationError

from crm.customers.customer import Customer
from crm.dictionary.item import List
from crm.errors import InvalidError
from crm.service.store import FIELDS
from web.api.shapes import Choice
from web.i18n import N_, Reader
from web.views import LABELS


@dataclass(slots=True)
class Field:
    """One input of a form, ready to be drawn."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    required: bool = False
    options: Sequence[Choice] = ()
    error: str = ""
    maxlength: int = 200


@dataclass(slots=True)
class Form:
    """A form: where it goes, its fields, and how it came out the last time."""

    url: str
    fields: list[Field] = field(default_factory=list)
    error: str = ""
    saved: bool = False
    customer: int | None = None
    call: str = ""

    def fill(self, values: Mapping[str, str]) -> None:
        """Put what was typed back into its fields."""
        for one in self.fields:
            one.value = values.get(one.name, one.value)

    def blame(self, reader: Reader, error: InvalidError) -> None:
        """Say what is wrong beside its field, or above them all."""
        for one in self.fields:
            if one.name == error.field:
                one.error = reader.error(error)
                return
        self.error = reader.error(error)


def typed(request_form: Mapping[str, object], names: Sequence[str]) -> dict[str, str]:
    """Read the text fields of a form; a file in their place is nothing."""
    found = {name: request_form.get(name, "") for name in names}
    return {name: value if isinstance(value, str) else "" for name, value in found.items()}


async def read_form(request: Request) -> dict[str, str]:
    """Read all text fields of what was posted."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def as_invalid(error: ValidationError) -> InvalidError:
    """Make pydantic's first complaint a sentence of ours."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] in {"missing", "string_too_short"}:
        return InvalidError(N_("This is needed."), name)
    if first["type"] in {"string_too_long", "too_long"}:
        return InvalidError(N_("This is too long."), name)
    return InvalidError(N_("This is not valid."), name)


def record_form(
    reader: Reader, url: str, call: str, choices: Mapping[List, Sequence[Choice]]
) -> Form:
    """Make the form for what was taken down of a call."""
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


def customer_form(
    reader: Reader, call: str, customer: Customer | None = None, number: str = ""
) -> Form:
    """Make the form for a customer's file, filled with what is known."""
    say = reader.gettext
    draft = customer.draft if customer else None
    # A guest of the Try it page has a name of ours in place of a number.
    phones = draft.phones if draft else ((number,) if number.startswith("+") else ())

    def known(name: str) -> str:
        return str(getattr(draft, name)) if draft else ""

    return Form(
        url=f"/desk/customers/{customer.id}" if customer else "/desk/customers",
        fields=[
            Field("name", say(N_("Name")), value=known("name"), required=True),
            Field("company", say(N_("Company")), value=known("company")),
            Field("level", say(N_("Level")), value=known("level"), maxlength=50),
            Field("phones", say(N_("Telephone numbers")), "textarea", "\n".join(phones)),
            Field("email", say(N_("E-mail")), "email", known("email"), maxlength=254),
            Field("address", say(N_("Address")), value=known("address"), maxlength=500),
            Field("note", say(N_("Note")), "textarea", known("note"), maxlength=4000),
        ],
        customer=customer.id if customer else None,
        call=call,
    )
