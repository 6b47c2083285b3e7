"""Make saved prompts audible to callers: speak the typed texts, put uploaded audio in place.

The installed voice speaks them; `web.numbers.jobs` installs a better one later.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy.orm import Session, sessionmaker

from acd.queues.store import own_words
from crm.kernel.errors import HotlineError
from crm.people.person import Language
from crm.voicemail.boxes.store import greetings
from ivr.prompt_library import store as library_store
from ivr.prompt_library.prompt import LibraryPrompt, PromptSource
from web.kit.settings import Settings
from web.ops.setup import asterisk, voices
from web.ops.setup import prompts as sounds
from web.prompts.masters import is_in_place, own_mark, put_in_place, write_text
from web.prompts.service import service_of
from web.prompts.words import ALL_STANDARD

Said = dict[str, dict[str, str]]  # language, name, a text or a master

log = structlog.get_logger(__name__)
_one_at_a_time = threading.Lock()


def speak_texts(settings: Settings, database: sessionmaker[Session]) -> bool:
    """Let calls hear the prompts as they are now; give whether there are any typed texts.

    Texts are spoken that have no sound yet, or another one; audio of the library is put in place,
    and standard prompts that were replaced and are not any more are made again.
    """
    with database.begin() as session:
        own = library_store.library(session, ALL_STANDARD)
        boxes = greetings(session)
        queues = own_words(session)
    known = asterisk.known(settings)
    texts, recorded = split(own)
    for language in Language:
        texts[language.value] |= boxes[language] | queues[language]
    if known is None:
        return any(texts.values())
    with _one_at_a_time:
        _put_recorded(settings, recorded)
        if any(texts.values()) and sounds.missing(settings, texts):
            _make(settings, database, known.sounds, texts)
        _settle_standard(settings, known.sounds, texts, recorded)
        # A box greets every caller in its own language, whatever language the call is in.
        for spoken, said in boxes.items():
            others = [one.value for one in Language if one is not spoken]
            sounds.share(settings, spoken.value, others, said)
    names: Said = {
        key: {one.name: "" for one in own if key in one.languages and one.name not in masters}
        for key, masters in recorded.items()
    }
    _note_lengths(settings, database, names)
    return any(texts.values())


def _make(
    settings: Settings, database: sessionmaker[Session], recordings: Path, texts: Said
) -> None:
    """Speak texts; where the better voice takes its time, callers hear another one until then."""
    service = service_of(settings, database)
    if service is None and voices.installed(settings):
        new = _new_texts(settings, texts)
        if any(new.values()):
            sounds.make(settings, recordings, _quietly, new, quickly=True)
            _note_lengths(settings, database, new)
    sounds.make(settings, recordings, _quietly, texts, service)


def _new_texts(settings: Settings, texts: Said) -> Said:
    """Give the texts that are not spoken yet, or that were spoken with other words."""
    return {
        language: {name: lines[name] for name in sounds.silent(settings, language, lines)}
        for language, lines in texts.items()
    }


def _note_lengths(settings: Settings, database: sessionmaker[Session], names: Said) -> None:
    with database.begin() as session:
        for language, wanted in names.items():
            found = sounds.lengths(settings, language)
            lengths = {name: found[name] for name in wanted if name in found}
            library_store.note_seconds(session, language, lengths)


def split(own: Sequence[LibraryPrompt]) -> tuple[Said, Said]:
    """Give the texts that are to be spoken and the masters, each by language and name."""
    texts: Said = {one.value: {} for one in Language}
    recorded: Said = {one.value: {} for one in Language}
    for prompt in own:
        for language, audio in prompt.languages.items():
            if audio.master:
                recorded[language][prompt.name] = audio.master
            elif audio.source is PromptSource.TYPED and audio.text:
                texts[language][prompt.name] = audio.text
    return texts, recorded


def _put_recorded(settings: Settings, recorded: Said) -> None:
    for language, masters in recorded.items():
        for name, master in masters.items():
            if not is_in_place(settings, language, name, master):
                try:
                    lost = not put_in_place(settings, language, name, master)
                except (OSError, RuntimeError, HotlineError) as error:
                    log.warning("a prompt cannot be put in place", prompt=name, why=str(error))
                    continue
                if lost:
                    log.warning("the audio of a prompt is lost", prompt=name, language=language)


def _settle_standard(settings: Settings, recordings: Path, texts: Said, recorded: Said) -> None:
    """Mark the standard prompts that are replaced by a text; make those again that are free."""
    free: Said = {}
    for language, standard in ALL_STANDARD.items():
        folder = sounds.place(settings, language)
        for name, text in standard.items():
            mark = own_mark(folder, name)
            if name in texts[language]:
                if mark != sounds.TYPED_MARK:
                    write_text(folder / f"{name}{sounds.OWN}", sounds.TYPED_MARK)
            elif mark and name not in recorded[language]:
                free.setdefault(language, {})[name] = text
    if free and sounds.missing(settings, free):
        sounds.make(settings, recordings, _quietly, free)
    for language, names in free.items():
        for name in names:
            (sounds.place(settings, language) / f"{name}{sounds.OWN}").unlink(missing_ok=True)


def _quietly(_what: str) -> None:
    pass
