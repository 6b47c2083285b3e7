"""A draft: what a user has typed into a form and not saved yet, kept on the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.kernel.errors import InvalidError
from crm.kernel.text import clean

KEY_MOST = 200  # letters in the name of a form
FIELDS_MOST = 60
BYTES_MOST = 16_384  # of all values of one draft
DRAFTS_MOST = 200  # of one user
KEPT = timedelta(days=7)
"""A draft that was not touched for so long is forgotten."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of one form of one user. `form` names it, e.g. "/desk/calls/C/outcome"."""

    form: str
    values: Mapping[str, str]
    updated_at: datetime


def checked_draft(form: str, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Give a draft's form and values as they are stored; InvalidError for one that is too large."""
    name = clean(form, KEY_MOST + 1).strip()
    if not name or len(name) > KEY_MOST:
        raise InvalidError("A draft needs its form's name.", field="form")
    kept = {clean(key, 100): clean(value) for key, value in values.items()}
    size = sum(len(key.encode()) + len(value.encode()) for key, value in kept.items())
    if len(kept) > FIELDS_MOST or size > BYTES_MOST:
        raise InvalidError("This draft is too long to save.", field="values")
    return name, kept
