"""What users ask for about callbacks; who asks has checked the right."""

from dataclasses import dataclass

from acd.queue import QueueKey
from crm.calls.record import CallId


@dataclass(frozen=True, slots=True)
class CallbackCanceled:
    """A callback is no longer wanted."""

    callback: CallId


@dataclass(frozen=True, slots=True)
class CallbackChanged:
    """A callback is to be made to another number, or at another time."""

    callback: CallId
    number: str | None = None  # None: as it is
    moves: bool = False  # to `at`
    at: float | None = None  # None: as soon as it is its turn


@dataclass(frozen=True, slots=True)
class CallbackAdded:
    """A user wants a customer called back. The id of the new callback comes with it."""

    callback: CallId
    number: str
    queue: QueueKey
    at: float | None = None  # None: as soon as it is its turn
    note: str = ""
    by: int = 0  # the user
    customer: int = 0  # the customer who has the number, if known


CallbackRequest = CallbackCanceled | CallbackChanged | CallbackAdded
