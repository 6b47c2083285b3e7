"""The seal of the secrets of webhooks."""

from datetime import timedelta

from crm.outgoing.signing import Seal
from web.kit.settings import Settings

BOTH_FOR = timedelta(hours=24)  # after a rotation both secrets sign


def seal_of(settings: Settings) -> Seal:
    """Give the seal with which this installation keeps the secrets of webhooks."""
    return Seal(settings.secrets.session_secret, "webhooks")
