"""Isolation of people's text: a name in Arabic or Hebrew does not reorder what stands beside it.

Without it a browser joins such a name and the number behind it into one run, and draws the number's
groups in reversed order (Unicode Standard Annex 9). Templates need nothing for it: a value that is
printed between tags is isolated by `IsolatingExtension`, one that fills a sentence by `isolated`.
"""

import re
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

FIRST_STRONG, POP = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE
# Letters and digits of the scripts that are written from right to left, and the marks that turn
# the direction.
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066\u2067\ufb1d-\ufdff\ufe70-\ufeff"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# The content of these elements is not markup: an isolating tag would be shown as text.
_TEXT_ONLY = frozenset({"option", "script", "style", "textarea", "title"})
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)|[\"'>]")


def isolated(text: str) -> str:
    """Isolate a text for a sentence, an attribute or a title; most texts need nothing."""
    if text.isascii() or not _FROM_THE_RIGHT.search(text):
        return text
    return f"{FIRST_STRONG}{text}{POP}"


def isolated_html(text: str) -> Markup:
    """Escape a text and isolate it as markup."""
    if text.isascii() or not _FROM_THE_RIGHT.search(text):
        return escape(text)
    return Markup("<bdi>{}</bdi>").format(text)


class Sentence(str):
    """A translated sentence of a template: what fills it is isolated."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        """Fill the sentence's places."""
        filled = {name: isolate_value(value) for name, value in values.items()}
        return super().format(*map(isolate_value, args), **filled)


def isolate_value(value: object) -> object:
    """Isolate a value of a sentence if it is a text."""
    return isolated(value) if type(value) is str else value


class IsolatingExtension(Extension):
    """Isolates each value that a template prints between tags, and none within a tag."""

    def __init__(self, environment: Environment) -> None:
        """Add the filter."""
        super().__init__(environment)
        environment.filters["isolate"] = _isolate

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Pipe the printed expressions through the filter."""
        place = _Place()
        between = False
        for token in stream:
            if token.type == "data":
                place.read(str(token.value))
            elif token.type == "variable_begin":
                between = place.is_between_tags
                if between:
                    yield token
                    yield Token(token.lineno, "lparen", "(")
                    continue
            elif token.type == "variable_end" and between:
                yield Token(token.lineno, "rparen", ")")
                yield Token(token.lineno, "pipe", "|")
                yield Token(token.lineno, "name", "isolate")
            yield token


class _Place:
    """Where in the markup a template has come to."""

    def __init__(self) -> None:
        self._quote = ""
        self._in_tag = False
        self._tag = ""
        self._text_only = ""

    @property
    def is_between_tags(self) -> bool:
        return not self._in_tag and not self._text_only

    def read(self, data: str) -> None:
        for found in _TAG.finditer(data):
            if self._in_tag:
                self._read_in_tag(found[0])
            elif found[2] and (not self._text_only or found[2].lower() == self._text_only):
                self._in_tag, self._tag = True, f"{found[1]}{found[2].lower()}"

    def _read_in_tag(self, mark: str) -> None:
        if self._quote:
            self._quote = "" if mark == self._quote else self._quote
        elif mark in {'"', "'"}:
            self._quote = mark
        elif mark == ">":
            self._in_tag = False
            self._text_only = self._tag if self._tag in _TEXT_ONLY else ""


def _isolate(value: Any) -> Any:
    """Isolate a plain text; markup of a macro has done so with its own values."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return isolated_html(value)
    return value
