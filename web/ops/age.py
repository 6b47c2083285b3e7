"""Files encrypted by passphrase or for a public key, in the format age (age-encryption.org/v1).

The format is specified at https://c2sp.org/age, so `age -d` opens such a file without Hotline. A
random file key is encrypted for the recipient; the content is encrypted in pieces of 64 KiB, each
with its number and a mark on the last one, so that a changed, moved or missing piece is detected.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from web.ops import bech32

MAGIC = b"age-encryption.org/v1\n"
PIECE_BYTES = 64 * 1024
TAG_BYTES = 16
KEY_BYTES = 32
FILE_KEY_BYTES = 16
PASSPHRASE_LEAST = 12  # letters
WORK = 17  # 2**17 rounds of scrypt: half a second and 128 MB
MOST_WORK = 20  # the most that we do for a file
LONGEST_HEAD_LINE = 1000
MOST_HEAD_LINES = 100
PUBLIC, PRIVATE = "age", "age-secret-key-"
_X25519 = b"age-encryption.org/v1/X25519"
_SCRYPT = b"age-encryption.org/v1/scrypt"


class LockError(Exception):
    """An encrypted file cannot be opened; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase: it encrypts and decrypts."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: it can only encrypt."""

    raw: bytes

    def __str__(self) -> str:
        """Write it as age does."""
        return bech32.encode(PUBLIC, self.raw)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key: it decrypts what was encrypted for its public key."""

    raw: bytes = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The public key that belongs to it."""
        made = X25519PrivateKey.from_private_bytes(self.raw).public_key()
        return PublicKey(made.public_bytes_raw())

    def as_text(self) -> str:
        """Write it as age does."""
        return bech32.encode(PRIVATE, self.raw).upper()


Lock = Passphrase | PublicKey
Key = Passphrase | PrivateKey


@dataclass(frozen=True, slots=True)
class _Stanza:
    """A part of the header: the file key, encrypted for one recipient."""

    words: tuple[str, ...]
    body: bytes


def new_private_key() -> PrivateKey:
    """Make a random key."""
    return PrivateKey(X25519PrivateKey.generate().private_bytes_raw())


def read_public_key(text: str) -> PublicKey:
    """Read `age1…`; ValueError if it is not a public key."""
    return PublicKey(_whole(bech32.decode(PUBLIC, text.strip())))


def read_private_key(text: str) -> PrivateKey:
    """Read the key in a key file, which may have comments; ValueError if there is none."""
    for line in map(str.strip, text.splitlines()):
        if line and not line.startswith("#"):
            return PrivateKey(_whole(bech32.decode(PRIVATE, line)))
    raise ValueError("there is no key in it")


def is_locked(beginning: bytes) -> bool:
    """Whether a file is encrypted, judged by its first line."""
    return beginning.startswith(MAGIC)


def asks_passphrase(file: IO[bytes]) -> bool:
    """Whether an encrypted file needs a passphrase rather than a key; reads its beginning."""
    stanzas, _, _ = _read_head(file)
    return any(one.words[0] == "scrypt" for one in stanzas)


class EncryptingWriter:
    """Writes an encrypted file; `finish` writes its last piece."""

    def __init__(self, file: IO[bytes], lock: Lock) -> None:
        """Write the header."""
        file_key = os.urandom(FILE_KEY_BYTES)
        head = MAGIC + _spell(_wrap(file_key, lock)) + b"---"
        nonce = os.urandom(16)
        file.write(head + b" " + _base64(_head_mac(file_key, head)) + b"\n" + nonce)
        self._file = file
        self._pieces = _Pieces(file_key, nonce)
        self._kept = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes; the last piece is held back until more come or `finish` is called."""
        self._kept += data
        while len(self._kept) > PIECE_BYTES:
            self._file.write(self._pieces.seal(bytes(self._kept[:PIECE_BYTES]), last=False))
            del self._kept[:PIECE_BYTES]
        return len(data)

    def finish(self) -> None:
        """Write the last piece; without it the file counts as cut off."""
        self._file.write(self._pieces.seal(bytes(self._kept), last=True))
        self._kept.clear()


class DecryptingReader:
    """Reads an encrypted file; LockError for a wrong key and for changed or missing data."""

    def __init__(self, file: IO[bytes], key: Key) -> None:
        """Read the header."""
        stanzas, head, mac = _read_head(file)
        file_key = _unwrap(stanzas, key)
        if not hmac.compare_digest(_head_mac(file_key, head), mac):
            raise LockError("is damaged: its head was changed")
        self._file = file
        self._pieces = _Pieces(file_key, _exactly(file, 16))
        self._next = file.read(PIECE_BYTES + TAG_BYTES)
        self._open = b""
        self._over = False

    def read(self, size: int = -1) -> bytes:
        """Give the next verified bytes; none at the end."""
        found = bytearray()
        while not self._over and (size < 0 or len(found) + len(self._open) < size):
            found += self._open
            self._open = self._piece()
        found += self._open
        self._open = b""
        if size >= 0:
            self._open = bytes(found[size:])
            del found[size:]
        return bytes(found)

    def _piece(self) -> bytes:
        piece, self._next = self._next, self._file.read(PIECE_BYTES + TAG_BYTES)
        self._over = not self._next
        try:
            return self._pieces.open(piece, last=self._over)
        except InvalidTag:
            if self._over and self._pieces.would_open(piece):
                raise LockError("is cut off: its end is missing") from None
            raise LockError("is damaged or cut off") from None


class _Pieces:
    """Encrypts or decrypts pieces one after the other; each piece's number is in its nonce."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._box = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._number = 0

    def seal(self, piece: bytes, *, last: bool) -> bytes:
        return self._box.encrypt(self._nonce(last=last), piece, None)

    def open(self, piece: bytes, *, last: bool) -> bytes:
        if len(piece) < TAG_BYTES:
            raise InvalidTag
        number = self._number
        try:
            return self._box.decrypt(self._nonce(last=last), piece, None)
        except InvalidTag:
            self._number = number
            raise

    def would_open(self, piece: bytes) -> bool:
        """Whether it is the next piece, but not the last one."""
        try:
            self.open(piece, last=False)
        except InvalidTag:
            return False
        return True

    def _nonce(self, *, last: bool) -> bytes:
        made = self._number.to_bytes(11, "big") + bytes([last])
        self._number += 1
        return made


def _wrap(file_key: bytes, lock: Lock) -> _Stanza:
    if isinstance(lock, Passphrase):
        salt = os.urandom(16)
        box = ChaCha20Poly1305(_stretched(lock.text, salt, WORK))
        return _Stanza(
            ("scrypt", _base64(salt).decode(), str(WORK)), box.encrypt(bytes(12), file_key, None)
        )
    passing = X25519PrivateKey.generate()
    share = passing.public_key().public_bytes_raw()
    shared = passing.exchange(X25519PublicKey.from_public_bytes(lock.raw))
    box = ChaCha20Poly1305(_derived(shared, share + lock.raw, _X25519))
    return _Stanza(("X25519", _base64(share).decode()), box.encrypt(bytes(12), file_key, None))


def _unwrap(stanzas: list[_Stanza], key: Key) -> bytes:
    kind = "scrypt" if isinstance(key, Passphrase) else "X25519"
    meant = [one for one in stanzas if one.words[0] == kind]
    if not meant and isinstance(key, Passphrase):
        raise LockError("was encrypted for a key: say --key FILE")
    if not meant:
        raise LockError("was encrypted with a passphrase, not for a key")
    for one in meant:
        try:
            wrapping = _wrapping_key(one, key)
            return ChaCha20Poly1305(wrapping).decrypt(bytes(12), one.body, None)
        except (InvalidTag, ValueError, IndexError):
            continue
    with_what = "passphrase" if isinstance(key, Passphrase) else "key"
    raise LockError(f"does not open: it was encrypted with another {with_what}, or is damaged")


def _wrapping_key(one: _Stanza, key: Key) -> bytes:
    if isinstance(key, Passphrase):
        _, salt, work = one.words
        if not work.isdecimal() or not 0 < int(work) <= MOST_WORK:
            raise LockError("asks for more work than we do")
        return _stretched(key.text, _from_base64(salt), int(work))
    share = _from_base64(one.words[1])
    own = X25519PrivateKey.from_private_bytes(key.raw)
    shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    return _derived(shared, share + key.public.raw, _X25519)


def _read_head(file: IO[bytes]) -> tuple[list[_Stanza], bytes, bytes]:
    """Give the stanzas, the bytes that the header's checksum covers, and the checksum."""
    whole = file.readline(LONGEST_HEAD_LINE)
    if whole != MAGIC:
        raise LockError("is not encrypted, or not by us")
    stanzas: list[_Stanza] = []
    for _ in range(MOST_HEAD_LINES):
        line = file.readline(LONGEST_HEAD_LINE)
        if line.startswith(b"--- "):
            return stanzas, whole + b"---", _from_base64(line[4:].decode("ascii", "replace"))
        words = line.decode("ascii", "replace").split()
        if not line.endswith(b"\n") or len(words) < 2 or words[0] != "->":  # noqa: PLR2004
            break
        body = file.readline(LONGEST_HEAD_LINE)  # an encrypted file key fits into one line
        whole += line + body
        stanzas.append(_Stanza(tuple(words[1:]), _from_base64(body.decode("ascii", "replace"))))
    raise LockError("is damaged: its head cannot be read")


def _spell(one: _Stanza) -> bytes:
    return f"-> {' '.join(one.words)}\n".encode() + _base64(one.body) + b"\n"


def _head_mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.new(_derived(file_key, b"", b"header"), head, hashlib.sha256).digest()


def _derived(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=salt or None, info=purpose).derive(secret)


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    return Scrypt(_SCRYPT + salt, KEY_BYTES, 2**work, 8, 1).derive(passphrase.encode())


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from_base64(text: str) -> bytes:
    text = text.strip()
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise LockError("is damaged: its head cannot be read") from None


def _exactly(file: IO[bytes], size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise LockError("is cut off: its end is missing")
    return found


def _whole(raw: bytes) -> bytes:
    if len(raw) != KEY_BYTES:
        raise ValueError("it has another length")
    return raw
