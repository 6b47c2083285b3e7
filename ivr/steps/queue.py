"""Put the caller into a queue."""

from dataclasses import dataclass, field

from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import AtStep, LeaveFlow, StepAnswer, StepType


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFields:
    """The queue, and the caller's extra priority in it."""

    queue: str = field(metadata=spec(N_("Queue"), FieldKind.QUEUE))
    priority: int = field(default=0, metadata=spec(N_("Priority"), FieldKind.INTEGER))


def enter(fields: QueueFields, _at: AtStep) -> StepAnswer:
    """Leave the flow for the queue."""
    return LeaveFlow(Destination(DestinationKind.QUEUE, fields.queue), fields.priority)


STEP = StepType("queue", N_("Queue"), QueueFields, enter, fact="toqueue")
