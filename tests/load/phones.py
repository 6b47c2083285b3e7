"""A thousand telephones, made and registered: until Asterisk is idle again, with calls going on.

    bin/bench phones                1,000 telephones, 2 calls/s
    bin/bench phones --short

The same traffic three times: alone, while the telephones are made (pushed to Asterisk by the
engine, as after an administrator's import), and while all of them register at once. "Idle" is when
Asterisk's CPU in a second is back at the cost of the traffic alone.
"""

import argparse
import sys
import time

from load.kit import (
    Callers,
    Capture,
    Meter,
    Phones,
    Report,
    hire,
    machine,
    percentile,
    processes_of,
    sign_in,
    site,
    spread,
    wait_for_phones,
)

from crm.sql.db import notify

AGENTS = 20
TALK = 3.0
CALM_SECONDS = 20
IDLE_SECONDS = 3  # how long Asterisk must be quiet
LONGEST_SECONDS = 300
NOISE_SHARE = 0.05  # of a core


def main():
    """Run the measurement; exit code 1 if a call failed."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("--phones", type=int, default=1000)
    reader.add_argument("--rate", type=float, default=2.0, help="calls a second")
    reader.add_argument("--short", action="store_true", help="100 telephones")
    wanted = reader.parse_args()
    count = 100 if wanted.short else wanted.phones
    report = Report("phones")
    folder = report.folder
    with site(AGENTS) as made, Phones(made, made.seats, folder / "agents", talk=TALK):
        report.say(machine(made.installation))
        report.say(f"{count} telephones, {wanted.rate} calls/s")
        sign_in(made, made.seats)
        pids = processes_of(made.installation)
        with (
            Capture(made.sip_port, folder / "wire.pcap") as wire,
            Callers(made, folder / "callers", rate=wanted.rate) as callers,
        ):
            time.sleep(3)
            phases = [Phase("traffic alone", pids, 0.0)]
            time.sleep(CALM_SECONDS)
            phases[0].stop()
            usual = phases[0].share("asterisk")

            phases.append(Phase(f"{count} telephones made", pids, usual))
            with made.database() as session:
                new = hire(session, count, first=AGENTS + 1)
                notify(session, f"agents:{new[0].id}")
            wait_for_phones(made, new)
            phases[-1].done()
            phases[-1].until_idle()

            phases.append(Phase(f"{count} registered", pids, usual))
            # They only register here: no agent signs in at them, so they never ring.
            Phones(made, new, folder / "new").register()
            phases[-1].done()
            phases[-1].until_idle()
            callers.finish(TALK + 10)
        wire.stop()
        return tell(report, phases, wire.calls(), callers.told())


class Phase:
    """Some seconds of the run, and their cost."""

    def __init__(self, name, pids, usual):
        self.name, self.usual, self.pids = name, usual, pids
        self.done_after = self.idle_after = self.seconds = 0.0
        self.began, self._mark = time.time(), time.monotonic()
        self.cpu = Meter(**pids).__enter__()

    def share(self, name):
        """Give a process's share of a core."""
        return self.cpu.seconds[name] / self.seconds

    def done(self):
        """Note that the ordered change is complete."""
        self.done_after = time.monotonic() - self._mark

    def until_idle(self):
        """Wait until Asterisk is as quiet as before."""
        quiet = 0
        while quiet < IDLE_SECONDS:
            with Meter(asterisk=self.pids["asterisk"]) as second:
                time.sleep(1)
            busy = second.seconds["asterisk"] > self.usual + NOISE_SHARE + self.usual / 2
            quiet = 0 if busy else quiet + 1
            if time.monotonic() - self._mark > LONGEST_SECONDS:
                break
        self.idle_after = time.monotonic() - self._mark - quiet
        self.stop()

    def stop(self):
        """End the phase."""
        self.seconds = time.monotonic() - self._mark
        self.cpu.stop()
        self.ended = time.time()


def tell(report, phases, calls, told):
    """Print the tables; 1 if a call failed."""
    rows, delays = [], []
    for one in phases:
        during = [c for c in calls if one.began <= c.caller.invited < one.ended]
        lost = [c for c in during if not c.talked]
        taken = [c.to_agent for c in during if c.to_agent is not None]
        delays.append(taken)
        cpu = one.cpu.seconds
        rows.append((
            one.name, one.done_after, one.idle_after, one.seconds,
            *(cpu.get(name, 0.0) for name in ("asterisk", "engine", "postgres")),
            len(during), len(lost), *spread(taken),
        ))  # fmt: skip
    report.table(
        "telephones",
        ("phase", "done, s", "idle, s", "took, s", "asterisk CPU s", "engine CPU s",
         "postgres CPU s", "calls", "not through", "to agent p50 ms", "p95", "p99", "most"),
        rows,
    )  # fmt: skip
    report.say(f"SIPp: {told['created']} calls, {told['failed']} failed")
    worst = max((percentile(one, 0.99) for one in delays[1:]), default=0.0) * 1000
    report.say(
        f"slowest p99 from a caller's INVITE to the agent's, beside the work: {worst:.0f} ms"
    )
    return 1 if told["failed"] or any(row[8] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
