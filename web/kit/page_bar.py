"""Bars across the top of every page of a signed-in user, such as “Forced handling is on”.

A feature gives its bars in its manifest; they are drawn with the page and, for pages that stay
open, again when the live connection says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class PageBar:
    """One bar; its words are in the reader's language."""

    name: str
    text: str
    tone: str = "danger"
    icon: str = "alert-triangle"
    url: str = ""  # a link behind the text …
    label: str = ""  # … and its words
    do_url: str = ""  # a button that posts there …
    do_label: str = ""  # … and its words
    sound: str = ""  # a page makes a sound once for each such key
    do_name: str = ""  # a field that the button sends, with the value "on"


Bars = Callable[[Request], Sequence[PageBar]]
"""The bars of one feature; called in a thread, for signed-in users only."""
