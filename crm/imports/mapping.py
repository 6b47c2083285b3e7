"""Which column of a file is which column of a target: suggested by the names, then checked."""

import re
from collections.abc import Mapping, Sequence

from crm.imports.row import ImportColumn
from crm.kernel.errors import InvalidError
from crm.kernel.names import comparable

Names = Mapping[str, Sequence[str]]  # column of the target → its names in all languages
FEWEST_LETTERS = 2  # of a name that is looked for inside a longer one
_MARKS = re.compile(r"[\s*:：()（）\[\]【】._/-]+")  # noqa: RUF001 - Chinese has marks of its own
_NUMBER = re.compile(r"\+?[\d\s().-]{3,}")


def suggest(header: Sequence[str], names: Names) -> dict[str, int]:
    """Suggest for each column of the target a column of the file, each at most once.

    Equal names come first; then one that contains the other, as `客户姓名` does `姓名`.
    """
    places = [_plain(one) for one in header]
    wanted = {key: [_plain(one) for one in known] for key, known in names.items()}
    found: dict[str, int] = {}
    for fits in (_equal, _contained):
        for key, known in wanted.items():
            if key in found:
                continue
            free = [at for at in range(len(places)) if at not in found.values()]
            place = next((at for at in free if fits(places[at], known)), None)
            if place is not None:
                found[key] = place
    return found


def has_header(rows: Sequence[Sequence[str]], names: Names) -> bool:
    """Guess whether the first row of a file holds the names of its columns."""
    if not rows or not any(rows[0]):
        return False
    if suggest(rows[0], names):
        return True
    named = not any(_NUMBER.fullmatch(one.strip()) for one in rows[0] if one)
    return named and any(_NUMBER.fullmatch(one.strip()) for row in rows[1:] for one in row if one)


def check_mapping(
    mapping: Mapping[str, int], columns: Sequence[ImportColumn], file_columns: int
) -> dict[str, int]:
    """Check chosen columns; InvalidError names the target's column that is wrong."""
    known = {one.key for one in columns}
    taken: dict[int, str] = {}
    for key, place in mapping.items():
        if key not in known or not 0 <= place < file_columns:
            raise InvalidError("The file has no such column.", key)
        if place in taken:
            raise InvalidError("This column of the file is chosen twice.", key)
        taken[place] = key
    for column in columns:
        if column.required and column.key not in mapping:
            raise InvalidError("Select the column of the file.", column.key)
    if not mapping:
        raise InvalidError("Select at least one column of the file.", columns[0].key)
    return dict(mapping)


def letters_of(place: int) -> str:
    """Give the letters by which a spreadsheet names a column: A to Z, then AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _plain(name: str) -> str:
    return _MARKS.sub("", comparable(name))


def _equal(header: str, names: Sequence[str]) -> bool:
    return bool(header) and header in names


def _contained(header: str, names: Sequence[str]) -> bool:
    return any(
        len(one) >= FEWEST_LETTERS and one in header and len(header) <= 3 * len(one)
        for one in names
    )
