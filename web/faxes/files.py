"""The files of faxes: TIFF, as Asterisk writes them, and PDF, made when it is asked for."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import structlog
from PIL import Image, ImageSequence

from crm.kernel.errors import MissingError
from web.kit.i18n import N_
from web.kit.settings import Settings

FOLDER = "fax"  # below the folder of messages
MOST_PAGES = 500
LARGEST_PIXELS = 20_000_000  # of one page: a fax has 1,728 by some thousands
FAX_DPI = (204, 196)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,150}")

log = structlog.get_logger(__name__)


class NoFileError(MissingError):
    """The file of a fax is missing or cannot be read."""

    def __init__(self) -> None:
        """One sentence for every cause; the log says more."""
        super().__init__(N_("The file of this fax is missing."))


def find_file(settings: Settings, file: str) -> Path:
    """Find the TIFF of a fax; NoFileError without it."""
    path = path_of(settings, file)
    if path is None or not path.is_file():
        raise NoFileError
    return path


def has_file(settings: Settings, file: str) -> bool:
    """Whether the file of a fax is there."""
    path = path_of(settings, file)
    return path is not None and path.is_file()


def path_of(settings: Settings, file: str) -> Path | None:
    """Give where the file of a fax belongs; None for a name that is none of ours."""
    if not _NAME.fullmatch(file):
        return None
    return settings.messages_dir / FOLDER / f"{file}.tiff"


def older_files(settings: Settings, before: datetime) -> Iterator[str]:
    """Give the names of the files that were last written before a time."""
    for path in sorted((settings.messages_dir / FOLDER).glob("*.tiff")):
        if path.stat().st_mtime < before.timestamp() and _NAME.fullmatch(path.stem):
            yield path.stem


def remove_files(settings: Settings, files: Iterable[str]) -> None:
    """Remove the files of faxes, as far as they are there."""
    for file in files:
        path = path_of(settings, file)
        if path is None:
            continue
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a fax cannot be removed", file=file, why=str(error)[:200])


def pdf_of(path: Path) -> bytes:
    """Make a PDF of a fax; NoFileError if it cannot be read."""
    made = BytesIO()
    try:
        with Image.open(path, formats=["TIFF"]) as tiff:
            pages = [_page(one) for one in ImageSequence.Iterator(tiff)][:MOST_PAGES]
        first, *others = pages
        first.save(made, "PDF", save_all=True, append_images=others, dpi=FAX_DPI)
    except (OSError, ValueError, SyntaxError) as error:
        log.warning("a fax cannot be made a PDF", file=path.name, why=str(error)[:200])
        raise NoFileError from None
    return made.getvalue()


def _page(page: Image.Image) -> Image.Image:
    """Give a page with pixels as high as they are wide: those of a coarse fax are twice as high."""
    width, height = page.size
    if width * height > LARGEST_PIXELS:
        raise ValueError("The page is too large.")
    wide, high = (float(one) for one in page.info.get("dpi", FAX_DPI))
    coarse = high > 0 and wide / high > 1.5  # noqa: PLR2004 - 204 by 98 and not 204 by 196
    copied = page.convert("1")
    return copied.resize((width, height * 2)) if coarse else copied
