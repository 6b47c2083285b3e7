"""Spoken prompts: the standard ones stand in the repository, other texts are spoken by a voice.

Each has a WAV of 8 kHz (`NAME.wav`) and one of 16 kHz (`NAME.wav16`): Asterisk takes the one that
fits the call. The voice is Kokoro's where it is installed (see `voices`), else espeak-ng's; without
both, Asterisk's own recordings stand in. `bin/hotline prompts` records the standard prompts anew.
"""

import json
import os
import shutil
import subprocess
import wave
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from web.kit.settings import REPOSITORY, Settings
from web.ops.setup import voices
from web.ops.setup.packages import PackageSet, private_root, through_loader
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
RECORDED = REPOSITORY / "ivr" / "prompts"
"""The standard prompts, FLAC of 16 kHz by language, with their texts in `said.json`."""

RECORDED_RATE = 16000
INSTEAD = "espeak-ng instead of kokoro"
FINAL = {"recorded", "kokoro", INSTEAD}
"""Voices whose prompts are not spoken again when Kokoro's voice is installed."""
Sound = NDArray[np.float64]
HALF_SCALE = 32768.0


def place(settings: Settings, language: str) -> Path:
    """Give the folder of a language's prompts."""
    return settings.sounds_dir / "hotline" / language


def missing(settings: Settings, texts: Texts = TEXTS) -> list[str]:
    """Give the prompts that are missing, have another text now, or deserve a better voice."""
    lacking: list[str] = []
    better = voices.installed(settings)
    for language, lines in texts.items():
        folder = place(settings, language)
        said = _said(folder)
        for name, text in lines.items():
            there = all((folder / f"{name}.{ending}").exists() for ending in RATES)
            spoken, voice = said.get(name, ("", ""))
            if not there or spoken != text or (better and voice not in FINAL):
                lacking.append(f"{language}/{name}")
    return lacking


def make(settings: Settings, recordings: Path, progress: Progress, texts: Texts = TEXTS) -> None:
    """Make the missing prompts; `recordings` is the folder of Asterisk's own English sounds.

    A missing voice does not prevent the start: the next one is used, and the last is Asterisk's own
    recordings.
    """
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
                voice = _speak(settings, language, lines[name], raw, progress)
                if not voice:
                    _stand_in(recordings, name, raw)
                _write_rates(raw, folder / name)
                raw.unlink()
            said[name] = (lines[name], voice)
        _write_said(folder, said)


def record(settings: Settings, progress: Progress) -> None:
    """Speak the standard prompts into the repository; SetupError if a voice cannot be installed."""
    voices.install(settings, progress)
    for language, lines in TEXTS.items():
        folder = RECORDED / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in lines.items():
            progress(f"{language} {name}")
            raw = folder / f"{name}.raw.wav"
            try:
                if _speak(settings, language, text, raw, progress) != "kokoro":
                    raise SetupError(f"The prompt {name} could not be spoken.")
                sound, rate = _read(raw)
            finally:
                raw.unlink(missing_ok=True)
            samples = resampled(sound, rate, RECORDED_RATE) / HALF_SCALE
            soundfile.write(folder / f"{name}.flac", samples, RECORDED_RATE, subtype="PCM_16")
        _write_said(folder, {name: (text, "kokoro") for name, text in lines.items()})


def _speak(settings: Settings, language: str, text: str, target: Path, progress: Progress) -> str:
    """Speak a text with the best voice there is, and give that voice; "" if there is none.

    A text that Kokoro cannot speak is left to espeak-ng for good: another try would fail too.
    """
    try:
        espeak, environment = _espeak(settings, progress)
        better = voices.installed(settings)
        if better:
            with suppress(SetupError):
                _say(voices.command(settings, language, target, espeak), text, environment)
                return "kokoro"
        voice = "cmn" if language == "zh_CN" else language
        words = ["-v", voice, "-s", "150", "-w", str(target), "--stdin"]
        _say([*espeak, *words], text, environment)
    except SetupError:
        return ""
    there = target.exists() and target.stat().st_size > 1000  # noqa: PLR2004 - more than a header
    return (INSTEAD if better else "espeak-ng") if there else ""


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


def _write_rates(source: Path, stem: Path) -> None:
    sound, rate = _read(source)
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
