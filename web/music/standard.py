"""The standard music: the files that Asterisk brings along. It is heard, never changed."""

from collections.abc import Sequence
from pathlib import Path

import soundfile
from fastapi.responses import FileResponse

from crm.kernel.errors import MissingError
from web.kit.i18n import N_, Reader
from web.kit.settings import Settings
from web.music.shapes import MusicFileShape, MusicShape
from web.music.words import DEFAULT, STANDARD

FOLDER = "directory = "
GONE = N_("This file is no longer available.")


def show_standard(settings: Settings, reader: Reader, queues: Sequence[str]) -> MusicShape:
    """Show the standard music, which has no id, and the queues that play it."""
    files = [
        MusicFileShape(id=number, name=path.stem, seconds=_seconds(path))
        for number, path in enumerate(_files(settings), 1)
    ]
    return MusicShape(
        id=None,
        key=DEFAULT,
        name=reader.gettext(STANDARD[DEFAULT]),
        built_in=True,
        shuffled=False,
        files=files,
        queues=list(queues),
    )


def hear_standard(settings: Settings, number: int) -> FileResponse:
    """Answer with a file, by its place in the order in which callers hear them."""
    files = _files(settings)
    if number > len(files):
        raise MissingError(GONE)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    return FileResponse(files[number - 1], media_type="audio/wav", headers=headers)


def _seconds(path: Path) -> float:
    try:
        return float(soundfile.info(path).duration)
    except soundfile.LibsndfileError:
        return 0.0


def _files(settings: Settings) -> list[Path]:
    """Find the files in the folder that Asterisk was told; a browser plays only WAV."""
    told = settings.asterisk_dir / "etc" / "musiconhold.conf"
    lines = told.read_text().splitlines() if told.is_file() else []
    folder = next((line.removeprefix(FOLDER) for line in lines if line.startswith(FOLDER)), "")
    return sorted(Path(folder).glob("*.wav")) if folder else []
