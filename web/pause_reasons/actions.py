"""What pages and API do with the rules of not-ready reasons."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from acd.store import SYSTEM_REASONS, PauseReason, pause_reasons, save_pause_reason
from crm.dictionary.item import one_of_two
from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.i18n import Reader
from web.kit.request import context_of
from web.pause_reasons.shapes import ReasonRulesChange, ReasonShape


def show_reasons(session: Session, reader: Reader) -> list[ReasonShape]:
    """Show all reasons in their order."""
    return [_show(one, reader) for one in pause_reasons(session, disabled_too=True)]


def show_reason(session: Session, reader: Reader, key: str) -> ReasonShape:
    """Show one reason; MissingError if there is none of this key."""
    return _show(_known(session, key), reader)


def write_rules(
    session: Session, request: HTTPConnection, who: SignedIn, key: str, body: ReasonRulesChange
) -> None:
    """Change the given rules of a reason."""
    known = _known(session, key)
    given: dict[str, Any] = {
        name: value for name, value in body.model_dump().items() if value is not None
    }
    changed = replace(known, **given)
    if changed == known:
        return
    save_pause_reason(session, changed)
    context_of(request).settings_cache.forget_after(session)
    before, after = _noted(known), _noted(changed)
    note(session, request, who, "pause_reason.changed", "pause_reasons", key, before, after)


def _known(session: Session, key: str) -> PauseReason:
    for one in pause_reasons(session, disabled_too=True):
        if one.key == key:
            return one
    raise MissingError("There is no not-ready reason “{key}”.", key=key[:50])


def _noted(one: PauseReason) -> dict[str, object]:
    return {
        "paid": one.paid,
        "most_minutes": one.most_minutes,
        "most_at_once": one.most_at_once,
        "counted_in": one.counted_in.value,
    }


def _show(one: PauseReason, reader: Reader) -> ReasonShape:
    return ReasonShape(
        key=one.key,
        name=one_of_two(one.name_en, one.name_zh, reader.language),
        enabled=one.enabled,
        system=one.key in SYSTEM_REASONS,
        paid=one.paid,
        most_minutes=one.most_minutes,
        most_at_once=one.most_at_once,
        counted_in=one.counted_in,
    )
