"""nginx with our configuration, and stand-ins for the web and Asterisk behind it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler

from installation import free_ports

from web.kit.middleware import SECURITY_HEADERS
from web.kit.settings import load_settings
from web.ops.setup import nginx
from web.ops.setup.programs import dies_with

LOOPBACK = "127.0.0.1"
TAG = '"0123"'  # the version of every answer, a strong tag
POLL_SECONDS = 0.02  # how often a stand-in checks whether it should end


class StandIn(BaseHTTPRequestHandler):
    """Answers with the path and headers it got; after an upgrade it echoes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.headers.get("Upgrade") == "websocket":
            return self._echo()
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        told = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"path": self.path, "headers": told}).encode()
        self.send_response(200)
        if self.server.mannered:
            for name, value in SECURITY_HEADERS.items():
                self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("ETag", TAG)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    do_POST = do_GET  # noqa: N815 - the library's names

    def _echo(self):
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.end_headers()
        self.close_connection = True
        while heard := self.connection.recv(100):
            self.connection.sendall(heard)

    def address_string(self):
        return "door"

    def log_message(self, *_):
        pass


class OnSocket(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    mannered = True


class OnPort(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    mannered = False


class Door:
    """A running nginx with our configuration; its stand-ins record their requests."""

    def __init__(self, home, **environment):
        self.settings = load_settings({**free_ports(), "HOTLINE_HOME": str(home), **environment})
        for folder in (self.settings.run_dir, self.settings.log_dir):
            folder.mkdir(parents=True, exist_ok=True)
        self.port = self.settings.front_port
        self.tls = self.settings.outside.tls
        self.web = OnSocket(str(self.settings.web_socket), StandIn)
        self.asterisk = OnPort((LOOPBACK, self.settings.asterisk_port), StandIn)
        for one in (self.web, self.asterisk):
            one.asked = []
            threading.Thread(target=one.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        command = nginx.find_nginx(self.settings, print)
        configuration = nginx.render(self.settings, command)
        self.process = subprocess.Popen(
            nginx.start_command(command, configuration),
            preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509 - it calls one function of the C library
        )
        self._wait()

    def ask(self, path="/", *, method="GET", port=None, tls=None, to=LOOPBACK, **wishes):
        """Give status, headers and body; `headers`, `body` and `source` are optional wishes."""
        headers = {"Host": f"{LOOPBACK}:{self.port}", **wishes.get("headers", {})}
        line = http.client.HTTPConnection(
            to, port or self.port, timeout=10, source_address=wishes.get("source")
        )
        line.connect()
        if self.tls if tls is None else tls:
            line.sock = context().wrap_socket(line.sock, server_hostname="localhost")
        with contextlib.closing(line):
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                line.putheader(name, value)
            body = wishes.get("body")
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders()
            with contextlib.suppress(OSError):  # refused before everything was sent
                if body:
                    line.send(body)
            answer = line.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def told(self, path="/", **wishes):
        """Give the headers of a request as the web receives them."""
        status, _, body = self.ask(path, **wishes)
        assert status == 200, body
        return json.loads(body)["headers"]

    def line(self):
        """Open a connection to nginx."""
        made = socket.create_connection((LOOPBACK, self.port), 10)
        return context().wrap_socket(made, server_hostname="localhost") if self.tls else made

    def telephone(self, origin=None):
        """Open a WebSocket to Asterisk."""
        line = self.line()
        said = f"Origin: {origin}\r\n" if origin else ""
        line.sendall(
            f"GET /sip HTTP/1.1\r\nHost: {LOOPBACK}:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\n{said}\r\n".encode()
        )
        return line, line.recv(1000)

    def serial(self):
        """Give the serial number of nginx's certificate."""
        with self.line() as line:
            return line.getpeercert(binary_form=True)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        for one in (self.web, self.asterisk):
            one.shutdown()
            one.server_close()

    def _wait(self):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                socket.create_connection((LOOPBACK, self.port), 1).close()
                return
            time.sleep(0.02)
        raise AssertionError("nginx does not listen")


def context():
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made
