"""Bans in Asterisk: its security events report attempts, its access list denies addresses.

Source: Asterisk's `res_security_log` events and `res_pjsip_acl`, version 20 to 22. The list is a
sorcery object in memory. Its PUT answers 500 and yet works; a changed list is an object of another
id, after which the old one is deleted. What the list denies is answered 403 before anything
else is looked at.
"""

from collections.abc import Collection, Mapping

import structlog

from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.orders import Request
from cti.bans.rule import SipAttempt

_OBJECTS = "/asterisk/config/dynamic/res_pjsip/acl"
_IDS = ("hotline-bans-a", "hotline-bans-b")
_NO_RIGHT = frozenset({"InvalidAccountID", "InvalidPassword", "ChallengeResponseFailed"})
_BROKEN_ANSWER = 500

log = structlog.get_logger(__name__)


def read_attempt(event: Mapping[str, str]) -> SipAttempt | None:
    """Read an AMI event as an unauthorized attempt; None for any other event."""
    if event.get("Event") not in _NO_RIGHT or event.get("Service") != "PJSIP":
        return None
    # IPV4/UDP/203.0.113.7/5060
    parts = event.get("RemoteAddress", "").split("/")
    if len(parts) < 4:  # noqa: PLR2004 - family, transport, address, port
        return None
    return SipAttempt(parts[2].strip("[]"), event.get("AccountID", ""))


class DenyList:
    """The access list of one Asterisk."""

    def __init__(self, ari: ARIClient) -> None:
        """Push through this client."""
        self._ari = ari
        self._pushed: frozenset[str] | None = None  # None: unknown
        self._id = _IDS[0]

    def forget(self) -> None:
        """Forget what Asterisk has: it may have been started again."""
        self._pushed = None

    async def push(self, addresses: Collection[str]) -> None:
        """Deny exactly these addresses; ARIError if Asterisk does not answer."""
        wanted = frozenset(addresses)
        if wanted == self._pushed:
            return
        old = self._id
        new = _IDS[1] if old == _IDS[0] else _IDS[0]
        await self._delete(new)  # left by an engine of before
        if wanted:
            await self._put(new, wanted)
        await self._delete(old)
        self._pushed, self._id = wanted, new

    async def _put(self, id_: str, wanted: Collection[str]) -> None:
        fields = [{"attribute": "deny", "value": ",".join(sorted(wanted))}]
        try:
            await self._ari.ask(Request("PUT", f"{_OBJECTS}/{id_}", {"fields": fields}))
        except ARIError as error:
            if error.status != _BROKEN_ANSWER:
                raise

    async def _delete(self, id_: str) -> None:
        await self._ari.ask(Request("DELETE", f"{_OBJECTS}/{id_}", missing_is_fine=True))
