"""Actions on prompts that pages and API share: type, upload, go back, rename, delete."""

from functools import cache
from pathlib import Path
from typing import Any

import soundfile
from fastapi import Request
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from crm.jobs.job import NewJob
from crm.jobs.store import revive
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people.person import Language, SignedIn
from crm.people.store import names
from ivr.prompt_library import store
from ivr.prompt_library.prompt import Audio, LibraryPrompt, PromptSource, PromptUse
from ivr.prompt_library.store import NewAudio
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import context_of
from web.kit.settings import Settings
from web.kit.uploads.form import FIELD
from web.numbers.words import SPEAK
from web.ops.setup.prompts import RECORDED, is_complete, place
from web.prompts.audio import Master, take_audio
from web.prompts.masters import drop_files, path_of_master, put_in_place, touch_master
from web.prompts.shapes import (
    PromptBody,
    PromptChange,
    PromptShape,
    PromptVersionShape,
    SpokenShape,
    UseShape,
)
from web.prompts.words import (
    ALL_STANDARD,
    LONGEST_WORD_LETTERS,
    LONGEST_WORD_SECONDS,
    WORD_ORDER,
    PromptKind,
    is_joined,
    kind_of,
    languages_of,
)

NOT_YET = N_("This prompt has no audio in this language yet.")
ORDER = tuple(PromptKind)
STAYS = N_("This is a standard prompt: it keeps its name and cannot be deleted.")


def is_standard(name: str) -> bool:
    """Whether a prompt is part of Hotline."""
    return kind_of(name) is not PromptKind.OWN


def show_prompts(session: Session) -> list[PromptShape]:
    """Show all prompts: the site's own first, those of voicemail boxes and the words last."""
    used = store.uses(session)
    found = [_show(one, used.get(one.name, [])) for one in store.library(session, ALL_STANDARD)]
    return sorted(found, key=_place)


def _place(one: PromptShape) -> tuple[int, int]:
    word = WORD_ORDER[one.name] if one.kind is PromptKind.WORDS else 0
    return ORDER.index(one.kind), word


def show_prompt(session: Session, name: str) -> PromptShape:
    """Show one prompt; MissingError if there is none."""
    found = store.find(session, ALL_STANDARD, name)
    return _show(found, store.uses(session).get(found.name, []))


def replaced_words(session: Session) -> list[tuple[Language, int, int]]:
    """Count in each language the words that the site has replaced, and all."""
    spoken = [
        (language, audio.source is not PromptSource.STANDARD)
        for one in store.library(session, ALL_STANDARD)
        if kind_of(one.name) is PromptKind.WORDS
        for language, audio in one.languages.items()
    ]
    return [
        (language, spoken.count((language, True)), sum(key == language for key, _ in spoken))
        for language in Language
    ]


def show_versions(session: Session, name: str, language: Language) -> list[PromptVersionShape]:
    """Show the kept versions of a prompt in a language, the newest first."""
    found = store.find(session, ALL_STANDARD, name)
    current = found.languages.get(language.value)
    kept = store.versions(session, found.name, language.value)
    people = names(session, [one.created_by for one in kept if one.created_by])
    return [
        PromptVersionShape(
            version=one.id,
            source=one.source,
            text=one.text,
            seconds=one.seconds,
            has_audio=bool(one.master),
            at=one.created_at,
            by=people.get(one.created_by or 0, ""),
            current=current is not None and current.version == one.id,
        )
        for one in kept
    ]


# ---- changes


def add(session: Session, request: Request, who: SignedIn, body: PromptBody) -> str:
    """Add a prompt, with what was typed; give its name."""
    name = store.add_prompt(session, ALL_STANDARD, body.name, body.description)
    note(session, request, who, "prompt.added", "prompts", name, {}, {"name": name})
    typed = ((Language.ENGLISH, body.text_en), (Language.CHINESE, body.text_zh))
    for language, text in typed:
        if text.strip():
            write_text(session, request, who, name, language, text)
    return name


def change(session: Session, request: Request, who: SignedIn, name: str, body: PromptChange) -> str:
    """Rename or describe a prompt; give its name."""
    found = store.find(session, ALL_STANDARD, name)
    new = found.name
    if body.name is not None and body.name.strip() != found.name:
        if is_standard(found.name):
            raise ConflictError(STAYS)
        new = store.rename(session, ALL_STANDARD, found.name, body.name)
    if body.description is not None and body.description != found.description:
        store.describe(session, new, body.description)
    after = store.find(session, ALL_STANDARD, new)
    before, now_ = _noted(found), _noted(after)
    if before != now_:
        note(session, request, who, "prompt.changed", "prompts", new, before, now_)
    if new != found.name:
        _speak(session, new)
        drop_files(context_of(request).settings, [*Language], found.name)
    return new


def remove(session: Session, request: Request, who: SignedIn, name: str) -> None:
    """Delete a prompt that no flow plays; ConflictError says which do."""
    found = store.find(session, ALL_STANDARD, name)
    if is_standard(found.name):
        raise ConflictError(STAYS)
    store.remove(session, found.name)
    note(session, request, who, "prompt.removed", "prompts", found.name, _noted(found), {})
    drop_files(context_of(request).settings, [*Language], found.name)


def write_text(  # noqa: PLR0913, PLR0917 - what, in which language
    session: Session, request: Request, who: SignedIn, name: str, language: Language, text: str
) -> None:
    """Let a voice speak a text as the prompt from now on."""
    found = store.find(session, ALL_STANDARD, name)
    if kind_of(found.name) is PromptKind.WORDS and len(text.strip()) > LONGEST_WORD_LETTERS:
        raise InvalidError(
            N_("A word has at most {most} characters."), "text", most=LONGEST_WORD_LETTERS
        )
    _set(session, request, who, found, language, NewAudio(PromptSource.TYPED, text, by=who.user.id))


def take_file(  # noqa: PLR0913, PLR0917 - what, in which language
    request: Request,
    who: SignedIn,
    name: str,
    language: Language,
    file: UploadFile | None,
    source: PromptSource,
) -> PromptShape:
    """Let callers hear an audio file as the prompt from now on.

    InvalidError names the field. The file is read before the transaction begins: that takes long.
    """
    context = context_of(request)
    with context.database.begin() as session:
        found = store.find(session, ALL_STANDARD, name)
    _check_spoken(found.name, language)
    taken = take_audio(context.settings, who, file, trimmed=is_joined(found.name))
    return use_master(request, who, name, language, taken, source)


def use_master(  # noqa: PLR0913, PLR0917 - what, in which language
    request: Request,
    who: SignedIn,
    name: str,
    language: Language,
    taken: Master,
    source: PromptSource,
) -> PromptShape:
    """Let callers hear a master as the prompt from now on; InvalidError if it is too long."""
    context = context_of(request)
    with context.database.begin() as session:
        found = store.find(session, ALL_STANDARD, name)
        if kind_of(found.name) is PromptKind.WORDS and taken.seconds > LONGEST_WORD_SECONDS:
            raise InvalidError(
                N_("A word is at most {most} seconds long."), FIELD, most=int(LONGEST_WORD_SECONDS)
            )
        # The text stays as a note of what is said, also for the form of a number's menu.
        known = found.languages.get(language.value)
        text = known.text if known is not None else ""
        audio = NewAudio(source, text, taken.name, taken.seconds, who.user.id)
        _set(session, request, who, found, language, audio)
        shape = show_prompt(session, found.name)
    put_in_place(context.settings, language.value, found.name, taken.name)
    return shape


def go_back(  # noqa: PLR0913, PLR0917 - what, in which language
    session: Session, request: Request, who: SignedIn, name: str, language: Language, version: int
) -> None:
    """Let callers hear an older version of a prompt again, as its newest version."""
    found = store.find(session, ALL_STANDARD, name)
    old = store.version(session, found.name, language.value, version)
    if old.master:
        touch_master(context_of(request).settings, old.master)
    again = NewAudio(old.source, old.text, old.master, old.seconds, who.user.id)
    _set(session, request, who, found, language, again)


def reset(session: Session, request: Request, who: SignedIn, name: str) -> None:
    """Let callers hear the standard prompt again, in all languages."""
    found = store.find(session, ALL_STANDARD, name)
    if not is_standard(found.name):
        raise ConflictError(N_("This is no standard prompt."))
    store.reset(session, found.name)
    after = store.find(session, ALL_STANDARD, found.name)
    note(session, request, who, "prompt.reset", "prompts", found.name, _noted(found), _noted(after))
    _speak(session, found.name)


def _set(  # noqa: PLR0913, PLR0917 - what, in which language
    session: Session,
    request: Request,
    who: SignedIn,
    found: LibraryPrompt,
    language: Language,
    new: NewAudio,
) -> None:
    _check_spoken(found.name, language)
    made = store.set_audio(session, found.name, language, new)
    after = store.find(session, ALL_STANDARD, found.name)
    before, now_ = _noted(found), _noted(after)
    note(session, request, who, "prompt.replaced", "prompts", found.name, before, now_)
    _speak(session, f"{found.name} {made}")


def _check_spoken(name: str, language: Language) -> None:
    if language not in languages_of(name):
        raise ConflictError(N_("This word is not used in this language."))


def _speak(session: Session, what: str) -> None:
    """Let a job make what calls hear; a key of its own, for the job before may be at work."""
    revive(session, SPEAK, [NewJob(f"prompt {what}")], now())


# ---- audio


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


@cache
def _standard_seconds(language: str, name: str) -> float | None:
    try:
        return round(float(soundfile.info(RECORDED / language / f"{name}.flac").duration), 2)
    except (OSError, RuntimeError):
        return None


# ---- shapes


def _show(one: LibraryPrompt, used: list[PromptUse]) -> PromptShape:
    languages = {
        Language(key): _spoken(one.name, key, audio) for key, audio in one.languages.items()
    }
    return PromptShape(
        name=one.name,
        description=one.description,
        standard=is_standard(one.name),
        kind=kind_of(one.name),
        languages=languages,
        missing=[key for key in languages_of(one.name) if key not in languages],
        used_by=[
            UseShape(
                flow=use.flow,
                name=use.name,
                numbers=list(use.numbers),
                published=use.published,
                draft=use.draft,
            )
            for use in used
        ],
    )


def _spoken(name: str, language: str, audio: Audio) -> SpokenShape:
    seconds = audio.seconds
    if seconds is None and audio.source is PromptSource.STANDARD:
        seconds = _standard_seconds(language, name)
    return SpokenShape(text=audio.text, seconds=seconds, source=audio.source, version=audio.version)


def _noted(one: LibraryPrompt) -> dict[str, Any]:
    noted: dict[str, Any] = {"name": one.name, "description": one.description}
    for language, audio in one.languages.items():
        noted[f"audio_{language}"] = audio.master[:12] or audio.source.value
        noted[f"text_{language}"] = audio.text
    return noted
