"""The few SIP messages that testing a trunk needs: OPTIONS, REGISTER, their answers, digest.

Sources: RFC 3261, RFC 7616 and RFC 8760 (digest), RFC 3581 (`rport`).
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cti.trunks.trunk import Transport, Trunk, in_uri

AGENT = "Hotline"
UNAUTHORIZED, PROXY_UNAUTHORIZED = 401, 407
LARGEST = 65_535  # bytes of a message
_STATUS = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?")
_PARAMETER = re.compile(r'([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_VIA = {
    Transport.UDP: "UDP",
    Transport.TCP: "TCP",
    Transport.TLS: "TLS",
    Transport.TLS_UNVERIFIED: "TLS",
}
_HASHES: Mapping[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


class Marks(NamedTuple):
    """Random words that tell our requests and their answers from others'."""

    call: str
    tag: str
    branch: str
    cnonce: str


@dataclass(frozen=True, slots=True)
class SIPAnswer:
    """A SIP answer: its status and its headers, by their lower-case names."""

    status: int
    line: str  # the whole first line, in one line of printable characters
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Give the first header of a name; "" without one."""
        return next(iter(self.headers.get(name, ())), "")

    @property
    def is_final(self) -> bool:
        """Whether nothing more comes for its request."""
        return self.status >= 200  # noqa: PLR2004 - RFC 3261, 7.2

    @property
    def sequence(self) -> str:
        """The CSeq: it names the request that this answers."""
        return " ".join(self.one("cseq").split())


def request(  # noqa: PLR0913, PLR0917 - what a request consists of
    method: str,
    trunk: Trunk,
    local: tuple[str, int],
    marks: Marks,
    number: int,
    authorization: tuple[str, str] | None = None,
) -> bytes:
    """Write a request; `local` is our address, `number` counts the requests of one test.

    A REGISTER has no Contact: it only asks for the present registrations (RFC 3261, 10.2.3), so
    that a test never moves the calls of a live trunk to itself.
    """
    host, port = local
    ours = f"{in_uri(host)}:{port}"
    to = account_uri(trunk) if method == "REGISTER" else target(trunk)
    sender = account_uri(trunk) if trunk.username else f"sip:hotline@{in_uri(host)}"
    lines = [
        f"{method} {target(trunk)} SIP/2.0",
        f"Via: SIP/2.0/{_VIA[trunk.transport]} {ours};branch=z9hG4bK{marks.branch}{number};rport",
        "Max-Forwards: 70",
        f"From: <{sender}>;tag={marks.tag}",
        f"To: <{to}>",
        f"Call-ID: {marks.call}",
        f"CSeq: {number} {method}",
        f"User-Agent: {AGENT}",
    ]
    if trunk.outbound_proxy:
        lines.append(f"Route: <sip:{trunk.outbound_proxy};lr>")
    if method == "OPTIONS":
        lines += [f"Contact: <sip:hotline@{ours}>", "Accept: application/sdp"]
    if authorization is not None:
        lines.append(": ".join(authorization))
    return "\r\n".join([*lines, "Content-Length: 0", "", ""]).encode()


def target(trunk: Trunk) -> str:
    """Give the address that a test's requests go to."""
    return f"sip:{in_uri(trunk.host)}:{trunk.port}"


def account_uri(trunk: Trunk) -> str:
    """Give the address of the account."""
    if "@" in trunk.username:
        return f"sip:{trunk.username}"
    return f"sip:{trunk.username}@{in_uri(trunk.from_domain or trunk.host)}"


def read_answer(message: bytes) -> SIPAnswer | None:
    """Read an answer; None for anything else, such as a request."""
    head = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    first, *lines = head.split("\r\n")
    found = _STATUS.fullmatch(first.strip())
    if found is None:
        return None
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            key = _LONG.get(name.strip().lower(), name.strip().lower())
            headers[key] = (*headers.get(key, ()), value.strip())
    line = "".join(letter if letter.isprintable() else " " for letter in first.strip())
    return SIPAnswer(int(found[1]), line[:200], headers)


_LONG = {"i": "call-id", "v": "via", "l": "content-length", "f": "from", "t": "to", "m": "contact"}


def take_answer(received: bytearray) -> SIPAnswer | None:
    """Take the next whole answer out of a stream; None as long as it is not complete.

    Requests and keep-alives in between are passed over. ValueError: it is no SIP.
    """
    while received:
        if received[:2] == b"\r\n":
            del received[:2]
            continue
        first, line, _ = bytes(received).partition(b"\r\n")
        if len(first) > LARGEST or (line and b"SIP/2.0" not in first):
            raise ValueError("this is no SIP")
        head, end, _ = bytes(received).partition(b"\r\n\r\n")
        if len(head) > LARGEST:
            raise ValueError("the head has no end")
        if not end:
            return None
        length = re.search(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})[ \t]*\r?$", head)
        whole = len(head) + len(end) + (int(length[1]) if length else 0)
        if len(received) < whole:
            return None
        message = bytes(received[:whole])
        del received[:whole]
        if (answer := read_answer(message)) is not None:
            return answer
    return None


def authorization(
    answer: SIPAnswer, trunk: Trunk, method: str, marks: Marks
) -> tuple[str, str] | None:
    """Give the header that answers a challenge; None for a challenge that we cannot answer.

    Of several challenges the strongest counts (RFC 8760).
    """
    asked, reply = (
        ("proxy-authenticate", "Proxy-Authorization")
        if answer.status == PROXY_UNAUTHORIZED
        else ("www-authenticate", "Authorization")
    )
    challenges = [_challenge(one) for one in answer.headers.get(asked, ())]
    usable = [one for one in challenges if one and one.get("algorithm", "MD5").upper() in _HASHES]
    if trunk.realm:
        usable = [one for one in usable if one.get("realm") == trunk.realm]
    best = max(usable, key=lambda one: one.get("algorithm", "MD5").upper(), default=None)
    return (reply, _digest(best, trunk, method, marks)) if best else None


def _challenge(header: str) -> dict[str, str]:
    scheme, _, said = header.partition(" ")
    if scheme.lower() != "digest":
        return {}
    found = {}
    for name, quoted, plain in _PARAMETER.findall(said):
        found[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) or plain
    return found if found.get("nonce") else {}


def _digest(challenge: Mapping[str, str], trunk: Trunk, method: str, marks: Marks) -> str:
    algorithm = challenge.get("algorithm", "MD5").upper()
    hashed = _HASHES[algorithm]
    user, uri = trunk.auth_username or trunk.username, target(trunk)
    realm, nonce = challenge.get("realm", ""), challenge["nonce"]
    secret = hashed(f"{user}:{realm}:{trunk.password}".encode())
    what = hashed(f"{method}:{uri}".encode())
    said = [
        f'username="{user}"',
        f'realm="{_quoted(realm)}"',
        f'nonce="{_quoted(nonce)}"',
        f'uri="{uri}"',
        f"algorithm={algorithm}",
    ]
    if "auth" in challenge.get("qop", "").replace(" ", "").split(","):
        response = hashed(f"{secret}:{nonce}:00000001:{marks.cnonce}:auth:{what}".encode())
        said += ["qop=auth", "nc=00000001", f'cnonce="{marks.cnonce}"']
    else:
        response = hashed(f"{secret}:{nonce}:{what}".encode())
    if "opaque" in challenge:
        said.append(f'opaque="{_quoted(challenge["opaque"])}"')
    return "Digest " + ", ".join([*said, f'response="{response}"'])


def _quoted(text: str) -> str:
    """Write a text for a quoted string; what could end the header is left out."""
    kept = "".join(letter for letter in text if letter.isprintable())
    return kept.replace("\\", "\\\\").replace('"', '\\"')
