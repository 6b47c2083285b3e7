"""Forms made from the pydantic bodies that they are read as."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from web.kit.forms import Field, Form
from web.kit.i18n import Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice

LONG_TEXT = 500  # letters; a longer text gets several lines
Read = TypeVar("Read", bound=BaseModel)
Options = Mapping[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Input:
    """How a member of a body is drawn in a form; one of the member's annotations."""

    label: str  # to be translated
    kind: str = ""  # as in `Field`; from the member's type if empty
    help: str = ""  # to be translated
    placeholder: str = ""  # to be translated


def form_of(
    body: type[BaseModel], reader: Reader, url: str, values: Mapping[str, object], options: Options
) -> Form:
    """Make a form with a field for each member of a body that has an `Input`.

    Kind, bounds and whether a field is required come from the member's type. `values` are by
    member, the member's default where there is none; `options` are for members with choices.
    """
    return Form(
        url,
        [
            _field(name, member, one, reader, values, options.get(name, ()))
            for name, member, one in _inputs(body)
        ],
    )


def read_body(body: type[Read], posted: Posted) -> Read:
    """Read a form made by `form_of`; ValidationError names the wrong members."""
    return body.model_validate(
        {name: _posted(name, member, one, posted) for name, member, one in _inputs(body)}
    )


def _inputs(body: type[BaseModel]) -> Iterable[tuple[str, FieldInfo, Input]]:
    for name, member in body.model_fields.items():
        for one in member.metadata:
            if isinstance(one, Input):
                yield name, member, one


def _field(  # noqa: PLR0913, PLR0917 - what a field is made of
    name: str,
    member: FieldInfo,
    one: Input,
    reader: Reader,
    values: Mapping[str, object],
    options: Sequence[Choice],
) -> Field:
    kind = _kind(member, one)
    default = None if member.is_required() else member.get_default(call_default_factory=True)
    value = values.get(name, default)
    longest = _bound(member, MaxLen)
    return Field(
        name=name,
        label=reader.gettext(one.label),
        kind=kind,
        value="" if kind == "multiselect" else _text(value),
        required=_is_required(member, kind),
        options=options,
        maxlength=int(longest) if longest else 200,
        help=reader.gettext(one.help),
        chosen=[_text(part) for part in value] if isinstance(value, Collection) else (),
        placeholder=reader.gettext(one.placeholder),
        least=_bound(member, Ge),
        most=_bound(member, Le),
    )


def _kind(member: FieldInfo, one: Input) -> str:
    if one.kind:
        return one.kind
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


def _posted(name: str, member: FieldInfo, one: Input, posted: Posted) -> object:
    kind = _kind(member, one)
    if kind == "multiselect":
        return posted.many(name)
    if kind == "checkbox":
        return bool(posted.one(name))
    text = posted.one(name)
    text = text if kind == "textarea" else text.strip()
    return text or (None if _is_optional(member.annotation) else "")


def _is_required(member: FieldInfo, kind: str) -> bool:
    if kind == "checkbox":
        return False
    if kind == "select":
        return not _is_optional(member.annotation)
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
        case _:
            return str(value)
