"""A receiver of webhooks on a real port of this machine, with the behaviour a test wants."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Receiver:
    """The requests it received, and its answers."""

    port: int = 0
    way: str = "ok"
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    scheme: str = "http"
    said: str = ""  # the body of an answer, if `way` is "json"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook?key=1"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.heard]

    def until(self, number: int, seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while len(self.heard) < number:
            assert time.monotonic() < deadline, f"heard {len(self.heard)} of {number}"
            time.sleep(0.01)


@contextlib.contextmanager
def receiving(certificate: tuple[Path, Path] | None = None) -> Iterator[Receiver]:
    """Listen; with a certificate and its key, over TLS."""
    receiver = Receiver(scheme="https" if certificate else "http")

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            receiver.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            with contextlib.suppress(OSError):
                _behave(self, receiver.way, receiver.said.encode())

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def _behave(request: BaseHTTPRequestHandler, way: str, said: bytes) -> None:
    match way:
        case "json":
            _answer(request, 200, {"content-length": str(len(said))})
            request.wfile.write(said)
        case "close":
            request.connection.shutdown(socket.SHUT_RDWR)
        case "hang":
            time.sleep(30)
        case "slow body":
            _answer(request, 200, {"content-length": "100"})
            for _ in range(100):
                request.wfile.write(b"x")
                request.wfile.flush()
                time.sleep(0.2)
        case "slow head":
            for letter in b"HTTP/1.1 200 OK\r\n" * 20:
                request.wfile.write(bytes([letter]))
                request.wfile.flush()
                time.sleep(0.1)
        case "large":
            _answer(request, 200, {"content-length": str(3 << 20)})
            request.wfile.write(b"y" * (3 << 20))
        case "redirect":
            _answer(request, 302, {"location": "/elsewhere", "content-length": "0"})
        case "busy":
            _answer(request, 503, {"retry-after": "777", "content-length": "0"})
        case "ok":
            _answer(request, 200, {"content-length": "2"})
            request.wfile.write(b"ok")
        case _:
            _answer(request, int(way), {"content-length": "4"})
            request.wfile.write(b"said")


def _answer(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
