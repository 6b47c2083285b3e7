"""Spoken prompts: the standard ones stand in the repository, other texts are spoken by a voice.

Each has a WAV of 8 kHz (`NAME.wav`) and one of 16 kHz (`NAME.wav16`): Asterisk takes the one that
fits the call. The voice is Kokoro's where it is installed (see `voices`), else espeak-ng's; without
both, Asterisk's own recordings stand in. `bin/hotline prompts` records the standard prompts anew.
"""

import hashlib
import json
import os
import shutil
import subprocess
import wave
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from ivr.prompt_library.spoken_text import spoken_text
from web.kit.settings import REPOSITORY, Settings
from web.ops.setup import voices
from web.ops.setup.packages import PackageSet, private_root, through_loader
from web.ops.setup.spoken_sentences import STAND_INS, TEXTS, Texts
from web.ops.setup.spoken_words import WORDS
from web.ops.setup.steps import Progress, SetupError
from web.ops.setup.trimming import trimmed

SpeechService = Callable[[str, str, Path], bool]
"""Speaks a text in a language into a file; False if it cannot."""

VOICES_VERSION = 1  # another one makes the cache of spoken texts invalid

RATES = {"wav": 8000, "wav16": 16000}
ESPEAK = PackageSet("espeak-ng", ("espeak-ng",), 1, any_release=False)
RECORDED = REPOSITORY / "ivr" / "prompts"
"""The standard prompts, FLAC of 16 kHz by language, with their texts in `said.json`."""

RECORDED_RATE = 16000
INSTEAD = "espeak-ng instead of kokoro"
SERVICE = "service"
FINAL = {"recorded", "kokoro", INSTEAD, SERVICE}
"""Voices whose prompts are not spoken again when Kokoro's voice is installed."""
OWN = ".own"
"""The suffix of the mark beside a prompt that the site replaced, see `web.prompts.masters`."""

TYPED_MARK = "typed"
Sound = NDArray[np.float64]
HALF_SCALE = 32768.0
WAV_HEADER = 44  # bytes


def place(settings: Settings, language: str) -> Path:
    """Give the folder of a language's prompts."""
    return settings.sounds_dir / "hotline" / language


def masters_dir(settings: Settings) -> Path:
    """Give the folder of the audio of prompts and music, as `web.prompts.masters` stores it."""
    return settings.sounds_dir / "masters"


def is_complete(folder: Path, name: str) -> bool:
    """Whether a prompt has a file of each rate."""
    return all((folder / f"{name}.{ending}").exists() for ending in RATES)


def standard(settings: Settings) -> Texts:
    """Give the standard prompts except those that the site has replaced by its own."""
    return {
        language: {
            name: text
            for name, text in lines.items()
            if not _is_replaced(place(settings, language), name)
        }
        for language, lines in TEXTS.items()
    }


def _is_replaced(folder: Path, name: str) -> bool:
    return (folder / f"{name}{OWN}").exists() and is_complete(folder, name)


def _is_audio(folder: Path, name: str) -> bool:
    """Whether a prompt's files are audio that was uploaded or recorded, not a text's."""
    with suppress(OSError):
        return (folder / f"{name}{OWN}").read_text().strip() != TYPED_MARK
    return False


def missing(settings: Settings, texts: Texts | None = None) -> list[str]:
    """Give the prompts that are missing, have another text now, or deserve a better voice."""
    lacking: list[str] = []
    better = voices.installed(settings)
    for language, lines in (standard(settings) if texts is None else texts).items():
        folder = place(settings, language)
        said = _said(folder)
        for name, text in lines.items():
            there = is_complete(folder, name) and not _is_audio(folder, name)
            spoken, voice = said.get(name, ("", ""))
            if not there or spoken != text or (better and voice not in FINAL):
                lacking.append(f"{language}/{name}")
    return lacking


def silent(settings: Settings, language: str, lines: Mapping[str, str]) -> list[str]:
    """Give the prompts that are not there at all, or say something else than these texts."""
    folder = place(settings, language)
    said = _said(folder)
    return [
        name
        for name, text in lines.items()
        if not is_complete(folder, name)
        or _is_audio(folder, name)
        or said.get(name, ("", ""))[0] != text
    ]


def make(  # noqa: PLR0913 - what is spoken, and how
    settings: Settings,
    recordings: Path,
    progress: Progress,
    texts: Texts | None = None,
    service: SpeechService | None = None,
    *,
    quickly: bool = False,
) -> None:
    """Make the missing prompts; `recordings` is the folder of Asterisk's own English sounds.

    A missing voice does not prevent the start: the next one is used, and the last is Asterisk's own
    recordings. A speech service speaks before our own voices. `quickly` has espeak-ng speak what
    the better voice has not spoken before; it is spoken again by that one at the next time.
    """
    texts = standard(settings) if texts is None else texts
    lacking = missing(settings, texts)
    for language, lines in texts.items():
        names = [name for name in lines if f"{language}/{name}" in lacking]
        if not names:
            continue
        folder = place(settings, language)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        said, recorded = _said(folder), _said(RECORDED / language)
        for name in names:
            progress(f"{language} {name}")
            raw = folder / f"{name}.raw.wav"
            if recorded.get(name, ("", ""))[0] == lines[name]:
                voice = "recorded"
                _write_rates(RECORDED / language / f"{name}.flac", folder / name)
            else:
                spoken = (settings, language, lines[name], raw, progress)
                voice = _speak_cached(*spoken, service, quickly=quickly)
                if not voice:
                    _stand_in(recordings, name, raw)
                _write_rates(raw, folder / name, joined=name in WORDS.get(language, {}))
                raw.unlink()
            if _is_audio(folder, name):
                (folder / f"{name}{OWN}").unlink(missing_ok=True)
            said[name] = (lines[name], voice)
        _write_said(folder, said)


def lengths(settings: Settings, language: str) -> dict[str, float]:
    """Give the seconds of the prompts in a language's folder, by name."""
    folder = place(settings, language)
    found: dict[str, float] = {}
    for path in folder.glob("*.wav16") if folder.is_dir() else ():
        with suppress(OSError):
            size = path.stat().st_size - WAV_HEADER
            found[path.stem] = round(max(0, size) / 2 / RATES["wav16"], 2)
    return found


def share(settings: Settings, language: str, others: Iterable[str], names: Iterable[str]) -> None:
    """Put prompts of one language into the folders of other languages too."""
    files = [f"{name}.{ending}" for name in names for ending in RATES]
    for other in others:
        folder = place(settings, other)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in files:
            source, target = place(settings, language) / file, folder / file
            if source.exists() and not _same(source, target):
                new = target.with_name(f"{file}.new")
                shutil.copyfile(source, new)
                new.replace(target)


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()


def record(
    settings: Settings, progress: Progress, texts: Texts = TEXTS, into: Path = RECORDED
) -> None:
    """Speak new and changed texts into the repository; SetupError if a voice is not installed."""
    voices.install(settings, progress)
    for language, lines in texts.items():
        folder = into / language
        folder.mkdir(parents=True, exist_ok=True)
        known = _said(folder)
        for name, text in lines.items():
            if known.get(name) == (text, "kokoro") and (folder / f"{name}.flac").exists():
                continue
            progress(f"{language} {name}")
            raw = folder / f"{name}.raw.wav"
            try:
                if _speak(settings, language, text, raw, progress) != "kokoro":
                    raise SetupError(f"The prompt {name} could not be spoken.")
                sound, rate = _read(raw)
            finally:
                raw.unlink(missing_ok=True)
            samples = resampled(sound, rate, RECORDED_RATE) / HALF_SCALE
            if name in WORDS.get(language, {}):
                samples = trimmed(samples, RECORDED_RATE)
            soundfile.write(folder / f"{name}.flac", samples, RECORDED_RATE, subtype="PCM_16")
        _write_said(folder, {name: (text, "kokoro") for name, text in lines.items()})


def _speak_cached(  # noqa: PLR0913, PLR0917 - what is spoken, and by which voice
    settings: Settings,
    language: str,
    text: str,
    target: Path,
    progress: Progress,
    service: SpeechService | None,
    *,
    quickly: bool,
) -> str:
    """Speak a text as `_speak`, once: the same text and voice are taken from the cache."""
    written = spoken_text(text, language, WORDS)
    if service is not None and service(language, written, target):
        return SERVICE
    expected = voices.VOICES[language] if voices.installed(settings) else "espeak-ng"
    known = _cached(settings, language, written, expected)
    if known.exists():
        shutil.copyfile(known, target)
        os.utime(known)
        return "kokoro" if voices.installed(settings) else "espeak-ng"
    if quickly:
        return _speak_plainly(settings, language, written, target, progress)
    voice = _speak(settings, language, written, target, progress)
    if voice in {"kokoro", "espeak-ng"}:
        known.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = known.with_name(f"{known.name}.{os.getpid()}.new")
        shutil.copyfile(target, new)
        new.replace(known)
    return voice


def _cached(settings: Settings, language: str, text: str, voice: str) -> Path:
    key = json.dumps([VOICES_VERSION, voice, language, text], ensure_ascii=False)
    name = hashlib.sha256(key.encode()).hexdigest()
    return settings.cache_dir / "spoken" / f"{name}.wav"


def forget_old_speech(settings: Settings, before: float) -> None:
    """Remove what the cache has held unused since a time (seconds since 1970)."""
    for path in (settings.cache_dir / "spoken").glob("*"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()


def _speak(settings: Settings, language: str, text: str, target: Path, progress: Progress) -> str:
    """Speak a text with the best voice there is, and give that voice; "" if there is none.

    A text that Kokoro cannot speak is left to espeak-ng for good: another try would fail too.
    """
    better = voices.installed(settings)
    if better:
        with suppress(SetupError):
            espeak, environment = _espeak(settings, progress)
            _say(voices.command(settings, language, target, espeak), text, environment)
            return "kokoro"
    plain = _speak_plainly(settings, language, text, target, progress)
    return INSTEAD if plain and better else plain


def _speak_plainly(
    settings: Settings, language: str, text: str, target: Path, progress: Progress
) -> str:
    """Speak a text with espeak-ng, which takes no time; "" if it is not there."""
    try:
        espeak, environment = _espeak(settings, progress)
        voice = "cmn" if language == "zh_CN" else language
        words = ["-v", voice, "-s", "150", "-w", str(target), "--stdin"]
        _say([*espeak, *words], text, environment)
    except SetupError:
        return ""
    there = target.exists() and target.stat().st_size > 1000  # noqa: PLR2004 - more than a header
    return "espeak-ng" if there else ""


def _espeak(settings: Settings, progress: Progress) -> tuple[list[str], dict[str, str]]:
    """Give the command of espeak-ng, installed if it must be, and its environment."""
    if program := shutil.which("espeak-ng"):
        return [program], {}
    root = private_root(ESPEAK, settings.cache_dir, progress)
    folders = sorted((root / "usr" / "lib").glob("*/espeak-ng-data"))
    environment = {"ESPEAK_DATA_PATH": str(folders[0])} if folders else {}
    return list(through_loader(root, root / "usr" / "bin" / "espeak-ng")), environment


def _say(command: list[str], text: str, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        input=text.encode(),
        env={**os.environ, **(environment or {})},
        capture_output=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        raise SetupError(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-200:]}")


def _stand_in(recordings: Path, name: str, target: Path) -> None:
    """Copy Asterisk's recording, or make a second of silence."""
    # A prompt of one flow, as flow-7-greeting, is like the standard one.
    like = STAND_INS.get(name) or STAND_INS.get(name.rpartition("-")[2], name)
    source = recordings / f"{like}.wav"
    if source.exists():
        shutil.copyfile(source, target)
    else:
        _write(target, np.zeros(8000, dtype=np.float64), 8000)


def _read(source: Path) -> tuple[Sound, int]:
    """Read a sound file, all channels as one, in the scale of 16 bits."""
    samples, rate = soundfile.read(source, dtype="float64", always_2d=True)
    return samples.mean(axis=1) * HALF_SCALE, int(rate)


def _write_rates(source: Path, stem: Path, *, joined: bool = False) -> None:
    """Write the files that Asterisk plays; one that is joined to others without silence."""
    sound, rate = _read(source)
    if joined:
        sound = trimmed(sound, rate)
    for ending, wanted in RATES.items():
        _write(stem.with_name(f"{stem.name}.{ending}"), resampled(sound, rate, wanted), wanted)


def resampled(sound: Sound, rate: int, wanted: int) -> Sound:
    """Change the sampling rate in the spectrum, so that nothing folds back."""
    if rate == wanted or not len(sound):
        return sound
    length = round(len(sound) * wanted / rate)
    spectrum = np.fft.rfft(sound)
    kept = np.zeros(length // 2 + 1, dtype=complex)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    return np.fft.irfft(kept, length) * (length / len(sound))


def _write(path: Path, sound: Sound, rate: int) -> None:
    # Peaks of half the scale: as loud as Asterisk's own sounds, with room for the codec.
    peak = float(np.max(np.abs(sound))) if len(sound) else 0.0
    scaled = sound * (16000.0 / peak) if peak else sound
    new = path.with_name(f"{path.name}.new")
    with wave.open(str(new), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(scaled.astype("<i2").tobytes())
    new.replace(path)


def _said(folder: Path) -> dict[str, tuple[str, str]]:
    """Give text and voice of the folder's prompts, by name."""
    try:
        kept = json.loads((folder / "said.json").read_text(encoding="utf-8"))
        return {str(name): (str(text), str(voice)) for name, (text, voice) in kept.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _write_said(folder: Path, said: Mapping[str, tuple[str, str]]) -> None:
    text = json.dumps(said, ensure_ascii=False, indent=1)
    (folder / "said.json").write_text(f"{text}\n", encoding="utf-8")
