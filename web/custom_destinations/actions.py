"""Actions on custom destinations that pages and API share: show, add, change, remove."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.custom_destinations import store
from crm.custom_destinations.custom import (
    SEALED_FOR,
    CustomDraft,
    CustomId,
    CustomSettings,
    LastAnswer,
)
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import InvalidError, RefusedError
from crm.outgoing.signing import Seal, new_secret
from crm.outgoing.target import read_target
from crm.people.person import SignedIn
from web.custom_destinations.shapes import (
    CustomBody,
    CustomChange,
    CustomSecret,
    CustomShape,
    LastAnswerShape,
)
from web.custom_destinations.words import reason_name
from web.destinations.actions import name_of, read
from web.destinations.targets import DestinationTargets, targets_of
from web.destinations.usage import check_unused
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.settings import Settings

THING = "custom_destinations"
BOTH_FOR = timedelta(hours=24)  # after a rotation both secrets sign
ITSELF = N_("A custom destination cannot fall back to itself.")


def seal_of(settings: Settings) -> Seal:
    """Give the seal with which this installation keeps the secrets of custom destinations."""
    return Seal(settings.secrets.session_secret, SEALED_FOR)


def show_all(session: Session, reader: Reader) -> list[CustomShape]:
    """Show all custom destinations by name, the inactive ones too."""
    targets = targets_of(session)
    return [_show(one, targets, reader) for one in store.custom_destinations(session)]


def show_one(session: Session, reader: Reader, id_: int) -> CustomShape:
    """Show one custom destination."""
    return _show(store.custom(session, id_), targets_of(session), reader)


def settings_of(shape: CustomShape) -> dict[str, object]:
    """Give what can be set of one, by which its versions are told apart."""
    left_out = {"last", "fallback_name", "old_secret_until"}
    return shape.model_dump(exclude=left_out)


def make(session: Session, request: Request, who: SignedIn, body: CustomBody) -> CustomSecret:
    """Add one; give it with its secret."""
    draft = _draft(body)
    _check(who, draft, None)
    draft = replace(draft, fallback=_fallback(session, request, body.fallback, None))
    secret = new_secret()
    made = store.add_custom(session, draft, seal_of(context_of(request).settings).close(secret))
    note(session, request, who, "custom_destination.added", THING, made, {}, _noted(draft))
    return _with_secret(session, request, made, secret)


def write(
    session: Session, request: Request, who: SignedIn, id_: int, change: CustomChange
) -> None:
    """Change the given fields of one; they count for the next caller."""
    known = store.custom_to_change(session, id_)
    draft = replace(known.draft, **_given(change))
    _check(who, draft, known.draft)
    if change.fallback is not None and change.fallback.strip() != known.draft.fallback:
        draft = replace(draft, fallback=_fallback(session, request, change.fallback, known.id))
    if known.draft.enabled and not draft.enabled:
        check_unused(session, destination_of(id_))
    store.change_custom(session, id_, draft)
    before, after = _noted(known.draft), _noted(store.custom(session, id_).draft)
    if before != after:
        note(session, request, who, "custom_destination.changed", THING, id_, before, after)


def remove(session: Session, request: Request, who: SignedIn, id_: int) -> None:
    """Remove one that nothing leads to."""
    known = store.custom_to_change(session, id_)
    check_unused(session, destination_of(id_))
    store.remove_custom(session, id_)
    before = _noted(known.draft)
    note(session, request, who, "custom_destination.removed", THING, id_, before, {})


def rotate(session: Session, request: Request, who: SignedIn, id_: int) -> CustomSecret:
    """Make a new secret; for a day the old one signs too."""
    secret = new_secret()
    sealed = seal_of(context_of(request).settings).close(secret)
    store.custom_to_change(session, id_)
    store.rotate_secret(session, id_, sealed, now() + BOTH_FOR)
    note(session, request, who, "custom_destination.secret_changed", THING, id_)
    return _with_secret(session, request, CustomId(id_), secret)


def destination_of(id_: int) -> Destination:
    """Give the destination that leads to one."""
    return Destination(DestinationKind.CUSTOM, str(id_))


def _with_secret(session: Session, request: Request, id_: CustomId, secret: str) -> CustomSecret:
    shape = show_one(session, reader_of(request), id_)
    return CustomSecret(**dict(shape), secret=secret)


def _draft(body: CustomBody) -> CustomDraft:
    return CustomDraft(body.name, body.url, body.seconds, body.inside, "", body.active)


def _given(change: CustomChange) -> dict[str, Any]:
    plain = ("name", "url", "seconds", "inside")
    given = {name: value for name in plain if (value := getattr(change, name)) is not None}
    if change.active is not None:
        given["enabled"] = change.active
    return given


def _check(who: SignedIn, draft: CustomDraft, before: CustomDraft | None) -> None:
    """Refuse an address that can never be used; only administrators may allow internal ones."""
    read_target(draft.url, inside=draft.inside)
    known = before is not None and before.inside and before.url == draft.url
    if draft.inside and not known and not who.is_administrator:
        raise RefusedError("Only an administrator can allow private addresses.")


def _fallback(session: Session, request: Request, text: str, own: CustomId | None) -> str:
    if not text.strip():
        return ""
    region = context_of(request).settings.region
    typed = text.partition(":")[0] == DestinationKind.NUMBER
    field_name = "fallback_number" if typed else "fallback"
    found = read(text, targets_of(session), region, field_name)
    if own is not None and found == destination_of(own):
        raise InvalidError(ITSELF, "fallback")
    return str(found)


def _show(one: CustomSettings, targets: DestinationTargets, reader: Reader) -> CustomShape:
    draft = one.draft
    return CustomShape(
        id=one.id,
        name=draft.name,
        url=draft.url,
        seconds=draft.seconds,
        inside=draft.inside,
        fallback=draft.fallback,
        fallback_name=name_of(draft.fallback, targets, reader),
        active=draft.enabled,
        old_secret_until=one.old_secret_until,
        last=_show_last(one.last, targets, reader) if one.last is not None else None,
    )


def _show_last(last: LastAnswer, targets: DestinationTargets, reader: Reader) -> LastAnswerShape:
    return LastAnswerShape(
        at=last.at,
        seconds=round(last.seconds, 3),
        destination=last.to,
        destination_name=name_of(last.to, targets, reader),
        why=last.why,
        why_name=reason_name(last.why, reader),
        status=last.status or None,
    )


def _noted(draft: CustomDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "url": draft.url,
        "seconds": draft.seconds,
        "inside": draft.inside,
        "fallback": draft.fallback,
        "active": draft.enabled,
    }
