"""What pages and API show of the prompts: the library, one prompt, its kept versions."""

from functools import cache

import soundfile
from sqlalchemy.orm import Session

from crm.people.person import Language
from crm.people.store import names
from ivr.prompt_library import store
from ivr.prompt_library.prompt import Audio, LibraryPrompt, PromptSource, PromptUse
from web.ops.setup.prompts import RECORDED
from web.prompts.shapes import PromptShape, PromptVersionShape, SpokenShape, UseShape
from web.prompts.words import (
    ALL_STANDARD,
    WORD_ORDER,
    PromptKind,
    is_standard,
    kind_of,
    languages_of,
)

ORDER = tuple(PromptKind)


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


@cache
def _standard_seconds(language: str, name: str) -> float | None:
    try:
        return round(float(soundfile.info(RECORDED / language / f"{name}.flac").duration), 2)
    except (OSError, RuntimeError):
        return None
