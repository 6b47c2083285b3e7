"""The site's mail server, and one attempt to send a mail (RFC 5321, RFC 3207, RFC 4954)."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage

from crm.mail.mail import MailFailure, MailResult, server_is_named
from crm.parameters.parameter import Parameters
from web.kit.clock import now
from web.kit.sealing import seal, unseal
from web.kit.settings import Settings

SECONDS = 15.0  # for each of the server's answers
PURPOSE = "mail password"
TRANSIENT = 400
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server, and our account there."""

    host: str
    port: int
    security: str  # starttls, tls, none
    user: str
    password: str | None = field(repr=False)  # None: the stored one can no longer be decrypted
    sender: str


class MailError(Exception):
    """An attempt failed."""

    def __init__(self, result: MailResult) -> None:
        """Keep the result of the attempt."""
        super().__init__(result.text)
        self.result = result


def seal_password(settings: Settings, password: str) -> str:
    """Seal the server's password for the database."""
    return seal(settings, PURPOSE, {"password": password}, now())


def server_of(settings: Settings, known: Parameters) -> MailServer | None:
    """Give the server that the parameters name; None if mail is off."""
    if not server_is_named(known):
        return None
    password: str | None = ""
    if sealed := known.text("mail_password"):
        opened = unseal(settings, PURPOSE, sealed, now())
        password = None if opened is None else str(opened["password"])
    return MailServer(
        known.text("mail_server"),
        known.number("mail_port"),
        known.text("mail_security"),
        known.text("mail_user"),
        password,
        known.text("mail_from"),
    )


@contextlib.contextmanager
def connected(server: MailServer, seconds: float = SECONDS) -> Iterator[smtplib.SMTP]:
    """Open a connection to the server, encrypted and signed in as set; else MailError."""
    if server.user and server.password is None:
        raise MailError(MailResult(MailFailure.SECRET))
    with _failures_as_errors():
        line = _opened(server, seconds)
    try:
        with _failures_as_errors():
            _begin(line, server)
        yield line
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            line.quit()
        line.close()


def hand_over(
    line: smtplib.SMTP, server: MailServer, address: str, message: EmailMessage
) -> MailResult:
    """Send one mail to the server; its answer is in the result."""
    try:
        with _failures_as_errors():
            return _hand_over(line, server.sender, address, message)
    except MailError as error:
        return error.result


def _opened(server: MailServer, seconds: float) -> smtplib.SMTP:
    name = socket.gethostname()
    # RFC 5321, 4.1.1.1: a machine without a name gives its address.
    hello = name if "." in name else "[127.0.0.1]"
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            hello,
            timeout=seconds,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(server.host, server.port, hello, timeout=seconds)


def _begin(line: smtplib.SMTP, server: MailServer) -> None:
    line.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        if not line.has_extn("starttls"):
            raise MailError(MailResult(MailFailure.PLAIN))
        line.starttls(context=ssl.create_default_context())
        line.ehlo()
    if server.user:
        line.login(server.user, server.password or "")


def _hand_over(line: smtplib.SMTP, sender: str, address: str, message: EmailMessage) -> MailResult:
    steps: tuple[tuple[MailFailure, Callable[[], tuple[int, bytes]]], ...] = (
        (MailFailure.SENDER, lambda: line.mail(sender)),
        (MailFailure.RECIPIENT, lambda: line.rcpt(address)),
        (MailFailure.REFUSED, lambda: line.data(message.as_bytes(policy=policy.SMTP))),
    )
    text = ""
    for failure, step in steps:
        code, said = step()
        text = _spelt(code, said)
        if code >= TRANSIENT:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                line.rset()
            return _refused(code, text, failure)
    return MailResult(text=text)


def _refused(code: int, text: str, failure: MailFailure) -> MailResult:
    if code < PERMANENT:
        return MailResult(MailFailure.LATER, text)
    return MailResult(failure, text, for_good=failure is not MailFailure.SENDER)


@contextlib.contextmanager
def _failures_as_errors() -> Iterator[None]:
    """Turn every failure into a MailError."""
    try:
        yield
    except smtplib.SMTPException as error:
        raise MailError(_of_server(error)) from None
    except OSError as error:
        raise MailError(_of_line(error)) from None
    except ValueError as error:  # an address or a password that cannot be sent to any server
        raise MailError(MailResult(MailFailure.REFUSED, str(error), for_good=True)) from None


def _of_server(error: smtplib.SMTPException) -> MailResult:
    match error:
        case smtplib.SMTPAuthenticationError():
            return _said(MailFailure.LOGIN, error)
        case smtplib.SMTPDataError():
            text = _spelt(error.smtp_code, error.smtp_error)
            return _refused(error.smtp_code, text, MailFailure.REFUSED)
        case smtplib.SMTPResponseException():
            return _said(MailFailure.CLOSED, error)
        case smtplib.SMTPNotSupportedError():
            return MailResult(MailFailure.LOGIN, str(error))
        case _:
            # smtplib makes one of the two: "Connection unexpectedly closed: timed out".
            slow = "timed out" in str(error)
            return MailResult(MailFailure.TIMEOUT if slow else MailFailure.CLOSED, str(error))


def _of_line(error: OSError) -> MailResult:
    match error:
        case socket.gaierror():
            return MailResult(MailFailure.NAME, error.strerror or "")
        case ssl.SSLError():
            why = getattr(error, "verify_message", "") or error.reason or str(error)
            return MailResult(MailFailure.TLS, why)
        case TimeoutError():
            return MailResult(MailFailure.TIMEOUT)
        case _:
            return MailResult(MailFailure.CONNECT, error.strerror or str(error))


def _said(failure: MailFailure, error: smtplib.SMTPResponseException) -> MailResult:
    return MailResult(failure, _spelt(error.smtp_code, error.smtp_error))


def _spelt(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:500]
