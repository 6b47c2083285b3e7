"""Form fields of a customer, and reading them."""

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerDraft, Label
from crm.customers.store import CHOSEN
from crm.kernel.errors import InvalidError
from web.customers.actions import draft_of, numbers
from web.customers.shapes import CustomerBody
from web.customers.words import CHOICE_LABELS
from web.kit.forms import Field
from web.kit.i18n import Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice

_BETWEEN_NUMBERS = re.compile(r"[,;\n\r]")


LABELLED = (Label.MOBILE, Label.HOME, Label.OFFICE)


def choice_field(session: Session, reader: Reader, name: str, key: str) -> Field:
    """Make the field of a level, category or status; a disabled option may stay chosen."""
    which = CHOSEN[name]
    known = vocabulary(session).choices[which]
    choices = [
        Choice(key=one.key, name=one.name(reader.language))
        for one in known
        if one.enabled or one.key == key
    ]
    if key and key not in {one.key for one in choices}:
        choices.append(Choice(key=key, name=key))
    return Field(name, reader.gettext(CHOICE_LABELS[which]), "select", key, options=choices)


def draft_from(values: Mapping[str, str], old: CustomerDraft, region: str) -> CustomerDraft:
    """Read either form over the stored values; fields that a form does not show stay.

    ValidationError or InvalidError names the wrong field.
    """
    # NFKC makes the full-width comma of a Chinese keyboard a plain one.
    text = unicodedata.normalize("NFKC", values.get("phones", ""))
    phones = [one.strip() for one in _BETWEEN_NUMBERS.split(text) if one.strip()]
    labels: list[Label] = []
    for label in (label for label in reversed(LABELLED) if values.get(label, "").strip()):
        _check_number(values[label], label, region)
        phones.insert(0, values[label].strip())
        labels.insert(0, label)
    names = CustomerBody.model_fields.keys() & values.keys()
    sent = {name: values[name] for name in names} | {"phones": phones}
    body = CustomerBody.model_validate(sent)
    fields = body.model_dump(include={*names, "phones"})
    if Label.MOBILE in values:
        # Other numbers keep their labels if they are not in this form.
        kept = dict(zip(old.phones, old.labels, strict=False))
        rest = [kept.get(one, Label.OTHER) for one in numbers(phones[len(labels) :], region)]
        fields["phone_labels"] = [*labels, *rest]
    return draft_of(fields, old, region)


def _check_number(text: str, label: Label, region: str) -> None:
    try:
        numbers([text], region)
    except InvalidError as error:
        raise InvalidError(error.sentence, label.value, **error.values) from None


def known_values(customer: Customer | None) -> dict[str, str]:
    """Give the start values of the fields; those of a new customer are empty."""
    draft = customer.draft if customer else CustomerDraft("")
    names = ("name", "company", *CHOSEN, "sex", "email", "address", "note")
    return {name: str(getattr(draft, name)) for name in names}
