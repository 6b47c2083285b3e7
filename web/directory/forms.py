"""The form of a contact: its fields, and some lines for numbers with their labels."""

from crm.directory.contact import MOST_NUMBERS
from crm.kernel.errors import InvalidError
from crm.kernel.phone import EXTENSION
from crm.kernel.typed_phone import typed_numbers
from web.directory.shapes import ContactBody, ContactNumberBody, ContactShape
from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted

FEWEST_LINES = 3


def contact_form(reader: Reader, shape: ContactShape | None = None) -> Form:
    """Make the form for a new contact, or for an existing one."""
    values = dict(shape) if shape else {}
    fields = fields_of(ContactBody, reader, values, {})
    known = shape.numbers if shape else []
    lines: list[Field] = []
    for line in range(1, _lines(len(known)) + 1):
        number = known[line - 1] if line <= len(known) else None
        lines += [
            Field(
                f"number_{line}",
                reader.say(N_("Phone number {count}"), count=line),
                "tel",
                number.number.replace(EXTENSION, " ext. ") if number else "",
                required=line == 1,
                maxlength=60,
            ),
            Field(
                f"label_{line}",
                reader.say(N_("Label {count}"), count=line),
                value=number.label if number else "",
                maxlength=50,
                placeholder=reader.gettext(N_("Such as mobile or front desk")),
            ),
        ]
    fields[2:2] = lines
    url = shape.url if shape else "/address-book/contacts"
    return Form(
        url,
        fields,
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save") if shape else N_("Add contact")),
        cancel_url=url,
        name="contact",
    )


def read_contact(sent: Posted, region: str) -> ContactBody:
    """Read the form; ValidationError or InvalidError names the wrong field."""
    numbers = []
    for line in range(1, MOST_NUMBERS + 1):
        text = sent.one(f"number_{line}").strip()[:60]
        if not text:
            continue
        # Read here once more, so that the error stands beside its own line.
        typed_numbers(text, region, f"number_{line}")
        numbers.append(ContactNumberBody(number=text, label=sent.one(f"label_{line}").strip()[:50]))
    name = sent.one("name").strip()
    if not numbers and name:
        raise InvalidError("Enter a phone number.", "number_1")
    fields = {key: sent.one(key).strip() for key in ("name", "company", "note")}
    return ContactBody.model_validate(
        {**fields, "numbers": numbers or [ContactNumberBody(number="-")]}
    )


def _lines(known: int) -> int:
    return min(MOST_NUMBERS, max(FEWEST_LINES, known + 1))
