"""One fault: what is done to a house at work, how often, and how long it is given to recover."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`strike(floor, at)` does it for the `at`th time, and undoes what has to be undone."""

    name: str
    title: str
    strike: Callable
    times: int
    every: float  # seconds from the end of a strike to the next
    ends_talks: bool = False  # Asterisk's own death: what it carried is gone
    needs: str = ""  # the kind of floor: "", "links", "disks", "clock"
    after: Callable | None = None  # (floor): once, when it is over
