"""The queue that takes the place of one that was deleted."""

from acd.queue import QueueKey
from cti.core.state import SwitchTransaction


def successor_of(tx: SwitchTransaction, key: QueueKey | None) -> QueueKey | None:
    """Give the queue itself if it is there, else its successor, or that one's; None if none is."""
    seen: set[QueueKey] = set()
    while key is not None and key not in seen:
        if tx.queues.get(key) is not None:
            return key
        seen.add(key)
        key = tx.routes.successors.get(key)
    return None
