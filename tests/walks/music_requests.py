"""A valid request for each endpoint of music that changes something."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from walks.prompt_requests import FILE, Good, good

from ivr.prompt_library.music import store

if TYPE_CHECKING:
    from walks.requests import Targets


def body() -> dict[str, Any]:
    return {"name": f"Music {secrets.token_hex(4)}"}


def music(t: "Targets", files: int = 0) -> dict[str, Any]:
    with t.site.database.begin() as session:
        made = store.add_class(session, body()["name"], shuffled=False)
        for at in range(files):
            store.add_file(session, made, f"{at}.wav", "0" * 64, 1.0)
        kept = store.music_class(session, made).files
    return {"music": made, "file": kept[0].id if kept else 0}


def order(t: "Targets") -> Good:
    where = music(t, 2)
    return good({"keys": [where["file"] + 1, where["file"]]}, where)


MUSIC_REQUESTS: dict[str, Callable[["Targets"], Good]] = {
    "POST /music": lambda _: good(body()),
    "POST /music/{music}": lambda t: good(body(), music(t)),
    "PATCH /music/{music}": lambda t: good({"shuffled": True}, music(t)),
    "DELETE /music/{music}": lambda t: good({}, music(t)),
    "POST /music/{music}/remove": lambda t: good({}, music(t)),
    "POST /music/{music}/files": lambda t: good({}, music(t), FILE),
    "PUT /music/{music}/order": order,
    "POST /music/{music}/files/{file}/move": lambda t: good({"do": "down"}, music(t, 2)),
    "DELETE /music/{music}/files/{file}": lambda t: good({}, music(t, 2)),
    "POST /music/{music}/files/{file}/remove": lambda t: good({}, music(t, 2)),
}
