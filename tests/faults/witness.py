"""Compares what outside observers saw of a run with the product's own records.

The network capture tells which talks there were, who ended them, and in which order callers were
served; the database tells what the product believes. Nothing is counted from the product's tables
alone. Asterisk's own event log tells whether an agent who answered was connected to a caller.
"""

import bisect
import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from faults.ears import longest_silence, ports_of_callers
from faults.floor import KINDS
from sqlalchemy import text

SOON = 0.5  # seconds; a caller connected within this did not wait for a fault
TOGETHER = 0.1  # callers who arrived within this may be served in either order
ENDED_BY_CALLER = 0.6
AT_ONCE = 1.0  # seconds; anything shorter was no talk yet
SHORT = 2.0  # seconds that a recording may lack without a note
AT, KIND, NAME = 0, 1, 4  # of a line in Asterisk's event log
COLUMNS = (
    "id, caller, started_at, answered_at, ended_at, queue, agent, result, ended_by, cause,"
    " wait_seconds, talk_seconds, hold_seconds, recording, recording_failed, inferred"
)
AGENT_COLUMNS = "call, extension, at, cause"
AGENT_LOG = "agent_events JOIN agents ON user_id = agent"
WAV_HEADER, WAV_BYTES_A_SECOND = 44, 16000
ONCE = ("arrived", "answered", "ended")
AN_HOUR = 3600.0


@dataclass(slots=True)
class Verdict:
    """The figures of one run."""

    strikes: int = 0
    calls: int = 0
    talks: int = 0
    dropped: list = field(default_factory=list)  # callers with a talk that ended too early
    lost: list = field(default_factory=list)  # callers who were never served
    overtaken: list = field(default_factory=list)
    missing: list = field(default_factory=list)  # (caller, fact)
    doubled: list = field(default_factory=list)
    short: list = field(default_factory=list)  # recordings that lack a part they should have
    unknown: list = field(default_factory=list)  # calls of the product that no observer saw
    inferred: int = 0
    late: int = 0  # callers who had to wait for a decision
    broken: list = field(default_factory=list)  # agents who answered and got no caller
    to_normal: list = field(default_factory=list)  # seconds, one for each strike
    silences: list = field(default_factory=list)  # seconds, one for each sample caller
    notes: list = field(default_factory=list)


def judge(run):
    """Give the verdict on each fault of a finished run, by its name.

    A caller counts for the last fault that began before the call was over.
    """
    calls = [one for one in run.wire.calls() if _ours(run, one.caller.caller)]
    rows, lines, agents = _written(run)
    _keep(run, calls=rows, facts=lines, agents=agents)
    told = ProductRecords(rows, lines, agents, put_through(calls, run.floor.installation.home))
    heard, ports = run.ears.heard(), ports_of_callers(run.wire.path)
    line = overtaken([one for one in calls if kind_of(one) == "line"])
    waiting = waits(calls)
    slow = to_normal(waiting, run.strikes, run.healed)
    made = {name: Verdict() for name in run.names}
    for name, seconds in zip(run.names, slow, strict=True):
        made[name].strikes += 1
        made[name].to_normal.append(seconds)
    for _, over in waiting:
        made[_fault_of(run, over)].late += 1
    for one in calls:
        mine = made[_fault_of(run, _over(one))]
        mine.calls += 1
        mine.talks += sum(1 for leg in one.rung if leg.answered)
        mine.overtaken += [one.caller.caller] if one.caller.caller in line else []
        _talks(mine, one, told.through)
        _facts(mine, run, one, told)
        _sound(mine, one, heard.get(ports.get(one.caller.caller)))
    made[run.names[0]].unknown = list(told.by_number)
    return made


def _over(call):
    """Give when something went wrong with a call, else when it was over."""
    caller = call.caller
    for leg in call.rung:
        if leg.answered and leg.ended and leg.ended_by_asterisk and not _left(caller, leg.ended):
            return leg.ended
    return caller.ended or caller.refused or caller.cancelled or caller.invited


def _fault_of(run, at):
    return run.names[max(0, bisect.bisect(run.strikes, at) - 1)]


class ProductRecords:
    """The product's records: its calls by the caller's number, and their facts."""

    def __init__(self, rows, lines, agents, through):
        self.through = through
        self.by_number, self.facts = defaultdict(list), defaultdict(list)
        self.talked = Counter((one.call, one.extension) for one in agents)
        for row in rows:
            self.by_number[row.caller[-11:]].append(row)
        for line in lines:
            self.facts[line.call].append(line)

    def of(self, records):
        """Give the facts of a call."""
        return [line for row in records for line in self.facts[row.id]]


def kind_of(call):
    """Give the kind of a caller."""
    return KINDS.get(call.caller.caller[-11:][:3], "")


def _ours(run, number):
    plain = number[-11:]
    first, end = run.numbers
    return plain[:3] in KINDS and plain.isdigit() and first <= int(plain[3:]) < end


def put_through(calls, home):
    """Give for each bridged leg the seconds from its answer to the bridge.

    From Asterisk's event log; a leg that is missing was answered for nothing.
    """
    entered = defaultdict(list)
    for path in (home / "asterisk" / "log" / "cel-custom").glob("hotline*.csv"):
        with path.open(newline="", errors="replace") as file:
            for row in csv.reader(file):
                if len(row) > NAME and row[KIND] == "BRIDGE_ENTER":
                    phone = row[NAME].partition("/")[2].rpartition("-")[0]
                    entered[phone].append(float(row[AT]))
    found = {}
    for leg in (leg for one in calls for leg in one.rung if leg.answered):
        lasted = (leg.ended or float("inf")) - leg.answered
        after = [_after(leg.answered, at) for at in entered[leg.callee]]
        if during := [seconds for seconds in after if seconds <= lasted]:
            found[leg.id] = max(0.0, min(during))
    return found


def _after(answered, at):
    """Give the seconds; the installation's clock may be wrong by an hour, the capture's is not."""
    return (at - answered + AT_ONCE) % AN_HOUR - AT_ONCE


def _talks(made, call, through):
    caller, kind = call.caller, kind_of(call)
    talks = [leg for leg in call.rung if leg.answered]
    for leg in talks:
        if leg.ended is None:
            made.notes.append(f"{caller.caller}: the talk with {leg.callee} was never ended")
        elif leg.ended_by_asterisk and not _left(caller, leg.ended):
            hung_up_on = leg.ended - leg.answered < AT_ONCE or leg.id not in through
            (made.broken if hung_up_on else made.dropped).append(caller.caller)
    if kind != "quitter" and not talks:
        made.lost.append(caller.caller)
    if kind == "quitter" and caller.answered is None:
        made.lost.append(caller.caller)
    if len(talks) > 1:
        made.notes.append(f"{caller.caller} was put through {len(talks)} times")


def _left(caller, at):
    """Whether the caller ended the talk."""
    by_caller = caller.ended is not None and not caller.ended_by_asterisk
    return by_caller and caller.ended < at + ENDED_BY_CALLER


def overtaken(calls):
    """Give the callers who were overtaken by a later caller."""
    served = [
        (one.caller.invited, one.rung[0].invited, one.caller.caller) for one in calls if one.rung
    ]
    served.sort()
    found, soonest = [], float("inf")
    for came, rung, number in reversed(served):
        if soonest < rung - TOGETHER:
            found.append(number)
        soonest = min(soonest, rung)
        del came
    return found


def waits(calls):
    """Give (from, until) of all callers who waited for a decision: an offer, or the end."""
    found = []
    for one in calls:
        if kind_of(one) not in ("caller", "ear"):
            continue
        if one.rung and one.to_agent > SOON:
            found.append((one.caller.invited, one.rung[0].invited))
        talks = [leg for leg in one.rung if leg.answered and leg.ended]
        if talks and one.caller.ended and one.caller.ended - talks[-1].ended > SOON:
            found.append((talks[-1].ended, one.caller.ended))
    return found


def to_normal(waiting, strikes, healed):
    """Give the seconds from the end of each fault until no caller waited because of it any more."""
    late = [0.0] * len(strikes)
    for began, over in waiting:
        # A caller who waited over the end of a fault waited because of it; after it, because of the
        # last one. A caller who arrived in the moment before the next fault waited for that.
        at = bisect.bisect(strikes, over) - 1
        while at > 0 and strikes[at] - began > SOON:
            at -= 1
        if at >= 0:
            late[at] = max(late[at], over - healed[at])
    return late


def _facts(made, run, call, told):
    number = call.caller.caller[-11:]
    records = told.by_number.pop(number, [])
    if len(records) != 1:
        target = made.doubled if records else made.missing
        target.append((number, f"{len(records)} records"))
    if records:
        made.inferred += records[0].inferred
        _compare(made, call, number, records, told)
        _agents(made, call, records[0].id, told)
        _recording(made, run, call, records[0], told)


def _compare(made, call, number, records, told):
    record, facts = records[0], told.of(records)
    counts = Counter(line.kind for line in facts)
    for kind in ONCE:
        if counts[kind] > 1:
            made.doubled.append((number, kind))
    if not counts["arrived"] or not counts["ended"] or record.ended_at is None:
        made.missing.append((number, "arrived" if not counts["arrived"] else "ended"))
    legs = Counter(str(line.detail.get("leg")) for line in facts if line.kind == "connected")
    if double := [leg for leg, times in legs.items() if times > 1]:
        made.doubled.append((number, f"connected {double}"))
    answered = sum(1 for leg in call.rung if leg.answered)
    # An agent who was hung up on at once may have had a caller for a moment, or not at all.
    whole = sum(1 for leg in call.rung if _is_whole(leg, told.through))
    if len(legs) < whole:
        made.missing.append((number, f"connected: {len(legs)} of {whole}"))
    elif len(legs) > answered:
        made.doubled.append((number, f"connected: {len(legs)} for {answered}"))
    if not counts["queued"] and not counts["fallback"] and not record.inferred:
        made.missing.append((number, "queued"))
    wanted = "answered" if whole or legs else "abandoned"
    # Callers who never heard that their call is over were lost with Asterisk.
    untold = call.caller.ended is None or call.caller.forgotten
    fair = {wanted, "failed"} if untold else {wanted}
    if record.ended_at is not None and record.result not in fair:
        made.missing.append((number, f"result {record.result}, was {wanted}"))
    talk = sum(leg.ended - leg.answered for leg in call.rung if leg.answered and leg.ended)
    written = record.talk_seconds + record.hold_seconds
    if answered and record.ended_at is not None and abs(written - talk) > 2.0:
        made.notes.append(f"{number}: talked {talk:.1f} s, written {written:.1f} s")


def _is_whole(leg, through):
    """Whether it was a talk that cannot have been overlooked."""
    return leg.answered and (leg.ended or 0) - leg.answered > AT_ONCE and leg.id in through


def _agents(made, call, id_, told):
    """Check that each talk is in its agent's log, once."""
    legs = Counter(leg.callee for leg in call.rung if leg.answered)
    whole = {leg.callee for leg in call.rung if _is_whole(leg, told.through)}
    for phone, times in legs.items():
        noted = told.talked[(id_, phone)]
        if not noted and phone in whole:
            made.missing.append((call.caller.caller[-11:], f"{phone} talking"))
        elif noted > times:
            made.doubled.append((call.caller.caller[-11:], f"{phone} talking {noted} times"))


def talked(call, through):
    """Give the seconds with agents: a leg may end later than its caller left."""
    gone = call.caller.ended or float("inf")
    ended = [leg for leg in call.rung if leg.ended and leg.id in through]
    return sum(min(leg.ended, gone) - leg.answered - through[leg.id] for leg in ended)


def _recording(made, run, call, record, told):
    """Check that a recording holds as much of the talk as its facts say."""
    facts, through = told.of([record]), told.through
    late = next((fact.detail.get("late", 0.0) for fact in facts if fact.kind == "recording"), 0.0)
    talk = talked(call, through)
    if not record.recording or record.recording_failed is not None or record.inferred or not talk:
        return
    path = run.floor.installation.home / "recordings" / f"{record.recording}-in.wav"
    size = path.stat().st_size if path.exists() else 0
    seconds = max(0, size - WAV_HEADER) / WAV_BYTES_A_SECOND
    if seconds < talk - late - SHORT:
        made.short.append((call.caller.caller[-11:], f"{seconds:.1f} of {talk:.1f} s"))


def _written(run):
    first, end = run.numbers
    bounds = {"first": f"{first:08d}", "last": f"{end - 1:08d}", "kinds": list(KINDS)}
    ours = (
        "SELECT id FROM calls WHERE length(caller) = 14 AND substr(caller, 4, 3) = ANY(:kinds)"
        " AND substr(caller, 7) BETWEEN :first AND :last"
    )
    questions = (
        f"SELECT {COLUMNS} FROM calls WHERE id IN ({ours})",
        f"SELECT call, fact, kind, detail, at, inferred FROM call_events WHERE call IN ({ours})",
        f"SELECT {AGENT_COLUMNS} FROM {AGENT_LOG} WHERE state = 'talking' AND call IN ({ours})",
    )
    with run.floor.site.database() as session:
        return [session.execute(text(one), bounds).all() for one in questions]


def _keep(run, **tables):
    """Write the product's records beside the observers'."""
    for name, found in tables.items():
        with (run.folder / f"{name}.jsonl").open("w") as file:
            for one in found:
                file.write(json.dumps(one._asdict(), default=str, ensure_ascii=False) + "\n")


def _sound(made, call, heard):
    caller = call.caller
    if kind_of(call) == "ear" and caller.answered and caller.ended:
        made.silences.append(longest_silence(heard, caller.answered, caller.ended))
