"""Health check of the mail: mails that were given up."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from crm.health.store import mails_given_up
from crm.people.rights import Right
from web.kit.health import GIVEN_UP_DAYS, HealthFinding, HealthLevel, RelatedPage, Trouble
from web.kit.i18n import N_

GIVEN_UP_MAILS = Trouble(
    HealthLevel.WATCH,
    "mails",
    N_("Failed emails in the last {days} days: {count}."),
    N_("Fix the cause, then resend them."),
    RelatedPage("/mail?state=dead", Right.PARAMETERS_EDIT),
)


def check_mails(session: Session, since: datetime) -> Iterator[HealthFinding]:
    """Find the mails that were given up since a time."""
    yield from of_mails(mails_given_up(session, since))


def of_mails(count: int) -> Iterator[HealthFinding]:
    """Make a finding of the number of mails given up; none for zero."""
    if count:
        yield GIVEN_UP_MAILS.found(count=count, days=GIVEN_UP_DAYS)
