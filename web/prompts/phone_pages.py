"""The part of a prompt's page that hands out a code for recording by phone, and waits for it."""

from fastapi import APIRouter, Request, Response

from crm.kernel.errors import ConflictError, InvalidError
from ivr.prompt_library.prompt import PromptSource
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.prompts import replacing, views
from web.prompts.api import PromptEditor
from web.prompts.by_phone import DIALLED, open_slot, take_recording
from web.prompts.shapes import LanguageQuery, PromptPath

router = APIRouter(prefix="/prompts")


@router.post("/{name}/phone")
def open_phone(
    request: Request, name: PromptPath, who: PromptEditor, language: LanguageQuery
) -> Response:
    """Show a code for recording by phone."""
    context = context_of(request)
    with context.database.begin() as session:
        found = views.show_prompt(session, name)
    try:
        slot = open_slot(context.settings, who, found.name, language)
    except ConflictError as error:
        return _part(request, found.name, language, error=reader_of(request).error(error))
    shown = {"digits": f"{slot.code} {slot.pin}", "slot": slot.sealed}
    return _part(request, found.name, language, **shown)


@router.post("/{name}/phone/take")
def take_phone(
    request: Request, name: PromptPath, who: PromptEditor, language: LanguageQuery, sent: SentForm
) -> Response:
    """Take the recording if it is done; else go on waiting."""
    settings = context_of(request).settings
    slot, digits = sent.one("slot"), sent.one("digits")[:20]
    try:
        taken = take_recording(settings, who, name, language, slot)
    except ConflictError as error:
        return _part(request, name, language, error=reader_of(request).error(error))
    if taken is None:
        return _part(request, name, language, slot=slot, digits=digits)
    try:
        replacing.use_master(request, who, name, language, taken, PromptSource.RECORDED)
    except InvalidError as error:
        return _part(request, name, language, error=reader_of(request).error(error))
    return _part(request, name, language, done=True)


def _part(request: Request, name: str, language: str, **shown: object) -> Response:
    page: dict[str, object] = {"name": name, "language": str(language), "dialled": DIALLED}
    page |= {"slot": "", "digits": "", "error": "", "done": False, **shown}
    return context_of(request).pages.page(request, "prompt-phone.html", page)
