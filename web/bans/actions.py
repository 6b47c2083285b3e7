"""Actions on bans that pages and API share: show and release."""

from collections.abc import Collection

from fastapi import Request
from sqlalchemy.orm import Session

from crm.alarms.store import end_alarm
from crm.people.person import SignedIn
from cti.bans import store
from cti.bans.alarms.store import BANNED
from web.bans.shapes import SipAttemptShape
from web.kit.audit import note
from web.kit.clock import now


def show_attempts(session: Session) -> list[SipAttemptShape]:
    """Show all addresses with attempts, the newest first."""
    return [
        SipAttemptShape(
            address=one.address,
            count=one.count,
            names=list(one.names),
            first_at=one.first_at,
            last_at=one.last_at,
            banned_until=one.banned_until,
        )
        for one in store.attempts(session, now())
    ]


def release_bans(
    session: Session, request: Request, who: SignedIn, addresses: Collection[str]
) -> None:
    """Release banned addresses; the engine serves them again at once."""
    for address in store.release(session, addresses, now()):
        note(session, request, who, "ban.released", "sip_bans", address)
        end_alarm(session, BANNED, address, now())
