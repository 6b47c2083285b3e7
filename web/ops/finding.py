"""What a look at one part of an installation found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it is well, what was seen, and what to do if it is not."""

    part: str
    well: bool
    seen: str
    advice: str = ""

    def line(self) -> str:
        """One line for a person."""
        advice = f" {self.advice}" if self.advice and not self.well else ""
        return f"{'ok   ' if self.well else 'WRONG'}  {self.part}: {self.seen}.{advice}"
