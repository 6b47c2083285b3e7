"""Health check of the webhooks: messages that were given up."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from crm.health.store import deliveries_given_up
from crm.people.rights import Right
from web.kit.health import GIVEN_UP_DAYS, HealthFinding, HealthLevel, RelatedPage, Trouble
from web.kit.i18n import N_

GIVEN_UP_MESSAGES = Trouble(
    HealthLevel.WATCH,
    "webhooks",
    N_("Failed webhook deliveries in the last {days} days: {count}."),
    N_("Fix the cause, then resend them."),
    RelatedPage("/webhooks/deliveries?state=dead", Right.WEBHOOKS_MANAGE),
)


def check_deliveries(session: Session, since: datetime) -> Iterator[HealthFinding]:
    """Find the messages to webhooks that were given up since a time."""
    yield from of_deliveries(deliveries_given_up(session, since))


def of_deliveries(count: int) -> Iterator[HealthFinding]:
    """Make a finding of the number of messages given up; none for zero."""
    if count:
        yield GIVEN_UP_MESSAGES.found(count=count, days=GIVEN_UP_DAYS)
