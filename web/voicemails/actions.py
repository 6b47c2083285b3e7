"""Actions on voicemails that pages and API share: show, hear, assign, handle, remove."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.audit.store import AuditFilter, entries
from crm.kernel.errors import InvalidError, RefusedError
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.voicemail.by_phone.store import mark_heard
from crm.voicemail.message import Care, Message, care_of, check_assigned
from crm.voicemail.messages import store
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import context_of
from web.recordings.answer import begins
from web.voicemails.shapes import CareChange, VoicemailDetail
from web.voicemails.sound import has_sound
from web.voicemails.views import carers, message_reach, show_messages

# A player that requests a further part this long after the beginning counts as another playback.
ONE_PLAYBACK = timedelta(minutes=10)


def find_message(session: Session, who: SignedIn, id_: int) -> Message:
    """Read a message that the user may hear; MissingError otherwise."""
    return store.message(session, id_, message_reach(session, who))


def show_message(session: Session, request: Request, who: SignedIn, id_: int) -> VoicemailDetail:
    """Show a message that the user may hear."""
    return _show(session, request, find_message(session, who, id_))


def show_known(session: Session, request: Request, id_: int) -> VoicemailDetail:
    """Show a message to a user who has just changed it, even if it is out of their reach now."""
    return _show(session, request, store.message(session, id_))


def _show(session: Session, request: Request, found: Message) -> VoicemailDetail:
    (shape,) = show_messages(session, [found])
    there = has_sound(context_of(request).settings, found.file)
    return VoicemailDetail(**dict(shape), has_sound=there)


def note_playback(session: Session, request: Request, who: SignedIn, message: Message) -> None:
    """Note that a user plays a message, unless this is a further part of a noted playback."""
    mark_heard(session, message.id, who.user.id, now(), by_phone=False)
    heard = AuditFilter(
        user=who.user.id,
        action="voicemail.heard",
        what="voicemails",
        which=str(message.id),
        since=now() - ONE_PLAYBACK,
    )
    if begins(request) or not entries(session, heard, limit=1).items:
        note(session, request, who, "voicemail.heard", "voicemails", message.id)


def lock_message(session: Session, who: SignedIn, id_: int) -> Message:
    """Read a message that the user may hear, and lock it against changes."""
    return store.message_to_change(session, id_, message_reach(session, who))


def write_care(
    session: Session, request: Request, who: SignedIn, known: Message, body: CareChange
) -> None:
    """Change the given fields of a locked message; a new person in charge is notified."""
    before = care_of(known)
    given: dict[str, Any] = body.model_dump(exclude_none=True)
    if "assigned_to" in body.model_fields_set:
        given["assigned_to"] = body.assigned_to
    care = replace(before, **given)
    care = replace(care, note=care.note.strip())
    check_assigned(care, before, [one.id for one in carers(session)])
    _save(session, request, who, known, care)


def handle(session: Session, request: Request, who: SignedIn, ids: Collection[int]) -> int:
    """Mark messages as handled; give how many were not yet. Those out of reach are left alone."""
    _check_chosen(ids)
    changed = 0
    for known in store.messages_among(session, ids, message_reach(session, who)):
        changed += _save(session, request, who, known, replace(care_of(known), handled=True))
    return changed


def remove(session: Session, request: Request, who: SignedIn, ids: Collection[int]) -> list[str]:
    """Remove messages that the user may hear; give their files, to be removed after the commit."""
    _check_chosen(ids)
    known = store.messages_among(session, ids, message_reach(session, who))
    for one in known:
        if not may_remove(who, one):
            raise RefusedError("You don't have permission to do this.")
        before = {"box": one.box_name, "caller": one.caller, "at": one.at.isoformat()}
        note(session, request, who, "voicemail.removed", "voicemails", one.id, before, {})
    return store.remove_messages(session, [one.id for one in known])


def may_remove(who: SignedIn, message: Message) -> bool:
    """Whether a user may remove a message they can hear: not one that is only assigned to them."""
    return who.may(Right.VOICEMAIL_HEAR) or message.box_agent == who.user.id


def _save(session: Session, request: Request, who: SignedIn, known: Message, care: Care) -> bool:
    before = care_of(known)
    if care == before:
        return False
    store.save_care(session, known, care, who.user.id, now())
    old, new = asdict(before), asdict(care)
    note(session, request, who, "voicemail.changed", "voicemails", known.id, old, new)
    to = care.assigned_to
    if to not in {None, before.assigned_to, who.user.id} and not care.handled:
        notify(session, [to], _assigned(who, known))
    return True


def _assigned(who: SignedIn, message: Message) -> NewNotice:
    values = {"name": who.user.name, "box": message.box_name}
    said = N_("{name} assigned a voicemail from the box “{box}” to you")
    return NewNotice(said, values, f"/voicemails/{message.id}")


def _check_chosen(ids: Collection[int]) -> None:
    if not ids:
        raise InvalidError(N_("Select the voicemails first."))
