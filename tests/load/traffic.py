"""Hundreds of telephones and callers: SIPp's processes, started and stopped."""

import contextlib
import csv
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

import numpy as np
from load import scenarios

from web.ops.setup.programs import dies_with

LOCAL = "127.0.0.1"
FIRST_PORT, LAST_PORT = 5200, 9900
REGISTERED_AT_ONCE = 100  # a second
PATIENCE_SECONDS = 60
STOP_SECONDS = 10
MOST_AT_ONCE = 4000
LOTS = 1
KEYS, KEY_TYPE = "0123456789*#", 96  # in RFC 4733, and the payload type in the callers' SDP
TONE_HERTZ, TONE_SECONDS, RATE = 440, 10, 8000


class NoSippError(Exception):
    """SIPp is missing, or did not do its work."""


class Phones:
    """The SIP telephones of some seats: registered, ringing, answering, hanging up.

    One SIPp answers for all of them from one port. With `talk=None` the other side hangs up;
    `refuse="486 Busy Here"` takes no call; `sound=True` sends a tone during the talk.
    """

    def __init__(self, site, seats, folder, *, ring=0.5, talk=3.0, sound=False, refuse=""):  # noqa: PLR0913 - a telephone's habits
        self.site, self.seats = site, list(seats)
        self.folder = _folder(folder)
        self.port = free_port()
        file = tone(self.folder) if sound else ""
        talk_ms = None if talk is None else round(talk * 1000)
        self._scenario = scenarios.telephone(round(ring * 1000), talk_ms, file, refuse)
        self._sipp = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        """The id of the answering process."""
        return self._sipp.pid

    def start(self):
        """Register them all, then answer every call."""
        self.register()
        self._sipp = Sipp(self.folder, "telephones", self._scenario, self.port)
        self._sipp.start(f"{LOCAL}:{self.site.sip_port}").listening()
        return self

    def register(self):
        """Register them all from the port at which they will answer; raises NoSippError."""
        words = [
            (seat.extension, f"[authentication username={seat.extension} password={seat.secret}]")
            for seat in self.seats
        ]
        sipp = Sipp(self.folder, "register", scenarios.register(), self.port)
        sipp.start(
            f"{LOCAL}:{self.site.sip_port}",
            *("-inf", _list(self.folder / "register.list", words)),
            *("-m", str(len(words)), "-r", str(REGISTERED_AT_ONCE), "-l", "200"),
        )
        if code := sipp.wait(30 + len(words) / REGISTERED_AT_ONCE):
            raise NoSippError(f"{len(words)} telephones: SIPp ended with {code}\n{sipp.errors()}")

    def stop(self):
        """End the process; the registrations stay in Asterisk."""
        if self._sipp:
            self._sipp.stop()


class Callers:
    """Callers at a steady rate: `calls` of them, or until they are stopped.

    They hang up `talk` seconds after the answer (a pair: some time in between), or leave that to
    the far end (None). Callers who are not answered within `patience` seconds give up. With
    `at_once` there are never more of them than that; a new one comes when one has ended. With
    several numbers in `to` each caller dials one of them, by lot (the same lots each time). They
    press `keys`, each about a second after the answer or the key before.
    """

    def __init__(  # noqa: PLR0913 - a caller's habits
        self,
        site,
        folder,
        *,
        rate,
        calls=None,
        number=None,
        numbers=None,
        talk=None,
        patience=PATIENCE_SECONDS,
        sound=False,
        at_once=None,
        to=(),
        keys="",
    ):
        self.to = list(to)
        self.at_once = at_once or MOST_AT_ONCE
        self.site, self.folder, self.rate, self.calls = site, _folder(folder), rate, calls
        self.numbers = list(numbers or caller_numbers())
        file = tone(self.folder) if sound else ""
        talk_ms = _milliseconds(talk)
        number = "[field1]" if self.to else number or site.number
        pressed = [key_file(self.folder, key, place) for place, key in enumerate(keys)]
        text = scenarios.caller(number, talk_ms, patience * 1000, file, pressed)
        self._sipp = Sipp(self.folder, "callers", text, free_port())

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        """The id of the calling process."""
        return self._sipp.pid

    def start(self):
        """Start calling."""
        # SIPp places calls once in so many milliseconds; its default makes bunches of 40 a second
        # at slow rates.
        options = ["-r", str(self.rate), "-rate_scale", "1", "-timer_resol", "1"]
        options += ["-l", str(self.at_once)]
        if self.calls is not None:
            options += ["-m", str(self.calls)]
        lots = random.Random(LOTS)
        lines = [(number, *([lots.choice(self.to)] if self.to else ())) for number in self.numbers]
        options += ["-inf", _list(self.folder / "callers.list", lines)]
        self._sipp.start(f"{LOCAL}:{self.site.sip_port}", *options)
        return self

    def wait(self, seconds):
        """Wait until the last call is over; gives SIPp's exit code, 0 if none failed."""
        return self._sipp.wait(seconds)

    def finish(self, seconds):
        """Place no new calls, and wait until the present ones are over."""
        self._sipp.finish(seconds)

    def stop(self):
        """End it now, with all talks."""
        self._sipp.stop()

    def told(self):
        """SIPp's own counts: created, successful, failed."""
        return self._sipp.told()


class Sipp:
    """One process of SIPp."""

    def __init__(self, folder, name, scenario, port):
        self.folder, self.name, self.port = Path(folder), name, port
        self._file = self.folder / f"{name}.xml"
        self._file.write_text(scenario)
        self._process = None

    @property
    def pid(self):
        return self._process.pid

    def start(self, target, *options):
        """Run it against an address; its statistics and errors go to the folder."""
        program = shutil.which("sipp")
        if program is None:
            raise NoSippError("SIPp is missing: install it (Debian: apt install sip-tester).")
        common = ["-sf", self._file, "-i", LOCAL, "-p", self.port, "-nostdin", "-aa"]
        common += ["-trace_err", "-error_file", self.folder / f"{self.name}.errors"]
        common += ["-trace_stat", "-fd", "1", "-stf", self.folder / f"{self.name}.csv"]
        common += ["-buff_size", "4000000", "-max_retrans", "7"]
        if "-l" not in options:
            common += ["-l", MOST_AT_ONCE]
        self._process = subprocess.Popen(
            [program, target, *map(str, common), *options],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TERM": "dumb"},
            preexec_fn=dies_with(os.getpid()),
        )
        return self

    def listening(self):
        """Wait until it has its port; raise its error if it has none."""
        wait_until(lambda: not is_free(self.port) or self._process.poll() is not None, 10, "port")
        if self._process.poll() is not None:
            raise NoSippError(f"{self.name}: SIPp did not start\n{self.errors()}")

    def wait(self, seconds):
        """Wait for its end and give its exit code; stop it after that time (NoSippError)."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise NoSippError(f"{self.name}: SIPp took over {seconds:.0f} s") from None

    def finish(self, seconds):
        """Let it end its calls and start no more."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGUSR1)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.stop()

    def stop(self):
        """End it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def told(self):
        """The last line of its statistics: calls created, successful, failed."""
        path = self.folder / f"{self.name}.csv"
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) < 2:
            return {"created": 0, "successful": 0, "failed": 0}
        last = dict(zip(lines[0].split(";"), lines[-1].split(";"), strict=False))
        names = {"created": "TotalCallCreated", "successful": "SuccessfulCall(C)"}
        names["failed"] = "FailedCall(C)"
        return {name: int(last.get(column) or 0) for name, column in names.items()}

    def errors(self):
        """The beginning of its error messages."""
        path = self.folder / f"{self.name}.errors"
        return path.read_text(errors="replace")[:2000] if path.exists() else ""


def caller_numbers(count=3000, first=13_800_000_000):
    """Give callers' numbers as a trunk sends them: mobile telephones of mainland China."""
    return [str(first + at) for at in range(count)]


def tone(folder):
    """Make a file of PCMU with a tone in a folder; give its path."""
    path = Path(folder) / "tone.ulaw"
    if not path.exists():
        at = np.arange(TONE_SECONDS * RATE) / RATE
        path.write_bytes(mu_law(0.3 * np.sin(2 * np.pi * TONE_HERTZ * at)).tobytes())
    return str(path)


def key_file(folder, key, place):
    """Make a file of the packets of a key of 100 ms (RFC 4733), the `place`th of a call.

    SIPp's own `play_dtmf` loses packets when several callers press keys at once.
    """
    code, stamp = KEYS.index(key), 8000 * (place + 1)
    packets = [(at, 0, 160 * (at + 1)) for at in range(5)] + [(5, 0x80, 800)] * 3
    path = Path(folder) / f"key-{place}.pcap"
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, (at, end, length) in enumerate(packets):
            mark = 0x80 if number == 0 else 0
            rtp = struct.pack(
                ">BBHII", 0x80, mark | KEY_TYPE, 100 * (place + 1) + number, stamp, 0x484F5421
            )
            rtp += struct.pack(">BBH", code, end | 10, length)
            udp = struct.pack(">HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
            here = socket.inet_aton(LOCAL)
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + here + here
            frame = bytes(12) + b"\x08\x00" + ip + udp
            file.write(struct.pack("<IIII", 1, 20_000 * at, len(frame), len(frame)) + frame)
    return str(path)


def mu_law(samples):
    """Encode samples of -1 to 1 as G.711 does (PCMU)."""
    linear = np.clip(np.round(np.asarray(samples) * 32767), -32635, 32635).astype(np.int32)
    sign = np.where(linear < 0, 0x80, 0)
    biased = np.abs(linear) + 132
    exponent = np.clip(np.floor(np.log2(biased)).astype(np.int32) - 7, 0, 7)
    mantissa = (biased >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)


def free_port():
    """Give a free UDP port for SIPp."""
    start = FIRST_PORT + int.from_bytes(os.urandom(2)) % (LAST_PORT - FIRST_PORT)
    for port in (*range(start, LAST_PORT), *range(FIRST_PORT, start)):
        if is_free(port):
            return port
    raise NoSippError("no port is free")


def is_free(port):
    """Whether a UDP port is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind((LOCAL, port))
        except OSError:
            return False
    return True


def wait_until(question, seconds, why):
    """Repeat a question until it is true; AssertionError with `why` if it does not become so."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, f"not within {seconds} s: {why}"
        time.sleep(0.1)
    return answer


def _milliseconds(talk):
    if isinstance(talk, tuple):
        return tuple(round(one * 1000) for one in talk)
    return None if talk is None else round(talk * 1000)


def _folder(path):
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _list(path, rows):
    with path.open("w", newline="") as file:
        file.write("SEQUENTIAL\n")
        csv.writer(file, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_NONE).writerows(rows)
    return str(path)
