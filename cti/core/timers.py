"""What is to happen when a timer of a row is due."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor, seats
from acd.work import Medium, Work, WorkId
from crm.kernel.state import with_timer
from cti.core import chats, inbound, offers, talks
from cti.core.call import Call
from cti.core.events import TimerDue
from cti.core.failures import AWAY_SECONDS
from cti.core.state import SwitchTransaction

WRAP_UP = "wrap-up/"


def due(tx: SwitchTransaction, event: TimerDue) -> None:
    """Find the row; one that has moved its timer meanwhile is left alone."""
    timer = event.timer
    match timer.table:
        case "calls":
            call = tx.calls.get(timer.key)
            if call is not None and call.timers.get(timer.name, tx.now + 1) <= tx.now:
                _call_due(tx, call, timer.name)
        case "works":
            work = tx.works.get(timer.key)
            if work is not None and work.timers.get(timer.name, tx.now + 1) <= tx.now:
                _work_due(tx, work, timer.name)
        case "agents" if timer.name.startswith(WRAP_UP):
            work_id = WorkId(timer.name.removeprefix(WRAP_UP))
            floor.step(tx, seats.WrapUpOver(timer.key, work_id))
        case "agents" if tx.away:
            agent = tx.agents.get(timer.key)
            if agent is not None:
                timers = with_timer(agent.timers, timer.name, tx.now + AWAY_SECONDS)
                tx.agents.put(replace(agent, timers=timers))
        case "agents":
            floor.step(tx, seats.PhoneGone(timer.key))
        case _:
            pass


def _call_due(tx: SwitchTransaction, call: Call, name: str) -> None:
    if tx.away:
        # What we ordered now would not be carried out: neither caller nor agent is to pay for it.
        timers = with_timer(call.timers, name, tx.now + AWAY_SECONDS)
        tx.calls.put(replace(call, timers=timers))
        return
    match name:
        case "flow":
            inbound.flow_due(tx, call)
        case "grace":
            talks.grace_over(tx, call)
        case "phone lost":
            talks.phone_lost_due(tx, call)
        case _:
            pass


def _work_due(tx: SwitchTransaction, work: Work, name: str) -> None:
    if tx.away:
        timers = with_timer(work.timers, name, tx.now + AWAY_SECONDS)
        tx.works.put(replace(work, timers=timers))
    elif name == "offer":
        (offers if work.medium is Medium.VOICE else chats).offers_due(tx, work)
    elif name == "passed over":
        floor.step(tx, floor_events.PassOverEnded(work.id))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {TimerDue: due}
