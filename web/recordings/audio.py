"""A recorded talk as one stereo file: left the caller, right the agent.

Asterisk writes the two directions apart: `NAME-in.wav` is the caller's voice, `NAME-out.wav` what
the caller heard. They are joined while they are sent, so a WAV takes no memory and no disk;
compressed forms are made once and stored in a cache of limited size.
"""

import hashlib
import os
import re
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from crm.kernel.errors import MissingError
from web.kit.i18n import N_

_NAME = re.compile(r"^\d{4}/\d{2}/\d{2}/[A-Za-z0-9][A-Za-z0-9._-]{0,200}$")
_HEADER_BYTES = 44
_FRAME_BYTES = 4  # two sides of 16 bits
_BLOCK_FRAMES = 16_384
CACHE_BYTES = 1024**3
FORMATS = {
    "opus": ("OGG", "OPUS", "audio/ogg", ".opus"),
    "mp3": ("MP3", "MPEG_LAYER_III", "audio/mpeg", ".mp3"),
}
_OPUS_RATES = frozenset({8000, 12000, 16000, 24000, 48000})


class NoRecordingError(MissingError):
    """The files of a talk are missing or damaged."""

    def __init__(self) -> None:
        """One sentence for every cause; the log says more."""
        super().__init__(N_("The recording file is missing."))


@dataclass(frozen=True, slots=True)
class Side:
    """One mono file of 16-bit samples: where its samples begin and how many there are."""

    path: Path
    rate: int
    offset: int
    frames: int


@dataclass(frozen=True, slots=True)
class Talk:
    """Both sides of a talk."""

    caller: Side
    agent: Side

    @property
    def rate(self) -> int:
        """Samples a second."""
        return max(self.caller.rate, self.agent.rate)

    @property
    def frames(self) -> int:
        """The number of samples of the longer side."""
        return max(_stretched(side, self.rate) for side in (self.caller, self.agent))

    @property
    def wav_bytes(self) -> int:
        """The size of the joined file."""
        return _HEADER_BYTES + self.frames * _FRAME_BYTES


def find_talk(folder: Path, name: str) -> Talk:
    """Find the two files of a recording within the folder; NoRecordingError without them."""
    if not _NAME.match(name):
        raise NoRecordingError
    root = folder.resolve()
    paths = [(root / f"{name}-{side}.wav").resolve() for side in ("in", "out")]
    if not all(path.is_relative_to(root) for path in paths):
        raise NoRecordingError
    try:
        return Talk(*[_side(path) for path in paths])
    except (OSError, struct.error):
        raise NoRecordingError from None


def wav_bytes(talk: Talk, first: int, last: int) -> Iterator[bytes]:
    """Give the bytes `first` to `last` (both included) of the joined WAV."""
    header = _header(talk)
    if first < _HEADER_BYTES:
        yield header[first : last + 1]
    at = max(first, _HEADER_BYTES) - _HEADER_BYTES
    end = last + 1 - _HEADER_BYTES
    while at < end:
        frame = at // _FRAME_BYTES
        block = _frames(talk, frame, min(_BLOCK_FRAMES, talk.frames - frame)).tobytes()
        piece = block[at - frame * _FRAME_BYTES : end - frame * _FRAME_BYTES]
        if not piece:
            return
        yield piece
        at += len(piece)


def compressed(talk: Talk, kind: str, cache: Path) -> Path:
    """Make the Opus or MP3 file of a talk, or find it in the cache; called in a thread."""
    container, subtype, _, suffix = FORMATS[kind]
    sides = (talk.caller, talk.agent)
    key = "|".join(f"{s.path}:{s.frames}:{s.path.stat().st_mtime_ns}" for s in sides)
    path = cache / (hashlib.sha256(key.encode()).hexdigest()[:32] + suffix)
    if path.exists():
        path.touch()
        return path
    cache.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=cache, suffix=".part")
    os.close(handle)
    try:
        _write(talk, Path(made), container, subtype)
        Path(made).replace(path)
    finally:
        Path(made).unlink(missing_ok=True)
    _shrink(cache, but=path)
    return path


def _write(talk: Talk, path: Path, container: str, subtype: str) -> None:
    rate = talk.rate
    if subtype == "OPUS" and rate not in _OPUS_RATES:
        raise NoRecordingError
    with soundfile.SoundFile(path, "w", rate, 2, subtype, format=container) as out:
        # Blocks of a second or so: libsndfile's Ogg encoder overflows its stack on large ones.
        for frame in range(0, talk.frames, _BLOCK_FRAMES):
            count = min(_BLOCK_FRAMES, talk.frames - frame)
            out.write(_frames(talk, frame, count))


def _frames(talk: Talk, first: int, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    both = np.zeros((count, 2), dtype="<i2")
    for column, side in enumerate((talk.caller, talk.agent)):
        samples = _samples(side, first, count, talk.rate)
        both[: len(samples), column] = samples
    return both


def _samples(
    side: Side, first: int, count: int, rate: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Read samples; the slower of two sides (8 beside 16 kHz) is stretched by repetition."""
    times = rate // side.rate
    start = first // times
    wanted = max(0, min(-(-(first + count) // times), side.frames) - start)
    with side.path.open("rb") as file:
        file.seek(side.offset + 2 * start)
        read = file.read(2 * wanted)
    samples = np.frombuffer(read[: len(read) // 2 * 2], dtype="<i2")
    return np.repeat(samples, times)[first - start * times :][:count] if times > 1 else samples


def _stretched(side: Side, rate: int) -> int:
    return side.frames * (rate // side.rate)


def _side(path: Path) -> Side:
    """Read a WAV's header. While Asterisk is still writing, the sizes in it are wrong."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
            raise NoRecordingError
        rate = 0
        while len(head := file.read(8)) == 8:  # noqa: PLR2004
            name, length = struct.unpack("<4sI", head)
            if name == b"fmt ":
                coding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", file.read(16))
                if coding not in {1, 0xFFFE} or (channels, bits) != (1, 16) or rate <= 0:
                    raise NoRecordingError
                file.seek(length - 16 + length % 2, os.SEEK_CUR)
            elif name == b"data" and rate:
                there = size - file.tell()
                length = length if 0 < length <= there else there
                return Side(path, rate, file.tell(), length // 2)
            else:
                file.seek(length + length % 2, os.SEEK_CUR)
    raise NoRecordingError


def _header(talk: Talk) -> bytes:
    length = talk.frames * _FRAME_BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        min(length + 36, 0xFFFFFFFF),
        b"WAVE",
        b"fmt ",
        16,
        1,
        2,
        talk.rate,
        talk.rate * _FRAME_BYTES,
        _FRAME_BYTES,
        16,
        b"data",
        min(length, 0xFFFFFFFF),
    )


def _shrink(cache: Path, but: Path) -> None:
    """Remove the files unused for longest until the cache is small enough."""
    files = sorted(
        (path for path in cache.iterdir() if path.suffix in {".opus", ".mp3"}),
        key=lambda path: path.stat().st_mtime,
    )
    total = sum(path.stat().st_size for path in files)
    for path in files:
        if total <= CACHE_BYTES:
            return
        if path != but:
            total -= path.stat().st_size
            path.unlink(missing_ok=True)
