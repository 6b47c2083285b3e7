"""The pages of prompts: the list, a new prompt, and a prompt with its languages."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from crm.kernel.errors import HotlineError, InvalidError
from crm.people.person import Language, SignedIn
from crm.people.rights import Right
from ivr.prompt_library.prompt import PromptSource
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, carry_out, save, submit
from web.kit.forms import Form
from web.kit.i18n import N_, NAMES
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.kit.uploads.form import SentUpload
from web.prompts import actions, replacing, sound, views
from web.prompts.api import PromptEditor, PromptReader, SourceQuery
from web.prompts.forms import COPIED, file_form, new_form, prompt_form, text_form
from web.prompts.listing import PROMPTS
from web.prompts.shapes import (
    LanguageQuery,
    PromptBody,
    PromptChange,
    PromptForm,
    PromptPath,
    PromptShape,
    TextBody,
    VersionQuery,
)
from web.prompts.words import SOURCES, TONES, PromptKind, languages_of

router = APIRouter(prefix="/prompts")
REPLACED = N_("Replaced. Callers hear it from now on.")
NOT_TRANSLATED = N_("Translate the text first: it is still that of the other language.")
SPOKEN = N_("Saved. A voice speaks it in a moment.")

add_export(router, PROMPTS)


@router.get("")
def prompts_page(request: Request, who: PromptReader) -> Response:
    """List the prompts, or the words of which numbers, dates and amounts are made."""
    reader, words = reader_of(request), request.query_params.get("kind") == PromptKind.WORDS
    tabs = (
        ("/prompts", N_("Prompts"), not words),
        (f"/prompts?kind={PromptKind.WORDS.value}", N_("Words of numbers and dates"), words),
    )
    shown: dict[str, object] = {
        "tabs": [
            {"url": url, "label": reader.gettext(label), "current": current}
            for url, label, current in tabs
        ],
        "replaced": [],
    }
    if words:
        with context_of(request).database.begin() as session:
            shown["replaced"] = [
                (NAMES[language], own, count)
                for language, own, count in views.replaced_words(session)
            ]
    return list_page(request, who, PROMPTS, "prompts.html", shown)


@router.get("/new")
def new_prompt(request: Request, _who: PromptEditor) -> Response:
    """Show the form for a new prompt."""
    return _show_new(request, new_form(reader_of(request)))


@router.post("")
def add_prompt(request: Request, who: PromptEditor, sent: SentForm) -> Response:
    """Add a prompt."""
    reader = reader_of(request)
    form = new_form(reader)
    with context_of(request).database.begin() as session:
        made = save(
            session,
            reader,
            form,
            sent,
            lambda: actions.add(session, request, who, read_body(PromptBody, sent)),
        )
    if isinstance(made, NotSaved):
        return _show_new(request, form, made.status)
    return done(f"/prompts/{made}", N_("Saved."))


@router.get("/{name}")
def prompt_page(
    request: Request,
    name: PromptPath,
    who: PromptReader,
    copy: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show a prompt; `copy` is a language whose text is put into the forms of the others."""
    return _show(request, who, name, copy=copy)


@router.post("/{name}")
def change_prompt(
    request: Request, name: PromptPath, who: PromptEditor, sent: SentForm
) -> Response:
    """Rename or describe a prompt."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = prompt_form(reader, views.show_prompt(session, name))

        def write() -> str:
            change = PromptChange(**dict(read_body(PromptForm, sent)))
            return actions.change(session, request, who, name, change)

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _show(request, who, name, made.status, named=form)
    return done(f"/prompts/{made}", N_("Saved."))


@router.post("/{name}/text")
def write_text(
    request: Request,
    name: PromptPath,
    who: PromptEditor,
    sent: SentForm,
    language: LanguageQuery = Language.ENGLISH,
) -> Response:
    """Let a voice speak a text."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = views.show_prompt(session, name)
        copied = bool(sent.one(COPIED))
        form = text_form(reader, shape, language, "", copied=copied)

        def write() -> None:
            text = read_body(TextBody, sent).text
            others = [one.text for key, one in shape.languages.items() if key is not language]
            if copied and " ".join(text.split()) in [" ".join(one.split()) for one in others]:
                raise InvalidError(NOT_TRANSLATED, "text")
            replacing.write_text(session, request, who, name, language, text)

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _show(request, who, name, made.status, texts={language: form})
    return done(f"/prompts/{name}", SPOKEN)


@router.get("/{name}/audio")
def hear_prompt(
    request: Request,
    name: PromptPath,
    _who: PromptReader,
    version: VersionQuery = 0,
    language: LanguageQuery = Language.ENGLISH,
) -> Response:
    """Hear a prompt, or one of its kept versions."""
    context = context_of(request)
    with context.database.begin() as session:
        return sound.find_audio(session, context.settings, name, language, version)


@router.get("/{name}/player")
def player_part(
    request: Request,
    name: PromptPath,
    _who: PromptReader,
    language: LanguageQuery = Language.ENGLISH,
) -> Response:
    """Show what a prompt is in a language, without the rest of its page."""
    context = context_of(request)
    with context.database.begin() as session:
        shape = views.show_prompt(session, name)
    part = {"language": language.value, "spoken": shape.languages.get(language)}
    return context.pages.page(request, "prompt-audio.html", {"prompt": shape, "part": part})


@router.post("/{name}/audio")
def upload_audio(  # noqa: PLR0913, PLR0917 - what, in which language
    request: Request,
    name: PromptPath,
    who: PromptEditor,
    sent: SentUpload,
    source: SourceQuery = "uploaded",
    language: LanguageQuery = Language.ENGLISH,
) -> Response:
    """Let callers hear an audio file."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = file_form(reader, views.show_prompt(session, name), language)

    def write() -> PromptShape:
        return replacing.take_file(request, who, name, language, sent.file, PromptSource(source))

    made = submit(reader, form, sent.posted, write)
    if isinstance(made, NotSaved):
        return _show(request, who, name, made.status, files={language: form})
    return done(f"/prompts/{name}", REPLACED)


@router.post("/{name}/restore")
def restore_version(
    request: Request,
    name: PromptPath,
    who: PromptEditor,
    sent: SentForm,
    language: LanguageQuery = Language.ENGLISH,
) -> Response:
    """Go back to an older version."""
    typed = sent.one("version")
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else 0  # noqa: PLR2004
    return carry_out(
        request,
        lambda session: replacing.go_back(session, request, who, name, language, version),
        f"/prompts/{name}",
        lambda error: _refused(request, who, name, error),
        REPLACED,
    )


@router.post("/{name}/reset")
def reset_prompt(request: Request, name: PromptPath, who: PromptEditor) -> Response:
    """Let callers hear the standard prompt again."""
    return carry_out(
        request,
        lambda session: replacing.reset(session, request, who, name),
        f"/prompts/{name}",
        lambda error: _refused(request, who, name, error),
        REPLACED,
    )


@router.post("/{name}/remove")
def remove_prompt(request: Request, name: PromptPath, who: PromptEditor) -> Response:
    """Delete a prompt that no call flow plays."""
    return carry_out(
        request,
        lambda session: actions.remove(session, request, who, name),
        "/prompts",
        lambda error: _refused(request, who, name, error),
        N_("Deleted."),
    )


def _show_new(request: Request, form: Form, status: int = 200) -> Response:
    return context_of(request).pages.page(request, "prompt-new.html", {"form": form}, status=status)


def _refused(request: Request, who: SignedIn, name: str, error: HotlineError) -> Response:
    return _show(request, who, name, 409, refused=reader_of(request).error(error))


def _show(  # noqa: PLR0913 - the forms that were not saved
    request: Request,
    who: SignedIn,
    name: str,
    status: int = 200,
    *,
    named: Form | None = None,
    texts: dict[Language, Form] | None = None,
    files: dict[Language, Form] | None = None,
    refused: str = "",
    copy: str = "",
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = views.show_prompt(session, name)
        versions = {one: views.show_versions(session, shape.name, one) for one in Language}
    parts = []
    for language in languages_of(shape.name):
        spoken = shape.languages.get(language)
        other = next((one for one in shape.languages if one is not language), None)
        text = spoken.text if spoken else ""
        copied = False
        if not text and other is not None and copy == other:
            text, copied = shape.languages[other].text, True
        written = (texts or {}).get(language) or text_form(
            reader, shape, language, text, copied=copied
        )
        parts.append(
            {
                "language": language.value,
                "title": NAMES[language],
                "spoken": spoken,
                "source": reader.gettext(SOURCES[spoken.source]) if spoken else "",
                "tone": TONES[spoken.source] if spoken else "",
                "other": other.value if other and shape.languages[other].text else "",
                "text": written,
                "copied": any(field.name == COPIED for field in written.fields),
                "file": (files or {}).get(language) or file_form(reader, shape, language),
                "versions": versions[language],
                "sources": {key.value: reader.gettext(word) for key, word in SOURCES.items()},
            }
        )
    page = {
        "prompt": shape,
        "parts": parts,
        "form": named or prompt_form(reader, shape),
        "refused": refused,
        "may_edit": who.may(Right.PROMPTS_EDIT),
        "may_see_flows": who.may(Right.FLOWS_EDIT),
        "replaced": shape.standard
        and any(one.source is not PromptSource.STANDARD for one in shape.languages.values()),
    }
    return context_of(request).pages.page(request, "prompt.html", page, status=status)
