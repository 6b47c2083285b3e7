"""Let the caller leave a message in a voicemail box."""

from dataclasses import dataclass, field

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailFields:
    """Where the caller goes."""

    box: int = field(metadata=spec(N_("Voicemail box"), FieldKind.BOX))


STEP = leaving(
    DestinationKind.VOICEMAIL, N_("Voicemail"), VoicemailFields, lambda fields: fields.box
)
