"""The sound that sample callers received: their RTP, captured, decoded, searched for silence."""

import shutil
import signal
import subprocess
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from load.capture import packets

EAR = "127.0.0.9"  # the address of sample callers only
LOUD = 0.003  # root mean square of 20 ms, of 1; our tones are at 0.2
RTP_HEADER = 12


class Ears:
    """Captures all sound sent to the sample callers, during a `with`."""

    def __init__(self, path):
        self.path = Path(path)
        self._process = None

    def __enter__(self):
        program = shutil.which("tcpdump", path="/usr/sbin:/usr/bin:/sbin:/bin")
        options = ["-i", "lo", "-n", "-U", "-Z", "root", "-s", "300", "-w", str(self.path)]
        self._process = subprocess.Popen(
            [program, *options, f"udp and dst host {EAR}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)

    def heard(self):
        """Give, by port, the times of loud sound, sorted, in seconds since 1970."""
        found = defaultdict(list)
        levels = _levels()
        for at, *_, port, payload in packets(self.path):
            if len(payload) > RTP_HEADER and payload[0] >> 6 == 2:
                kind = payload[1] & 0x7F
                if kind in (0, 8) and _rms(levels[kind], payload[RTP_HEADER:]) > LOUD:
                    found[port].append(at)
        return {port: np.array(times) for port, times in found.items()}


def longest_silence(heard, since, until):
    """Give the longest silence between two times, in seconds."""
    inside = heard[(heard >= since) & (heard <= until)] if heard is not None else np.array([])
    edges = np.concatenate(([since], inside, [until]))
    return float(np.diff(edges).max())


def ports_of_callers(path):
    """Give, by number, the RTP ports of callers, from their INVITEs' SDP."""
    found = {}
    for at, *_, payload in packets(path):
        if payload.startswith(b"INVITE ") and (there := payload.find(b"\r\nm=audio ")) > 0:
            port = int(payload[there + 10 :].split(b" ", 1)[0])
            sender = payload.partition(b"\r\nFrom:")[2].partition(b"sip:")[2]
            number = sender.partition(b"@")[0].decode("latin-1")
            found.setdefault(number, (at, port))
    return {number: port for number, (_, port) in found.items()}


def _rms(levels, payload):
    return float(np.sqrt(np.mean(levels[np.frombuffer(payload, dtype=np.uint8)])))


def _levels():
    """The squared loudness of each byte of PCMU (0) and PCMA (8)."""
    byte = np.arange(256)
    turned = ~byte & 0xFF
    mu = ((((turned & 0x0F) << 3) + 132) << ((turned >> 4) & 7)) - 132
    even = byte ^ 0x55
    exponent, mantissa = (even >> 4) & 7, even & 0x0F
    linear = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 264) << np.maximum(exponent - 1, 0)
    )
    return {0: (mu / 32768.0) ** 2, 8: (linear / 32768.0) ** 2}
