"""Waiting for what comes by itself, such as the live state, by time and not by tries."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 10.0


def until(read: Callable[[], T]) -> T:
    """Read until something true comes, and give it; fail after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := read()):
        assert time.monotonic() < deadline, f"it does not come: {found!r}"
        time.sleep(0.005)
    return found
