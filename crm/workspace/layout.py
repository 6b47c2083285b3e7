"""The panels of an agent's workspace: which are shown, and in which order.

An administrator arranges them for each role; within that, each user for themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Area(StrEnum):
    """The places of panels."""

    SIDE = "side"  # beside the call, and always there
    HOME = "home"  # in place of a call
    BELOW = "below"  # below the call, and always there


class Panel(StrEnum):
    """A panel. The values are stored."""

    TODO = "todo"
    SHARED = "shared"
    VOICEMAILS = "voicemails"
    DAY = "day"
    LAST_CALLS = "last_calls"
    QUEUES = "queues"
    KEYS = "keys"
    COLLEAGUES = "colleagues"


AREAS: Mapping[Panel, Area] = {
    Panel.TODO: Area.SIDE,
    Panel.SHARED: Area.SIDE,
    Panel.VOICEMAILS: Area.SIDE,
    Panel.DAY: Area.SIDE,
    Panel.LAST_CALLS: Area.SIDE,
    Panel.QUEUES: Area.HOME,
    Panel.KEYS: Area.HOME,
    Panel.COLLEAGUES: Area.BELOW,
}
"""All panels in their usual order, each with its area."""


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """The order of panels, and those that are hidden. What it does not name is new: shown, last."""

    order: tuple[Panel, ...] = ()
    hidden: frozenset[Panel] = frozenset()

    def shown(self, area: Area) -> tuple[Panel, ...]:
        """Give the panels of an area that are shown, in order."""
        return tuple(one for one in self.order if AREAS[one] is area and one not in self.hidden)


USUAL = PanelLayout(tuple(AREAS))


def arranged(wanted: PanelLayout | None, base: PanelLayout = USUAL) -> PanelLayout:
    """Arrange all panels of a base: as wanted, and what the wish does not name behind it.

    What the base hides stays hidden.
    """
    if wanted is None:
        return base
    known = [one for one in dict.fromkeys(wanted.order) if one in base.order]
    new = [one for one in base.order if one not in known]
    return PanelLayout((*known, *new), (wanted.hidden & frozenset(known)) | base.hidden)


def moved(
    layout: PanelLayout, panel: Panel, step: int, fixed: frozenset[Panel] = frozenset()
) -> PanelLayout:
    """Move a panel by one place among those of its area; at the end nothing changes.

    `fixed` ones are not seen by the user who moves, and stand outside the count.
    """
    same = [one for one in layout.order if AREAS[one] is AREAS[panel] and one not in fixed]
    if panel not in same:
        return layout
    at = same.index(panel)
    to = at + step
    if not 0 <= to < len(same):
        return layout
    other = same[to]
    swapped = {panel: other, other: panel}
    return PanelLayout(tuple(swapped.get(one, one) for one in layout.order), layout.hidden)


def with_shown(layout: PanelLayout, panel: Panel, *, shown: bool) -> PanelLayout:
    """Show or hide a panel."""
    hidden = layout.hidden - {panel} if shown else layout.hidden | {panel}
    return PanelLayout(layout.order, hidden)


def read_layout(kept: object) -> PanelLayout | None:
    """Read a stored layout; None if there is none. Panels that are gone are left out."""
    if not isinstance(kept, Mapping):
        return None
    return PanelLayout(tuple(_panels(kept.get("order"))), frozenset(_panels(kept.get("hidden"))))


def stored(layout: PanelLayout) -> dict[str, list[str]]:
    """Give a layout as it is stored."""
    return {
        "order": [one.value for one in layout.order],
        "hidden": sorted(one.value for one in layout.hidden),
    }


def _panels(kept: object) -> Iterable[Panel]:
    known = set(Panel)
    return [Panel(one) for one in kept if one in known] if isinstance(kept, list) else []
