"""The browser's types of the live items, made from their declarations.

`python -m web.live.typescript` writes them; a test compares the file with what would be written.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

from web.live.declarations import about, choices, members_of, named_types, plain
from web.live.schema import LIVE_KINDS

FILE = Path(__file__).resolve().parent.parent / "client" / "src" / "live" / "types.ts"
HEAD = """\
// The live items as they come over /live. Generated from the declarations in cti/core/live.py and
// web/live/schema.py: change those, then run `python -m web.live.typescript`.
"""
ITEM = """\
/** One item of a message: its whole new value, or null when it is gone. */
export type Item = {
  [K in keyof Values]: { kind: K; id: string; value: Values[K] | null };
}[keyof Values];
"""
SIMPLE = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


def typescript() -> str:
    """Write the whole file."""
    shapes = [one.shape for one in LIVE_KINDS.values()]
    parts = [_enum(t) if issubclass(t, StrEnum) else _interface(t) for t in named_types(shapes)]
    return "\n".join([HEAD, *parts, _values(), ITEM])


def _enum(enum: type[StrEnum]) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", enum.__name__).upper() + "S"
    values = "".join(f'  "{one.value}",\n' for one in enum)
    return (
        f"/** {about(enum)} */\nexport const {words} = [\n{values}] as const;\n"
        f"export type {enum.__name__} = (typeof {words})[number];\n"
    )


def _interface(shape: type) -> str:
    return f"/** {about(shape)} */\nexport interface {shape.__name__} {{\n{_members(shape)}}}\n"


def _members(shape: type) -> str:
    return "".join(_lines(shape))


def _lines(shape: type) -> Iterator[str]:
    for member in members_of(shape):
        if member.notes:
            yield f"  /** {member.notes[-1]} */\n"
        yield f"  {member.name}{'' if member.required else '?'}: {_type(member.type)};\n"


def _values() -> str:
    lines = "".join(
        f"  /** Seen by {one.visibility.value}. */\n  {one.kind}: {one.shape.__name__};\n"
        for one in LIVE_KINDS.values()
    )
    return f"/** The value of an item, by its kind. */\nexport interface Values {{\n{lines}}}\n"


def _type(hint: Any) -> str:
    hint, _ = plain(hint)
    if len(choices(hint)) > 1:
        return " | ".join(_type(one) for one in choices(hint))
    if get_origin(hint) is list:
        (item,) = get_args(hint)
        return f"{_type(item)}[]"
    if get_origin(hint) is dict:
        key, value = get_args(hint)
        return f"Partial<Record<{_type(key)}, {_type(value)}>>"
    return SIMPLE.get(hint) or str(hint.__name__)


if __name__ == "__main__":
    FILE.write_text(typescript())
