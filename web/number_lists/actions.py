"""Actions on number lists that pages and API share: show, add, change, remove."""

from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.service_levels.store import levels_of_list
from crm.kernel.errors import ConflictError, InvalidError
from crm.number_lists import store
from crm.number_lists.lists import Effect, EffectKind, NumberListId, check_effect
from crm.number_lists.store import ListDraft, NumberList
from crm.people.person import SignedIn
from ivr.fields import FieldKind
from web.destinations.usage import check_no_flow
from web.kit.audit import note
from web.kit.i18n import N_
from web.kit.settings_cache import vocabulary
from web.number_lists.shapes import EffectBody, ListBody, ListChange, ListShape

EFFECT_FIELDS = frozenset({"effect", "priority", "queue"})


def show_lists(session: Session) -> list[ListShape]:
    """Show all lists by name."""
    return [_show(one) for one in store.number_lists(session)]


def show_list(session: Session, list_: int) -> ListShape:
    """Show one list."""
    return _show(store.number_list(session, list_))


def settings_of(shape: ListShape) -> dict[str, object]:
    """Give what can be set of a list, by which its versions are told apart."""
    return {key: value for key, value in dict(shape).items() if key not in {"active", "waiting"}}


def make_list(session: Session, request: Request, who: SignedIn, body: ListBody) -> NumberListId:
    """Add a list."""
    draft = ListDraft(body.name, body.kind, effect_of(session, body), body.note)
    made = store.add_list(session, draft)
    after = _noted(store.number_list(session, made).draft)
    note(session, request, who, "number_list.added", "number_lists", made, {}, after)
    return made


def write_list(
    session: Session, request: Request, who: SignedIn, list_: int, body: ListChange
) -> None:
    """Change the given fields of a list; the effect counts for the next call."""
    known = store.number_list_to_change(session, list_).draft
    draft = replace(
        known,
        name=known.name if body.name is None else body.name,
        note=known.note if body.note is None else body.note,
    )
    if given := body.model_fields_set & EFFECT_FIELDS:
        chosen = EffectBody(**{**effect_fields(known.effect), **body.model_dump(include=given)})
        draft = replace(draft, effect=effect_of(session, chosen))
    store.change_list(session, list_, draft)
    before, after = _noted(known), _noted(store.number_list(session, list_).draft)
    if before != after:
        note(session, request, who, "number_list.changed", "number_lists", list_, before, after)


def remove_list(session: Session, request: Request, who: SignedIn, list_: int) -> None:
    """Remove a list with its entries."""
    known = store.number_list_to_change(session, list_)
    if levels := levels_of_list(session, list_):
        raise ConflictError(N_("Customer levels use this list: {names}."), names=", ".join(levels))
    check_no_flow(session, FieldKind.LIST, list_)
    store.remove_list(session, list_)
    before = {**_noted(known.draft), "entries": known.active + known.waiting}
    note(session, request, who, "number_list.removed", "number_lists", list_, before, {})


def effect_of(session: Session, body: EffectBody) -> Effect | None:
    """Read the effect of a body; InvalidError names what is missing or not one of the options."""
    match body.effect:
        case None:
            return None
        case EffectKind.PRIORITY:
            effect = Effect(body.effect, str(body.priority or ""))
        case EffectKind.QUEUE:
            effect = Effect(body.effect, body.queue)
            if body.queue and body.queue not in vocabulary(session).queues:
                raise InvalidError(
                    N_("“{key}” is not one of the options."), "queue", key=body.queue[:50]
                )
        case kind:
            effect = Effect(kind)
    check_effect(effect)
    return effect


def effect_fields(effect: Effect | None) -> dict[str, Any]:
    """Give an effect as the members of a body or shape."""
    return {
        "effect": effect.kind if effect else None,
        "priority": (effect.priority or None) if effect else None,
        "queue": effect.key if effect and effect.kind is EffectKind.QUEUE else "",
    }


def _show(one: NumberList) -> ListShape:
    draft = one.draft
    return ListShape(
        id=one.id,
        name=draft.name,
        kind=draft.kind,
        note=draft.note,
        **effect_fields(draft.effect),
        active=one.active,
        waiting=one.waiting,
    )


def _noted(draft: ListDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "kind": draft.kind.value,
        "effect": str(draft.effect or ""),
        "note": draft.note,
    }
