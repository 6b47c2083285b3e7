"""Who has the picture of a flow open: known for some seconds, in memory.

An installation has one web process that serves; another one waits as a spare and takes over its
socket (`web/ops/web_process.py`). So memory is enough: after a restart each open page is noted
again by its next question, three seconds later. Several web processes at once would need a row for
each page instead.

It is a hint for people who edit the same flow; what keeps them from overwriting one another is the
draft's revision.
"""

from dataclasses import dataclass, field

STAYS_SECONDS = 10.0


@dataclass(slots=True)
class OpenEditors:
    """The users at each flow, and when each was last there."""

    _seen: dict[int, dict[int, tuple[str, float]]] = field(default_factory=dict)

    def note(self, flow: int, user: int, name: str, at: float) -> None:
        """Someone has a flow open now."""
        self._seen.setdefault(flow, {})[user] = (name, at)

    def others(self, flow: int, user: int, at: float) -> list[str]:
        """Give the names of the others at a flow; who left some seconds ago is forgotten."""
        here = self._seen.get(flow, {})
        for one in [one for one, (_, seen) in here.items() if at - seen > STAYS_SECONDS]:
            del here[one]
        if not here:
            self._seen.pop(flow, None)
        return sorted(name for one, (name, _) in here.items() if one != user)


EDITORS = OpenEditors()
