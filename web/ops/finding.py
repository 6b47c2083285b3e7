"""The result of one check of `hotline doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The check of one part: whether it is well, what was found, and what to do if not."""

    part: str
    well: bool
    seen: str
    advice: str = ""

    def line(self) -> str:
        """Give it as a line of text."""
        advice = f" {self.advice}" if self.advice and not self.well else ""
        return f"{'ok   ' if self.well else 'WRONG'}  {self.part}: {self.seen}.{advice}"
