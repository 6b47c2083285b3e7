"""Texts of flows with variables: `Dear {customer_name}`, or `=tries + 1` for an expression."""

import re
from collections.abc import Callable, Mapping

from ivr import expressions

_PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")


def _as_it_is(value: str) -> str:
    return value


def fill(
    template: str,
    variables: Mapping[str, str],
    escape: Callable[[str], str] = _as_it_is,
    *,
    most: int = expressions.LONGEST_TEXT,
) -> str:
    """Give the text with its variables; one that is not known is an empty text.

    What begins with `=` is an expression; one that cannot be evaluated is an empty text. `escape`
    makes a value fit for the place where it stands.
    """
    if template.startswith("="):
        value = expressions.evaluate(template[1:], variables)
        return "" if value is None else escape(expressions.spelt(value))
    return _PLACE.sub(lambda place: escape(variables.get(place[1], "")), template)[:most]


def check_template(template: str) -> None:
    """Refuse an expression that cannot be read; InvalidError says what is wrong."""
    if template.startswith("="):
        expressions.read_expression(template[1:])


def variables_of(template: str) -> frozenset[str]:
    """Give the names of the variables that a text uses."""
    if template.startswith("="):
        return expressions.variables_of(template[1:])
    return frozenset(_PLACE.findall(template))
