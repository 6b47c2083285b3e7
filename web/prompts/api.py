"""The API of the prompts library."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse

from crm.people.person import Language, SignedIn
from crm.people.rights import Right
from ivr.prompt_library.prompt import PromptSource
from web.kit.auth import needs
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.kit.uploads.form import FILE_BODY, SentUpload
from web.prompts import actions, replacing, sound, views
from web.prompts.listing import PROMPTS, READERS
from web.prompts.shapes import (
    LanguageQuery,
    PromptBody,
    PromptChange,
    PromptPath,
    PromptShape,
    PromptShapes,
    PromptVersionShapes,
    RestoreBody,
    TextBody,
    VersionQuery,
)

router = APIRouter(prefix="/prompts")
PromptReader = Annotated[SignedIn, Depends(needs(*READERS))]
PromptEditor = Annotated[SignedIn, Depends(needs(Right.PROMPTS_EDIT))]
SourceQuery = Annotated[Literal["uploaded", "recorded"], Query()]
AUDIO: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {}, "audio/flac": {}}, "description": "The audio."}
}


@router.get("")
def list_prompts(
    request: Request, query: Annotated[ListQuery, Depends(asked(PROMPTS))]
) -> PromptShapes:
    """List prompts by name, with what there is in each language."""
    return answer_page(request, PROMPTS, query, PromptShapes)


@router.post("", status_code=201)
def add_prompt(request: Request, body: PromptBody, who: PromptEditor) -> PromptShape:
    """Add a prompt; what is typed is spoken by a voice."""
    with context_of(request).database.begin() as session:
        name = actions.add(session, request, who, body)
        return views.show_prompt(session, name)


@router.get("/{name}")
def read_prompt(request: Request, name: PromptPath, _who: PromptReader) -> PromptShape:
    """Show a prompt."""
    with context_of(request).database.begin() as session:
        return views.show_prompt(session, name)


@router.patch("/{name}")
def change_prompt(
    request: Request, name: PromptPath, body: PromptChange, who: PromptEditor
) -> PromptShape:
    """Rename or describe a prompt; drafts that play it are changed too."""
    with context_of(request).database.begin() as session:
        new = actions.change(session, request, who, name, body)
        return views.show_prompt(session, new)


@router.delete("/{name}", status_code=204)
def remove_prompt(request: Request, name: PromptPath, who: PromptEditor) -> None:
    """Delete a prompt that no call flow plays."""
    with context_of(request).database.begin() as session:
        actions.remove(session, request, who, name)


@router.put("/{name}/text")
def write_text(
    request: Request,
    name: PromptPath,
    body: TextBody,
    who: PromptEditor,
    language: LanguageQuery = Language.ENGLISH,
) -> PromptShape:
    """Let a voice speak a text as the prompt from now on."""
    with context_of(request).database.begin() as session:
        replacing.write_text(session, request, who, name, language, body.text)
        return views.show_prompt(session, name)


@router.get("/{name}/audio", response_class=FileResponse, responses=AUDIO)
def read_audio(
    request: Request,
    name: PromptPath,
    _who: PromptReader,
    version: VersionQuery = 0,
    language: LanguageQuery = Language.ENGLISH,
) -> FileResponse:
    """Hear a prompt as callers do, or one of its kept versions."""
    context = context_of(request)
    with context.database.begin() as session:
        return sound.find_audio(session, context.settings, name, language, version)


@router.post("/{name}/audio", openapi_extra=FILE_BODY)
def replace_audio(  # noqa: PLR0913, PLR0917 - what, in which language
    request: Request,
    name: PromptPath,
    who: PromptEditor,
    sent: SentUpload,
    source: SourceQuery = "uploaded",
    language: LanguageQuery = Language.ENGLISH,
) -> PromptShape:
    """Let callers hear an audio file (WAV, MP3, OGG, FLAC) as the prompt from now on."""
    return replacing.take_file(request, who, name, language, sent.file, PromptSource(source))


@router.get("/{name}/versions")
def list_versions(
    request: Request,
    name: PromptPath,
    _who: PromptReader,
    language: LanguageQuery = Language.ENGLISH,
) -> PromptVersionShapes:
    """List the kept versions of a prompt in a language, the newest first."""
    with context_of(request).database.begin() as session:
        return PromptVersionShapes(items=views.show_versions(session, name, language))


@router.post("/{name}/restore")
def restore_version(
    request: Request,
    name: PromptPath,
    body: RestoreBody,
    who: PromptEditor,
    language: LanguageQuery = Language.ENGLISH,
) -> PromptShape:
    """Go back to an older version of a prompt."""
    with context_of(request).database.begin() as session:
        replacing.go_back(session, request, who, name, language, body.version)
        return views.show_prompt(session, name)


@router.post("/{name}/reset")
def reset_prompt(request: Request, name: PromptPath, who: PromptEditor) -> PromptShape:
    """Let callers hear the standard prompt again."""
    with context_of(request).database.begin() as session:
        replacing.reset(session, request, who, name)
        return views.show_prompt(session, name)
