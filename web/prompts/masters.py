"""Masters of prompts and music, and the files that Asterisk plays, which are made from them.

A master is FLAC named by its hash, in the home's folder of sounds, which every backup takes. Beside
the two files of a prompt stands a mark, `NAME.own`, while they are not the standard ones: it holds
the name of their master, or `typed`. Files are written under another name and renamed, so a call
that plays the old ones hears them to their end.
"""

import os
import secrets
import time
import wave
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import soundfile
import soxr

from crm.kernel.errors import MissingError
from ivr.prompt_library.prompt import MASTER
from web.kit.i18n import N_
from web.kit.settings import Settings
from web.ops.setup.prompts import OWN, RATES, is_complete, masters_dir, place

BLOCK = 1 << 16  # frames
PEAK = 10 ** (-1 / 20)  # -1 dBFS
ORPHAN_SECONDS = 24 * 3600.0


def path_of_master(settings: Settings, master: str) -> Path:
    """Give the place of a master, whether it is there or not."""
    if MASTER.fullmatch(master) is None:
        raise MissingError(N_("The audio of this prompt is missing."))
    return masters_dir(settings) / f"{master}.flac"


def put_in_place(settings: Settings, language: str, name: str, master: str) -> bool:
    """Let calls hear a master as a prompt from now on; False if the master is lost."""
    folder = place(settings, language)
    if not write_files(path_of_master(settings, master), folder / name):
        return False
    write_text(folder / f"{name}{OWN}", master)
    return True


def is_in_place(settings: Settings, language: str, name: str, master: str) -> bool:
    """Whether calls hear a master as a prompt."""
    folder = place(settings, language)
    return own_mark(folder, name) == master and is_complete(folder, name)


def write_files(source: Path, stem: Path) -> bool:
    """Write the files that Asterisk plays, each beside the old one and renamed."""
    if not source.is_file():
        return False
    stem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for ending, rate in RATES.items():
        new = stem.with_name(f"{stem.name}.{ending}.{secrets.token_hex(4)}.new")
        try:
            with wave.open(str(new), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(rate)
                for piece in _pieces(source, rate):
                    file.writeframes(piece)
            new.replace(stem.with_name(f"{stem.name}.{ending}"))
        finally:
            new.unlink(missing_ok=True)
    return True


def _pieces(source: Path, wanted: int) -> Iterator[bytes]:
    with soundfile.SoundFile(source) as file:
        changer = soxr.ResampleStream(file.samplerate, wanted, 1, dtype="float32")
        last = False
        while not last:
            block = file.read(BLOCK, dtype="float32")
            last = len(block) < BLOCK
            samples = changer.resample_chunk(block, last=last).clip(-PEAK, PEAK)
            yield (samples * 32767.0).astype("<i2").tobytes()


def own_mark(folder: Path, name: str) -> str:
    """Give the mark of a prompt: the name of its master, `typed`, or "" for a standard one."""
    with suppress(OSError):
        return (folder / f"{name}{OWN}").read_text().strip()
    return ""


def write_text(path: Path, text: str) -> None:
    """Write a small file at once or not at all."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    new.write_text(text)
    new.replace(path)


def drop_files(settings: Settings, languages: Collection[str], name: str) -> None:
    """Remove the files of a prompt that was deleted."""
    for language in languages:
        folder = place(settings, language)
        for ending in (*RATES, OWN.removeprefix(".")):
            (folder / f"{name}.{ending}").unlink(missing_ok=True)


def remove_orphans(settings: Settings, known: Collection[str]) -> None:
    """Remove masters that nothing names any more, a day after they were last taken."""
    folder = masters_dir(settings)
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            old = time.time() - path.stat().st_mtime > ORPHAN_SECONDS
            if old and path.stem not in known:
                path.unlink()


def touch_master(settings: Settings, master: str) -> None:
    """Keep a master that is taken again from being removed as an orphan."""
    with suppress(OSError):
        os.utime(path_of_master(settings, master))
