"""The network capture: SIP packets, as tcpdump saw them, read as calls.

Times are the kernel's, of the packet on loopback; neither Asterisk, nor the engine, nor SIPp is
asked. `tcpdump` must be installed and allowed to capture (root, or CAP_NET_RAW).
"""

import os
import re
import shutil
import signal
import struct
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from web.ops.setup.programs import dies_with

PCAP_MICRO = 0xA1B2C3D4
ETHERNET, IPV4, UDP = 14, 0x0800, 17
SNAP_BYTES = 1400
UNKNOWN = 481  # SIP: there is no such call
_FIRST = re.compile(rb"^(?:SIP/2\.0 (\d{3})|([A-Z]+) sips?:([^@;>\s]*)(?:@[^;>\s]*)?[^\r]*)")
_CALL_ID = re.compile(rb"\r\n(?:Call-ID|i):\s*([^\r]+)", re.IGNORECASE)
_CSEQ = re.compile(rb"\r\nCSeq:\s*(\d+)\s+([A-Z]+)", re.IGNORECASE)
_FROM = re.compile(rb"\r\n(?:From|f):[^\r]*?sips?:([^@;>\r]*)", re.IGNORECASE)
_TO_TAG = re.compile(rb"\r\n(?:To|t):[^\r]*?;tag=", re.IGNORECASE)


class NoCaptureError(Exception):
    """The network cannot be captured here."""


@dataclass(slots=True)
class Dialog:
    """One INVITE and its results; times are seconds since 1970, None for never."""

    id: str
    to_asterisk: bool  # a caller's; else a telephone that Asterisk rings
    caller: str  # the user in From
    callee: str  # the user in the request
    invited: float
    port: int  # of the far end
    ringing: float | None = None  # 180 or 183
    answered: float | None = None
    refused: float | None = None
    code: int = 0  # of the final answer
    cancelled: float | None = None
    ended: float | None = None  # the BYE
    ended_by_asterisk: bool = False
    forgotten: bool = False  # the receiver of the BYE did not know the call any more
    repeats: int = 0  # INVITEs that were sent again


@dataclass(slots=True)
class Call:
    """A caller's dialog, and those with the agents' telephones that rang for the call."""

    caller: Dialog
    rung: list[Dialog] = field(default_factory=list)

    @property
    def to_agent(self):
        """Seconds from the caller's INVITE to the first agent's; None if none rang."""
        return self.rung[0].invited - self.caller.invited if self.rung else None

    @property
    def talked(self):
        """Whether the caller and an agent were both connected."""
        return self.caller.answered is not None and any(one.answered for one in self.rung)


class Capture:
    """Captures SIP on loopback during a `with`; read it afterwards."""

    def __init__(self, sip_port, path, also=""):
        """`also` is a further filter of tcpdump for what is kept besides SIP."""
        self.sip_port = sip_port
        self.filter = f"udp port {sip_port}" + (f" or ({also})" if also else "")
        self.path = Path(path)
        self._process = None

    def __enter__(self):
        program = shutil.which("tcpdump", path="/usr/sbin:/usr/bin:/sbin:/bin")
        if program is None:
            raise NoCaptureError("tcpdump is missing: install it (Debian: apt install tcpdump).")
        options = ["-i", "lo", "-n", "-U", "-B", "131072", "-s", str(SNAP_BYTES)]
        self._process = subprocess.Popen(
            [program, *options, "-Z", "root", "-w", str(self.path), self.filter],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=dies_with(os.getpid()),
        )
        # It prints a line when it listens.
        said = ""
        for line in self._process.stderr:
            said += line
            if "listening on" in line:
                return self
        self._process.wait()
        raise NoCaptureError(f"tcpdump cannot watch the wire: {said.strip()}")

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Stop it; all packets are then in the file."""
        if self._process is None:
            return
        time.sleep(0.3)
        self._process.send_signal(signal.SIGINT)
        said = self._process.stderr.read()
        self._process.wait(20)
        self._process = None
        if lost := re.search(r"([1-9]\d*) packets dropped by kernel", said):
            raise NoCaptureError(f"tcpdump lost {lost[1]} packets: its figures would be wrong.")

    def dialogs(self):
        """Give every dialog that began with an INVITE, in order of time."""
        return read_dialogs(self.path, self.sip_port)

    def calls(self):
        """Give every caller's call with the telephones that rang for it, by the caller's number."""
        return join(self.dialogs())


def read_dialogs(path, sip_port):
    """Read a capture file."""
    found = {}
    for at, port_from, port_to, payload in packets(path):
        if sip_port in (port_from, port_to):
            to_asterisk = port_to == sip_port and (port_from != sip_port)
            far = port_from if to_asterisk else port_to
            _note(found, at, payload, to_asterisk=to_asterisk, far=far)
    return sorted(found.values(), key=lambda one: one.invited)


def join(dialogs):
    """Pair callers with the telephones that rang for them, by the caller's last ten digits.

    A number that calls again belongs to the newest of its calls.
    """
    latest, calls = {}, []
    for one in dialogs:
        number = one.caller[-10:]
        if one.to_asterisk:
            latest[number] = Call(one)
            calls.append(latest[number])
        elif number in latest:
            latest[number].rung.append(one)
    return calls


def breaths(dialogs):
    """Give (time of the BYE, seconds) from each talk's end by an agent to their next INVITE.

    Only ends by the telephone itself count.
    """
    by_phone = defaultdict(list)
    for one in dialogs:
        if not one.to_asterisk:
            by_phone[one.callee].append(one)
    found = []
    for rung in by_phone.values():
        for before, after in pairwise(rung):
            if before.ended is not None and not before.ended_by_asterisk:
                found.append((before.ended, after.invited - before.ended))
    return found


def packets(path):
    """Give (time, source port, target port, payload) of each UDP packet."""
    with Path(path).open("rb") as file:
        head = file.read(24)
        if len(head) < 24:
            return
        order = "<" if struct.unpack("<I", head[:4])[0] == PCAP_MICRO else ">"
        record = struct.Struct(f"{order}IIII")
        while len(head := file.read(16)) == 16:
            seconds, micro, kept, _ = record.unpack(head)
            frame = file.read(kept)
            if len(frame) < ETHERNET + 28 or frame[12:14] != IPV4.to_bytes(2, "big"):
                continue
            ip = frame[ETHERNET:]
            length = (ip[0] & 0x0F) * 4
            if ip[9] != UDP:
                continue
            port_from, port_to = struct.unpack(">HH", ip[length : length + 4])
            yield seconds + micro / 1e6, port_from, port_to, ip[length + 8 :]


def _note(found, at, payload, *, to_asterisk, far):
    first, call_id = _FIRST.match(payload), _CALL_ID.search(payload)
    cseq = _CSEQ.search(payload)
    if first is None or call_id is None or cseq is None:
        return
    key, method = call_id[1].decode("latin-1"), cseq[2]
    one = found.get(key)
    if first[2] == b"INVITE" and not _TO_TAG.search(payload):
        if one is not None:
            one.repeats += 1
            return
        sender = _FROM.search(payload)
        found[key] = Dialog(
            key,
            to_asterisk,
            sender[1].decode("latin-1") if sender else "",
            first[3].decode("latin-1"),
            at,
            far,
        )
    elif one is None:
        return
    elif first[1]:
        # An answer to the INVITE goes in the other direction.
        if method == b"INVITE" and to_asterisk != one.to_asterisk:
            _answer(one, at, int(first[1]))
        elif method == b"BYE" and int(first[1]) == UNKNOWN:
            one.forgotten = True
    elif first[2] == b"CANCEL":
        one.cancelled = one.cancelled or at
    elif first[2] == b"BYE" and one.ended is None:
        one.ended, one.ended_by_asterisk = at, not to_asterisk


def _answer(one, at, code):
    if code in (180, 183):
        one.ringing = one.ringing or at
    elif 200 <= code < 300:
        one.answered = one.answered or at
        one.code = one.code or code
    elif code >= 300 and code not in (401, 407):
        one.refused = one.refused or at
        one.code = one.code or code
