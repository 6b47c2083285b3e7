"""Free extensions, from a number on."""

from collections.abc import Collection

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_

SHORTEST, LONGEST = 2, 6  # digits


def is_extension(text: str) -> bool:
    """Whether a text can be an extension: 2 to 6 digits."""
    return text.isascii() and text.isdigit() and SHORTEST <= len(text) <= LONGEST


def free_from(start: str, count: int, taken: Collection[str]) -> list[str]:
    """Give the next free extensions of the same length, from `start` on.

    InvalidError if `start` is none, or there are not so many.
    """
    if not is_extension(start):
        raise InvalidError(N_("An extension is 2 to 6 digits."), "start")
    found: list[str] = []
    number, last = int(start), 10 ** len(start)
    used = set(taken)
    while len(found) < count and number < last:
        extension = f"{number:0{len(start)}}"
        if extension not in used:
            found.append(extension)
        number += 1
    if len(found) < count:
        raise InvalidError(
            N_("From {start} on, only {count} extensions are free."),
            "start",
            start=start,
            count=len(found),
        )
    return found
