"""Forms as lists of fields, and reading what was posted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from pydantic import ValidationError

from crm.kernel.errors import InvalidError
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice


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
    help: str = ""  # a quieter line below
    chosen: Sequence[str] = ()  # what is chosen where several may be
    placeholder: str = ""
    autocomplete: str = "off"
    least: str = ""  # of a number or a date
    most: str = ""
    disabled: bool = False


@dataclass(slots=True)
class Form:
    """A form: its address, its fields, and the errors of the last attempt."""

    url: str
    fields: list[Field] = field(default_factory=list)
    error: str = ""
    saved: bool = False
    customer: int | None = None
    call: str = ""
    submit: str = ""  # what its button says; "Save" if empty
    cancel_url: str = ""
    name: str = "form"  # keeps the ids of two forms on one page apart
    columns: int = 0  # 1 draws the fields below one another

    def fill(self, values: Mapping[str, str]) -> None:
        """Put what was typed back into its fields."""
        for one in self.fields:
            one.value = values.get(one.name, one.value)

    def blame(self, reader: Reader, error: InvalidError) -> None:
        """Put an error beside its field, or above them all."""
        for one in self.fields:
            if one.name == error.field:
                one.error = reader.error(error)
                return
        self.error = reader.error(error)


def typed(request_form: Mapping[str, object], names: Sequence[str]) -> dict[str, str]:
    """Read the text fields of a form; a file counts as empty."""
    found = {name: request_form.get(name, "") for name in names}
    return {name: value if isinstance(value, str) else "" for name, value in found.items()}


async def read_form(request: Request) -> dict[str, str]:
    """Read all text fields of what was posted."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def as_invalid(error: ValidationError) -> InvalidError:
    """Turn the first error of pydantic into an InvalidError."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] in {"missing", "string_too_short", "too_short"}:
        return InvalidError(N_("This is needed."), name)
    if first["type"] in {"string_too_long", "too_long"}:
        return InvalidError(N_("This is too long."), name)
    return InvalidError(N_("This is not valid."), name)


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[Choice]:
    """Make choices of keys and names."""
    return [Choice(key=str(key), name=name) for key, name in pairs]
