"""Who the customer of a call is, as soon as the look-up of the number has told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.calls.record import Kind
from cti.core.events import CustomerFound
from cti.core.state import SwitchTransaction


def find_customer(tx: SwitchTransaction, event: CustomerFound) -> None:
    """Note who is calling."""
    call = tx.calls.get(event.call)
    if call is not None and call.customer != event.card:
        tx.calls.put(replace(call, customer=event.card))
        tx.note(call.id, Kind.CUSTOMER, customer=event.card.id, name=event.card.name)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {CustomerFound: find_customer}
