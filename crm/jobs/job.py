"""Jobs: work to be done soon, outside the transaction that asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

JobId = NewType("JobId", int)
Payload = Mapping[str, str | int | float | bool]

JITTER = 0.2
"""The share of a wait, to either side, that is random: jobs that failed together retry apart."""


class JobState(StrEnum):
    """How far a job is. A job in progress is still waiting, under a lease."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"  # given up; it can be revived


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be queued; the same key of a kind is queued once."""

    key: str  # what the job is about, e.g. the id of a mail
    lane: str = ""  # jobs of one lane share a limit, e.g. one receiver of webhooks
    payload: Payload = field(default_factory=dict)
    due_at: datetime | None = None  # None: at once


@dataclass(frozen=True, slots=True)
class Job:
    """A job that a worker has claimed. It is the worker's alone until `lease_until`."""

    id: JobId
    kind: str
    key: str
    lane: str
    payload: Payload
    attempt: int  # 1 is the first
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class JobProgress:
    """What people see of a job: its attempts so far and when the next one is due."""

    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a failed job is tried again: the seconds to wait after the first, second, … attempt."""

    waits: tuple[float, ...]

    @property
    def most_attempts(self) -> int:
        """How often a job is tried before it is given up."""
        return len(self.waits) + 1

    def wait_after(self, attempt: int, chance: float) -> float | None:
        """Give the seconds to wait after an attempt (1 is the first); None to give the job up.

        `chance` is 0..1.
        """
        if attempt >= self.most_attempts:
            return None
        return self.waits[attempt - 1] * (1 + JITTER * (2 * chance - 1))
