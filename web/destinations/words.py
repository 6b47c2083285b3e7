"""The names of the kinds of destinations."""

from collections.abc import Mapping

from crm.kernel.destination import DestinationKind
from web.kit.i18n import N_

KINDS: Mapping[DestinationKind, str] = {
    DestinationKind.QUEUE: N_("Queue"),
    DestinationKind.AGENT: N_("Agent"),
    DestinationKind.RING_GROUP: N_("Ring group"),
    DestinationKind.FLOW: N_("Call flow"),
    DestinationKind.NUMBER: N_("Outside number"),
    DestinationKind.VOICEMAIL: N_("Voicemail"),
    DestinationKind.FAX: N_("Fax"),
    DestinationKind.CALLBACK: N_("Callback"),
    DestinationKind.CUSTOM: N_("Custom destination"),
    DestinationKind.HANG_UP: N_("Hang up"),
}
GROUPS: Mapping[DestinationKind, str] = {
    **KINDS,
    DestinationKind.CALLBACK: N_("Callback: offered by key 1, else the caller waits in the queue"),
}
"""The same as headings among which a form lets choose."""
