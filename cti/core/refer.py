"""A transfer that a phone asks for by itself (SIP REFER), not by the buttons of the desk.

Asterisk tells of it and moves nobody. Every one is declined for now. When a desk phone may
transfer, this is the place that turns the REFER into what the desk would ask for (`TransferAsked`
for a number, `CompleteAsked` for the leg of a consultation); a customer's phone never may.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cti.core.commands import RefuseRefer
from cti.core.events import ReferReceived
from cti.core.state import SwitchTransaction


def received(tx: SwitchTransaction, event: ReferReceived) -> None:
    """Decline the transfer: else the phone waits for an answer, and holds the call meanwhile."""
    tx.do(RefuseRefer(event.leg))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {ReferReceived: received}
