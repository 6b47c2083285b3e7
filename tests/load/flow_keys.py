"""How soon a key takes effect: a flow of five steps beside the same menu as plain dialplan.

    bin/bench flow_keys                           20 calls/s, a minute each, both ways
    bin/bench flow_keys --rate 40 --ways flow --seconds 30

All in one run, on one Asterisk, with the same callers, prompts and codec. Each caller presses 1 in
the first menu and 2 in the second, after which a condition decides and the call is ended:

dialplan   Background, WaitExten, GotoIf, Hangup
flow       the steps play, menu, menu, condition, hangup, with journal and PostgreSQL

The delay is from the end of the key 2 (RFC 4733, its first packet with the end bit) to Asterisk's
BYE, both as tcpdump saw them. The voice prompts play meanwhile.
"""

import argparse
import re
import sys
import time
from dataclasses import dataclass, field

from load.beside import MENU_NUMBER, lay_menu_beside
from load.capture import packets
from load.kit import (
    Callers,
    Capture,
    Meter,
    Report,
    machine,
    percentile,
    processes_of,
    site,
    spread,
)
from load.traffic import KEY_TYPE

from ivr import store as ivr

WAYS = ("dialplan", "flow")
FLOW_NUMBER = "91900"
KEYS = "12"
PROMPTS = ("greeting", "menu", "wrong-key")
FLOW = {
    "start": "hello",
    "nodes": {
        "hello": {"type": "play", "prompts": ["greeting"], "then": "first"},
        "first": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "second"},
            "otherwise": "bye",
        },
        "second": {
            "type": "menu",
            "prompts": ["wrong-key"],
            "choices": {"2": "decide"},
            "otherwise": "bye",
        },
        "decide": {
            "type": "condition",
            "branches": [{"when": "language == 'none'", "then": "second"}],
            "otherwise": "bye",
        },
        "bye": {"type": "hangup"},
    },
}
MORE_MS = 20.0  # over the dialplan, p95
WARM_SECONDS, SETTLE_SECONDS = 3, 2
KEY_PACKETS = f"udp[9] & 0x7f = {KEY_TYPE} and udp[8] & 0xc0 = 0x80"
_CALL_ID = re.compile(rb"\r\nCall-ID:\s*([^\r]+)", re.IGNORECASE)
_AUDIO = re.compile(rb"\r\nm=audio (\d+) ")


@dataclass(slots=True)
class Trial:
    """One way, and its results."""

    way: str
    calls: int = 0
    failed: int = 0
    delays: list = field(default_factory=list)
    cpu: dict = field(default_factory=dict)

    @property
    def p95(self):
        return percentile(self.delays, 0.95) * 1000


@dataclass(slots=True)
class PressedCall:
    """A call on the wire: when its last key ended, and when Asterisk ended the call."""

    answered: float
    keys: dict = field(default_factory=dict)  # when each ended
    ended: float | None = None

    @property
    def delay(self):
        if self.ended is None or len(self.keys) < len(KEYS):
            return None
        return self.ended - max(self.keys.values())


def main():
    wanted = read_arguments()
    report = Report("flow_keys")
    with site(1, logs=report.folder / "logs") as made:
        report.say(machine(made.installation))
        report.say(f"{wanted.rate:g} calls/s, {wanted.seconds} s each, keys {KEYS}, PCMU")
        with made.database() as session:
            flow = ivr.add_flow(session, "Keys")
            ivr.publish(session, flow, FLOW, None)
            ivr.save_number(session, ivr.Number(FLOW_NUMBER, "Keys", flow))
        folder = made.installation.home / "sounds" / "hotline" / "en"
        lay_menu_beside(made, [folder / name for name in PROMPTS])
        trials = [trial(made, report, wanted, way) for way in wanted.ways]
    report.table(
        "From the end of the key to Asterisk's BYE, ms",
        ("way", "calls", "failed", "p50", "p95", "p99", "most"),
        [(t.way, t.calls, t.failed, *spread(t.delays)) for t in trials],
    )
    names = sorted({name for t in trials for name in t.cpu})
    report.table(
        "CPU a call, ms",
        ("way", *names),
        [(t.way, *(t.cpu.get(n, 0.0) * 1000 / max(1, t.calls) for n in names)) for t in trials],
    )
    return 0 if judge(report, trials) else 1


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--seconds", type=int, default=60, help="for each way")
    parser.add_argument("--ways", type=lambda text: text.split(","), default=list(WAYS))
    parser.add_argument("--short", action="store_true", help="5 calls/s for 10 s")
    wanted = parser.parse_args()
    if wanted.short:
        wanted.rate, wanted.seconds = 5.0, 10
    return wanted


def trial(made, report, wanted, way):
    """Place calls in one way; only calls after the first seconds count."""
    folder = report.folder / way
    folder.mkdir()
    number = MENU_NUMBER if way == "dialplan" else FLOW_NUMBER
    calls = round(wanted.rate * wanted.seconds)
    callers = Callers(made, folder, rate=wanted.rate, calls=calls, number=number, keys=KEYS)
    with (
        Capture(made.sip_port, folder / "wire.pcap", KEY_PACKETS) as wire,
        Meter(**processes_of(made.installation)) as cpu,
        callers,
    ):
        callers.wait(wanted.seconds + 60)
        time.sleep(SETTLE_SECONDS)
    wire.stop()
    found = pressed_calls(folder / "wire.pcap", made.sip_port)
    told = Trial(way, calls, calls - len(found), cpu=cpu.seconds)
    told.failed += sum(one.delay is None for one in found)
    began = min((one.answered for one in found), default=0.0)
    told.delays = [
        one.delay for one in found if one.delay is not None and one.answered > began + WARM_SECONDS
    ]
    report.say(f"  {way}: {len(found)} answered, SIPp: {callers.told()}")
    return told


def pressed_calls(path, sip_port):
    """Read the calls of a capture with the keys that were pressed in them."""
    by_id, by_port = {}, {}
    for at, port_from, port_to, payload in packets(path):
        if port_from == sip_port and (call_id := _CALL_ID.search(payload)) is not None:
            key = call_id[1]
            audio = _AUDIO.search(payload)
            if payload.startswith(b"SIP/2.0 200") and audio and key not in by_id:
                by_id[key] = by_port[int(audio[1])] = PressedCall(at)
            elif payload.startswith(b"BYE") and key in by_id:
                by_id[key].ended = by_id[key].ended or at
        elif sip_port not in (port_from, port_to) and port_to in by_port and _is_end(payload):
            by_port[port_to].keys.setdefault(payload[12], at)
    return list(by_id.values())


def _is_end(payload):
    return len(payload) >= 16 and payload[1] & 0x7F == KEY_TYPE and bool(payload[13] & 0x80)


def judge(report, trials):
    """Print which goals are reached; True if all are."""
    report.say()
    found = {t.way: t for t in trials}
    verdicts = [report.judge(f"failed calls, {t.way}", t.failed, 0, "calls") for t in trials]
    if len(found) == len(WAYS):
        more = found["flow"].p95 - found["dialplan"].p95
        verdicts.append(report.judge("p95 of a key over the dialplan", more, MORE_MS))
    return all(verdicts)


if __name__ == "__main__":
    sys.exit(main())
