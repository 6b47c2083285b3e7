"""Voicemail boxes as the engine uses them, and the messages from the facts of calls."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, Kind
from crm.calls.store import timelines_of
from crm.kernel.text import N_, clean
from crm.mail.mail import MailKind, NewMail, is_address
from crm.mail.store import is_on
from crm.mail.store import put as put_mails
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.parameters.store import parameters
from crm.people.person import Language
from crm.sql.db import notify as sql_notify
from crm.voicemail.box import STANDARD_GREETING, BoxCodes, BoxId, VoicemailBox
from crm.voicemail.message import Message, MessageId, MessageState
from crm.voicemail.models import VoicemailBoxRow, VoicemailRow
from crm.webhooks.file_events import voicemail_left
from crm.webhooks.store import announce

ADDRESSES_BETWEEN = "\n"


def box_codes(session: Session) -> BoxCodes:
    """Give what phones dial to hear messages."""
    known = parameters(session)
    return BoxCodes(known.text("voicemail_code"), known.text("voicemail_other_code"))


def live_boxes(session: Session) -> dict[BoxId, VoicemailBox]:
    """Give all boxes in use by id, as the engine uses them."""
    query = select(VoicemailBoxRow).where(VoicemailBoxRow.enabled).order_by(VoicemailBoxRow.id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {
        BoxId(row.id): VoicemailBox(
            BoxId(row.id),
            row.name,
            greeting_of(row.id) if row.greeting else STANDARD_GREETING,
            row.most_seconds,
            row.agent_id,
            Language(row.language),
            bool(row.pin_hash),
        )
        for row in rows
    }


def greeting_of(box: int) -> str:
    """Give the name of the prompt of a box's own greeting."""
    return f"voicemail-{box}"


def addresses_in(mail_to: str) -> tuple[str, ...]:
    """Give the addresses that a box's messages are mailed to."""
    return tuple(one for one in mail_to.split(ADDRESSES_BETWEEN) if is_address(one))


def keep_messages(session: Session, events: Sequence[CallEvent]) -> None:
    """Store the messages from a batch of facts; a message is stored once.

    A new message is announced, mailed to the addresses of its box, and told to the agent whose
    personal box it is in. The calls' timelines must be stored before. A box that was removed
    meanwhile keeps nothing.
    """
    told = [event for event in events if event.kind is Kind.MESSAGE]
    if not told:
        return
    timelines = timelines_of(session, {clean(event.call) for event in told})
    boxes = {row.id: row for row in session.scalars(select(VoicemailBoxRow))}
    for event in told:
        box = boxes.get(int(event.detail["box"]))
        if box is None:
            continue
        columns = _columns(event, timelines.get(clean(event.call), ()))
        added = insert(VoicemailRow).values(columns).on_conflict_do_nothing()
        new = session.scalars(added.returning(VoicemailRow.id)).one_or_none()
        if new is not None:
            _tell(session, box, MessageId(new), columns)


def _columns(event: CallEvent, timeline: Sequence[CallEvent]) -> dict[str, Any]:
    arrived = next((one.detail for one in timeline if one.kind is Kind.ARRIVED), {})
    customers = [one.detail["customer"] for one in timeline if one.kind is Kind.CUSTOMER]
    return {
        "box_id": int(event.detail["box"]),
        "call": clean(event.call),
        "file": clean(str(event.detail["file"]), 200),
        "caller": clean(str(arrived.get("caller", "")), 32),
        "called": clean(str(arrived.get("called", "")), 32),
        "customer_id": int(customers[-1]) if customers else None,
        "at": event.at,
        "seconds": float(event.detail["seconds"]),
    }


def _tell(
    session: Session, box: VoicemailBoxRow, new: MessageId, columns: Mapping[str, Any]
) -> None:
    message = Message(
        id=new,
        box=BoxId(box.id),
        box_name=box.name,
        box_agent=box.agent_id,
        call=columns["call"],
        file=columns["file"],
        caller=columns["caller"],
        called=columns["called"],
        customer=columns["customer_id"],
        at=columns["at"],
        seconds=columns["seconds"],
        state=MessageState.NEW,
        assigned_to=None,
        handled_by=None,
        handled_at=None,
        note="",
    )
    announce(session, [voicemail_left(message)])
    sql_notify(session, f"voicemails:{box.id}")  # for the lamps
    if box.agent_id is not None:
        notify(session, [box.agent_id], _notice(message))
    if box.mail_to and is_on(session):
        language = Language(box.language)
        put_mails(session, [_mail(message, to, language) for to in addresses_in(box.mail_to)])


def _notice(message: Message) -> NewNotice:
    said = N_("New voicemail from {caller}") if message.caller else N_("New voicemail")
    url = f"/voicemails/{message.id}"
    return NewNotice(said, {"caller": message.caller}, url, once=f"voicemail {message.id}")


def _mail(message: Message, to: str, language: Language) -> NewMail:
    values: dict[str, str | float] = {
        "box": message.box_name,
        "caller": message.caller,
        "at": message.at.isoformat(),
        "seconds": message.seconds,
        "file": message.file,
        "url": f"/voicemails/{message.id}",
    }
    return NewMail(MailKind.VOICEMAIL, to, language, values)
