"""Ring one agent."""

from dataclasses import dataclass, field
from operator import attrgetter

from crm.kernel.destination import DestinationKind
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.leaving import leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFields:
    """Where the caller goes."""

    agent: int = field(metadata=spec(N_("Agent"), FieldKind.AGENT))


STEP = leaving(DestinationKind.AGENT, N_("Agent"), AgentFields, attrgetter("agent"))
