"""Alarms: faults that last until they are over, and who is told of them.

Features declare their kinds (`AlarmKind`); a kind and a key, such as `trunk:3`, have one open alarm
at most.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.people.rights import Right

AlarmId = NewType("AlarmId", int)


class AlarmLevel(StrEnum):
    """How bad it is."""

    WARNING = "warning"
    CRITICAL = "critical"


LEVELS = (AlarmLevel.WARNING, AlarmLevel.CRITICAL)
"""From the lowest to the highest."""


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """A kind of alarm. The key is stored: never reuse one."""

    key: str  # "trunk.down"
    name: str  # to be translated
    level: AlarmLevel = AlarmLevel.WARNING
    right: Right = Right.LINES_MANAGE  # its holders are told, unless the settings say otherwise
    lasts: bool = True  # it ends by itself; one that does not ends when it is acknowledged
    do: str = ""  # what a button beside an open alarm says, to be translated
    do_url: str = ""  # and where it posts to; `{key}` is the alarm's key


@dataclass(frozen=True, slots=True)
class NewAlarm:
    """What is wrong: a gettext key with `{named}` places, and their values."""

    kind: AlarmKind
    key: str
    sentence: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    url: str = ""
    level: AlarmLevel | None = None  # None: that of the kind


@dataclass(frozen=True, slots=True)
class Alarm:
    """A stored alarm."""

    id: AlarmId
    kind: str
    key: str
    level: AlarmLevel
    sentence: str
    values: Mapping[str, str | int]
    url: str
    since: datetime
    last: datetime  # when it was last raised
    until: datetime | None  # None: it is open
    acknowledged_at: datetime | None
    acknowledged_by: int | None


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """Which users are told of a kind of alarm, and how."""

    right: Right
    notice: bool = True
    sound: bool = True
    mail_to: tuple[str, ...] = ()
    webhook: bool = True


def default_settings(kind: AlarmKind) -> AlarmSettings:
    """The settings of a kind that nobody has changed: only critical alarms make a sound."""
    return AlarmSettings(kind.right, sound=kind.level is AlarmLevel.CRITICAL)


def is_worse(new: AlarmLevel, old: AlarmLevel) -> bool:
    """Whether a level is higher than another one."""
    return LEVELS.index(new) > LEVELS.index(old)
