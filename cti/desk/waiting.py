"""Questions about waiting: who would get the next call of a queue, and why a caller still waits.

They read the live state and change nothing.
"""

from collections.abc import Callable
from typing import Any

from acd.queue import QueueKey
from acd.skills import LEAST_LEVEL, MOST_LEVEL, Need, SkillKey
from acd.waiting.reason import Outlook, outlook
from acd.work import Medium, Work, WorkId
from crm.calls.record import CallId
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from cti.core.state import SwitchState, SwitchTransaction

MOST_NEEDS = 20
MOST_BOOST = 1000


class WaitingDesk:
    """Answers the questions by name."""

    def __init__(self, state: SwitchState, clock: Callable[[], float]) -> None:
        """`clock` is the engine's."""
        self._state = state
        self._clock = clock

    def ask(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Answer `who next` or `why waiting`."""
        if name == "who next":
            return self._who_next(fields)
        return self._why_waiting(fields)

    def _who_next(self, fields: dict[str, Any]) -> dict[str, Any]:
        key, now = QueueKey(str(fields.get("queue", ""))[:50]), self._clock()
        boost = fields.get("priority", 0)
        priority = min(max(boost, 0), MOST_BOOST) if isinstance(boost, int) else 0
        work = Work(WorkId("who next"), Medium.VOICE, key, now, priority, needs=_needs(fields))
        return self._answer(work, now)

    def _why_waiting(self, fields: dict[str, Any]) -> dict[str, Any]:
        call = CallId(str(fields.get("call", ""))[:150])
        works = [one for one in self._state.call_works(call) if one.queue in self._state.queues]
        if not works:
            raise ConflictError("This caller does not wait in a queue any more.")
        now = self._clock()
        more = {
            "waited_seconds": round(max(0.0, now - works[0].since), 3),
            "ringing": [one.agent for one in works[0].offers],
        }
        return self._answer(works[0], now) | more

    def _answer(self, work: Work, now: float) -> dict[str, Any]:
        queue = self._state.queues.get(work.queue)
        if queue is None:
            raise MissingError("There is no queue “{queue}”.", queue=work.queue)
        tx = SwitchTransaction(self._state, now, lambda *_: None)
        return _as_json(outlook(tx, work, queue)) | {"queue": work.queue}


def _needs(fields: dict[str, Any]) -> tuple[Need, ...]:
    said = fields.get("needs") or []
    try:
        found = [Need(SkillKey(str(skill)[:40]), int(level)) for skill, level in said[:MOST_NEEDS]]
    except (TypeError, ValueError):
        raise InvalidError("The request names no skills.", field="needs") from None
    return tuple(one for one in found if LEAST_LEVEL <= one.level <= MOST_LEVEL)


def _as_json(seen: Outlook) -> dict[str, Any]:
    return {
        "agent": seen.agent,
        "blocked": seen.blocked.value if seen.blocked else "",
        "considered": [
            {
                "agent": one.agent,
                "idle_seconds": one.idle_seconds,
                "verdict": one.verdict.value,
                "lacks": one.lacks,
            }
            for one in seen.considered
        ],
        "signed_out": seen.signed_out,
        "ahead": seen.ahead,
        "step": seen.step,
        "needs": [[one.skill, one.level] for one in seen.needs],
    }
