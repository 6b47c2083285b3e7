"""The command `hotline logs`: the lines of all processes, in order of time."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SHOWN_FIRST = ("timestamp", "level", "event")


def show(folder: Path, wanted: Mapping[str, str]) -> int:
    """Print the wanted lines; 1 if there are none."""
    lines = sorted(find(folder, wanted), key=lambda line: str(line.get("timestamp", "")))
    for line in lines:
        more = " ".join(f"{k}={v}" for k, v in line.items() if k not in {*SHOWN_FIRST, "process"})
        first = " ".join(str(line.get(name, "")) for name in SHOWN_FIRST)
        sys.stdout.write(f"{line['process']:9} {first} {more}".rstrip() + "\n")
    return 0 if lines else 1


def find(folder: Path, wanted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Give each line of JSON whose fields have the wanted values; "" matches any value.

    A call is also found by its legs: their ids, in any field, begin with the call's id.
    """
    asked = {name: value for name, value in wanted.items() if value}
    for path in sorted(folder.glob("*.log*")):
        with path.open(errors="replace") as file:
            for text in file:
                line = _read(text)
                if line is not None and all(_is(line, text, *one) for one in asked.items()):
                    yield {**line, "process": path.name.partition(".")[0]}


def _is(line: Mapping[str, Any], text: str, name: str, value: str) -> bool:
    return value in text if name == "call" else str(line.get(name, "")) == value


def _read(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
