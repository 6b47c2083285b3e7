"""The lamp for waiting messages on a desk phone, by Asterisk's `MinivmMWI` in the dialplan.

ARI's own mailboxes are not in every build. The dialplan's application tells all phones with the
mailbox, now and when they register later, until Asterisk is started again.
"""

import re

from cti.asterisk.ari import ARIClient
from cti.asterisk.orders import Request

CONTEXT = "hotline-lamp"
DOMAIN = "hotline"
_EXTENSION = re.compile(r"[0-9]{1,20}")
SHOWN_MOST = 99


def mailbox_of(extension: str) -> str:
    """Give the mailbox of an extension, as its endpoint names it."""
    return f"{extension}@{DOMAIN}"


class Lamps:
    """The lamps of the phones of one Asterisk."""

    def __init__(self, ari: ARIClient) -> None:
        """Order through this client."""
        self._ari = ari

    async def show(self, extension: str, new: int, heard: int) -> None:
        """Show how many messages wait; raises ARIError if Asterisk does not take it."""
        if not _EXTENSION.fullmatch(extension):
            return
        body = {
            "endpoint": f"Local/s@{CONTEXT}",
            "context": CONTEXT,
            "extension": "over",
            "priority": 1,
            "timeout": 5,
            "variables": {
                "CHANNEL(accountcode)": "lamp",
                "HOTLINE_LAMP": mailbox_of(extension),
                "HOTLINE_LAMP_NEW": str(min(new, SHOWN_MOST)),
                "HOTLINE_LAMP_HEARD": str(min(heard, SHOWN_MOST)),
            },
        }
        await self._ari.ask(Request("POST", "/channels", body))
