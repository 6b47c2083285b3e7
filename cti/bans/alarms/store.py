"""The alarm of a banned address."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from crm.alarms.alarm import AlarmKind, NewAlarm
from crm.alarms.store import end_alarm, open_keys, raise_alarm
from crm.kernel.text import N_
from crm.people.rights import Right
from cti.bans.rule import Ban

BANNED = AlarmKind("ban", N_("Address banned"), right=Right.LINES_MANAGE)
SENTENCE = N_("The address {address} is banned: it tried to use phones without a valid password.")


def raise_bans(session: Session, bans: Mapping[str, Ban]) -> None:
    """Tell of new bans."""
    for address, ban in sorted(bans.items()):
        new = NewAlarm(BANNED, address, SENTENCE, {"address": address}, "/bans")
        raise_alarm(session, new, datetime.fromtimestamp(ban.since, UTC))


def end_bans(session: Session, banned: set[str], at: datetime) -> None:
    """End the alarms of addresses that are not banned any more."""
    for address in open_keys(session, BANNED) - banned:
        end_alarm(session, BANNED, address, at)
