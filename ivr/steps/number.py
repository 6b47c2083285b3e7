"""Dial a number outside."""

from dataclasses import dataclass, field

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideNumberFields:
    """Where the caller goes."""

    number: str = field(metadata=spec(N_("Phone number"), FieldKind.PHONE_NUMBER))


STEP = leaving(
    DestinationKind.NUMBER, N_("Outside number"), OutsideNumberFields, lambda fields: fields.number
)
