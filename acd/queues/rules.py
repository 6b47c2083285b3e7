"""What the settings of a queue must be."""

from collections.abc import Mapping

from acd.queue import Announcements, CallbackRule, Queue
from crm.kernel.errors import InvalidError
from crm.kernel.names import needed_name
from crm.kernel.text import N_

LONGEST_WAIT_SECONDS = 24 * 3600
MOST_CALLBACK_TRIES = 10
SHORTEST_ROUND_SECONDS, LONGEST_ROUND_SECONDS = 15, 3600  # from an announcement to the next


def check_queue(queue: Queue) -> None:
    """Raise InvalidError, naming the field, for settings that a queue cannot have."""
    key = queue.key
    if not (key.isascii() and key.replace("-", "").isalnum() and len(key) <= 40):  # noqa: PLR2004
        raise InvalidError("A queue's key can contain letters, digits and “-”.", field="key")
    needed_name(queue.name, 100)
    if not 1 <= queue.ring_seconds <= 300 or not 0 <= queue.wrapup_seconds <= 3600:  # noqa: PLR2004
        raise InvalidError(
            "A queue rings 1 to 300 seconds and allows 0 to 3600 for wrap-up.", field="ring_seconds"
        )
    if queue.max_misses < 1:
        raise InvalidError(
            "An agent must be allowed to miss at least one call.", field="max_misses"
        )
    if not 1 <= queue.fallback <= 32:  # noqa: PLR2004
        raise InvalidError("The fallback queue must be a number from 1 to 32.", field="fallback")
    _check_limits(queue)
    _check_announcements(queue.announcements)


def _check_limits(queue: Queue) -> None:
    for field, least, most, sentence in _BOUNDS:
        value = getattr(queue.preferred if field in _OF_PREFERRED else queue, field)
        if not least <= value <= most:
            raise InvalidError(sentence, field=field)
    _check_callbacks(queue.callback)
    where = _destinations_needed(queue)
    for field in where:
        if getattr(queue, field) is None:
            raise InvalidError(where[field], field=field)
    for field in ("timed_out", "full", "closed", "empty"):
        if str(getattr(queue, field)) == f"queue:{queue.key}":
            raise InvalidError("A queue cannot send callers to itself.", field=field)


def _check_announcements(said: Announcements) -> None:
    if not 1 <= said.first_seconds <= LONGEST_ROUND_SECONDS:
        raise InvalidError(
            "The first announcement comes after 1 to 3600 seconds.", field="announce_first_seconds"
        )
    every = said.every_seconds
    if every and not SHORTEST_ROUND_SECONDS <= every <= LONGEST_ROUND_SECONDS:
        raise InvalidError(
            "Announcements repeat every 15 to 3600 seconds; 0 is only once.",
            field="announce_every_seconds",
        )


def _check_callbacks(rule: CallbackRule) -> None:
    if not 1 <= rule.tries <= MOST_CALLBACK_TRIES:
        raise InvalidError("A customer is called 1 to 10 times.", field="callback_tries")
    if not 0 < rule.pause_seconds <= LONGEST_WAIT_SECONDS:
        sentence = "The pause between two tries is 1 second to 24 hours."
        raise InvalidError(sentence, field="callback_pause_seconds")


def _destinations_needed(queue: Queue) -> Mapping[str, str]:
    said = {
        "timed_out": N_("Choose where callers go after the longest wait."),
        "full": N_("Choose where callers go when the queue is full."),
        "closed": N_("Choose where callers go when the queue is closed."),
    }
    needed = (queue.max_wait_seconds, queue.max_length, queue.hours)
    return {field: said[field] for field, one in zip(said, needed, strict=True) if one}


_OF_PREFERRED = frozenset({"last_agent_days", "patience_seconds"})
_BOUNDS = (
    ("weight", 0.01, 100, N_("A weight is a number from 0.01 to 100.")),
    ("ageing", 0, 100, N_("The priority can rise by 0 to 100 points a minute.")),
    ("max_wait_seconds", 0, LONGEST_WAIT_SECONDS, N_("A wait is at most 24 hours.")),
    ("max_length", 0, 100_000, N_("At most 100,000 callers can wait.")),
    ("service_seconds", 1, 3600, N_("The time of the service level is 1 to 3600 seconds.")),
    ("service_share", 0, 1, N_("The share of the service level is 0 to 100 %.")),
    ("last_agent_days", 0, 365, N_("The last agent is known for 0 to 365 days.")),
    ("patience_seconds", 0, 3600, N_("Callers wait 0 to 3600 seconds for one agent.")),
)
