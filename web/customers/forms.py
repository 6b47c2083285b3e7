"""The two forms of a customer's file: a short one beside a call, and the whole one on its page."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerDraft, Label, Sex
from crm.customers.store import CHOSEN
from crm.kernel.errors import InvalidError
from web.customers.api import draft_of, numbers
from web.customers.shapes import CustomerBody
from web.customers.words import CHOICE_LABELS, PHONE_LABELS, SEXES
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice

_BETWEEN_NUMBERS = re.compile(r"[,;\n\r]")
_LABELLED = (Label.MOBILE, Label.HOME, Label.OFFICE)


def desk_form(
    session: Session, reader: Reader, call: str, customer: Customer | None = None, number: str = ""
) -> Form:
    """Make the short form beside a call, filled with what is known."""
    say, known = reader.gettext, _known(customer)
    # A guest of the Try it page has a name of ours in place of a number.
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


def page_form(
    session: Session, reader: Reader, customer: Customer | None = None, number: str = ""
) -> Form:
    """Make the form of the customer's own page."""
    say, known = reader.gettext, _known(customer)
    phones, others = _labelled(customer.draft) if customer else ({}, [])
    if not customer and number.startswith("+"):
        phones = {Label.MOBILE: number}
    labelled = [
        Field(label.value, say(PHONE_LABELS[label]), "tel", phones.get(label, ""), maxlength=40)
        for label in _LABELLED
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


def choice_field(session: Session, reader: Reader, name: str, key: str) -> Field:
    """Make the field of a level, category or status; one no longer offered may stay chosen."""
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
    """Read either form over what is there; what a form does not show stays as it is.

    ValidationError or InvalidError, naming the field, for what cannot be.
    """
    # NFKC makes the full-width comma of a Chinese keyboard a plain one.
    text = unicodedata.normalize("NFKC", values.get("phones", ""))
    phones = [one.strip() for one in _BETWEEN_NUMBERS.split(text) if one.strip()]
    labels: list[Label] = []
    for label in (label for label in reversed(_LABELLED) if values.get(label, "").strip()):
        _check_number(values[label], label, region)
        phones.insert(0, values[label].strip())
        labels.insert(0, label)
    names = CustomerBody.model_fields.keys() & values.keys()
    sent = {name: values[name] for name in names} | {"phones": phones}
    body = CustomerBody.model_validate(sent)
    fields = body.model_dump(include={*names, "phones"})
    if Label.MOBILE in values:
        # The further numbers of the whole form keep what they were called, if it is not here.
        kept = dict(zip(old.phones, old.labels, strict=False))
        rest = [kept.get(one, Label.OTHER) for one in numbers(phones[len(labels) :], region)]
        fields["phone_labels"] = [*labels, *rest]
    return draft_of(fields, old, region)


def _check_number(text: str, label: Label, region: str) -> None:
    try:
        numbers([text], region)
    except InvalidError as error:
        raise InvalidError(error.sentence, label.value, **error.values) from None


def _known(customer: Customer | None) -> dict[str, str]:
    draft = customer.draft if customer else CustomerDraft("")
    names = ("name", "company", *CHOSEN, "sex", "email", "address", "note")
    return {name: str(getattr(draft, name)) for name in names}


def _labelled(draft: CustomerDraft) -> tuple[dict[Label, str], Sequence[str]]:
    """Give the first number of each label its place; all others stand below."""
    found: dict[Label, str] = {}
    others = []
    labels = [*draft.labels, *(Label.OTHER for _ in draft.phones)]
    for phone, label in zip(draft.phones, labels, strict=False):
        if label is Label.OTHER or label in found:
            others.append(phone)
        else:
            found[label] = phone
    return found, others
