"""What became of a request to another system, and why it failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.kernel.text import N_


class Failure(StrEnum):
    """Why a request failed; the values are stored."""

    NAME = "name"  # the host's name does not resolve
    ADDRESS = "address"  # the host is in a network that we do not send to
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    CLOSED = "closed"  # the connection broke
    STATUS = "status"  # an answer that is not 2xx
    REDIRECT = "redirect"
    SECRET = "secret"  # noqa: S105 - our stored secret cannot be decrypted
    TOO_LONG = "too long"  # the answer is longer than is read


FAILURES: Mapping[str, str] = {
    Failure.NAME: N_("Unknown host name."),
    Failure.ADDRESS: N_("Requests to this address are not allowed."),
    Failure.CONNECT: N_("No connection."),
    Failure.TLS: N_("Invalid TLS certificate or handshake."),
    Failure.TIMEOUT: N_("No response in time."),
    Failure.CLOSED: N_("The connection was closed before a response arrived."),
    Failure.STATUS: N_("The response was not a success (2xx)."),
    Failure.REDIRECT: N_("The response was a redirect; redirects are not followed."),
    Failure.SECRET: N_("The secret cannot be read. Rotate it."),
    Failure.TOO_LONG: N_("The response is too long."),
}
"""Each failure as a sentence."""


@dataclass(frozen=True, slots=True)
class OutgoingAnswer:
    """The result of a request; without a failure it succeeded."""

    at: datetime  # when it was sent, aware UTC
    milliseconds: int
    status: int | None = None
    failure: Failure | None = None
    text: str = ""  # the beginning of what the receiver said, or of the error
    wait_seconds: float = 0.0  # the receiver's Retry-After
    body: bytes = b""  # the whole answer, if it was asked for
