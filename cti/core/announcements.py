"""Announcements to callers who wait in a queue, in their language: how many are ahead, how long.

The music stops for an announcement and plays again after it. An agent who answers meanwhile is
connected at once: whatever moves the caller's leg stops the prompts. Keys do nothing. When
announcements are due follows from the time at which the caller came into the queue, so a new engine
needs nothing but that. At the end of a step the works that it changed are looked at; no feature
sets or removes the timer.
"""

from dataclasses import replace

from acd.estimate import as_range
from acd.overflow import entered_at
from acd.queue import OWN_WORDS, Announcements, Queue
from acd.work import Work, WorkState
from crm.kernel.state import with_timer, without_timer
from cti.core import calls, flows, placement, waits
from cti.core.announce import PROMPT_SECONDS
from cti.core.call import Call
from cti.core.leg import Leg, LegId, OnHold, Prompted
from cti.core.state import SwitchTransaction
from ivr.speak.languages import speech_in

NEXT, PLAYING = "announce", "announcing"
"""Timers of a call: the next announcement; the latest end of the one that plays."""

RING_SECONDS = 3.0
"""No announcement begins while a phone has rung less long: most agents answer by then."""

LEAST_MUSIC_SECONDS = 5.0
"""Between two announcements."""

THANKS = ("queue-thanks",)


def arm_changed(tx: SwitchTransaction) -> None:
    """Set the timers of callers whose waits this step has changed."""
    for work_id in list(tx.works.changed):
        before, after = tx.state.works.get(work_id), tx.works.get(work_id)
        one = after or before
        call = tx.calls.get(one.call) if one is not None else None
        if call is None or one is None or call.work != one.id or call.ended is not None:
            continue
        moved = before is not None and after is not None and before.queue != after.queue
        _arm(tx, call, after, again=moved)


def _arm(tx: SwitchTransaction, call: Call, work: Work | None, *, again: bool = False) -> None:
    if work is None or not waits.is_in_line(work):
        timers = without_timer(call.timers, NEXT, PLAYING)
    elif not again and (NEXT in call.timers or is_playing(tx, call)):
        return
    else:
        timers = without_timer(call.timers, NEXT, PLAYING)
        if (due := _next_due(tx, work)) is not None:
            timers = with_timer(timers, NEXT, due)
    if timers != call.timers:
        tx.calls.put(replace(call, timers=timers))


def is_playing(tx: SwitchTransaction, call: Call) -> bool:
    """Whether the caller hears an announcement."""
    leg = calls.customer_leg(tx, call)
    there = leg is not None and isinstance(leg.placement, Prompted)
    return PLAYING in call.timers and there


def _next_due(tx: SwitchTransaction, work: Work) -> float | None:
    """When the next announcement is due, counted from the time the caller came into the queue."""
    queue = tx.queues.get(work.queue)
    if queue is None or not queue.announcements.is_used:
        return None
    said = queue.announcements
    first = entered_at(work) + said.first_seconds
    if first > tx.now:
        return first
    if not said.every_seconds:
        return None
    rounds = (tx.now + LEAST_MUSIC_SECONDS - first) // said.every_seconds + 1
    return first + rounds * said.every_seconds


def due(tx: SwitchTransaction, call: Call) -> None:
    """The time of an announcement has come."""
    call = replace(call, timers=without_timer(call.timers, NEXT))
    tx.calls.put(call)
    work, leg = tx.works.get(call.work), calls.customer_leg(tx, call)
    if work is None or leg is None or not waits.is_in_line(work):
        return
    if work.state is WorkState.OFFERED and tx.now < work.changed + RING_SECONDS:
        timers = with_timer(call.timers, NEXT, work.changed + RING_SECONDS)
        tx.calls.put(replace(call, timers=timers))
        return
    queue = tx.queues.get(work.queue)
    prompts = _prompts(tx, call, work, queue) if queue is not None else ()
    if prompts and isinstance(leg.placement, OnHold):
        _play(tx, call, leg, prompts)
    else:
        _arm(tx, call, work)


def _prompts(tx: SwitchTransaction, call: Call, work: Work, queue: Queue) -> tuple[str, ...]:
    """What is announced now; nothing where only an estimate would be, and none can be made."""
    language, said = flows.language_of(tx, call), queue.announcements
    figures = _figures(tx, work, said, language)
    if said.has_text(language):
        return (f"{OWN_WORDS}{queue.key}", *figures)
    return (*THANKS, *figures) if figures else ()


def _figures(
    tx: SwitchTransaction, work: Work, said: Announcements, language: str
) -> tuple[str, ...]:
    speech = speech_in(language)
    ahead = speech.ahead(waits.ahead_of(tx, work)) if said.ahead else ()
    waited = speech.waited(int(tx.now - entered_at(work))) if said.waited else ()
    known = waits.estimate_of(tx, work) if said.estimate else None
    estimate = speech.estimate(*as_range(known)) if known is not None else ()
    return (*ahead, *waited, *estimate)


def _play(tx: SwitchTransaction, call: Call, leg: Leg, prompts: tuple[str, ...]) -> None:
    playback = f"{call.id}-p{call.plays + 1}"
    timers = with_timer(call.timers, PLAYING, tx.now + PROMPT_SECONDS)
    tx.calls.put(replace(call, plays=call.plays + 1, timers=timers))
    placement.place(tx, leg.id, Prompted(playback, prompts, flows.language_of(tx, call)))


def over(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """The announcement is over: music again, until the next."""
    tx.calls.put(replace(call, timers=without_timer(call.timers, PLAYING)))
    placement.place(tx, leg, OnHold(calls.music_of(tx, call)))
    work = tx.works.get(call.work)
    _arm(tx, tx.calls.get(call.id) or call, work)


def stuck(tx: SwitchTransaction, call: Call) -> None:
    """Go on after an announcement whose end Asterisk never reported."""
    leg = calls.customer_leg(tx, call)
    if leg is not None and is_playing(tx, call):
        placement.ran_out(tx, leg.id)
        over(tx, call, leg.id)
    else:
        tx.calls.put(replace(call, timers=without_timer(call.timers, PLAYING)))
