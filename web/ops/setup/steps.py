"""Progress of the set-up in the terminal: one line per step, with its duration."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str], None]
PROGRESS_SECONDS = 5.0  # between two lines of progress on an output that cannot redraw one


class SetupError(Exception):
    """Set-up cannot continue; the message says why, and what to do.

    Where a page may show it, the sentence is a gettext key with separate values.
    """

    def __init__(self, sentence: str, **values: str) -> None:
        """`values` fill the sentence's `{named}` places."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


@contextmanager
def step(what: str) -> Iterator[Progress]:
    """Print `what` with its duration when it is done; the function given shows progress."""
    began = time.monotonic()
    redraw = sys.stdout.isatty()
    last = began

    def progress(news: str) -> None:
        nonlocal last
        if redraw:
            print(f"\r\033[K  {what} … {news}", end="", flush=True)
        elif time.monotonic() - last >= PROGRESS_SECONDS:
            last = time.monotonic()
            print(f"    {what} … {news}", flush=True)

    if redraw:
        print(f"  {what} …", end="", flush=True)
    try:
        yield progress
    except BaseException:
        print(f"\r\033[K  {what} … failed" if redraw else f"  {what} … failed", flush=True)
        raise
    seconds = time.monotonic() - began
    print(f"{chr(13) + chr(27) + '[K' if redraw else ''}  {what} ({seconds:.1f} s)", flush=True)
