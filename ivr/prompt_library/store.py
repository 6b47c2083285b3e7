"""The prompts library in the database: prompts with their versions, and who uses them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.text import clean, one_line
from crm.people.person import Language
from crm.sql.db import notify
from ivr.drafts.models import FlowDraftRow
from ivr.models import FlowRow, FlowVersionRow, NumberRow, PromptRow
from ivr.prompt_library.mentions import prompts_of, with_renamed
from ivr.prompt_library.models import LibraryPromptRow, PromptVersionRow
from ivr.prompt_library.prompt import (
    KEPT_VERSIONS,
    LONGEST_DESCRIPTION,
    LONGEST_TEXT,
    Audio,
    LibraryPrompt,
    PromptSource,
    PromptUse,
    PromptVersion,
    read_name,
)

Standard = Mapping[str, Mapping[str, str]]
"""The standard prompts' texts: language, name, text."""


@dataclass(frozen=True, slots=True)
class NewAudio:
    """What a prompt becomes in one language: a text to be spoken, or audio with its master."""

    source: PromptSource
    text: str = ""
    master: str = ""
    seconds: float = 0.0
    by: int | None = None


def library(session: Session, standard: Standard) -> list[LibraryPrompt]:
    """Give all prompts by name: those of the library, of forms, and the standard ones."""
    row, version = PromptRow, PromptVersionRow
    query = select(row.name, row.language, row.text, row.seconds, version).outerjoin(
        version, version.id == row.version_id
    )
    found: dict[str, dict[str, Audio]] = {}
    for language, texts in standard.items():
        for name, text in texts.items():
            found.setdefault(name, {})[language] = Audio(text, PromptSource.STANDARD)
    for name, language, text, seconds, made in session.execute(query):
        audio = _audio(text, seconds, made)
        if made is None and name in standard.get(language, {}):
            audio = Audio(standard[language][name], PromptSource.STANDARD, seconds=seconds)
        if audio.text or audio.master:
            found.setdefault(name, {})[language] = audio
    named = select(LibraryPromptRow.name, LibraryPromptRow.description)
    described = {name: description for name, description in session.execute(named)}  # noqa: C416
    return [
        LibraryPrompt(name, described.get(name, ""), found.get(name, {}))
        for name in sorted(found.keys() | described)
    ]


def find(session: Session, standard: Standard, name: str) -> LibraryPrompt:
    """Give one prompt; MissingError if there is none."""
    key = clean(name, 100)
    for one in library(session, standard):
        if one.name == key:
            return one
    raise MissingError("There is no prompt “{name}”.", name=name[:100])


def add_prompt(session: Session, standard: Standard, typed: str, description: str) -> str:
    """Add a prompt and give its name; ConflictError if the name is taken."""
    name = read_name(typed)
    _check_free(session, standard, name)
    session.execute(
        insert(LibraryPromptRow).values(
            name=name, description=one_line(description, LONGEST_DESCRIPTION)
        )
    )
    notify(session, f"prompts:{name}")
    return name


def describe(session: Session, name: str, description: str) -> None:
    """Say what a prompt is for."""
    text = one_line(description, LONGEST_DESCRIPTION)
    saved = insert(LibraryPromptRow).values(name=name, description=text)
    session.execute(
        saved.on_conflict_do_update(
            index_elements=[LibraryPromptRow.name], set_={"description": text}
        )
    )


def rename(session: Session, standard: Standard, old: str, typed: str) -> str:
    """Rename a prompt that callers do not hear yet, also in drafts; give its new name.

    ConflictError if published flows play it: their versions are never changed.
    """
    new = read_name(typed)
    if new == old:
        return old
    _check_free(session, standard, new)
    used = uses(session).get(old, [])
    if led := [one.name for one in used if one.published]:
        raise ConflictError(
            "Published call flows play the prompt: {names}. Choose another prompt there first.",
            names=", ".join(led),
        )
    for one in used:
        _rename_in_draft(session, one.flow, old, new)
    known = select(LibraryPromptRow.name).where(LibraryPromptRow.name == old)
    if session.scalars(known).first() is None:
        session.execute(insert(LibraryPromptRow).values(name=new))
    for row in (LibraryPromptRow, PromptRow, PromptVersionRow):
        session.execute(update(row).where(row.name == old).values(name=new))
    notify(session, f"prompts:{old}")
    notify(session, f"prompts:{new}")
    return new


def remove(session: Session, name: str) -> None:
    """Delete a prompt that no flow plays; ConflictError names those that do."""
    if led := [one.name for one in uses(session).get(name, [])]:
        raise ConflictError(
            "These call flows play the prompt: {names}. Change them first.", names=", ".join(led)
        )
    for row in (LibraryPromptRow, PromptRow, PromptVersionRow):
        session.execute(delete(row).where(row.name == name))
    notify(session, f"prompts:{name}")


def set_audio(session: Session, name: str, language: Language, new: NewAudio) -> int:
    """Replace the audio of a prompt in a language; give the new version.

    Older versions are kept, up to a number.
    """
    text = clean(new.text.strip(), LONGEST_TEXT)
    if new.source is PromptSource.TYPED and not text:
        raise InvalidError("Enter what is to be said.", "text")
    made = session.scalars(
        insert(PromptVersionRow)
        .values(
            name=name,
            language=language.value,
            source=new.source.value,
            text=text,
            master=new.master,
            seconds=new.seconds,
            created_by=new.by,
        )
        .returning(PromptVersionRow.id)
    ).one()
    columns = {
        "text": text,
        "version_id": made,
        "seconds": new.seconds if new.master else None,
    }
    saved = insert(PromptRow).values(name=name, language=language.value, **columns)
    session.execute(
        saved.on_conflict_do_update(
            index_elements=[PromptRow.name, PromptRow.language], set_=columns
        )
    )
    row = PromptVersionRow
    newest = (
        select(row.id)
        .where(row.name == name, row.language == language.value)
        .order_by(row.id.desc())
        .limit(KEPT_VERSIONS)
    )
    session.execute(
        delete(row).where(row.name == name, row.language == language.value, row.id.not_in(newest))
    )
    notify(session, f"prompts:{name}")
    return made


def reset(session: Session, name: str) -> None:
    """Let callers hear the standard prompt again, in all languages; the versions are kept."""
    session.execute(delete(PromptRow).where(PromptRow.name == name))
    notify(session, f"prompts:{name}")


def versions(session: Session, name: str, language: str) -> list[PromptVersion]:
    """Give the kept versions of a prompt in a language, the newest first."""
    row = PromptVersionRow
    query = select(row).where(row.name == name, row.language == language)
    return [_version(one) for one in session.scalars(query.order_by(row.id.desc()))]


def version(session: Session, name: str, language: str, id_: int) -> PromptVersion:
    """Give one version; MissingError if it is not kept any more."""
    for one in versions(session, name, language):
        if one.id == id_:
            return one
    raise MissingError("This version of the prompt is no longer kept.")


def masters(session: Session) -> set[str]:
    """Give the masters of all kept versions."""
    row = PromptVersionRow
    return set(session.scalars(select(row.master).where(row.master != "")))


def note_seconds(session: Session, language: str, seconds: Mapping[str, float]) -> None:
    """Note how long spoken prompts are, by name."""
    row = PromptRow
    query = select(row.name, row.seconds).where(row.language == language)
    known = {name: length for name, length in session.execute(query)}  # noqa: C416
    for name, length in seconds.items():
        if name in known and known[name] != length:
            session.execute(
                update(row).where(row.name == name, row.language == language).values(seconds=length)
            )


def uses(session: Session) -> dict[str, list[PromptUse]]:
    """Give the flows that play each prompt, in the newest version or the draft."""
    newest = select(FlowVersionRow.flow_id, func.max(FlowVersionRow.version)).group_by(
        FlowVersionRow.flow_id
    )
    published = select(FlowVersionRow.flow_id, FlowVersionRow.document).where(
        tuple_(FlowVersionRow.flow_id, FlowVersionRow.version).in_(newest)
    )
    heard = {flow: prompts_of(document) for flow, document in session.execute(published)}
    drafts = select(FlowDraftRow.flow_id, FlowDraftRow.document)
    drafted = {flow: prompts_of(document) for flow, document in session.execute(drafts)}
    numbers: dict[int, list[str]] = {}
    for number, flow in session.execute(
        select(NumberRow.number, NumberRow.flow_id).order_by(NumberRow.number)
    ):
        numbers.setdefault(flow, []).append(number)
    found: dict[str, list[PromptUse]] = {}
    nothing: Collection[str] = frozenset()
    for flow, title in session.execute(select(FlowRow.id, FlowRow.name).order_by(FlowRow.name)):
        here, there = heard.get(flow, nothing), drafted.get(flow, nothing)
        for name in {*here, *there}:
            led = tuple(numbers.get(flow, ())) if name in here else ()
            use = PromptUse(flow, title, led, name in here, name in there)
            found.setdefault(name, []).append(use)
    return found


def _rename_in_draft(session: Session, flow: int, old: str, new: str) -> None:
    row = session.get(FlowDraftRow, flow, with_for_update=True, populate_existing=True)
    if row is not None:
        document: dict[str, Any] = with_renamed(row.document, old, new)
        changed = {"document": document, "revision": FlowDraftRow.revision + 1}
        session.execute(update(FlowDraftRow).where(FlowDraftRow.flow_id == flow).values(**changed))


def _check_free(session: Session, standard: Standard, name: str) -> None:
    if any(one.name == name for one in library(session, standard)):
        raise ConflictError("A prompt named “{name}” already exists.", name=name)


def _audio(text: str, seconds: float | None, made: PromptVersionRow | None) -> Audio:
    if made is None:
        return Audio(text, PromptSource.TYPED, seconds=seconds)
    length = made.seconds if made.master else seconds
    return Audio(made.text, PromptSource(made.source), made.id, made.master, length)


def _version(row: PromptVersionRow) -> PromptVersion:
    return PromptVersion(
        row.id,
        PromptSource(row.source),
        row.text,
        row.master,
        row.seconds,
        row.created_at,
        row.created_by,
    )
