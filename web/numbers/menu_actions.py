"""Actions on the greeting and menu of a number: read its flow as a simple form, publish it anew."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queues.store import queue_settings
from crm.jobs.job import NewJob
from crm.jobs.store import revive
from crm.kernel.errors import ConflictError, InvalidError
from crm.people.person import Language, SignedIn
from ivr import store
from ivr.drafts.alarms.store import end_stopped
from ivr.prompt_library.store import library
from ivr.standard import StandardFlow, document_of, read_standard
from ivr.store import Number, Prompt
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.shapes import Named
from web.numbers.shapes import MenuBody, MenuShape
from web.numbers.words import BETWEEN_CHOICES, CHOICE_TEXT, OWN_PROMPTS, SPEAK
from web.ops.setup.spoken_sentences import TEXTS
from web.prompts.words import STANDARD

NOT_STANDARD = N_("This call flow has steps that this form does not know.")


def is_standard(session: Session, number: str) -> bool:
    """Whether the simple form can edit a number's flow."""
    flow = store.number_to_change(session, number).flow
    return read_standard(store.newest_document(session, flow)) is not None


def show_menu(session: Session, number: str) -> MenuShape:
    """Show the greeting and menu of a number; ConflictError if its flow is another one."""
    known = store.number_to_change(session, number)
    flow = read_standard(store.newest_document(session, known.flow))
    if flow is None:
        raise ConflictError(NOT_STANDARD)
    texts = _texts(session, known.language)
    others = [one.number for one in store.numbers(session) if one.flow == known.flow]
    return MenuShape(
        number=known.number,
        language=known.language,
        flow=Named(id=known.flow, name=store.flow_names(session)[known.flow]),
        greeting=texts.get(flow.greeting, ""),
        choices=dict(flow.choices),
        menu=texts.get(flow.menu, "") if flow.choices else "",
        otherwise=flow.otherwise,
        also=[one for one in others if one != known.number],
    )


def write_menu(
    session: Session, request: Request, who: SignedIn, number: str, body: MenuBody
) -> None:
    """Publish a number's flow anew; callers who are in it hear the old one to its end."""
    known = store.number_to_change(session, number)
    before = read_standard(store.newest_document(session, known.flow))
    if before is None:
        raise ConflictError(NOT_STANDARD)
    old = _noted(show_menu(session, number))
    names = _queue_names(session, known.language)
    for field, queue in (("otherwise", body.otherwise), *_fields_of(body)):
        if queue not in names:
            raise InvalidError("“{key}” is not among the choices.", field=field, key=queue)
    made = _menu_text(body.choices, names, known.language)
    flow = StandardFlow(
        otherwise=body.otherwise,
        choices={str(key): queue for key, queue in body.choices.items()},
        greeting=_prompt(session, known, "greeting", before.greeting, body.greeting),
        menu=_prompt(session, known, "menu", before.menu, body.menu, made)
        if body.choices
        else before.menu,
    )
    if flow != before:
        store.publish(session, known.flow, document_of(flow), who.user.id)
        end_stopped(session, known.flow, now())
    new = _noted(show_menu(session, number))
    if old != new:
        note(session, request, who, "number.menu_changed", "numbers", number, old, new)


def _fields_of(body: MenuBody) -> list[tuple[str, str]]:
    return [(f"key_{key}", queue) for key, queue in body.choices.items()]


def _prompt(  # noqa: PLR0913, PLR0917 - a prompt as it was and as it was typed
    session: Session, number: Number, what: str, played: str, typed: str, made: str = ""
) -> str:
    """Give the name of the prompt with this text.

    That is the one that is played already if its text was left as it is, also if the library holds
    audio for it; else the standard one, or one of this flow's own.
    """
    texts = _texts(session, number.language)
    shown, typed = texts.get(played, ""), typed.strip()
    if typed == shown and (shown or _has_audio(session, played, number.language)):
        return played
    text = typed or made or texts[what]
    if text == texts[what]:
        return what
    name = f"{OWN_PROMPTS}{number.flow}-{what}"
    store.save_prompt(session, Prompt(name, number.language, text))
    revive(session, SPEAK, [NewJob(f"{number.language} {name}")], now())
    return name


def _has_audio(session: Session, name: str, language: Language) -> bool:
    found = next((one for one in library(session, STANDARD) if one.name == name), None)
    audio = found.languages.get(language.value) if found is not None else None
    return audio is not None and bool(audio.master)


def _menu_text(choices: Mapping[Any, str], names: Mapping[str, str], language: Language) -> str:
    said = [
        CHOICE_TEXT[language].format(queue=names[queue], key=key) for key, queue in choices.items()
    ]
    return BETWEEN_CHOICES[language].join(said)


def _queue_names(session: Session, language: Language) -> dict[str, str]:
    """Give the names of the active queues in the callers' language."""
    chinese = language is Language.CHINESE
    return {
        one.queue.key: (one.name_zh or one.queue.name) if chinese else one.queue.name
        for one in queue_settings(session)
        if one.enabled
    }


def _texts(session: Session, language: Language) -> dict[str, str]:
    """Give the texts of all prompts in a language by their names."""
    own = {one.name: one.text for one in store.prompts(session) if one.language == language}
    return {**TEXTS[language], **own}


def _noted(menu: MenuShape) -> dict[str, Any]:
    keys = ("greeting", "choices", "menu", "otherwise")
    return {key: getattr(menu, key) for key in keys}
