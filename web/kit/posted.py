"""Reading posted forms in which several values may be chosen in one field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from pydantic import ValidationError

from crm.kernel.errors import ConflictError, HotlineError, InvalidError, RefusedError, TakenError
from web.kit.errors import TooManyError
from web.kit.etag import ChangedError
from web.kit.forms import Form
from web.kit.i18n import N_, Reader

MOST_CHOSEN = 5000


@dataclass(frozen=True, slots=True)
class Posted:
    """The text fields of a form, each with all its values."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        """Give a field's text; "" if it is missing."""
        sent = self.fields.get(name, ())
        return sent[0] if sent else ""

    def many(self, name: str) -> list[str]:
        """Give all chosen values."""
        return list(self.fields.get(name, ()))[:MOST_CHOSEN]

    def ids(self, name: str) -> list[int]:
        """Give the chosen ids; other values are left out."""
        chosen = self.many(name)
        return [int(one) for one in chosen if one.isascii() and one.isdecimal() and len(one) < 19]  # noqa: PLR2004


async def read_posted(request: Request) -> Posted:
    """Read all text fields of a posted form."""
    form = await request.form()
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return Posted(found)


# The form that was posted, for an endpoint that runs in a thread; it stands behind the guard.
SentForm = Annotated[Posted, Depends(read_posted)]


def fill(form: Form, posted: Posted) -> None:
    """Put what was typed and chosen back into its fields; a password is typed anew."""
    for one in form.fields:
        if one.kind in {"hidden", "password"} or one.disabled:
            continue
        if one.kind == "multiselect":
            one.chosen = posted.many(one.name)
        else:
            one.value = posted.one(one.name)


def blame(form: Form, reader: Reader, error: Exception) -> int:
    """Put errors beside their fields or above them all; give the status to answer with.

    An error that a form cannot show is raised again.
    """
    match error:
        case ValidationError():
            form.blame_all(reader, error)
            return 422
        case InvalidError():
            form.blame(reader, error)
            return 422
        case TakenError():
            form.blame(reader, InvalidError(error.sentence, error.field, **error.values))
            return 422
        case ChangedError():
            form.error = reader.gettext(
                N_(
                    "Someone else changed this. Your entries are kept: compare them with the "
                    "current values and save again to keep yours."
                )
            )
            return 409
        case ConflictError() | RefusedError():
            form.error = reader.error(error)
            return 409 if isinstance(error, ConflictError) else 403
        case TooManyError():
            form.error = reader.error(error)
            return 429
        case _:
            raise error


def compare(form: Form, now: Form, reader: Reader) -> None:
    """Show beside each field its stored value, if that differs from the typed one."""
    present = {one.name: one for one in now.fields}
    for one in form.fields:
        other = present.get(one.name)
        if other is None or one.kind in {"hidden", "password"}:
            continue
        options = [*one.options, *(option for _, group in one.groups for option in group)]
        words = {str(option.key): option.name for option in options}
        if one.kind == "multiselect":
            same = set(one.chosen) == set(other.chosen)
            shown = ", ".join(words.get(key, key) for key in other.chosen)
        else:
            same = one.value == other.value
            shown = words.get(other.value, other.value)
        if not same:
            one.help = reader.say(N_("It is now: {value}"), value=shown or "-")


FORM_ERRORS = (ValidationError, HotlineError)
