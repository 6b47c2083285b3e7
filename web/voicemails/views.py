"""Voicemails as they are shown, and how far a user may hear them."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from crm.customers.store import customer_names
from crm.people.groups.store import groups_within
from crm.people.person import SignedIn, User
from crm.people.rights import Right
from crm.people.store import names, users
from crm.voicemail.box import BoxSettings
from crm.voicemail.boxes.store import boxes
from crm.voicemail.message import Message, MessageReach
from web.kit.auth import reach_of
from web.kit.etag import etag_of
from web.kit.shapes import Named
from web.voicemails.shapes import VoicemailShape

HEARERS = (Right.VOICEMAIL_HEAR, Right.DESK)
"""One of them opens the pages: an agent without the first hears their own box only."""


def message_reach(session: Session, who: SignedIn) -> MessageReach:
    """Give the messages that a user may hear.

    What is assigned to them, and the messages in their own box, always; with the permission also
    the boxes of their groups, and as far as it reaches those of other users.
    """
    if not who.may(Right.VOICEMAIL_HEAR):
        return MessageReach(frozenset({who.user.id}))
    people = reach_of(session, who, Right.VOICEMAIL_HEAR).people
    return MessageReach(people, groups_within(session, who, Right.VOICEMAIL_HEAR))


def boxes_within(session: Session, who: SignedIn) -> list[BoxSettings]:
    """Give the boxes with messages that a user may hear, by name."""
    reach = message_reach(session, who)
    return [
        one
        for one in boxes(session)
        if reach.people is None
        or one.draft.agent in reach.people
        or one.draft.group in reach.groups
    ]


def carers(session: Session) -> list[User]:
    """Give the active users who can open a message that is assigned to them, by name."""
    return [
        one
        for one in users(session)
        if one.enabled and one.role.enabled and any(right in one.role.rights for right in HEARERS)
    ]


def show_messages(session: Session, found: Iterable[Message]) -> list[VoicemailShape]:
    """Show messages with the names of customers and users."""
    found = list(found)
    people = names(session, _people(found))
    customers = customer_names(session, sorted({one.customer for one in found if one.customer}))
    return [_show(one, people, customers) for one in found]


def version_of(shape: VoicemailShape) -> str:
    """Name the version of a message; that it was heard meanwhile makes no other version."""
    heard = {"heard_at", "heard_by", "heard_by_phone"}
    return etag_of(shape.model_dump(mode="json", exclude=heard))


def _people(found: list[Message]) -> set[int]:
    ids = [who for one in found for who in (one.assigned_to, one.handled_by, one.heard_by)]
    return {one for one in ids if one is not None}


def _show(one: Message, people: dict[int, str], customers: dict[int, str]) -> VoicemailShape:
    return VoicemailShape(
        id=one.id,
        box=Named(id=one.box, name=one.box_name),
        state=one.state,
        call=one.call,
        caller=one.caller,
        called=one.called,
        # A customer who was merged or removed has no name any more.
        customer=_named(one.customer, customers) if one.customer in customers else None,
        at=one.at,
        seconds=one.seconds,
        assigned_to=_named(one.assigned_to, people),
        handled_by=_named(one.handled_by, people),
        handled_at=one.handled_at,
        note=one.note,
        heard_at=one.heard_at,
        heard_by=_named(one.heard_by, people),
        heard_by_phone=one.heard_by_phone,
    )


def _named(id_: int | None, known: dict[int, str]) -> Named | None:
    return None if id_ is None else Named(id=id_, name=known.get(id_, str(id_)))
