"""Dictionaries: the lists of options that a site can edit."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_

LONGEST_KEY = 50
_KEY = re.compile(rf"\w[\w .-]{{0,{LONGEST_KEY - 1}}}")


class List(StrEnum):
    """The built-in dictionaries; each has the name of the field it is for."""

    OUTCOME = "outcome"
    SERVICE_TYPE = "service_type"
    METHOD = "method"
    BUSINESS_TYPE = "business_type"
    PRODUCT = "product"
    PROBLEM_TYPE = "problem_type"
    CAUSE = "cause"
    CUSTOMER_LEVEL = "customer_level"
    CUSTOMER_CATEGORY = "customer_category"
    CUSTOMER_STATUS = "customer_status"
    DECLINE_REASON = "decline_reason"


@dataclass(frozen=True, slots=True)
class Item:
    """One option. Records store its key; it is disabled, never deleted."""

    key: str
    name_en: str
    name_zh: str
    position: int = 0
    enabled: bool = True

    def name(self, language: str) -> str:
        """The name in a language, or in the other one if that is empty."""
        return one_of_two(self.name_en, self.name_zh, language)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A dictionary that a site has made."""

    key: str
    name_en: str
    name_zh: str

    def name(self, language: str) -> str:
        """The name in a language, or in the other one if that is empty."""
        return one_of_two(self.name_en, self.name_zh, language)


def checked_key(key: str) -> str:
    """Give a key in its stored form, "" for none; InvalidError if it cannot be in an address."""
    kept = key.strip()
    if kept and not _KEY.fullmatch(kept):
        raise InvalidError(
            "A key can contain letters, digits, spaces, “-”, “_” and “.”.", field="key"
        )
    return kept


def one_of_two(english: str, chinese: str, language: str) -> str:
    """Choose the name in a language, or the other one if that is empty."""
    return (chinese or english) if language.startswith("zh") else (english or chinese)


def both_names(english: str, chinese: str) -> tuple[str, str]:
    """Give a thing's names in both languages; with one name only it is called so in both.

    InvalidError if there is none.
    """
    english, chinese = english.strip(), chinese.strip()
    if not (english or chinese):
        raise InvalidError(N_("A name is needed."), field="name_en")
    return english or chinese, chinese or english


def key_for(name_en: str, name_zh: str, taken: Collection[str]) -> str:
    """Make a unique key from a name: `Call back later` becomes `call-back-later`."""
    text = unicodedata.normalize("NFKD", name_en or name_zh).casefold()
    # Chinese characters stay: a key is not shown on pages, but exports may contain it.
    spelt = re.sub(r"[^\w]+", "-", text).strip("-_")[: LONGEST_KEY - 5] or "choice"
    key, number = spelt, 2
    while key in taken:
        key, number = f"{spelt}-{number}", number + 1
    return key
