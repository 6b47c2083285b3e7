"""One fault: what it does to a busy installation, how often, and how long recovery may take."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`strike(floor, at)` causes it for the `at`th time, and undoes what has to be undone."""

    name: str
    title: str
    strike: Callable
    times: int
    every: float  # seconds from the end of a strike to the next
    ends_talks: bool = False  # Asterisk's own death: its calls are gone
    needs: str = ""  # the kind of floor: "", "links", "disks", "clock"
    after: Callable | None = None  # (floor): once, when it is over
