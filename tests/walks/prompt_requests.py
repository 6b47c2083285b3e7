"""A valid request for each endpoint of prompts that changes something."""

import io
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from crm.people.person import Language
from ivr.prompt_library import store
from ivr.prompt_library.prompt import PromptSource
from ivr.prompt_library.store import NewAudio
from web.prompts.words import STANDARD

if TYPE_CHECKING:
    from walks.requests import Targets

Good = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]  # body, address, files
ENGLISH = {"language": "en"}


def good(
    body: dict[str, Any],
    where: dict[str, Any] | None = None,
    files: dict[str, Any] | None = None,
) -> Good:
    return body, where or {}, files or {}


def name() -> str:
    return f"prompt-{secrets.token_hex(4)}"


def tone(hertz: float = 440.0, seconds: float = 1.0, rate: int = 8000) -> bytes:
    """Give a WAV file with a tone."""
    made = io.BytesIO()
    at = np.arange(int(seconds * rate)) / rate
    soundfile.write(made, 0.3 * np.sin(2 * np.pi * hertz * at), rate, format="WAV")
    return made.getvalue()


FILE = {"file": ("tone.wav", tone())}


def prompt(t: "Targets", *, versions: int = 0) -> dict[str, Any]:
    """Make a prompt with typed versions; give what fills the address."""
    with t.site.database.begin() as session:
        made = store.add_prompt(session, STANDARD, name(), "Test")
        for at in range(versions):
            new = NewAudio(PromptSource.TYPED, f"Version {at}")
            store.set_audio(session, made, Language.ENGLISH, new)
    return {"name": made, **ENGLISH}


def old_version(t: "Targets") -> tuple[int, dict[str, Any]]:
    where = prompt(t, versions=2)
    with t.site.database.begin() as session:
        return store.versions(session, where["name"], "en")[-1].id, where


def restore(t: "Targets") -> Good:
    version, where = old_version(t)
    return good({"version": version}, where)


def replaced(t: "Targets") -> dict[str, Any]:
    with t.site.database.begin() as session:
        new = NewAudio(PromptSource.TYPED, secrets.token_hex(4))
        store.set_audio(session, "goodbye", Language.ENGLISH, new)
    return {"name": "goodbye"}


def change(t: "Targets") -> Good:
    where = prompt(t)
    return good({"name": where["name"], "description": "Before the menu"}, where)


PROMPT_REQUESTS: dict[str, Callable[["Targets"], Good]] = {
    "POST /prompts": lambda _: good({"name": name()}),
    "POST /api/v1/prompts": lambda _: good({"name": name(), "text_en": "Hello."}),
    "POST /prompts/{name}": change,
    "PATCH /prompts/{name}": lambda t: good({"description": "Other"}, prompt(t)),
    "DELETE /prompts/{name}": lambda t: good({}, prompt(t)),
    "POST /prompts/{name}/remove": lambda t: good({}, prompt(t)),
    "POST /prompts/{name}/text": lambda t: good({"text": "Hello."}, prompt(t)),
    "PUT /prompts/{name}/text": lambda t: good({"text": "Hello."}, prompt(t)),
    "POST /prompts/{name}/audio": lambda t: good({}, prompt(t), FILE),
    "POST /api/v1/prompts/{name}/audio": lambda t: good({}, prompt(t), FILE),
    "POST /prompts/{name}/restore": restore,
    "POST /api/v1/prompts/{name}/restore": restore,
    "POST /prompts/{name}/reset": lambda t: good({}, replaced(t)),
    "POST /api/v1/prompts/{name}/reset": lambda t: good({}, replaced(t)),
}
