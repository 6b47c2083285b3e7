"""Why something failed, as it can be told in any language."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field

from web.kit.i18n import N_
from web.ops.setup.steps import SetupError

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of ours, translated where it is shown, and what fills its places.

    Another program's own words stand in the values, and stay as that program said them.
    """

    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Tell it in English, for the log and the command line."""
        return self.sentence.format(**self.values) if self.values else self.sentence

    def told(self) -> dict[str, str]:
        """Give the values of a sentence that holds `{why}`; see `Reader.say`."""
        return {**self.values, "why": self.sentence}


def quoted(words: str) -> Reason:
    """Give another program's own words."""
    return Reason(N_("“{words}”"), {"words": words[:LONGEST]})


def reason_of(error: Exception) -> Reason:
    """Say why something failed, without the number that the kernel has for it."""
    match error:
        case SetupError():
            return Reason(error.sentence[:LONGEST], error.values)
        case TimeoutError():
            return Reason(N_("it does not answer"))
        case OSError(errno=errno.ENOSPC):
            return Reason(N_("no space is left on the disk"))
        case OSError(strerror=str(words), filename=None):
            return quoted(words)
        case OSError(strerror=str(words), filename=place):
            return quoted(f"{words} ({place})")
        case _:
            return quoted((str(error).splitlines() or [type(error).__name__])[0])
