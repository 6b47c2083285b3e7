"""Uploaded files: what is known about each, and what its first bytes say it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

UploadId = NewType("UploadId", str)

HEAD_BYTES = 4096  # of a file, to tell what it is
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\b\x1b")


class Content(StrEnum):
    """What a file is, told from its content; the values are media types."""

    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    ZIP = "application/zip"
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"
    WAV = "audio/wav"
    MP3 = "audio/mpeg"
    OGG = "audio/ogg"
    FLAC = "audio/flac"
    TEXT = "text/plain"
    OTHER = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A file that has been written to the disk under a random id."""

    id: UploadId
    purpose: str  # the feature that took it, such as "import"
    owner: int
    name: str  # as the sender named it
    content: Content
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file; one that is not in use is removed after some days."""

    file: NewUpload
    created_at: datetime
    in_use: bool = False


_BEGINNINGS: tuple[tuple[bytes, Content], ...] = (
    (b"%PDF-", Content.PDF),
    (b"\x89PNG\r\n\x1a\n", Content.PNG),
    (b"\xff\xd8\xff", Content.JPEG),
    (b"GIF87a", Content.GIF),
    (b"GIF89a", Content.GIF),
    (b"ID3", Content.MP3),
    *((begins, Content.MP3) for begins in (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")),
    (b"OggS", Content.OGG),
    (b"fLaC", Content.FLAC),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content.XLS),
    (b"PK\x03\x04", Content.ZIP),
)


def content_of(head: bytes, members: Collection[str] = ()) -> Content:
    """Tell what a file is from its first bytes, whatever its name says.

    `members` are the names inside, if it is a ZIP file. A text may be in any character set.
    """
    if head[:4] == b"RIFF":
        inner = {b"WAVE": Content.WAV, b"WEBP": Content.WEBP}
        return inner.get(head[8:12], Content.OTHER)
    found = next((kind for begins, kind in _BEGINNINGS if head.startswith(begins)), None)
    if found is Content.ZIP:
        workbook = any(one.startswith("xl/workbook.") for one in members)
        return Content.XLSX if workbook else Content.ZIP
    if found is Content.MP3 and _is_utf16(head):
        return Content.TEXT
    return found or (Content.TEXT if _is_text(head) else Content.OTHER)


def _is_utf16(head: bytes) -> bool:
    return head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _is_text(head: bytes) -> bool:
    if _is_utf16(head):
        return True
    low = sum(one in _CONTROLS for one in head)
    # UTF-16 without a mark has a zero in every ASCII letter; other texts have none.
    evens, odds = head[0::2].count(0), head[1::2].count(0)
    if low and low == evens + odds and min(evens, odds) == 0:
        return max(evens, odds) * 8 > len(head)
    return low == 0
