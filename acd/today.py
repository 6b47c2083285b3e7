"""What an agent has done since midnight, for the strategies that share the work out."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Today:
    """An agent's day so far, counted up to the last change of state at `at`."""

    calls: int = 0  # works accepted
    talk_seconds: float = 0.0
    idle_seconds: float = 0.0  # ready
    present_seconds: float = 0.0  # signed in
    at: float = 0.0


def later(day: Today, now: float, *, talking: bool, idle: bool, present: bool) -> Today:
    """The day counted up to now; the agent was in this state since `at`."""
    seconds = max(0.0, now - day.at) if day.at else 0.0
    return replace(
        day,
        talk_seconds=day.talk_seconds + (seconds if talking else 0.0),
        idle_seconds=day.idle_seconds + (seconds if idle else 0.0),
        present_seconds=day.present_seconds + (seconds if present else 0.0),
        at=now,
    )
