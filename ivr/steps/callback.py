"""Offer to be called back, at the caller's place in a queue."""

from dataclasses import dataclass, field

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackFields:
    """Where the caller goes."""

    queue: str = field(metadata=spec(N_("Queue"), FieldKind.QUEUE))


STEP = leaving(
    DestinationKind.CALLBACK, N_("Callback"), CallbackFields, lambda fields: fields.queue
)
