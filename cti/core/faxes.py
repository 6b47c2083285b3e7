"""A caller that is a fax machine: Asterisk receives the fax in the dialplan, without the engine.

The leg leaves our hands for the dialplan's fax context, which tells what came of it when the leg
ends: to a living engine by an event, and to a later one by CEL. So a fax arrives although the
engine dies meanwhile.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.calls.record import CallId, Kind
from crm.kernel.state import without_timer
from cti.core import calls, placement
from cti.core.call import Call
from cti.core.events import FaxEnded
from cti.core.leg import LegId, ReceivingFax
from cti.core.state import SwitchTransaction

OFF = "receiving faxes is off"

NORMAL = 16  # Q.850


def enter(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """Let the dialplan receive a fax, if faxes are received here."""
    if not tx.routes.faxes:
        tx.note(call.id, Kind.FAX_REFUSED, why=OFF)
        calls.end(tx, call, by="system", cause=NORMAL)
        return
    call = replace(call, plays=call.plays + 1, timers=without_timer(call.timers, "flow"))
    tx.calls.put(call)
    file = file_of(call)
    tx.note(call.id, Kind.FAX, file=file)
    placement.place(tx, leg, ReceivingFax(file))


def file_of(call: Call) -> str:
    """Name the file: the caller has no part in it."""
    return f"{call.id}-{call.plays}".replace(".", "-")


def ended(tx: SwitchTransaction, event: FaxEnded) -> None:
    """The dialplan tells what came of a fax; the call may be over by now."""
    tx.note(CallId(event.leg), kind_of(event), None, **detail_of(event))


def kind_of(event: FaxEnded) -> Kind:
    """The fact that a fax's end is."""
    return Kind.FAX_FAILED if event.why or not event.pages else Kind.FAX_RECEIVED


def detail_of(event: FaxEnded) -> dict[str, str | float | bool]:
    """What is known of a fax."""
    detail: dict[str, str | float | bool] = {"file": event.file, "pages": event.pages}
    if event.station:
        detail["station"] = event.station
    if kind_of(event) is Kind.FAX_FAILED:
        detail["why"] = event.why or "no pages"
    return detail


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {FaxEnded: ended}
