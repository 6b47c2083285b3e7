"""A mail server on a real port of this machine, with the behaviour that a test wants."""

import base64
import contextlib
import email
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast


@dataclass
class Letter:
    """A mail that the server accepted."""

    sender: str
    recipient: str
    message: EmailMessage
    raw: bytes

    @property
    def text(self) -> str:
        return str(self._part("plain"))

    @property
    def html(self) -> str:
        return str(self._part("html"))

    def _part(self, kind: str) -> object:
        part = self.message.get_body((kind,))
        assert part is not None
        return part.get_content()


@dataclass
class PostOffice:
    """The mails and commands it received, and its behaviour."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    connections: int = 0
    account: tuple[str, str] | None = None  # user and password, if sign-in is required
    refused: dict[str, str] = field(default_factory=dict)  # recipient -> the refusal
    sender_answer: str = "250 2.1.0 Ok"
    data_answer: str = "250 2.0.0 Ok: queued as 4XyZ"
    greeting: str = "220 mail.example ESMTP"
    silent: bool = False
    context: ssl.SSLContext | None = None
    at_once: bool = False  # TLS from the first byte
    signed_in_over_tls: bool | None = None

    def until(self, number: int, seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while len(self.letters) < number:
            assert time.monotonic() < deadline, f"got {len(self.letters)} of {number}"
            time.sleep(0.01)


@contextlib.contextmanager
def open_office(
    certificate: tuple[Path, Path] | None = None, *, at_once: bool = False
) -> Iterator[PostOffice]:
    office = PostOffice(at_once=at_once)
    if certificate:
        office.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        office.context.load_cert_chain(*certificate)

    class Counter(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            office.connections += 1
            with contextlib.suppress(OSError, ValueError):
                _Talk(office, self).serve()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Counter)
    office.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()


class _Talk:
    def __init__(self, office: PostOffice, handler: socketserver.StreamRequestHandler) -> None:
        self.office = office
        self.wire = handler.connection
        if office.at_once and office.context:
            self.wire = office.context.wrap_socket(self.wire, server_side=True)
        self.file = self.wire.makefile("rb")
        self.tls = office.at_once
        self.sender = self.recipient = ""
        self.over = False

    def serve(self) -> None:
        if self.office.silent:
            time.sleep(30)
        self.say(self.office.greeting)
        while not self.over:
            line = self.file.readline().decode().rstrip("\r\n")
            if not line:
                return
            self.take(line)

    def take(self, line: str) -> None:
        office, word = self.office, line.split(maxsplit=1)[0].upper()
        match word:
            case "EHLO":
                more = "250-STARTTLS\r\n" if office.context and not self.tls else ""
                more += "250-AUTH PLAIN LOGIN\r\n" if office.account else ""
                self.say(f"250-mail.example\r\n{more}250 SIZE 1000000")
            case "STARTTLS":
                self.say("220 go ahead")
                assert office.context
                self.wire = office.context.wrap_socket(self.wire, server_side=True)
                self.file, self.tls = self.wire.makefile("rb"), True
            case "AUTH":
                told = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
                office.signed_in_over_tls = self.tls
                right = office.account == tuple(told)
                self.say("235 welcome" if right else "535 5.7.8 Bad credentials")
            case "MAIL":
                self.sender = line.partition("<")[2].partition(">")[0]
                self.say(office.sender_answer)
            case "RCPT":
                self.recipient = line.partition("<")[2].partition(">")[0]
                self.say(office.refused.get(self.recipient, "250 2.1.5 Ok"))
            case "DATA":
                self.say("354 end with a dot")
                self.keep()
            case "QUIT":
                self.say("221 bye")
                self.over = True
            case _:
                self.say("250 Ok")

    def keep(self) -> None:
        raw = b""
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                return
            raw += line[1:] if line.startswith(b".") else line
        if self.office.data_answer.startswith("2"):
            message = cast("EmailMessage", email.message_from_bytes(raw, policy=default))
            self.office.letters.append(Letter(self.sender, self.recipient, message, raw))
        self.say(self.office.data_answer)

    def say(self, text: str) -> None:
        self.wire.sendall(text.encode() + b"\r\n")
