"""Passwords: argon2, as many at once as the memory allows."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
# Each verification takes 64 MiB; a burst of forty would take more memory than the calls have.
_AT_ONCE = threading.BoundedSemaphore(4)
# The hash of a password that nobody knows: an unknown login must take as long as a known one.
_NOBODYS = _HASHER.hash("nobody")


def hash_password(password: str) -> str:
    """Hash a password for the database."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; None, for a login that does not exist, takes as long."""
    with _AT_ONCE:
        try:
            right = _HASHER.verify(password_hash or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)
