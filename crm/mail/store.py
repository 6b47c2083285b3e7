"""The outbox of mail: put in, taken on, noted, and looked through by administrators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.kernel.text import clean, clean_detail
from crm.mail.mail import (
    Mail,
    MailAnswer,
    MailFailure,
    MailId,
    MailKind,
    MailState,
    MailVerdict,
    NewMail,
    Wanted,
    is_address,
    read_wanted,
    server_is_named,
)
from crm.mail.models import MailRow
from crm.parameters.store import parameters
from crm.people.models import UserRow
from crm.people.person import Language
from crm.preferences.models import PreferenceRow
from crm.preferences.store import prefer, preference
from crm.sql.db import in_time_order
from crm.sql.page import Page, one_page, rows

LONGEST_ANSWER = 1000
MOST_AGAIN = 10_000
WANTED_KEY = "mail_notices"  # among a person's preferences


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person with a mail address, and which notices they want by mail."""

    user: int
    address: str
    language: Language
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class MailFilter:
    """What the list of mails is narrowed to; what is empty narrows nothing."""

    state: MailState | None = None
    kind: MailKind | None = None
    ids: tuple[int, ...] | None = None


def is_on(session: Session) -> bool:
    """Say whether mail is on, as the parameters are at this moment."""
    return server_is_named(parameters(session))


def put(session: Session, mails: Sequence[NewMail]) -> list[MailId]:
    """Put mails into the outbox; they go if and only if this transaction is committed."""
    if not mails:
        return []
    lines = [
        {
            "kind": one.kind.value,
            "user_id": one.user,
            "address": clean(one.address, 254),
            "language": one.language.value,
            "values": clean_detail(one.values),
            "sealed": one.sealed,
            "good_until": one.good_until,
        }
        for one in mails
    ]
    added = session.scalars(insert(MailRow).values(lines).returning(MailRow.id))
    return [MailId(id_) for id_ in added]


def recipients(session: Session, people: Iterable[int]) -> list[Recipient]:
    """Give those of some people who may sign in and have an address."""
    query = (
        select(UserRow.id, UserRow.email, UserRow.language, PreferenceRow.value)
        .outerjoin(
            PreferenceRow,
            (PreferenceRow.user_id == UserRow.id) & (PreferenceRow.key == WANTED_KEY),
        )
        .where(UserRow.id.in_(set(people)), UserRow.enabled, UserRow.email != "")
    )
    return [
        Recipient(id_, address, Language(language), read_wanted(choice))
        for id_, address, language, choice in session.execute(query)
        if is_address(address)
    ]


def wanted_by(session: Session, user: int) -> Wanted:
    """Give which notices a person wants by mail."""
    return read_wanted(preference(session, user, WANTED_KEY))


def want(session: Session, user: int, choice: Wanted) -> None:
    """Keep which notices a person wants by mail."""
    prefer(session, user, WANTED_KEY, choice.value)


def claim(session: Session, most: int, now: datetime, lease: timedelta) -> list[Mail]:
    """Claim the oldest mails that are due; no other sender gets them until the lease ends."""
    query = (
        select(MailRow)
        .where(*_due(now))
        .order_by(MailRow.due_at, MailRow.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = list(session.scalars(query))
    for row in found:
        row.due_at = now + lease
        row.attempts += 1
    session.flush()
    return [_mail(row) for row in found]


def release(session: Session, mails: Iterable[Mail], now: datetime, wait: timedelta) -> None:
    """Give back what was taken on and not tried; it is due again after a while."""
    for one in mails:
        session.execute(
            update(MailRow)
            .where(*_still(one))
            .values(due_at=now + wait, attempts=MailRow.attempts - 1)
        )


def note_attempt(
    session: Session, taken: Mail, answer: MailAnswer, verdict: MailVerdict, at: datetime
) -> None:
    """Write down how an attempt came out; who took it on after us has the last word."""
    waits = verdict.state is MailState.WAITING
    session.execute(
        update(MailRow)
        .where(*_still(taken))
        .values(
            state=verdict.state.value,
            due_at=at + timedelta(seconds=verdict.wait_seconds),
            done_at=None if waits else at,
            failure=answer.failure,
            answer=clean(answer.text, LONGEST_ANSWER),
            # What was sent holds no secret any longer; one given up may be sent again.
            **({"sealed": ""} if verdict.state is MailState.SENT else {}),
        )
    )


def mails(
    session: Session,
    wanted: MailFilter,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Mail]:
    """Page through the outbox by the time of writing."""
    query = in_time_order(
        select(MailRow).where(*_wanted(wanted)),
        MailRow.created_at,
        MailRow.id,
        cursor,
        newest_first=newest_first,
    )
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown, after = one_page(found, limit, lambda row: (row.created_at, row.id))
    return Page(tuple(_mail(row) for row in shown), after)


def mail(session: Session, id_: int) -> Mail:
    """Read a mail; MissingError if there is none."""
    row = session.get(MailRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no mail {mail}.", mail=id_)
    return _mail(row)


def send_again(session: Session, wanted: MailFilter, now: datetime) -> int:
    """Let mails go out again that were given up or wait for their next attempt; give how many."""
    chosen = (
        select(MailRow.id)
        .where(*_wanted(wanted), MailRow.state != MailState.SENT.value)
        .order_by(MailRow.created_at, MailRow.id)
        .limit(MOST_AGAIN)
        .with_for_update()
    )
    ids = session.scalars(chosen).all()
    session.execute(
        update(MailRow)
        .where(MailRow.id.in_(ids))
        .values(state=MailState.WAITING.value, attempts=0, due_at=now, done_at=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def forget_old(session: Session, before: datetime) -> int:
    """Remove what was sent, or given up, before a time; gives how many."""
    old = delete(MailRow).where(MailRow.state != MailState.WAITING.value, MailRow.done_at < before)
    return len(session.scalars(old.returning(MailRow.id)).all())


def _due(now: datetime) -> list[ColumnElement[bool]]:
    return [MailRow.state == MailState.WAITING.value, MailRow.due_at <= now]


def _still(taken: Mail) -> list[ColumnElement[bool]]:
    return [
        MailRow.id == taken.id,
        MailRow.attempts == taken.attempts,
        MailRow.state == MailState.WAITING.value,
    ]


def _wanted(wanted: MailFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(MailRow.state == wanted.state.value)
    if wanted.kind is not None:
        found.append(MailRow.kind == wanted.kind.value)
    if wanted.ids is not None:
        found.append(MailRow.id.in_(wanted.ids))
    return found


def _mail(row: MailRow) -> Mail:
    return Mail(
        id=MailId(row.id),
        kind=MailKind(row.kind),
        user=row.user_id,
        address=row.address,
        language=Language(row.language),
        values=row.values,
        sealed=row.sealed,
        state=MailState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        good_until=row.good_until,
        done_at=row.done_at,
        failure=MailFailure(row.failure) if row.failure else None,
        answer=row.answer,
    )
