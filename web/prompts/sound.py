"""The file in which a prompt is heard, now or in a kept version."""

from pathlib import Path

from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.people.person import Language
from ivr.prompt_library import store
from ivr.prompt_library.prompt import LibraryPrompt, PromptSource
from web.kit.i18n import N_
from web.kit.settings import Settings
from web.ops.setup.prompts import RECORDED, is_complete, place
from web.prompts.masters import path_of_master
from web.prompts.words import ALL_STANDARD

NOT_YET = N_("This prompt has no audio in this language yet.")


def find_audio(
    session: Session, settings: Settings, name: str, language: Language, version: int = 0
) -> FileResponse:
    """Answer with a prompt's audio as calls hear it, or with that of a kept version."""
    found = store.find(session, ALL_STANDARD, name)
    if version:
        kept = store.version(session, found.name, language.value, version)
        path = path_of_master(settings, kept.master)
        kind, ending = "audio/flac", "flac"
    else:
        path = _current(settings, found, language)
        kind, ending = ("audio/flac", "flac") if path.suffix == ".flac" else ("audio/wav", "wav")
    if not path.is_file():
        raise MissingError(NOT_YET)
    return FileResponse(
        path,
        media_type=kind,
        filename=f"{found.name}-{language.value}.{ending}",
        content_disposition_type="inline",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
    )


def _current(settings: Settings, found: LibraryPrompt, language: Language) -> Path:
    audio = found.languages.get(language.value)
    if audio is None:
        raise MissingError(NOT_YET)
    if audio.master:
        return path_of_master(settings, audio.master)
    folder = place(settings, language.value)
    if audio.source is PromptSource.STANDARD and not is_complete(folder, found.name):
        return RECORDED / language.value / f"{found.name}.flac"
    return folder / f"{found.name}.wav16"
