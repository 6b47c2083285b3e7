"""Add, rename, describe and delete prompts, for pages and API."""

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError
from crm.people.person import Language, SignedIn
from ivr.prompt_library import store
from web.kit.audit import note
from web.kit.i18n import N_
from web.kit.request import context_of
from web.prompts.masters import drop_files
from web.prompts.replacing import noted, speak, write_text
from web.prompts.shapes import PromptBody, PromptChange
from web.prompts.words import ALL_STANDARD, is_standard

STAYS = N_("This is a standard prompt: it keeps its name and cannot be deleted.")


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
    before, now_ = noted(found), noted(after)
    if before != now_:
        note(session, request, who, "prompt.changed", "prompts", new, before, now_)
    if new != found.name:
        speak(session, new)
        drop_files(context_of(request).settings, [*Language], found.name)
    return new


def remove(session: Session, request: Request, who: SignedIn, name: str) -> None:
    """Delete a prompt that no flow plays; ConflictError says which do."""
    found = store.find(session, ALL_STANDARD, name)
    if is_standard(found.name):
        raise ConflictError(STAYS)
    store.remove(session, found.name)
    note(session, request, who, "prompt.removed", "prompts", found.name, noted(found), {})
    drop_files(context_of(request).settings, [*Language], found.name)
