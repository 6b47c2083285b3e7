"""How many agents may be not ready for one reason at once, and what a further one is told."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PauseLimit:
    """The limit of a reason; 0 is none."""

    most_at_once: int
    by_group: bool  # counted among the members of the agent's groups, else in the whole site


def places_left(
    limit: PauseLimit, agent: int, colleagues: frozenset[int], away: Iterable[int]
) -> int | None:
    """Count the agents who may still pause; None without a limit.

    `away` are those who are not ready for the reason or will be after their call, `colleagues`
    the members of the agent's groups. An agent without a group is counted in the whole site. Who
    is away already and asks again takes no further place.
    """
    if not limit.most_at_once:
        return None
    others = {one for one in away if one != agent}
    if limit.by_group and colleagues:
        others &= colleagues
    return max(0, limit.most_at_once - len(others))
