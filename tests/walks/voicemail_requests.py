"""A valid request for each endpoint of voicemail that changes something."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from unit.web.site import record

from crm.voicemail.models import VoicemailRow

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def box(t: "Targets") -> int:
    return int(t.made("/voicemail-boxes", _box())["id"])


def voicemail(t: "Targets") -> int:
    """Leave a message of a second in a new box."""
    file = f"voicemail/walk-{secrets.token_hex(4)}"
    record(t.site.settings.messages_dir / f"{file}.wav", 440, seconds=1.0)
    row = {"box_id": box(t), "call": "walk", "file": file, "caller": "", "called": "", "seconds": 1}
    with t.site.database.begin() as session:
        made = insert(VoicemailRow).values(row).returning(VoicemailRow.id)
        return int(session.scalars(made).one())


def _box() -> dict[str, Any]:
    return {"name": f"Box {secrets.token_hex(4)}"}


def _form() -> dict[str, Any]:
    return {**_box(), "language": "en", "most_seconds": "60", "keep_days": "30"}


def _request(body: dict[str, Any], where: dict[str, Any] | None = None) -> Request:
    return body, where or {}


# By method and path, as in `requests.py`.
VOICEMAIL_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /voicemail-boxes": lambda _: _request(_form()),
    "POST /api/v1/voicemail-boxes": lambda _: _request(_box()),
    "POST /voicemail-boxes/{box}": lambda t: _request(_form(), {"box": box(t)}),
    "PATCH /voicemail-boxes/{box}": lambda t: _request({"keep_days": 9}, {"box": box(t)}),
    "DELETE /voicemail-boxes/{box}": lambda t: _request({}, {"box": box(t)}),
    "POST /voicemail-boxes/{box}/remove": lambda t: _request({}, {"box": box(t)}),
    "POST /voicemails/handle": lambda t: _request({"ids": [voicemail(t)]}),
    "POST /voicemails/remove": lambda t: _request({"ids": [voicemail(t)]}),
    "POST /voicemails/{voicemail}": lambda t: _request(
        {"handled": "on", "note": "done"}, {"voicemail": voicemail(t)}
    ),
    "PATCH /voicemails/{voicemail}": lambda t: _request(
        {"handled": True}, {"voicemail": voicemail(t)}
    ),
    "DELETE /voicemails/{voicemail}": lambda t: _request({}, {"voicemail": voicemail(t)}),
    "POST /voicemails/{voicemail}/remove": lambda t: _request({}, {"voicemail": voicemail(t)}),
    # Playing a message is audited too.
    "GET /api/v1/voicemails/{voicemail}/sound": lambda t: _request({}, {"voicemail": voicemail(t)}),
}
