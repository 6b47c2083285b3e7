"""A valid request for each endpoint of custom destinations and faxes that changes something."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PIL import Image
from sqlalchemy import insert

from crm.faxes.models import FaxRow

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def custom(t: "Targets") -> int:
    return int(t.made("/custom-destinations", _custom())["id"])


def fax(t: "Targets") -> int:
    """Receive a fax of one page."""
    file = f"walk-{secrets.token_hex(4)}"
    folder = t.site.settings.messages_dir / "fax"
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("1", (1728, 100), 1).save(folder / f"{file}.tiff", compression="group4")
    row = {"call": "walk", "file": file, "caller": "", "called": "", "state": "received"}
    with t.site.database.begin() as session:
        made = insert(FaxRow).values({**row, "pages": 1}).returning(FaxRow.id)
        return int(session.scalars(made).one())


def _custom() -> dict[str, Any]:
    # Nobody answers there: a test of it fails at once.
    url = "http://127.0.0.1:9/calls"
    return {"name": f"Custom {secrets.token_hex(4)}", "url": url, "seconds": 1, "inside": True}


def _form() -> dict[str, Any]:
    return {**_custom(), "seconds": "2", "inside": "on", "fallback": "queue:support"}


def _request(body: dict[str, Any], where: dict[str, Any] | None = None) -> Request:
    return body, where or {}


# By method and path, as in `requests.py`.
OUTGOING_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /custom-destinations": lambda _: _request(_form()),
    "POST /api/v1/custom-destinations": lambda _: _request(_custom()),
    "POST /custom-destinations/{custom}": lambda t: _request(_form(), {"custom": custom(t)}),
    "PATCH /custom-destinations/{custom}": lambda t: _request(
        {"seconds": 5}, {"custom": custom(t)}
    ),
    "DELETE /custom-destinations/{custom}": lambda t: _request({}, {"custom": custom(t)}),
    "POST /custom-destinations/{custom}/remove": lambda t: _request({}, {"custom": custom(t)}),
    "POST /custom-destinations/{custom}/secret": lambda t: _request({}, {"custom": custom(t)}),
    "POST /custom-destinations/{custom}/test": lambda t: _request(
        {"caller": "13800138000"}, {"custom": custom(t)}
    ),
    "POST /faxes/handle": lambda t: _request({"ids": [fax(t)]}),
    "POST /faxes/{fax}": lambda t: _request({"handled": "on"}, {"fax": fax(t)}),
    "PATCH /faxes/{fax}": lambda t: _request({"handled": True}, {"fax": fax(t)}),
    # Reading a fax is audited too.
    "GET /api/v1/faxes/{fax}/file": lambda t: _request({}, {"fax": fax(t)}),
}
