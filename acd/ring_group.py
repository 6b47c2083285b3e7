"""A ring group: the phones of a few agents ring together, or one after the other, without a line.

Agents who are not free are left out; a call that none takes goes on to another destination.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from acd.queue import AgentId
from crm.kernel.destination import Destination

RingGroupId = NewType("RingGroupId", int)

LEAST_RING_SECONDS, MOST_RING_SECONDS = 5, 120
MOST_MEMBERS = 50


class RingOrder(StrEnum):
    """How the phones of a group ring; the values are stored."""

    TOGETHER = "together"
    IN_TURN = "in turn"


@dataclass(frozen=True, slots=True)
class RingGroup:
    """A ring group as the engine uses it. Members stand in their order."""

    id: RingGroupId
    name: str
    members: tuple[AgentId, ...]
    order: RingOrder = RingOrder.TOGETHER
    ring_seconds: float = 20.0  # of all together, or of each in turn
    record: bool = True
    then: Destination | None = None  # where a call goes that no member takes
