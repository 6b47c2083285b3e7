"""Forms as lists of fields, ready to be drawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crm.kernel.errors import InvalidError
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice

OptionGroups = Sequence[tuple[str, Sequence[Choice]]]  # each with its heading


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
    most: str = ""  # the same, or the megabytes of a file
    disabled: bool = False
    groups: OptionGroups = ()  # of a select with headings, in place of `options`
    part: str = ""  # the checkbox, or `select=option`, without which this field is hidden
    ticks: str = ""  # of a select: the checkbox that follows the chosen option …
    ticked_by: Sequence[str] = ()  # … and the options that tick it


@dataclass(slots=True)
class Form:
    """A form: its address, its fields, and the errors of the last attempt."""

    url: str
    fields: list[Field] = field(default_factory=list)
    error: str = ""
    saved: bool = False  # on the agent's workspace, which shows it beside the form
    version: str = ""  # of the thing as it was when the form was made
    submit: str = ""  # what its button says; "Save" if empty
    submit_name: str = ""  # what its button sends besides the fields
    cancel_url: str = ""
    name: str = "form"  # keeps the ids of two forms on one page apart
    title: str = ""  # its heading, for a form that comes and goes
    draft: str = ""  # by what the browser keeps what is typed until it is sent
    columns: int = 0  # 1 draws the fields below one another

    def field(self, name: str) -> Field:
        """Give a field; KeyError if the form has none of this name."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    def names(self) -> set[str]:
        """Give the names of the fields."""
        return {one.name for one in self.fields}

    def blame(self, reader: Reader, error: InvalidError) -> None:
        """Put an error beside its field, or above them all."""
        for one in self.fields:
            if one.name == error.field:
                one.error = reader.error(error)
                return
        self.error = reader.error(error)

    def blame_all(self, reader: Reader, error: ValidationError) -> None:
        """Put what pydantic found wrong beside each field, the first error of each."""
        fields = {one.name: one for one in self.fields}
        for one in reversed(error.errors()):
            place = next((part for part in reversed(one["loc"]) if part in fields), "")
            field = fields.get(str(place))
            if field is None:
                self.error = reader.gettext(N_("Please check what you entered."))
                continue
            sentence = sentence_of(one, chosen=field.kind in CHOSEN)
            what = in_a_sentence(field.label)
            self.blame(reader, InvalidError(sentence, field.name, what=what, **bounds_of(one)))


CHOSEN = frozenset({"select", "radio", "multiselect"})
MISSING = frozenset({"missing", "string_too_short", "too_short"})
SENTENCES: Mapping[str, str] = {
    "string_too_long": N_("The {what} is too long: at most {longest} characters."),
    "too_long": N_("Too many: at most {longest}."),
    "greater_than_equal": N_("At least {least}."),
    "less_than_equal": N_("At most {most}."),
    "extra_forbidden": N_("Unknown field “{what}”."),
}


def sentence_of(error: ErrorDetails, *, chosen: bool = False) -> str:
    """Give the sentence for one of pydantic's errors.

    Its places are `{what}` and those of `bounds_of` it. `chosen`: the value is one of several
    options.
    """
    if error["input"] == "" or error["type"] in MISSING:
        return N_("Select the {what}.") if chosen else N_("Enter the {what}.")
    return SENTENCES.get(error["type"], N_("The {what} is not valid."))


def bounds_of(error: ErrorDetails) -> dict[str, object]:
    """Give the bounds that a value of one of pydantic's errors lies outside of."""
    known = error.get("ctx", {})
    return {
        "least": known.get("ge", ""),
        "most": known.get("le", ""),
        "longest": known.get("max_length", ""),
    }


def in_a_sentence(label: str) -> str:
    """Write a field's label as a word inside a sentence; `URL` and the like stay."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def choices_of(pairs: Iterable[tuple[object, str]]) -> list[Choice]:
    """Make choices of keys and names."""
    return [Choice(key=str(key), name=name) for key, name in pairs]
