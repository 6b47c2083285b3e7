"""Replace what callers hear of a prompt: by a text, a file, an older version, the standard one."""

from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from crm.jobs.job import NewJob
from crm.jobs.store import revive
from crm.kernel.errors import ConflictError, InvalidError
from crm.people.person import Language, SignedIn
from ivr.prompt_library import store
from ivr.prompt_library.prompt import LibraryPrompt, PromptSource
from ivr.prompt_library.store import NewAudio
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import context_of
from web.kit.uploads.form import FIELD
from web.numbers.words import SPEAK
from web.prompts.audio import Master, take_audio
from web.prompts.masters import put_in_place, touch_master
from web.prompts.shapes import PromptShape
from web.prompts.views import show_prompt
from web.prompts.words import (
    ALL_STANDARD,
    LONGEST_WORD_LETTERS,
    LONGEST_WORD_SECONDS,
    PromptKind,
    is_joined,
    is_standard,
    kind_of,
    languages_of,
)


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
    note(session, request, who, "prompt.reset", "prompts", found.name, noted(found), noted(after))
    speak(session, found.name)


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
    before, now_ = noted(found), noted(after)
    note(session, request, who, "prompt.replaced", "prompts", found.name, before, now_)
    speak(session, f"{found.name} {made}")


def _check_spoken(name: str, language: Language) -> None:
    if language not in languages_of(name):
        raise ConflictError(N_("This word is not used in this language."))


def speak(session: Session, what: str) -> None:
    """Let a job make what calls hear; a key of its own, for the job before may be at work."""
    revive(session, SPEAK, [NewJob(f"prompt {what}")], now())


def noted(one: LibraryPrompt) -> dict[str, Any]:
    """Give what the audit log compares of a prompt."""
    values: dict[str, Any] = {"name": one.name, "description": one.description}
    for language, audio in one.languages.items():
        values[f"audio_{language}"] = audio.master[:12] or audio.source.value
        values[f"text_{language}"] = audio.text
    return values
