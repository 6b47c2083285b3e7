"""Times that were noted by a clock which may have been set back since."""

AHEAD_SECONDS = 60.0
"""What lies farther ahead than this was noted before the clock was set back."""


def is_past(at: float, now: float) -> bool:
    """Whether something came before now, be it by the clock of before it was set back."""
    return at < now or at > now + AHEAD_SECONDS


def past(at: float, now: float) -> float:
    """A time that is not ahead: of those that are the order is kept, thousandths from now."""
    return at if at <= now else now + (at - now) * 1e-6
