"""The parts of the load programs: installations with agents, traffic, captures, tables.

    from load.kit import Callers, Capture, Meter, Phones, Report, machine, processes_of, sign_in
    from load.kit import site, spread

    report = Report("example")
    with site(agents=20) as made, Phones(made, made.seats, report.folder / "phones", talk=3):
        report.say(machine(made.installation))
        sign_in(made, made.seats)
        with (
            Capture(made.sip_port, report.folder / "wire.pcap") as wire,
            Meter(**processes_of(made.installation)) as cpu,
            Callers(made, report.folder / "callers", rate=2, calls=20) as callers,
        ):
            callers.wait(60)
        wire.stop()
        calls = wire.calls()
        delays = [call.to_agent for call in calls if call.to_agent is not None]
        report.table("to the agent, ms", ("calls", "p50", "p95", "p99", "most"),
                     [(len(calls), *spread(delays))])
        report.table("CPU", ("process", "ms a call"),
                     [(name, s * 1000 / len(calls)) for name, s in cpu.seconds.items()])

Run a program from the root of the sources: `bin/bench first_call --short`, or with an environment
of one's own `PYTHONPATH=.:tests python -m load.first_call --short`. Folders of raw output lie in
HOTLINE_TEST_HOME/load. The parts: `report` (machine, tables, reports), `sites` (installations and
who works there), `traffic` (SIPp), `capture` (the wire), `processes` (CPU and memory).
"""

from load.capture import Call, Capture, Dialog, NoCaptureError, breaths, join, read_dialogs
from load.processes import Meter, memory_mib, processes_of
from load.report import Report, machine, percentile, spread, table
from load.sites import (
    LoadSite,
    OpenSession,
    Seat,
    hire,
    know_customers,
    open_sessions,
    set_state,
    sign_in,
    site,
    wait_for_phones,
)
from load.traffic import Callers, NoSippError, Phones, caller_numbers, free_port, wait_until

__all__ = [
    "Call",
    "Callers",
    "Capture",
    "Dialog",
    "LoadSite",
    "Meter",
    "NoCaptureError",
    "NoSippError",
    "OpenSession",
    "Phones",
    "Report",
    "Seat",
    "breaths",
    "caller_numbers",
    "free_port",
    "hire",
    "join",
    "know_customers",
    "machine",
    "memory_mib",
    "open_sessions",
    "percentile",
    "processes_of",
    "read_dialogs",
    "set_state",
    "sign_in",
    "site",
    "spread",
    "table",
    "wait_for_phones",
    "wait_until",
]
