"""A valid request for each endpoint of lost calls, callbacks, agents' seats and messages."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unit.web.callbacks import asking as callbacks
from unit.web.lost_calls.losing import lose

from acd.queue import Queue, QueueKey
from acd.queues.store import save_queue

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def _lost(t: "Targets") -> str:
    return lose(t.site.database)


def _queue(t: "Targets") -> str:
    key = f"q{secrets.token_hex(4)}"
    with t.site.database.begin() as session:
        save_queue(session, Queue(QueueKey(key), key, (), fallback=9), key)
    return key


MONITOR_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /lost-calls/done": lambda t: ({"ids": [_lost(t)]}, {}),
    "POST /lost-calls/{call}": lambda t: (
        {"state": "done", "owner": "", "note": "x"},
        {"call": _lost(t)},
    ),
    "PATCH /lost-calls/{call}": lambda t: ({"state": "done"}, {"call": _lost(t)}),
    "POST /lost-calls/{call}/take": lambda t: ({}, {"call": _lost(t)}),
    "POST /callbacks": lambda t: (
        {"number": "13800138000", "queue": _queue(t), "at": "", "note": "Invoice"},
        {},
    ),
    "POST /callbacks/{callback}": lambda t: (
        {"number": "13800138000", "at": ""},
        {"callback": callbacks.ask(t.site.database)},
    ),
    "PATCH /callbacks/{callback}": lambda t: (
        {"number": "13800138000"},
        {"callback": callbacks.ask(t.site.database)},
    ),
    "POST /callbacks/{callback}/cancel": lambda t: (
        {},
        {"callback": callbacks.ask(t.site.database)},
    ),
    "POST /floor/agents/{agent}/queues": lambda t: (
        {"queues": [_queue(t)], "reason": "Many callers"},
        {"agent": 1},
    ),
    "POST /floor/messages": lambda _: ({"agents": [1], "text": "Please call me."}, {}),
}
