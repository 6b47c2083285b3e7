"""Put the caller into a queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import AtStep, LeaveFlow, StepAnswer, StepType


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFields:
    """The queue, the caller's extra priority in it, and what agents must be good at."""

    queue: str = field(metadata=spec(N_("Queue"), FieldKind.QUEUE))
    priority: int = field(default=0, metadata=spec(N_("Priority"), FieldKind.INTEGER))
    needs: Mapping[str, int] = field(
        default_factory=dict, metadata=spec(N_("Needed skills"), FieldKind.NEEDS)
    )
    needs_seconds: float = field(
        default=60.0,
        metadata=spec(
            N_("Seconds until these needs are dropped"),
            FieldKind.NUMBER,
            least=0,
            most=3600,
            hint=N_("0: never."),
        ),
    )


def enter(fields: QueueFields, _at: AtStep) -> StepAnswer:
    """Leave the flow for the queue."""
    to = Destination(DestinationKind.QUEUE, fields.queue)
    return LeaveFlow(to, fields.priority, fields.needs, fields.needs_seconds if fields.needs else 0)


STEP = StepType("queue", N_("Queue"), QueueFields, enter, fact="toqueue")
