"""A recording as an HTTP answer, whole or a part of it (RFC 9110, 14.2)."""

import re

from fastapi import Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.exceptions import HTTPException

from web.kit.settings import Settings
from web.recordings.audio import FORMATS, NoRecordingError, compressed, find_talk, wav_bytes

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


def recording_answer(request: Request, settings: Settings, name: str | None, form: str) -> Response:
    """Answer with a recording as `wav`, `opus` or `mp3`; NoRecordingError if there is none."""
    if not name:
        raise NoRecordingError
    talk = find_talk(settings.recordings_dir, name)
    if form in FORMATS:
        media_type = FORMATS[form][2]
        path = compressed(talk, form, settings.cache_dir / "recordings")
        return FileResponse(path, media_type=media_type, content_disposition_type="inline")
    size = talk.wav_bytes
    first, last = 0, size - 1
    headers = {"Accept-Ranges": "bytes"}
    status = 200
    # A range of several pieces, or an invalid one, is answered with the whole file.
    if found := _RANGE.match(request.headers.get("range", "").strip()):
        first, last = _part(found[1], found[2], size)
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        status = 206
    headers["Content-Length"] = str(last - first + 1)
    return StreamingResponse(wav_bytes(talk, first, last), status, headers, media_type="audio/wav")


def _part(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        wanted = int(last or 0)
        begins, ends = max(0, size - wanted), size - 1
    else:
        begins, ends = int(first), min(int(last) if last else size - 1, size - 1)
    if begins > ends or begins >= size:
        raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
    return begins, ends


def begins(request: Request) -> bool:
    """Whether a recording is requested from its beginning: players request further parts later."""
    found = _RANGE.match(request.headers.get("range", "").strip())
    return found is None or int(found[1] or 0) == 0
