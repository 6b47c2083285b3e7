"""Form fields of a customer, and reading them."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerDraft, Label
from crm.customers.store import CHOSEN
from crm.kernel.errors import InvalidError
from crm.kernel.phone import EXTENSION
from web.customers.actions import draft_of, numbers
from web.customers.shapes import CustomerBody
from web.kit.body_form import Options, fields_of, read_body
from web.kit.forms import Field, Form, choices_of
from web.kit.i18n import Reader
from web.kit.posted import Posted
from web.kit.settings_cache import vocabulary
from web.queues.actions import agent_choices

LABELLED = (Label.MOBILE, Label.HOME, Label.OFFICE)


def customer_fields(session: Session, reader: Reader, customer: Customer | None) -> list[Field]:
    """Make the fields of a customer's form; those of a new customer are empty."""
    draft = customer.draft if customer else CustomerDraft("")
    values = asdict(draft) | {"phones": [as_typed(phone) for phone in draft.phones]}
    return fields_of(CustomerBody, reader, values, key_options(session, reader, draft))


def as_typed(phone: str) -> str:
    """Write a number as people type it into a form, with the extension that it may have."""
    return phone.replace(EXTENSION, " ext. ")


def key_options(session: Session, reader: Reader, draft: CustomerDraft) -> Options:
    """Give what may be chosen of level, category, status and owner.

    What is no longer offered may stay chosen.
    """
    known = vocabulary(session).choices
    found = {}
    for name, which in CHOSEN.items():
        key = getattr(draft, name)
        offered = [one for one in known[which] if one.enabled or one.key == key]
        names = {one.key: one.name(reader.language) for one in offered}
        if key and key not in names:
            names[key] = key
        found[name] = choices_of(names.items())
    users = agent_choices(session, [draft.owner] if draft.owner is not None else [])
    found["owner"] = choices_of((one.key, one.name) for one in users)
    return found


def draft_from(form: Form, sent: Posted, old: CustomerDraft, region: str) -> CustomerDraft:
    """Read either form over the stored values; fields that a form does not show stay.

    ValidationError or InvalidError names the wrong field.
    """
    shown, body = form.names(), read_body(CustomerBody, sent)
    fields = body.model_dump(include=CustomerBody.model_fields.keys() & shown)
    if Label.MOBILE in shown:
        first = [
            (number, label)
            for label in LABELLED
            for number in _numbers(sent.one(label), label, region)
        ]
        # The further numbers of the whole form keep what they were called, if it is not here.
        rest = numbers(body.phones, region)
        kept = dict(zip(old.phones, old.labels, strict=False))
        both = [*first, *((one, kept.get(one, Label.OTHER)) for one in rest)]
        fields["phones"] = [number for number, _ in both]
        fields["phone_labels"] = [label for _, label in both]
    return draft_of(fields, old, region)


def _numbers(text: str, label: Label, region: str) -> tuple[str, ...]:
    try:
        return numbers([text], region)
    except InvalidError as error:
        raise InvalidError(error.sentence, label.value, **error.values) from None
