"""The forms of an agent's desk."""

from collections.abc import Mapping, Sequence

from crm.dictionary.item import List
from crm.service.store import FIELDS
from web.calls.words import LABELS
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice


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
