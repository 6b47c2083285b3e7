"""Prompts to a caller outside of a flow's steps, and last words before a call ends."""

from dataclasses import replace

from crm.kernel.state import with_timer
from cti.core import flows, placement
from cti.core.call import Call
from cti.core.leg import LegId, Prompted
from cti.core.state import SwitchTransaction

PROMPT_SECONDS = 120.0
"""No prompt is longer: a caller must not wait for a playback whose end is never reported."""

NOT_TAKEN = ("not-taken",)
"""The prompts for a caller whose call is not taken."""


def say(tx: SwitchTransaction, call: Call, leg: LegId, prompts: tuple[str, ...]) -> Prompted:
    """Play prompts to the caller, in the language of the call; gives what the caller hears."""
    playback = f"{call.id}-p{call.plays + 1}"
    timers = with_timer(call.timers, "flow", tx.now + PROMPT_SECONDS)
    tx.calls.put(replace(call, plays=call.plays + 1, timers=timers))
    heard = Prompted(playback, prompts, flows.language_of(tx, call))
    placement.place(tx, leg, heard)
    return heard


def say_farewell(tx: SwitchTransaction, call: Call, leg: LegId, prompts: tuple[str, ...]) -> None:
    """Play last words to the caller; when they are over the call ends."""
    say(tx, replace(call, farewell=True), leg, prompts)
