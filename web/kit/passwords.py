"""Passwords: hashed with argon2, few at a time to save memory, and checked for strength."""

import contextlib
import os
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from crm.kernel.errors import InvalidError
from crm.people.person import User
from web.kit.errors import TooManyError
from web.kit.i18n import N_

LONGEST = 200  # characters
BUSY = N_("Many people are signing in at this moment. Try again in {seconds} seconds.")
STRONG_ENOUGH = 2  # of zxcvbn's 0..4: more than a million guesses
JUDGED = 72  # characters; zxcvbn's time grows with the square of the length
SHORTEST_WORD = 3  # letters; "Li" is in too many good passwords
_HASHER = PasswordHasher()
# Each takes 64 MiB and a core for a third of a second. Half of the cores stay free for calls and
# other pages, and only a few wait: each that waits holds a thread that others need.
_CORES = max(1, (os.cpu_count() or 1) // 2)
_AT_ONCE = threading.BoundedSemaphore(_CORES)
ADMITTED = _CORES + 12  # at work or waiting
_ADMITTED = threading.BoundedSemaphore(ADMITTED)
TRY_AGAIN_SECONDS = 2.0
# The hash of a random password: an unknown login must take as long as a known one.
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """Hash a password for the database. TooManyError if many others wait for the same."""
    with _one_of_few():
        return _HASHER.hash(_bytes(password))


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password.

    None, for an unknown login, and "", for a user without a password, take as long as any other.
    TooManyError if many others wait for the same.
    """
    with _one_of_few():
        try:
            right = _HASHER.verify(password_hash or _NOBODYS, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
    return right and bool(password_hash)


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def check_new(password: str, user: User, least: int, field: str = "new") -> None:
    """Refuse a password that is too short or easy to guess; InvalidError blames the field."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < least:
        raise InvalidError("A password has at least {least} characters.", field=field, least=least)
    if len(text) > LONGEST:
        raise InvalidError("This is too long.", field=field)
    own = _own_words(user)
    if any(word in text.lower() for word in own):
        raise InvalidError("It must not contain your username, name or email address.", field=field)
    if zxcvbn(text[:JUDGED], user_inputs=[*own, "hotline"])["score"] < STRONG_ENOUGH:
        raise InvalidError(
            "This password is easy to guess. Use a longer one, or several words.", field=field
        )


def check_other(password: str, user: User, field: str = "new") -> None:
    """Refuse the present password as a new one."""
    if is_password(user.password_hash, password):
        raise InvalidError("This is your current password. Choose another one.", field=field)


@contextlib.contextmanager
def _one_of_few() -> Iterator[None]:
    if not _ADMITTED.acquire(blocking=False):
        raise TooManyError(BUSY, TRY_AGAIN_SECONDS)
    try:
        with _AT_ONCE:
            yield
    finally:
        _ADMITTED.release()


def _own_words(user: User) -> list[str]:
    whole = (user.login, user.name.replace(" ", ""), user.email.partition("@")[0])
    parts = (part for text in (user.login, user.name, user.email) for part in _parts(text))
    # A part of an address such as "com" or "mail" is not personal; of a name only long ones count.
    own = {word.lower() for word in (*whole, *(part for part in parts if len(part) > 4))}  # noqa: PLR2004
    return sorted(word for word in own if len(word) >= SHORTEST_WORD)


def _parts(text: str) -> Iterable[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def _bytes(password: str) -> bytes:
    # One password typed on two keyboards must be one: full-width letters are plain ones.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
