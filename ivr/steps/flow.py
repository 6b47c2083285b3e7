"""Go on in another flow, and do not come back."""

from dataclasses import dataclass, field

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFlowFields:
    """Where the caller goes."""

    flow: int = field(metadata=spec(N_("Flow"), FieldKind.FLOW))


STEP = leaving(
    DestinationKind.FLOW, N_("Another flow"), OtherFlowFields, lambda fields: fields.flow
)
