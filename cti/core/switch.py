"""The switch: one event in, one change out. Pure; the engine applies what comes back.

Each feature registers its handlers by event type; together they must cover every event.
"""

from collections.abc import Callable
from typing import Any, get_args

from cti.core import (
    agents,
    announcements,
    box_calls,
    callback_wishes,
    callbacks,
    charging,
    chats,
    conference,
    consultation,
    context,
    custom,
    customers,
    dialling,
    failures,
    faxes,
    flows,
    found,
    inbound,
    leg_facts,
    offers,
    outbound,
    overflow,
    parking,
    recordings,
    refer,
    returned,
    settings,
    sound,
    supervise,
    talks,
    timers,
    transfer,
    trunk_legs,
    voicemail,
    waits,
    when_free,
)
from cti.core import events as e
from cti.core.state import Change, SwitchState, SwitchTransaction

FEATURES = (
    inbound,
    customers,
    returned,
    offers,
    overflow,
    talks,
    agents,
    found,
    failures,
    settings,
    timers,
    transfer,
    consultation,
    conference,
    parking,
    refer,
    supervise,
    dialling,
    when_free,
    callback_wishes,
    callbacks,
    outbound,
    trunk_legs,
    voicemail,
    box_calls,
    custom,
    faxes,
    recordings,
    chats,
    sound,
    waits,
)

HANDLERS: dict[type, Callable[[SwitchTransaction, Any], None]] = {}
for _feature in FEATURES:
    if twice := HANDLERS.keys() & _feature.HANDLERS.keys():
        raise TypeError(f"Two features handle {twice}")
    HANDLERS |= _feature.HANDLERS
if missing := set(get_args(e.Event)) ^ HANDLERS.keys():
    raise TypeError(f"Events without a handler, or handlers of no event: {missing}")


def step(state: SwitchState, event: e.Event, now: float) -> Change:
    """What the event does to the state. A refusal is raised and nothing is changed."""
    tx = SwitchTransaction(state, now, offers.carry_out)
    HANDLERS[type(event)](tx, event)
    when_free.serve(tx)
    waits.note_changed(tx)
    announcements.arm_changed(tx)
    flows.drop_unused(tx)
    leg_facts.note_changed(tx, event)
    charging.count_ended(tx)
    context.save_changed(tx)
    return tx.change()
