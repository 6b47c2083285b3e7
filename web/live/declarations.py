"""Reads declared shapes (TypedDicts, enums, new types) for the generators. Pure."""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, Union, get_args, get_origin, get_type_hints
from typing import is_typeddict as is_shape


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a shape; `notes` describe it, the most specific one last."""

    name: str
    type: Any
    notes: tuple[str, ...]
    required: bool


def members_of(shape: type) -> list[Member]:
    """Give the members of a TypedDict in the order of their declaration."""
    found = []
    for name, hint in get_type_hints(shape, include_extras=True).items():
        required = get_origin(hint) is not NotRequired
        type_, notes = plain(hint if required else get_args(hint)[0])
        found.append(Member(name, type_, notes, required))
    return found


def plain(hint: Any) -> tuple[Any, tuple[str, ...]]:
    """Give a type without its notes, and the notes; a new type becomes the type it is made of."""
    notes: tuple[str, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *said = get_args(hint)
            notes = (*(str(one) for one in said), *notes)
        elif hasattr(hint, "__supertype__"):
            hint = hint.__supertype__
        else:
            return hint, notes


def choices(hint: Any) -> tuple[Any, ...]:
    """Give the types of a union, None last; of another type only itself."""
    if get_origin(hint) not in (Union, UnionType):
        return (hint,)
    return tuple(sorted(get_args(hint), key=lambda one: one is NoneType))


def named_types(roots: Iterable[Any]) -> list[type]:
    """Give all enums and TypedDicts that the roots use, each before its users."""
    found: dict[type, None] = {}
    for root in roots:
        for one in _parts(root):
            found.setdefault(one)
    return list(found)


def about(named: type) -> str:
    """Give a declared type's description, in one line."""
    return (inspect.getdoc(named) or "").partition("\n")[0]


def _parts(hint: Any) -> Iterator[type]:
    hint, _ = plain(hint)
    if is_shape(hint):
        for member in members_of(hint):
            yield from _parts(member.type)
        yield hint
    elif isinstance(hint, type) and issubclass(hint, StrEnum):
        yield hint
    else:
        for argument in get_args(hint):
            yield from _parts(argument)
