"""Secrets that sign requests (standardwebhooks.com): made, and sealed for the database."""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32


class UnreadableSecretError(Exception):
    """A sealed secret was sealed by another installation."""


class Seal:
    """Encrypts secrets with a key of this installation: a copy of the tables cannot sign."""

    def __init__(self, secret: str, purpose: str) -> None:
        """The key is derived from the installation's own secret, for this purpose only."""
        kept = f"{purpose}\n{secret}".encode()
        self._key = Fernet(base64.urlsafe_b64encode(hashlib.sha256(kept).digest()))

    def close(self, secret: str) -> str:
        """Seal a secret."""
        return self._key.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Read a sealed secret; UnreadableSecretError if it is not one of ours."""
        try:
            return self._key.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise UnreadableSecretError from None


def new_secret() -> str:
    """Make a random secret in the standard's form."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(id_: str, body: str, at: datetime, keys: Sequence[str]) -> Mapping[str, str]:
    """Give the three headers of the standard; each key adds a signature, so either one is valid."""
    signatures = [Webhook(key).sign(id_, at, body) for key in keys]
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
