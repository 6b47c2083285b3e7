"""Health findings: problems that an administrator should know, their severity, and what to do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from crm.people.rights import Right

GIVEN_UP_DAYS = 3  # so that a failure on Friday is still shown on Monday


class HealthLevel(StrEnum):
    """The severity of a finding; the worst finding is the system's level."""

    WELL = "well"
    WATCH = "watch"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class RelatedPage:
    """The page that shows more about a finding, for users with a right."""

    page: str
    right: Right


@dataclass(frozen=True, slots=True)
class HealthFinding:
    """One finding: a sentence and advice, both to be translated, and the sentence's values."""

    level: HealthLevel
    key: str
    sentence: str
    advice: str
    values: Mapping[str, Any] = field(default_factory=dict)
    place: RelatedPage | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of finding, declared once; `found` makes a finding of this kind."""

    level: HealthLevel
    key: str
    sentence: str
    advice: str
    place: RelatedPage | None = None

    def found(self, which: str = "", **values: object) -> HealthFinding:
        """Make a finding; `which` names one of several things of this kind."""
        key = f"{self.key}.{which}" if which else self.key
        return HealthFinding(self.level, key, self.sentence, self.advice, values, self.place)


# Reads a feature's failures since a time; the findings go to the status page.
HealthCheck = Callable[[Session, datetime], Iterable[HealthFinding]]
