"""Entries of the audit log, written in the transaction of the change."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from crm.audit.entry import AuditEntry, differences
from crm.audit.store import note as write
from crm.people.person import SignedIn
from web.kit.clock import now
from web.kit.request import address_of


def note(  # noqa: PLR0913, PLR0917 - an entry has these parts
    session: Session,
    request: HTTPConnection,
    who: SignedIn,
    action: str,
    what: str,
    which: str | int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write an entry of the audit log: user, action (`customer.changed`), and the thing changed.

    Only the differences of `before` and `after` are stored. Never pass a password or a secret.
    """
    changed_from, changed_to = differences(before or {}, after or {})
    write(
        session,
        AuditEntry(
            at=now(),
            user=who.user.id,
            action=action,
            what=what,
            which=str(which),
            address=address_of(request),
            via=who.kind.value,
            before=changed_from,
            after=changed_to,
        ),
    )
