"""A whole Hotline for tests: with its own ports and home, stopped by its process id."""

import contextlib
import fcntl
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

from web.ops.setup.programs import dies_with

ROOT = Path(__file__).resolve().parent.parent
TEST_HOME = Path(os.environ.get("HOTLINE_TEST_HOME") or ROOT / "var" / "test").absolute()
READY = "Hotline is ready"
START_SECONDS = 600  # a first start fetches Asterisk
STOP_SECONDS = 60
SHARED = ("cache", "sounds")  # folders that all installations share
LOG_LINES = 40
LOG_COLUMNS = 300
OFTEN = 100_000  # requests a minute
RTP_PORTS = 500  # of one installation


class ApiError(AssertionError):
    """The API answered with another status than was expected."""

    def __init__(self, method, path, status, problem):
        super().__init__(f"{method} {path}: {status} {problem}")
        self.status = status
        self.problem = problem


class Api:
    """The API with one session: JSON in, JSON out."""

    def __init__(self, address, token=""):
        self.address = f"{address}/api/v1"
        self.token = token
        self.status = 0
        self.headers = {}

    def get(self, path, *, expect=None):
        return self.ask("GET", path, expect=expect)

    def post(self, path, body=None, *, expect=None):
        return self.ask("POST", path, {} if body is None else body, expect=expect)

    def delete(self, path, *, expect=None):
        return self.ask("DELETE", path, expect=expect)

    def ask(self, method, path, body=None, *, expect=None):
        """Give the answer's JSON; raise ApiError unless it is a success, or `expect` if given."""
        sound = None if body is None else json.dumps(body).encode()
        said = self.fetch(method, path, sound)
        answer = (
            json.loads(said or b"null") if "json" in self.headers.get("Content-Type", "") else said
        )
        if self.status != expect if expect else self.status >= 400:
            raise ApiError(method, path, self.status, answer)
        return answer

    def fetch(self, method, path, body=None, headers=None):
        """Give the bytes of the answer, with any status."""
        url = path if path.startswith("http") else self.address + path
        request = urllib.request.Request(url, method=method, data=body)
        request.add_header("Accept-Language", "en")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                self.status, self.headers, said = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            self.status, self.headers, said = error.code, error.headers, error.read()
        return said


class Installation:
    """A running Hotline: its address, accounts, telephones' server, and processes."""

    def __init__(self, home, environment=None, without=""):
        """`without` names parts not to start, by comma; without `demo` there are no accounts."""
        self.home = Path(home)
        self.without = without
        rtp, self._rtp_mark = reserve_rtp_ports()
        self.environment = {**os.environ, **free_ports(), **rtp, **(environment or {})}
        self.environment["HOTLINE_HOME"] = str(self.home)
        self._said = []
        self._ready = threading.Event()
        self._over = threading.Event()
        self._process = None
        self._apis = {}

    def start(self):
        """Start it and wait until it is ready. One installation starts at a time.

        The first one fills the shared folders.
        """
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in SHARED:
            there = self.home.parent.parent / name
            there.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not (self.home / name).exists():
                (self.home / name).symlink_to(there)
        with (self.home.parent / ".starting").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._start()
        if "demo" in self.without.split(","):
            return self
        told = self._told()
        self.address = told["address"]
        self.number = told["hotlines"][0]["number"]
        self.sip = told["sip"]
        self.accounts = {one["login"]: one for one in told["accounts"]}
        return self

    def _start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "web", "up", "--without", self.without],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # A Ctrl-C at the terminal is for us; if we are killed, it ends too.
            start_new_session=True,
            preexec_fn=dies_with(os.getpid()),
        )
        threading.Thread(target=self._listen, daemon=True).start()
        end = time.monotonic() + START_SECONDS
        while not self._ready.wait(0.1):
            if self._over.is_set() or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"Hotline did not start:\n{self.tails()}")

    def stop(self):
        """End it and everything that it started."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # Its children ask the kernel to end when it dies.
                process.kill()
                process.wait()
        self._rtp_mark.close()

    def api(self, login=""):
        """Give the API with an account's session, signed in once; without a login, with none."""
        if not login:
            return Api(self.address)
        if login not in self._apis:
            account = self.accounts[login]
            body = {"login": login, "password": account["password"]}
            token = Api(self.address).post("/session", body)["token"]
            self._apis[login] = Api(self.address, token)
        return self._apis[login]

    def status(self):
        """Give the supervisor's report on its children."""
        return json.loads((self._run_dir() / "status.json").read_text())

    def pid(self, child):
        """Give a child's process id: "engine", "ledger", "asterisk", "web", "nginx" and so on."""
        return self.status()["children"][child]["pid"]

    def end_channel(self, channel):
        """Have Asterisk end a channel."""
        self.ari(f"/channels/{channel}", method="DELETE")

    def ari(self, path, body=None, method=""):
        """Read from Asterisk itself, or with a `body` send it an order."""
        password = json.loads((self.home / "secrets.json").read_text())["ari_password"]
        url = f"http://127.0.0.1:{self.environment['HOTLINE_ASTERISK_PORT']}/ari{path}"
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, sent, {"Content-Type": "application/json"})
        request.method = method or request.get_method()
        word = b64encode(f"hotline:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {word}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def database_url(self):
        """Give the address of its PostgreSQL."""
        return f"postgresql+psycopg2://hotline@/hotline?host={self._run_dir()}"

    def tails(self):
        """Give the last lines of its output and of every log."""
        parts = [f"--- {self.home}", *self._said[-LOG_LINES:]]
        for path in sorted((self.home / "log").glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()[-LOG_LINES:]
            parts += [f"--- {path.name}", *(line[:LOG_COLUMNS] for line in lines)]
        return "\n".join(parts)

    def let_us_ask_often(self):
        """Raise the rate limit: a test that waits for a state sends many requests a second."""
        self.api("admin").ask("PATCH", "/parameters", {"api_per_minute": OFTEN})
        return self

    def _run_dir(self):
        from web.kit.settings import load_settings  # noqa: PLC0415 - reads the home, which must exist

        return load_settings(self.environment).run_dir

    def _told(self):
        command = [sys.executable, "-m", "web", "demo", "accounts", "--json"]
        said = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return json.loads(said.stdout)

    def _listen(self):
        for line in self._process.stdout:
            self._said.append(line.rstrip())
            if READY in line:
                self._ready.set()
        self._over.set()


def fresh_home(test_home=TEST_HOME):
    """Make a folder for one installation; remove those that a killed run left."""
    homes = test_home / "homes"
    homes.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in homes.iterdir():
        owner = old.name.partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(old, ignore_errors=True)
    return homes / f"{os.getpid()}-{secrets.token_hex(2)}"


def free_ports():
    """Give free ports as settings, below the range from which the kernel gives its own."""
    taken = set()

    def one():
        while True:
            # Even ones: the port after that for SIP is the one for SIP over TLS.
            port = 20000 + 2 * secrets.randbelow(6000)
            if port not in taken and _is_free(port) and _is_free(port + 1):
                taken.add(port)
                return port

    names = ("HTTP_PORT", "SIP_PORT", "ASTERISK_PORT", "AMI_PORT")
    return {f"HOTLINE_{name}": str(one()) for name in names}


def reserve_rtp_ports():
    """Reserve a range of ports for sound, as a setting; also give what to close afterwards.

    Asterisk opens these ports call by call, so a free range looks like a quiet one: a name among
    the abstract Unix sockets marks it as taken, until it is closed or this process ends.
    """
    ranges = list(range(10000, 20000, RTP_PORTS))
    random.SystemRandom().shuffle(ranges)
    for first in ranges:
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0hotline-test-rtp-{first}")
        except OSError:
            mark.close()
            continue
        return {"HOTLINE_RTP_PORTS": f"{first}-{first + RTP_PORTS - 1}"}, mark
    raise AssertionError("all ranges of ports for sound are taken by other tests")


def _is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


@contextlib.contextmanager
def running(environment=None):
    """Run an installation during a `with`; its home is removed afterwards."""
    made = Installation(fresh_home(), environment)
    try:
        yield made.start().let_us_ask_often()
    finally:
        made.stop()
        shutil.rmtree(made.home, ignore_errors=True)
