"""Form fields of a customer, and reading them."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerDraft, Label
from crm.customers.store import CHOSEN
from crm.kernel.errors import InvalidError
from web.customers.actions import draft_of, numbers
from web.customers.shapes import CustomerBody
from web.kit.body_form import Options, fields_of, read_body
from web.kit.forms import Field, Form, choices_of
from web.kit.i18n import Reader
from web.kit.posted import Posted
from web.kit.settings_cache import vocabulary

LABELLED = (Label.MOBILE, Label.HOME, Label.OFFICE)


def customer_fields(session: Session, reader: Reader, customer: Customer | None) -> list[Field]:
    """Make the fields of a customer's form; those of a new customer are empty."""
    draft = customer.draft if customer else CustomerDraft("")
    return fields_of(CustomerBody, reader, asdict(draft), key_options(session, reader, draft))


def key_options(session: Session, reader: Reader, draft: CustomerDraft) -> Options:
    """Give what may be chosen of level, category and status.

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
    return found


def draft_from(form: Form, sent: Posted, old: CustomerDraft, region: str) -> CustomerDraft:
    """Read either form over the stored values; fields that a form does not show stay.

    ValidationError or InvalidError names the wrong field.
    """
    shown, body = form.names(), read_body(CustomerBody, sent)
    fields = body.model_dump(include=CustomerBody.model_fields.keys() & shown)
    if Label.MOBILE in shown:
        labels = [label for label in LABELLED if sent.one(label).strip()]
        first = [_number(sent.one(label), label, region) for label in labels]
        # Other numbers keep their labels if they are not in this form.
        rest = numbers(body.phones, region)
        kept = dict(zip(old.phones, old.labels, strict=False))
        fields["phones"] = [*first, *rest]
        fields["phone_labels"] = [*labels, *(kept.get(one, Label.OTHER) for one in rest)]
    return draft_of(fields, old, region)


def _number(text: str, label: Label, region: str) -> str:
    try:
        return numbers([text], region)[0]
    except InvalidError as error:
        raise InvalidError(error.sentence, label.value, **error.values) from None
