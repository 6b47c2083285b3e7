"""Which phones are registered now, from where, and since when, for the page of phones."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog

from crm.kernel.errors import ConflictError
from crm.kernel.text import N_
from cti.asterisk.ami import AMIClient, AMIError
from cti.asterisk.contacts import FAMILY, read_contacts
from cti.asterisk.translate import read_contact

AWAY = N_("The phone server is not responding. Try again in a moment.")

log = structlog.get_logger(__name__)


class ContactWatch:
    """Asterisk is asked for each view of the page; only the times are remembered here."""

    def __init__(self, ami: AMIClient, clock: Callable[[], float]) -> None:
        """`clock` gives the time in seconds of Unix."""
        self._ami = ami
        self._clock = clock
        self._since: dict[str, tuple[str, float]] = {}  # by endpoint: the contact, its first time

    def on_ami_event(self, event: Mapping[str, str]) -> None:
        """Note when a phone registers from a new address; a renewal changes nothing."""
        found = read_contact(dict(event))
        if found is None:
            return
        endpoint, uri, registered = found
        if registered:
            self._first(endpoint, uri)
        elif self._since.get(endpoint, ("", 0.0))[0] == uri:
            del self._since[endpoint]

    async def registered(self) -> list[dict[str, str]]:
        """List the registered phones; ConflictError if Asterisk does not answer."""
        try:
            answer = await self._ami.send("DBGetTree", Family=FAMILY)
        except AMIError as error:
            log.info("phones could not be listed", why=str(error))
            raise ConflictError(AWAY) from None
        return [
            {
                "endpoint": one.endpoint,
                "address": one.address,
                "user_agent": one.user_agent,
                "since": datetime.fromtimestamp(
                    self._first(one.endpoint, one.uri), UTC
                ).isoformat(),
            }
            for one in read_contacts(answer, self._clock())
        ]

    def _first(self, endpoint: str, uri: str) -> float:
        """Give since when a phone is known at an address; later than true after a restart."""
        known, since = self._since.get(endpoint, ("", 0.0))
        if known != uri:
            since = self._clock()
            self._since[endpoint] = (uri, since)
        return since


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
