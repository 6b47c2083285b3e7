"""Ask another system where the call goes."""

from dataclasses import dataclass, field

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFields:
    """Where the caller goes."""

    custom: int = field(metadata=spec(N_("Custom destination"), FieldKind.CUSTOM))


STEP = leaving(
    DestinationKind.CUSTOM, N_("Custom destination"), CustomFields, lambda fields: fields.custom
)
