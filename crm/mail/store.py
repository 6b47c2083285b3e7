"""Mails: queued, claimed by a sender, settled, and listed for administrators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.jobs import store as jobs
from crm.jobs.job import Job, JobProgress, NewJob
from crm.kernel.errors import MissingError
from crm.kernel.text import clean, clean_detail
from crm.mail.mail import (
    Mail,
    MailDecision,
    MailFailure,
    MailId,
    MailKind,
    MailPreference,
    MailResult,
    MailState,
    NewMail,
    is_address,
    read_mail_preference,
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

JOB = "mail"  # the kind of job; the key is the mail's id
LONGEST_ANSWER = 1000
MOST_AGAIN = 10_000
WANTED_KEY = "mail_notices"  # the key of the user's preference


@dataclass(frozen=True, slots=True)
class Recipient:
    """A user with a mail address, and which notifications they want by mail."""

    user: int
    address: str
    language: Language
    wanted: MailPreference


@dataclass(frozen=True, slots=True)
class MailFilter:
    """The filter of the list of mails; an empty field matches all."""

    state: MailState | None = None
    kind: MailKind | None = None
    ids: tuple[int, ...] | None = None


def is_on(session: Session) -> bool:
    """Say whether a mail server is set at this moment."""
    return server_is_named(parameters(session))


def put(session: Session, mails: Sequence[NewMail]) -> list[MailId]:
    """Queue mails; they are sent if and only if this transaction is committed."""
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
    added = session.scalars(insert(MailRow).values(lines).returning(MailRow.id)).all()
    jobs.put(session, JOB, [NewJob(str(id_)) for id_ in added])
    return [MailId(id_) for id_ in added]


def recipients(session: Session, people: Iterable[int]) -> list[Recipient]:
    """Give those of some users who may sign in and have an address."""
    query = (
        select(UserRow.id, UserRow.email, UserRow.language, PreferenceRow.value)
        .outerjoin(
            PreferenceRow,
            (PreferenceRow.user_id == UserRow.id) & (PreferenceRow.key == WANTED_KEY),
        )
        .where(UserRow.id.in_(set(people)), UserRow.enabled, UserRow.email != "")
    )
    return [
        Recipient(id_, address, Language(language), read_mail_preference(choice))
        for id_, address, language, choice in session.execute(query)
        if is_address(address)
    ]


def mail_preference(session: Session, user: int) -> MailPreference:
    """Give which notifications a user wants by mail."""
    return read_mail_preference(preference(session, user, WANTED_KEY))


def set_mail_preference(session: Session, user: int, choice: MailPreference) -> None:
    """Store which notifications a user wants by mail."""
    prefer(session, user, WANTED_KEY, choice.value)


def claim(
    session: Session, most: int, now: datetime, lease: timedelta, by: str = ""
) -> list[tuple[Job, Mail]]:
    """Claim the mails that are due for longest; no other worker gets them until the lease ends."""
    held = jobs.claim(session, JOB, "", most, now, lease, by)
    query = select(MailRow).where(MailRow.id.in_([int(one.key) for one in held]))
    found = session.scalars(query.execution_options(populate_existing=True))
    rows_by_id = {row.id: row for row in found}
    return [
        (job, _mail(rows_by_id[int(job.key)], JobProgress(job.attempt, now)))
        for job in held
        if int(job.key) in rows_by_id
    ]


def note_attempt(
    session: Session, held: Job, result: MailResult, decision: MailDecision, at: datetime
) -> None:
    """Store the result of an attempt; nothing if another worker has claimed the mail since."""
    # The mail is locked before its job, as `send_again` does it: neither then waits for the other.
    session.get(MailRow, int(held.key), with_for_update=True)
    if not _settle(session, held, result, decision, at):
        return
    waits = decision.state is MailState.WAITING
    session.execute(
        update(MailRow)
        .where(MailRow.id == int(held.key))
        .values(
            state=decision.state.value,
            done_at=None if waits else at,
            failure=result.failure,
            answer=clean(result.text, LONGEST_ANSWER),
            # A sent mail keeps no secret; a mail that was given up may be sent again.
            **({"sealed": ""} if decision.state is MailState.SENT else {}),
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
    known = jobs.progress(session, JOB, [str(row.id) for row in shown])
    return Page(tuple(_mail(row, known.get(str(row.id))) for row in shown), after)


def mail(session: Session, id_: int) -> Mail:
    """Read a mail; MissingError if there is none."""
    row = session.get(MailRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no email {mail}.", mail=id_)
    return _mail(row, jobs.progress(session, JOB, [str(id_)]).get(str(id_)))


def send_again(session: Session, wanted: MailFilter, now: datetime) -> int:
    """Send mails at once that were given up or wait for their next attempt; give how many."""
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
        .values(state=MailState.WAITING.value, done_at=None)
        .execution_options(synchronize_session=False)
    )
    jobs.revive(session, JOB, [NewJob(str(id_)) for id_ in ids], now)
    return len(ids)


def forget_old(session: Session, before: datetime) -> int:
    """Remove the mails that were sent or given up before a time; give how many."""
    old = delete(MailRow).where(MailRow.state != MailState.WAITING.value, MailRow.done_at < before)
    return len(session.scalars(old.returning(MailRow.id)).all())


def _settle(
    session: Session, held: Job, result: MailResult, decision: MailDecision, at: datetime
) -> bool:
    error = result.failure.value if result.failure else ""
    match decision.state:
        case MailState.SENT:
            return jobs.finish(session, held, at)
        case MailState.DEAD:
            return jobs.give_up(session, held, at, error)
        case MailState.WAITING:
            due_at = at + timedelta(seconds=decision.wait_seconds)
            return jobs.retry(session, held, due_at, error)


def _wanted(wanted: MailFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(MailRow.state == wanted.state.value)
    if wanted.kind is not None:
        found.append(MailRow.kind == wanted.kind.value)
    if wanted.ids is not None:
        found.append(MailRow.id.in_(wanted.ids))
    return found


def _mail(row: MailRow, known: JobProgress | None) -> Mail:
    return Mail(
        id=MailId(row.id),
        kind=MailKind(row.kind),
        user=row.user_id,
        address=row.address,
        language=Language(row.language),
        values=row.values,
        sealed=row.sealed,
        state=MailState(row.state),
        attempts=known.attempts if known else 0,
        created_at=row.created_at,
        due_at=known.due_at if known else row.created_at,
        good_until=row.good_until,
        done_at=row.done_at,
        failure=MailFailure(row.failure) if row.failure else None,
        answer=row.answer,
    )
