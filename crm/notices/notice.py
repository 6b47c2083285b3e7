"""Notifications: what a user should know, shown until they have read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

KEPT_DAYS = 30


class NoticeKind(StrEnum):
    """What a notification is about; it decides the icon."""

    ACCOUNT = "account"
    WEBHOOK = "webhook"
    SYSTEM = "system"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notification to be sent: a gettext key with `{named}` places, and their values.

    `once` is the same for the same matter: a user gets only one notification of it. By default
    users get the `urgent` ones by mail too; `by_mail` is off for problems of the mail itself.
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
    """A stored notification."""

    id: int
    user: int
    kind: NoticeKind
    sentence: str
    values: Mapping[str, str | int]
    url: str
    at: datetime
    read_at: datetime | None
