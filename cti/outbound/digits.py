"""The digits of a dialled number: what may reach a dial string, and the prefix for outside."""

from collections.abc import Iterator

from crm.kernel.phone import e164, is_internal

DIAL_CHARACTERS = frozenset("0123456789+*#")
"""Nothing else ever reaches a dial string."""


def clean(text: str) -> str:
    """Leave only characters that may be dialled."""
    return "".join(_kept(text))


def without_prefix(dialled: str, region: str, prefix: str) -> str:
    """The number that was dialled, E.164 or a short code, without the outside prefix; "" if none.

    A leading prefix is taken off only where what remains is a number: 95188 stays with prefix 9.
    """
    number = clean(e164(dialled, region))
    digits = clean(dialled)
    if prefix and digits.startswith(prefix) and not is_internal(number):
        rest = clean(e164(digits.removeprefix(prefix), region))
        if rest.startswith("+") or is_internal(rest):
            return rest
    return number


def _kept(text: str) -> Iterator[str]:
    for at, letter in enumerate(text):
        if letter in DIAL_CHARACTERS and (letter != "+" or at == 0):
            yield letter
