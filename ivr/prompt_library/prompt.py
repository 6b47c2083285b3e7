"""Prompts of the library: their names, where their audio comes from, and who uses them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crm.kernel.errors import InvalidError

LONGEST_NAME = 50
LONGEST_TEXT = 1000
LONGEST_DESCRIPTION = 200
KEPT_VERSIONS = 10
"""How many versions of a prompt are kept in each language."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED = ("flow-", "box-", "queue-", "digit-", "number-")
"""Prompts that forms make for flows, voicemail boxes and queues begin so, and spoken words."""

MASTER = re.compile(r"[0-9a-f]{64}")
"""The name of an audio file: the SHA-256 of its content."""


class PromptSource(StrEnum):
    """Where the audio of a prompt comes from; the values but the first are stored."""

    STANDARD = "standard"  # part of Hotline
    TYPED = "typed"
    RECORDED = "recorded"
    UPLOADED = "uploaded"


@dataclass(frozen=True, slots=True)
class Audio:
    """A prompt in one language; without a master the text is spoken by a voice."""

    text: str
    source: PromptSource
    version: int | None = None
    master: str = ""
    seconds: float | None = None  # None: it has not been spoken yet


@dataclass(frozen=True, slots=True)
class LibraryPrompt:
    """A prompt with what there is in each language."""

    name: str
    description: str = ""
    languages: Mapping[str, Audio] = field(default_factory=dict[str, Audio])


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """What a prompt was, in one language."""

    id: int
    source: PromptSource
    text: str
    master: str
    seconds: float
    created_at: datetime
    created_by: int | None


@dataclass(frozen=True, slots=True)
class PromptUse:
    """A call flow that plays a prompt: in its published version, in its draft, or both."""

    flow: int
    name: str
    numbers: tuple[str, ...]
    published: bool
    draft: bool


@dataclass(frozen=True, slots=True)
class MusicFile:
    """A file of a music class."""

    id: int
    name: str
    master: str
    seconds: float


@dataclass(frozen=True, slots=True)
class MusicClass:
    """Music that waiting callers hear."""

    id: int
    name: str
    shuffled: bool
    files: tuple[MusicFile, ...] = ()

    @property
    def key(self) -> str:
        """What Asterisk and queues call it."""
        return music_key(self.id)


def music_key(id_: int) -> str:
    """Give what Asterisk and queues call a music class."""
    return f"music-{id_}"


def read_name(typed: str) -> str:
    """Read the name of a new prompt, which becomes a file's name; InvalidError says what it is."""
    name = "-".join(typed.strip().lower().replace("_", " ").split())
    if not name:
        raise InvalidError("Enter a name.", "name")
    if len(name) > LONGEST_NAME or _NAME.fullmatch(name) is None:
        raise InvalidError(
            "A name has letters a to z, digits and hyphens, at most {most}.",
            "name",
            most=LONGEST_NAME,
        )
    if name.startswith(_RESERVED):
        raise InvalidError(
            "Names that begin with “{word}” are made by Hotline itself. Choose another name.",
            "name",
            word=name.partition("-")[0] + "-",
        )
    return name
