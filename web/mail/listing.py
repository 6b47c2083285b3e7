"""The list of mails in the outbox."""

from sqlalchemy.orm import Session

from crm.mail import store
from crm.mail.mail import MailKind, MailState
from crm.mail.store import MailFilter
from crm.people.rights import Right
from crm.sql.page import Page
from web.kit.i18n import N_
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Action, Cell
from web.kit.listing.usual import number_column, time_column
from web.mail.shapes import MailShape, show_mail
from web.mail.words import KINDS, STATES, TONES


def _fetch(session: Session, query: ListQuery) -> Page[MailShape]:
    state, kind = query.text("state"), query.text("kind")
    wanted = MailFilter(MailState(state) if state else None, MailKind(kind) if kind else None)
    page = store.mails(
        session, wanted, newest_first=query.descending, limit=query.limit, cursor=query.cursor
    )
    return Page(tuple(show_mail(one, query.reader) for one in page.items), page.next)


MAILS: Listing[MailShape] = Listing(
    name="mail",
    url="/mail",
    title=N_("Email log"),
    note=N_("Emails to users and their delivery status."),
    right=Right.PARAMETERS_EDIT,
    fetch=_fetch,
    sort="-at",
    columns=(
        time_column("at", N_("When"), lambda one: one.created_at, "at", required=True),
        Column(
            "subject",
            N_("Subject"),
            lambda one, reader: Cell(one.subject, note=reader.gettext(KINDS[one.kind])),
        ),
        Column(
            "address",
            N_("To"),
            lambda one, _: Cell(one.address, url=f"/users/{one.user}" if one.user else ""),
        ),
        Column(
            "state",
            N_("State"),
            lambda one, reader: Cell(reader.gettext(STATES[one.state]), badge=TONES[one.state]),
        ),
        number_column("attempts", N_("Attempts"), lambda one: one.attempts),
        Column(
            "answer",
            N_("Last response"),
            lambda one, _: Cell(
                one.failure_name or one.answer, note=one.answer if one.failure else ""
            ),
        ),
        time_column("next", N_("Next attempt"), lambda one: one.due_at),
    ),
    filters=(
        Filter("state", N_("State"), FilterKind.CHOICE, STATES),
        Filter("kind", N_("Type"), FilterKind.CHOICE, KINDS),
    ),
    row_id=lambda one: one.id,
    actions=(
        Action(
            "again",
            N_("Resend"),
            "/mail/send-again",
            icon="rotate-clockwise",
            confirm=N_("Resend the selected emails? Emails already sent are skipped."),
        ),
    ),
    empty=N_("No email in the last 30 days."),
    empty_icon="mail",
)
