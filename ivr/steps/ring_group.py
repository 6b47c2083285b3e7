"""Ring a ring group."""

from dataclasses import dataclass, field

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class RingGroupFields:
    """Where the caller goes."""

    group: int = field(metadata=spec(N_("Ring group"), FieldKind.RING_GROUP))


STEP = leaving(
    DestinationKind.RING_GROUP, N_("Ring group"), RingGroupFields, lambda fields: fields.group
)
