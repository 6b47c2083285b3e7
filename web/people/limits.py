"""Until when an agent's own limit of calls out holds, as users type it."""

from datetime import UTC, datetime

from acd.agent import Outbound
from crm.kernel.errors import InvalidError
from web.kit.i18n import N_, Reader

FIRST_YEAR, LAST_YEAR = 1970, 2199


def limit_end(
    limit: Outbound, until: datetime | None, reader: Reader, field: str = "outbound_until"
) -> datetime | None:
    """Read until when a limit of calls out holds; a time without a zone is the reader's own."""
    if until is None or limit is Outbound.BY_RULE:
        return None
    whole = until if until.tzinfo else until.replace(tzinfo=reader.zone)
    if not FIRST_YEAR <= whole.year <= LAST_YEAR:
        raise InvalidError(N_("Enter a valid time."), field)
    return whole.astimezone(UTC)


def typed_end(until: datetime | None, reader: Reader) -> str:
    """Write the end of a limit as a form's field has it, in the reader's zone."""
    return reader.local(until).strftime("%Y-%m-%dT%H:%M") if until else ""
