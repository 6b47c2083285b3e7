"""Forms made from the pydantic bodies that they are read as.

A member of a body that has an `Input` among its annotations is a field of the form; kind, bounds
and whether it is required come from the member's type, so the page and the API take the same.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from web.kit.forms import Field, choices_of
from web.kit.i18n import Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice, Named

LONG_TEXT = 500  # letters; a longer text gets several lines
LONGEST = 200  # letters of a text that names no bound
LONGEST_LINES = 2000  # letters of all lines together
Read = TypeVar("Read", bound=BaseModel)
Options = Mapping[str, Sequence[Choice]]
_BETWEEN_LINES = re.compile(r"[,;\n\r]")


@dataclass(frozen=True, slots=True)
class Input:
    """How a member of a body is drawn in a form; all words are to be translated.

    `kind` is one of `Field`'s; "lines" is a list that is typed one in each line.
    """

    label: str
    kind: str = ""  # from the member's type if empty
    help: str = ""
    placeholder: str = ""
    autocomplete: str = "off"
    names: Mapping[str, str] = field(default_factory=dict, hash=False)  # of an enum's values


@dataclass(frozen=True, slots=True)
class OptionalPart:
    """A body inside a body: a checkbox, and below it the fields that count while it is ticked."""

    switch: str  # the checkbox's name
    label: str  # to be translated


def fields_of(
    body: type[BaseModel],
    reader: Reader,
    values: Mapping[str, object],
    options: Options,
    **said: object,
) -> list[Field]:
    """Make the fields of a body's form.

    `values` are by member, the member's default where there is none; `options` are for members
    with choices; `said` is put into the places of the words.
    """
    return list(_fields(body, reader, values, options, said))


def read_body(body: type[Read], posted: Posted) -> Read:
    """Read a form of `fields_of` a body; ValidationError names the members that are wrong."""
    return body.model_validate(_sent(body, posted))


def labels_of(*bodies: type[BaseModel]) -> Mapping[str, str]:
    """Give the labels of all fields by their names, for the audit log."""
    found: dict[str, str] = {}
    for body in bodies:
        for name, member, mark in _marked(body):
            if isinstance(mark, OptionalPart):
                found |= {mark.switch: mark.label, **labels_of(_bare(member.annotation))}
            else:
                found[name] = mark.label
    return found


def _marked(body: type[BaseModel]) -> Iterator[tuple[str, FieldInfo, Input | OptionalPart]]:
    for name, member in body.model_fields.items():
        for one in member.metadata:
            if isinstance(one, Input | OptionalPart):
                yield name, member, one


def _fields(
    body: type[BaseModel],
    reader: Reader,
    values: Mapping[str, object],
    options: Options,
    said: Mapping[str, object],
) -> Iterator[Field]:
    for name, member, mark in _marked(body):
        default = None if member.is_required() else member.get_default(call_default_factory=True)
        value = values.get(name, default)
        if isinstance(mark, OptionalPart):
            switch = "on" if value is not None else ""
            yield Field(mark.switch, reader.say(mark.label, **said), "checkbox", switch)
            inner = dict(value) if isinstance(value, BaseModel | Mapping) else {}
            for one in _fields(_bare(member.annotation), reader, inner, options, said):
                one.part = mark.switch
                yield one
        else:
            known = [(key, reader.gettext(label)) for key, label in mark.names.items() if key]
            made = _field(name, member, mark, value, options.get(name) or choices_of(known))
            made.label = reader.say(made.label, **said)
            made.help = reader.say(made.help, **said)
            made.placeholder = reader.say(made.placeholder, **said)
            yield made


def _field(
    name: str, member: FieldInfo, mark: Input, value: object, options: Sequence[Choice]
) -> Field:
    kind = _kind(member, mark)
    many = [_text(one) for one in value] if isinstance(value, list | tuple | Collection) else []
    longest = _bound(member, MaxLen)
    return Field(
        name=name,
        label=mark.label,
        kind=kind,
        value={"multiselect": "", "lines": "\n".join(many)}.get(kind, _text(value)),
        required=_is_required(member, kind),
        options=options,
        maxlength={"lines": LONGEST_LINES}.get(kind, int(longest or LONGEST)),
        help=mark.help,
        chosen=many if kind == "multiselect" else (),
        placeholder=mark.placeholder,
        autocomplete=mark.autocomplete,
        least=_bound(member, Ge),
        most=_bound(member, Le),
    )


def _kind(member: FieldInfo, mark: Input) -> str:
    if mark.kind:
        return mark.kind
    type_ = _bare(member.annotation)
    if get_origin(type_) in {list, set, frozenset, tuple}:
        return "multiselect"
    if type_ is bool:
        return "checkbox"
    if isinstance(type_, type) and issubclass(type_, Enum):
        return "select"
    if type_ in {int, float}:
        return "number"
    longest = _bound(member, MaxLen)
    return "textarea" if longest and int(longest) > LONG_TEXT else "text"


def _sent(body: type[BaseModel], posted: Posted) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, member, mark in _marked(body):
        if isinstance(mark, Input):
            found[name] = _posted(name, member, mark, posted)
        else:
            on = posted.one(mark.switch)
            found[name] = _sent(_bare(member.annotation), posted) if on else None
    return found


def _posted(name: str, member: FieldInfo, mark: Input, posted: Posted) -> object:
    kind = _kind(member, mark)
    text = posted.one(name)
    match kind:
        case "multiselect":
            return posted.many(name)
        case "checkbox":
            return bool(text)
        case "lines":
            # NFKC makes the full-width comma of a Chinese keyboard a plain one.
            parts = _BETWEEN_LINES.split(unicodedata.normalize("NFKC", text))
            return [one.strip() for one in parts if one.strip()]
        case "textarea" | "password":
            pass
        case _:
            text = text.strip()
    return text or (None if _is_optional(member.annotation) else "")


def _is_required(member: FieldInfo, kind: str) -> bool:
    if kind == "checkbox":
        return False
    type_ = _bare(member.annotation)
    if kind in {"select", "radio"} and type_ is not str:
        empty = isinstance(type_, type) and issubclass(type_, Enum) and "" in map(_text, type_)
        return not empty and not _is_optional(member.annotation)
    return member.is_required() or _bound(member, MinLen) not in {"", "0"}


def _is_optional(annotation: Any) -> bool:
    return get_origin(annotation) in {Union, UnionType} and NoneType in get_args(annotation)


def _bare(annotation: Any) -> Any:
    """Give a member's type without `None` and annotations."""
    if get_origin(annotation) in {Union, UnionType}:
        (annotation, *_) = [one for one in get_args(annotation) if one is not NoneType]
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


_BOUNDS = {MinLen: "min_length", MaxLen: "max_length", Ge: "ge", Le: "le"}


def _bound(member: FieldInfo, kind: type[Ge | Le | MinLen | MaxLen]) -> str:
    found = next((one for one in member.metadata if isinstance(one, kind)), None)
    return "" if found is None else str(getattr(found, _BOUNDS[kind]))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else ""
        case Enum():
            return str(value.value)
        case Named():
            return str(value.id)
        case _:
            return str(value)
