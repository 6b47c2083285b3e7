"""A notice: what a person should know, until it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

KEPT_DAYS = 30


class NoticeKind(StrEnum):
    """What a notice is about; it chooses the picture beside it."""

    ACCOUNT = "account"
    WEBHOOK = "webhook"
    SYSTEM = "system"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice about to be given: a gettext key with `{named}` places, and what fills them.

    `once` is a word that the same matter always has: nobody is told of it twice. Who left it at
    that hears by mail of what is `urgent`; `by_mail` is off for what mail itself is the matter of.
    """

    sentence: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    url: str = ""
    kind: NoticeKind = NoticeKind.MESSAGE
    once: str = ""
    urgent: bool = False
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of one person."""

    id: int
    user: int
    kind: NoticeKind
    sentence: str
    values: Mapping[str, str | int]
    url: str
    at: datetime
    read_at: datetime | None
