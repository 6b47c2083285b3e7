"""Reasons of failures, as sentences that can be translated."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field

from web.kit.i18n import N_
from web.ops.setup.steps import SetupError

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that is translated where it is shown, and the values of its places.

    Words of other programs are among the values, and are not translated.
    """

    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Give the sentence in English, for the log and the command line."""
        return self.sentence.format(**self.values) if self.values else self.sentence

    def told(self) -> dict[str, str]:
        """Give the values for a sentence with the place `{why}`; see `Reader.say`."""
        return {**self.values, "why": self.sentence}


def quoted(words: str) -> Reason:
    """Make a reason from another program's words."""
    return Reason(N_("“{words}”"), {"words": words[:LONGEST]})


def reason_of(error: Exception) -> Reason:
    """Give the reason of an error, without its errno."""
    match error:
        case SetupError():
            return Reason(error.sentence[:LONGEST], error.values)
        case TimeoutError():
            return Reason(N_("no response"))
        case OSError(errno=errno.ENOSPC):
            return Reason(N_("no space is left on the disk"))
        case OSError(strerror=str(words), filename=None):
            return quoted(words)
        case OSError(strerror=str(words), filename=place):
            return quoted(f"{words} ({place})")
        case _:
            return quoted((str(error).splitlines() or [type(error).__name__])[0])
