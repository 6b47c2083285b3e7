"""SRTP for tests: AES_CM_128_HMAC_SHA1_80, keyed by SDP (RFC 3711, RFC 4568)."""

import base64
import hashlib
import hmac
import os
import re
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

SUITE = "AES_CM_128_HMAC_SHA1_80"
KEY, SALT, TAG = 16, 14, 10  # bytes


class ForgedError(Exception):
    """A packet that was not made with the key, or not as it is."""


class Stream:
    """One direction of sound; packets must come in order enough for the roll-over counter."""

    def __init__(self, secret=None):
        self.secret = secret or os.urandom(KEY + SALT)
        master, salt = self.secret[:KEY], self.secret[KEY:]
        self._key = _derived(master, salt, 0, KEY)
        self._tag_key = _derived(master, salt, 1, 20)
        self._salt = int.from_bytes(_derived(master, salt, 2, SALT))
        self._rolled, self._last = 0, None

    @classmethod
    def of_offer(cls, sdp):
        """The other side's direction by its offer; None if it offers none of this suite."""
        found = re.search(rf"a=crypto:(\d+) {SUITE} inline:([A-Za-z0-9+/=]+)", sdp)
        if found is None:
            return None
        made = cls(base64.b64decode(found[2]))
        made.tag = found[1]
        return made

    def line(self, tag="1"):
        """The line of SDP that tells the other side the key of this direction."""
        return f"a=crypto:{tag} {SUITE} inline:{base64.b64encode(self.secret).decode()}"

    def protect(self, packet):
        index, ssrc, head = self._index(packet)
        sealed = packet[:head] + self._crypt(packet[head:], ssrc, index)
        return sealed + self._tag(sealed, index)

    def unprotect(self, packet):
        """Give the plain packet; raises ForgedError."""
        sealed, tag = packet[:-TAG], packet[-TAG:]
        index, ssrc, head = self._index(sealed)
        if not hmac.compare_digest(tag, self._tag(sealed, index)):
            raise ForgedError
        return sealed[:head] + self._crypt(sealed[head:], ssrc, index)

    def _index(self, packet):
        first, _, number, _, ssrc = struct.unpack("!BBHII", packet[:12])
        if self._last is not None and self._last - number > 0x8000:
            self._rolled += 1
        self._last = number
        return (self._rolled << 16) + number, ssrc, 12 + 4 * (first & 0x0F)

    def _crypt(self, data, ssrc, index):
        start = (self._salt << 16) ^ (ssrc << 64) ^ (index << 16)
        return _stream(self._key, start.to_bytes(16), len(data), data)

    def _tag(self, sealed, index):
        said = sealed + struct.pack("!I", index >> 16)
        return hmac.new(self._tag_key, said, hashlib.sha1).digest()[:TAG]


def _derived(master, salt, label, length):
    start = (int.from_bytes(salt) ^ (label << 48)) << 16
    return _stream(master, start.to_bytes(16), length, bytes(length))


def _stream(key, start, length, data):
    return Cipher(AES(key), CTR(start)).encryptor().update(data)[:length]
