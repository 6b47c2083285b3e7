"""Voicemail boxes: listed, added, changed and removed, and the greetings that are spoken."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.kernel.errors import (
    ConflictError,
    HotlineError,
    InvalidError,
    MissingError,
    TakenError,
)
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.people.models import GroupRow
from crm.people.person import Language
from crm.sql.db import notify
from crm.voicemail.box import LONGEST_GREETING, BoxDraft, BoxId, BoxSettings, check_draft
from crm.voicemail.by_phone.store import forget_failures
from crm.voicemail.message import MessageState
from crm.voicemail.models import VoicemailBoxRow, VoicemailRow
from crm.voicemail.store import ADDRESSES_BETWEEN, addresses_in, greeting_of

_OF_AGENT = "uq_voicemail_boxes_agent_id"  # the constraint of one personal box each
_NO_AGENT = "fk_voicemail_boxes_agent_id"


def boxes(session: Session) -> list[BoxSettings]:
    """Give all boxes by name, the inactive ones too."""
    rows = session.scalars(select(VoicemailBoxRow).execution_options(populate_existing=True))
    counts = _counts(session)
    return [_box(row, counts) for row in sorted(rows, key=lambda row: (sort_key(row.name), row.id))]


def box(session: Session, id_: int) -> BoxSettings:
    """Read a box; MissingError if there is none of this id."""
    row = session.get(VoicemailBoxRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no voicemail box {box}.", box=id_)
    return _box(row, _counts(session, id_))


def box_to_change(session: Session, id_: int) -> BoxSettings:
    """Read a box and lock it until this transaction ends."""
    session.execute(select(VoicemailBoxRow.id).where(VoicemailBoxRow.id == id_).with_for_update())
    return box(session, id_)


def add_box(session: Session, draft: BoxDraft) -> BoxId:
    """Add a box; TakenError if its name is taken, or its agent has a box already."""
    columns = _columns(session, draft)
    added = insert(VoicemailBoxRow).values(columns).returning(VoicemailBoxRow.id)
    try:
        with session.begin_nested():
            id_ = session.scalars(added).one()
    except IntegrityError as error:
        raise _taken(error, draft) from None
    notify(session, f"voicemail_boxes:{id_}")
    return BoxId(id_)


def change_box(session: Session, id_: int, draft: BoxDraft) -> None:
    """Change a box; the engine uses it for the next caller."""
    columns = _columns(session, draft)
    row = VoicemailBoxRow
    if session.scalar(select(row.pin_hash).where(row.id == id_)) != draft.pin_hash:
        forget_failures(session, id_)
    changed = update(VoicemailBoxRow).where(VoicemailBoxRow.id == id_).values(columns)
    try:
        with session.begin_nested():
            session.execute(changed)
    except IntegrityError as error:
        raise _taken(error, draft) from None
    notify(session, f"voicemail_boxes:{id_}")


def remove_box(session: Session, id_: int) -> None:
    """Remove a box; ConflictError while there are messages in it."""
    removed = delete(VoicemailBoxRow).where(VoicemailBoxRow.id == id_)
    try:
        with session.begin_nested():
            session.execute(removed)
    except IntegrityError:
        raise ConflictError(
            "There are messages in this box. Delete them first, or deactivate the box."
        ) from None
    notify(session, f"voicemail_boxes:{id_}")


def greetings(session: Session) -> dict[Language, dict[str, str]]:
    """Give the typed greetings by language and name of the prompt."""
    query = select(VoicemailBoxRow.id, VoicemailBoxRow.language, VoicemailBoxRow.greeting)
    found: dict[Language, dict[str, str]] = {language: {} for language in Language}
    for id_, language, greeting in session.execute(query.where(VoicemailBoxRow.greeting != "")):
        found[Language(language)][greeting_of(id_)] = greeting
    return found


def _columns(session: Session, draft: BoxDraft) -> dict[str, object]:
    check_draft(draft)
    if draft.group is not None and session.get(GroupRow, draft.group) is None:
        raise InvalidError("“{key}” is not one of the options.", "group", key=draft.group)
    return {
        "name": needed_name(draft.name, 100),
        "agent_id": draft.agent,
        "group_id": draft.group,
        "language": draft.language.value,
        "greeting": clean(draft.greeting.strip(), LONGEST_GREETING),
        "most_seconds": draft.most_seconds,
        "keep_days": draft.keep_days,
        "mail_to": clean(ADDRESSES_BETWEEN.join(draft.mail_to)),
        "pin_hash": draft.pin_hash,
        "enabled": draft.enabled,
    }


def _taken(error: IntegrityError, draft: BoxDraft) -> HotlineError:
    if _NO_AGENT in str(error.orig):
        return InvalidError("“{key}” is not one of the options.", "agent", key=draft.agent)
    if _OF_AGENT in str(error.orig):
        return TakenError("This agent has a voicemail box already.", "agent")
    return TakenError("The name “{name}” is taken.", "name", name=draft.name.strip())


def _counts(session: Session, id_: int | None = None) -> Mapping[int, tuple[int, int]]:
    """Count the messages of each box that has any: all, and those not handled yet."""
    waiting = func.count().filter(VoicemailRow.state != MessageState.HANDLED.value)
    query = select(VoicemailRow.box_id, func.count(), waiting).group_by(VoicemailRow.box_id)
    if id_ is not None:
        query = query.where(VoicemailRow.box_id == id_)
    return {box: (count, left) for box, count, left in session.execute(query)}


def _box(row: VoicemailBoxRow, counts: Mapping[int, tuple[int, int]]) -> BoxSettings:
    draft = BoxDraft(
        row.name,
        row.agent_id,
        row.group_id,
        Language(row.language),
        row.greeting,
        row.most_seconds,
        row.keep_days,
        addresses_in(row.mail_to),
        row.pin_hash,
        row.enabled,
    )
    known = BoxSettings(BoxId(row.id), draft)
    messages, waiting = counts.get(row.id, (0, 0))
    return replace(known, messages=messages, waiting=waiting)
