"""The files of voicemails: found, mended, compressed and removed.

Asterisk writes them as WAV. After a crash the sizes in a file's header are missing; they are
written when the file is first read.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import soundfile
import structlog

from crm.kernel.errors import MissingError
from crm.voicemail.wav import HEAD_BYTES, mended_head
from web.kit.i18n import N_
from web.kit.settings import Settings

FOLDER = "voicemail"  # below the folder of messages
_NAME = re.compile(r"^voicemail/[A-Za-z0-9][A-Za-z0-9._-]{0,200}$")

log = structlog.get_logger(__name__)


class NoSoundError(MissingError):
    """The file of a message is missing or no sound."""

    def __init__(self) -> None:
        """One sentence for every cause; the log says more."""
        super().__init__(N_("The file of this message is missing."))


def find_sound(settings: Settings, file: str) -> Path:
    """Find the WAV of a message, mended if it must be; NoSoundError without it."""
    path = _path(settings, file)
    if path is None:
        raise NoSoundError
    try:
        _mend(path)
    except (OSError, ValueError) as error:
        log.warning("a voicemail cannot be read", file=file, why=str(error)[:200])
        raise NoSoundError from None
    return path


def has_sound(settings: Settings, file: str) -> bool:
    """Whether the file of a message is there."""
    path = _path(settings, file)
    return path is not None and path.is_file()


def mp3_of(path: Path) -> bytes:
    """Compress a message; NoSoundError if it cannot be read."""
    made = BytesIO()
    try:
        samples, rate = soundfile.read(path, dtype="int16")
        soundfile.write(made, samples, rate, format="MP3", subtype="MPEG_LAYER_III")
    except (OSError, RuntimeError) as error:
        log.warning("a voicemail cannot be compressed", file=path.name, why=str(error)[:200])
        raise NoSoundError from None
    return made.getvalue()


def remove_sounds(settings: Settings, files: Iterable[str]) -> None:
    """Remove the files of messages; one that is missing or cannot be removed is passed over."""
    for file in files:
        path = _path(settings, file)
        try:
            if path is not None:
                path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a voicemail cannot be removed", file=file, why=str(error)[:200])


def older_sounds(settings: Settings, before: datetime) -> Iterator[str]:
    """Give the names of the files that were last written before a time."""
    for path in sorted((settings.messages_dir / FOLDER).glob("*.wav")):
        file = f"{FOLDER}/{path.stem}"
        if path.stat().st_mtime < before.timestamp() and _NAME.match(file):
            yield file


def _path(settings: Settings, file: str) -> Path | None:
    if not _NAME.match(file):
        return None
    root = settings.messages_dir.resolve()
    path = (root / f"{file}.wav").resolve()
    return path if path.is_relative_to(root) else None


def _mend(path: Path) -> None:
    with path.open("rb") as sound:
        head = sound.read(HEAD_BYTES)
    mended = mended_head(head, path.stat().st_size)
    if mended is None:
        return
    log.info("the header of a voicemail is mended", file=path.name)
    with path.open("r+b") as sound:
        sound.write(mended)
