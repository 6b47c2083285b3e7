"""Dictionaries: the lists of choices that a site keeps for itself."""

from dataclasses import dataclass
from enum import StrEnum


class List(StrEnum):
    """The dictionaries there are; each is also the name of the field it is for."""

    OUTCOME = "outcome"
    SERVICE_TYPE = "service_type"
    METHOD = "method"
    BUSINESS_TYPE = "business_type"
    PRODUCT = "product"
    PROBLEM_TYPE = "problem_type"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Item:
    """One choice. Records keep its key; it is disabled, never deleted."""

    key: str
    name_en: str
    name_zh: str
    position: int = 0
    enabled: bool = True

    def name(self, language: str) -> str:
        """Its name in a language, in the other one if that was left empty."""
        first, second = (
            (self.name_zh, self.name_en)
            if language.startswith("zh")
            else (self.name_en, self.name_zh)
        )
        return first or second
