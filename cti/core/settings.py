"""What settings pages decide, as it reaches the live state."""

from collections.abc import Callable, Mapping
from typing import Any

from acd import events as floor_events
from acd import floor
from acd import settings as acd_settings
from cti.core import flows
from cti.core.events import FlowPublished, LineOpened, QueueChanged, RoutesChanged
from cti.core.state import SwitchTransaction


def change_queue(tx: SwitchTransaction, event: QueueChanged) -> None:
    """A queue was edited, or removed: those who wait in it are led elsewhere."""
    floor.step(tx, acd_settings.QueueEdited(event.key, event.queue))


def open_line(tx: SwitchTransaction, event: LineOpened) -> None:
    """Those who wait in a line may be served now."""
    floor.step(tx, floor_events.LineServed(event.key))


def change_routes(tx: SwitchTransaction, event: RoutesChanged) -> None:
    """What answers which number."""
    tx.set_routes(event.plan)


def change_day(tx: SwitchTransaction, event: acd_settings.DayEvent) -> None:
    """An agent's day begins at zero, or is restored after the engine's start."""
    floor.step(tx, event)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    QueueChanged: change_queue,
    LineOpened: open_line,
    FlowPublished: flows.publish,
    RoutesChanged: change_routes,
    acd_settings.DayBegan: change_day,
    acd_settings.DayRestored: change_day,
}
