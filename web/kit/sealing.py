"""Encrypted and signed values that a browser or the database stores for us."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from web.kit.settings import Settings

LONGEST = 4000  # characters; a cookie holds no more


def seal(settings: Settings, purpose: str, values: Mapping[str, str | int], at: datetime) -> str:
    """Seal some values; they can be unsealed for the same purpose only."""
    text = json.dumps(dict(values), ensure_ascii=False).encode("utf-8", "replace")
    return _box(_secret(settings), purpose).encrypt_at_time(text, int(at.timestamp())).decode()


def unseal(
    settings: Settings, purpose: str, text: str, at: datetime, good_for: timedelta | None = None
) -> dict[str, str | int] | None:
    """Open a sealed value; None if it is not ours, is for another purpose, or is too old."""
    if not text or len(text) > LONGEST:
        return None
    box, sealed = _box(_secret(settings), purpose), text.encode("utf-8", "replace")
    try:
        if good_for is None:
            opened = box.decrypt(sealed)
        else:
            seconds = int(good_for.total_seconds())
            opened = box.decrypt_at_time(sealed, seconds, int(at.timestamp()))
    except InvalidToken:
        return None
    values: dict[str, str | int] = json.loads(opened)
    return values


def mark(settings: Settings, purpose: str, text: str) -> str:
    """Hash a short text with a key that is not in the database, so that it cannot be guessed."""
    key = _derived(_secret(settings), purpose)
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _secret(settings: Settings) -> str:
    return settings.secrets.session_secret


@lru_cache(maxsize=32)
def _box(secret: str, purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(_derived(secret, purpose)))


@lru_cache(maxsize=32)
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"hotline {purpose}".encode()).derive(secret.encode())
