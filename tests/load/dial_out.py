"""How soon an agent's own telephone and then the carrier is called, and whether all calls succeed.

    bin/bench dial_out                       5 and 20 calls/s, a minute each
    bin/bench dial_out --rates 20 --seconds 30

Each call is `POST /desk/calls` of an agent whose telephone answers at once; the carrier rings,
answers and hangs up after three seconds, and the agent ends the wrap-up before the next call. The
first delay is from the moment before the request is sent to the agent's INVITE, the second from the
agent's 200 to the carrier's INVITE, both INVITEs and the 200 as tcpdump saw them on the wire.
"""

import argparse
import http.client
import json
import math
import queue
import sys
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from load import scenarios
from load.kit import (
    Capture,
    Meter,
    Phones,
    Report,
    free_port,
    machine,
    open_sessions,
    processes_of,
    sign_in,
    site,
    spread,
)
from load.traffic import LOCAL, Sipp, wait_until
from sqlalchemy import update

from cti.outbound import store as rules
from cti.outbound.models import OutboundRuleRow
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import OutboundRule, RuleId
from cti.trunks import store as trunks
from cti.trunks.trunk import Trunk, TrunkId

RING_SECONDS, TALK_SECONDS = 0.2, 3.0
SPARE = 2.0  # agents for each one that is busy
SENDERS = 12  # connections over which requests are sent
FIRST_NUMBER = 13_700_000_000
WARM_SECONDS = 3
SETTLE_SECONDS = 8
POST_MS = 30.0  # p95, from the request to the agent's INVITE


@dataclass(slots=True)
class Trial:
    """One rate, and its results."""

    rate: float
    calls: int = 0
    refused: list = field(default_factory=list)
    failed: int = 0
    to_agent: list = field(default_factory=list)
    to_carrier: list = field(default_factory=list)
    cpu: dict = field(default_factory=dict)


def main():
    wanted = read_arguments()
    report = Report("dial_out")
    agents = max(20, math.ceil(max(wanted.rates) * (RING_SECONDS + TALK_SECONDS + 0.5) * SPARE))
    carrier = Sipp(
        _folder(report),
        "carrier",
        scenarios.telephone(round(RING_SECONDS * 1000), round(TALK_SECONDS * 1000)),
        free_port(),
    )
    with (
        site(agents, logs=report.folder / "logs") as made,
        Phones(made, made.seats, report.folder / "telephones", ring=0, talk=None) as phones,
    ):
        carrier.start(f"{LOCAL}:{made.sip_port}").listening()
        try:
            report.say(machine(made.installation))
            report.say(
                f"{agents} agents who answer at once, {RING_SECONDS} s of ringing, "
                f"{TALK_SECONDS:.0f} s of talk, no RTP, {wanted.seconds} s each"
            )
            lead_out(made, carrier.port)
            sign_in(made, made.seats, ready=False)
            tokens = [one.token for one in open_sessions(made, made.seats)]
            watched = processes_of(made.installation) | {"telephones": phones.pid}
            trials = [
                trial(made, report, tokens, watched, rate, wanted.seconds) for rate in wanted.rates
            ]
        finally:
            carrier.stop()
    tell(report, trials)
    return 0 if judge(report, trials) else 1


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rates", type=_rates, default=[5.0, 20.0], help="calls a second")
    parser.add_argument("--seconds", type=int, default=60, help="at each rate")
    parser.add_argument("--short", action="store_true", help="5 calls/s for 10 s")
    wanted = parser.parse_args()
    if wanted.short:
        wanted.rates, wanted.seconds = [5.0], 10
    return wanted


def _rates(text):
    return [float(one) for one in text.split(",")]


def _folder(report):
    folder = report.folder / "carrier"
    folder.mkdir()
    return folder


def lead_out(made, port):
    """Let all users call mobile numbers over a trunk to the carrier, and over no other."""
    with made.database() as session:
        session.execute(update(OutboundRuleRow).values(enabled=False))
        line = Trunk(TrunkId(0), "Load carrier", LOCAL, port, inbound=False, qualify_seconds=0)
        trunk = trunks.add_trunk(session, line)
        rule = OutboundRule(RuleId(0), "Load", frozenset({NumberClass.MOBILE}), (trunk.id,))
        rules.add_rule(session, rules.RuleSettings(rule))
        known = f"trunk-{trunk.id}"
    wait_until(
        lambda: known in {one["resource"] for one in made.installation.ari("/endpoints/PJSIP")},
        20,
        "Asterisk knows the trunk",
    )
    time.sleep(2)  # the engine reads the rule


class Sender:
    """Sends the requests, each at its time, over some connections that stay open."""

    def __init__(self, address):
        self._address = urlsplit(address)
        self._tasks = queue.Queue()
        self.sent = []  # (time, the agent's place, status)
        for _ in range(SENDERS):
            threading.Thread(target=self._work, daemon=True).start()

    def send(self, place, token, number):
        self._tasks.put((place, token, number))

    def _work(self):
        line = http.client.HTTPConnection(self._address.hostname, self._address.port, timeout=20)
        while True:
            place, token, number = self._tasks.get()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            _post(line, "/desk/state", {"state": "ready"}, headers)  # the wrap-up is over
            at = time.time()
            fault = _post(line, "/desk/calls", {"to": str(number)}, headers)
            self.sent.append((at, place, number, fault))


def _post(line, path, body, headers):
    """Send a request; give what the answer says if it is no success."""
    line.request("POST", f"/api/v1{path}", json.dumps(body), headers)
    answer = line.getresponse()
    said = answer.read()
    return said.decode() if answer.status >= 300 else ""


def trial(made, report, tokens, watched, rate, seconds):  # noqa: PLR0913, PLR0917 - what a trial needs
    folder = report.folder / f"rate-{rate:g}"
    folder.mkdir()
    sender, told = Sender(made.installation.address), Trial(rate)
    told.calls = round(rate * seconds)
    first = FIRST_NUMBER + round(rate) * 100_000
    with Capture(made.sip_port, folder / "wire.pcap") as wire, Meter(**watched) as cpu:
        began = time.monotonic()
        for at in range(told.calls):
            time.sleep(max(0.0, began + at / rate - time.monotonic()))
            place = at % len(tokens)
            sender.send(place, tokens[place], first + at)
        time.sleep(SETTLE_SECONDS)
    told.cpu = cpu.seconds
    read(told, sender.sent, wire.dialogs(), [one.extension for one in made.seats])
    report.say(
        f"  {rate:g}/s: {told.calls} calls, {len(told.refused)} requests refused, {told.failed} "
        f"not answered by the carrier {told.refused[:1]}"
    )
    return told


def read(told, sent, dialogs, extensions):
    """Pair each request with the INVITE to its agent, and that with the one to its number."""
    outbound = [one for one in dialogs if not one.to_asterisk]
    by_callee = defaultdict(list)
    for one in outbound:
        by_callee[one.callee.removeprefix("%2B").removeprefix("+")].append(one)
    warm = min(one[0] for one in sent) + WARM_SECONDS
    for at, place, number, fault in sent:
        if fault:
            told.refused.append(fault)
            continue
        rung = by_callee[extensions[place]]
        found = bisect_left([one.invited for one in rung], at)
        agent = rung[found] if found < len(rung) else None
        carrier = next(iter(by_callee[f"86{number}"]), None)
        if agent is None or agent.answered is None or carrier is None or not carrier.answered:
            told.failed += 1
        elif at > warm:
            told.to_agent.append(agent.invited - at)
            told.to_carrier.append(carrier.invited - agent.answered)


def tell(report, trials):
    head = ("calls/s", "calls", "failed", "p50", "p95", "p99", "most")
    for title, member in (
        ("From POST /desk/calls to the agent's INVITE, ms", "to_agent"),
        ("From the agent's answer to the carrier's INVITE, ms", "to_carrier"),
    ):
        rows = [
            (t.rate, t.calls, len(t.refused) + t.failed, *spread(getattr(t, member)))
            for t in trials
        ]
        report.table(title, head, rows)
    names = sorted({name for t in trials for name in t.cpu})
    report.table(
        "CPU a call, ms",
        ("calls/s", *names),
        [(t.rate, *(t.cpu.get(n, 0.0) * 1000 / max(1, t.calls) for n in names)) for t in trials],
    )


def judge(report, trials):
    report.say()
    verdicts = []
    for t in trials:
        where = f"at {t.rate:g} calls/s"
        p95 = spread(t.to_agent)[1]
        verdicts.append(report.judge(f"p95 to the agent {where}", p95, POST_MS))
        verdicts.append(
            report.judge(f"failed calls {where}", len(t.refused) + t.failed, 0, "calls")
        )
    return all(verdicts)


if __name__ == "__main__":
    sys.exit(main())
