"""Converts an audio file of any kind into a master, in a process of its own with limits.

A damaged or hostile file may take time and memory without end, or break the library that reads it;
so it is read by `python -m web.prompts.convert FILE MASTER [trim]`, which may take so much and no
more. `MASTER` becomes FLAC of 16 kHz, mono, of one loudness; with `trim` the silence before and
after the sound is cut off. Standard output tells its length, or what is wrong as one of the keys of
`web.prompts.converting.REFUSALS`.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from web.ops.setup.trimming import trimmed

MASTER_RATE = 16000
MOST_SECONDS = 30 * 60
MEMORY_BYTES = 2_500_000_000
CPU_SECONDS = 120
LARGEST_FILE = 200_000_000
LOUDNESS = -23.0  # LUFS, EBU R 128
PEAK = 10 ** (-1 / 20)  # -1 dBFS
SHORTEST_SECONDS = 0.1
SILENT = 1e-4  # the peak of what nobody hears
BLOCK = 1 << 16  # frames
FORMATS = frozenset({"WAV", "WAVEX", "RF64", "MP3", "OGG", "FLAC"})
LOWEST_RATE, HIGHEST_RATE, MOST_CHANNELS = 4000, 384_000, 16
Samples = NDArray[np.float32]


class AudioError(Exception):
    """The file cannot be taken; the argument is one of the keys of `REFUSALS`."""


def main() -> None:
    """Convert one file and tell how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, target = map(Path, sys.argv[1:3])
    try:
        samples = read_mono(source)
        if sys.argv[3:]:
            samples = trimmed(samples, MASTER_RATE)
        samples = levelled(samples, MASTER_RATE)
        soundfile.write(target, samples, MASTER_RATE, format="FLAC", subtype="PCM_16")
        told: dict[str, object] = {"seconds": round(len(samples) / MASTER_RATE, 2)}
    except AudioError as error:
        told = {"error": str(error)}
    except MemoryError:
        told = {"error": "too long"}
    sys.stdout.write(json.dumps(told))


def read_mono(source: Path) -> Samples:
    """Read a file, all channels as one, at the rate of masters."""
    try:
        with soundfile.SoundFile(source) as file:
            if file.format not in FORMATS:
                raise AudioError("kind")
            rate = file.samplerate
            if not (LOWEST_RATE <= rate <= HIGHEST_RATE and file.channels <= MOST_CHANNELS):
                raise AudioError("damaged")
            pieces = list(_resampled(file, rate))
    except (soundfile.SoundFileError, RuntimeError, OSError, ValueError):
        raise AudioError("damaged") from None
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)


def _resampled(file: soundfile.SoundFile, rate: int) -> Iterator[Samples]:
    changer = soxr.ResampleStream(rate, MASTER_RATE, 1, dtype="float32")
    read = 0
    while True:
        # A header may claim any length: what is there is counted.
        block = file.read(BLOCK, dtype="float32", always_2d=True)
        read += len(block)
        if read > MOST_SECONDS * rate:
            raise AudioError("too long")
        mono = np.nan_to_num(block.mean(axis=1), posinf=1.0, neginf=-1.0).clip(-8, 8)
        last = len(block) < BLOCK
        yield changer.resample_chunk(mono.astype(np.float32), last=last)
        if last:
            return


def levelled(samples: Samples, rate: int) -> Samples:
    """Bring a sound to one loudness, without clipping; AudioError if there is no sound."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak < SILENT or len(samples) < SHORTEST_SECONDS * rate:
        raise AudioError("silent")
    gain = 10 ** ((LOUDNESS - loudness(samples, rate)) / 20)
    return samples * np.float32(min(gain, PEAK / peak))


def loudness(samples: Samples, rate: int) -> float:
    """Give the loudness in LUFS (ITU-R BS.1770); of a very short or quiet sound its power."""
    import pyloudnorm  # noqa: PLC0415 - it brings scipy, which nothing else here needs

    meter = pyloudnorm.Meter(rate)
    if len(samples) > meter.block_size * rate:
        with np.errstate(divide="ignore"):
            found = float(meter.integrated_loudness(samples))
        if np.isfinite(found):
            return found
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return 10 * float(np.log10(power))


if __name__ == "__main__":
    main()
