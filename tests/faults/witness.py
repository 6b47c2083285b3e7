"""What outside witnesses saw of a run, held against what the product wrote down.

The wire tells which talks there were, who ended them, and in which order callers were served; the
database tells what the product believes. Nothing is counted from the product's tables alone.
"""

import bisect
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from faults.ears import longest_silence, ports_of_callers
from faults.floor import KINDS
from sqlalchemy import text

SOON = 0.5  # seconds; who is put through within this had no fault to wait for
TOGETHER = 0.1  # who came within this of each other may be served in either order
ENDED_BY_CALLER = 0.6
SHORT = 2.0  # seconds that a recording may lack without a word
WAV_HEADER, WAV_BYTES_A_SECOND = 44, 16000
ONCE = ("arrived", "answered", "ended")


@dataclass(slots=True)
class Verdict:
    """The figures of one run."""

    strikes: int = 0
    calls: int = 0
    talks: int = 0
    dropped: list = field(default_factory=list)  # callers whose talk ended before its time
    lost: list = field(default_factory=list)  # callers whom nobody ever took
    overtaken: list = field(default_factory=list)
    missing: list = field(default_factory=list)  # (caller, fact)
    doubled: list = field(default_factory=list)
    short: list = field(default_factory=list)  # recordings that lack some of what they promise
    unknown: list = field(default_factory=list)  # calls of the product that no witness saw
    inferred: int = 0
    to_normal: list = field(default_factory=list)  # seconds, one for each strike
    silences: list = field(default_factory=list)  # seconds, one for each sample caller
    notes: list = field(default_factory=list)


def judge(run):
    """Give the verdict on a run that is over."""
    calls = [one for one in run.wire.calls() if _ours(run, one.caller.caller)]
    made = Verdict(strikes=len(run.strikes), calls=len(calls))
    made.talks = sum(1 for one in calls for leg in one.rung if leg.answered)
    for one in calls:
        _talks(made, one)
    made.overtaken = overtaken([one for one in calls if kind_of(one) == "line"])
    made.to_normal = to_normal(calls, run.strikes)
    _facts(made, run, calls)
    _sound(made, run, calls)
    return made


def kind_of(call):
    """What sort of caller it was."""
    return KINDS.get(call.caller.caller[-11:][:3], "")


def _ours(run, number):
    plain = number[-11:]
    first, end = run.numbers
    return plain[:3] in KINDS and plain.isdigit() and first <= int(plain[3:]) < end


def _talks(made, call):
    caller, kind = call.caller, kind_of(call)
    talks = [leg for leg in call.rung if leg.answered]
    for leg in talks:
        if leg.ended is None:
            made.notes.append(f"{caller.caller}: the talk with {leg.callee} was never ended")
        elif leg.ended_by_asterisk and not _left(caller, leg.ended):
            made.dropped.append(caller.caller)
    if kind != "quitter" and not talks:
        made.lost.append(caller.caller)
    if kind == "quitter" and caller.answered is None:
        made.lost.append(caller.caller)
    if len(talks) > 1:
        made.notes.append(f"{caller.caller} was put through {len(talks)} times")


def _left(caller, at):
    """Whether it was the caller who ended the talk."""
    by_caller = caller.ended is not None and not caller.ended_by_asterisk
    return by_caller and caller.ended < at + ENDED_BY_CALLER


def overtaken(calls):
    """Name the callers before whom somebody was rung who had come later."""
    served = [(one.caller.invited, one.rung[0].invited, one.caller.caller) for one in calls if one.rung]
    served.sort()
    found, soonest = [], float("inf")
    for came, rung, number in reversed(served):
        if soonest < rung - TOGETHER:
            found.append(number)
        soonest = min(soonest, rung)
        del came
    return found


def to_normal(calls, strikes):
    """Seconds from each strike until nobody waited for it any more: to be rung, or to be let go."""
    late = defaultdict(float)
    for one in calls:
        if kind_of(one) not in ("caller", "ear"):
            continue
        if one.rung and one.to_agent > SOON:
            _blame(late, strikes, one.caller.invited, one.rung[0].invited)
        talks = [leg for leg in one.rung if leg.answered and leg.ended]
        if talks and one.caller.ended and one.caller.ended - talks[-1].ended > SOON:
            _blame(late, strikes, talks[-1].ended, one.caller.ended)
    return [late[at] for at in range(len(strikes))]


def _blame(late, strikes, began, over):
    """Find the strike that somebody waited for: the last one before his waiting was over."""
    at = bisect.bisect(strikes, over) - 1
    while at >= 0 and at > 0 and strikes[at] > began:
        at -= 1
    nearest = at if at >= 0 and (at + 1 >= len(strikes) or strikes[at + 1] > began + SOON) else at + 1
    if 0 <= nearest < len(strikes):
        late[nearest] = max(late[nearest], over - strikes[nearest])


def _facts(made, run, calls):
    rows, lines = _written(run)
    _keep(run, rows, lines)
    made.inferred = sum(1 for row in rows if row.inferred)
    by_number, by_call = defaultdict(list), defaultdict(list)
    for row in rows:
        by_number[row.caller[-11:]].append(row)
    for line in lines:
        by_call[line.call].append(line)
    for one in calls:
        number = one.caller.caller[-11:]
        records = by_number.pop(number, [])
        if len(records) != 1:
            target = made.doubled if records else made.missing
            target.append((number, f"{len(records)} records"))
        if records:
            told = [line for row in records for line in by_call[row.id]]
            _compare(made, one, number, records[0], told)
            _recording(made, run, one, number, records[0])
    made.unknown = list(by_number)


def _compare(made, call, number, record, told):
    counts = Counter(line.kind for line in told)
    for kind in ONCE:
        if counts[kind] > 1:
            made.doubled.append((number, kind))
    if not counts["arrived"] or not counts["ended"] or record.ended_at is None:
        made.missing.append((number, "arrived" if not counts["arrived"] else "ended"))
    legs = Counter(str(line.detail.get("leg")) for line in told if line.kind == "connected")
    if double := [leg for leg, times in legs.items() if times > 1]:
        made.doubled.append((number, f"connected {double}"))
    answered = sum(1 for leg in call.rung if leg.answered)
    if len(legs) < answered:
        made.missing.append((number, f"connected: {len(legs)} of {answered}"))
    elif len(legs) > answered:
        made.doubled.append((number, f"connected: {len(legs)} for {answered}"))
    if not counts["queued"] and not counts["fallback"] and not record.inferred:
        made.missing.append((number, "queued"))
    wanted = "answered" if answered else "abandoned"
    if record.ended_at is not None and record.result != wanted:
        made.missing.append((number, f"result {record.result}, was {wanted}"))
    talk = sum(leg.ended - leg.answered for leg in call.rung if leg.answered and leg.ended)
    written = record.talk_seconds + record.hold_seconds
    if answered and record.ended_at is not None and abs(written - talk) > 2.0:
        made.notes.append(f"{number}: talked {talk:.1f} s, written {written:.1f} s")


def _recording(made, run, call, number, record):
    """A recording that is said to be whole must hold the talk."""
    talk = sum(leg.ended - leg.answered for leg in call.rung if leg.answered and leg.ended)
    if not record.recording or record.recording_failed is not None or record.inferred or not talk:
        return
    path = run.floor.installation.home / "recordings" / f"{record.recording}-in.wav"
    size = path.stat().st_size if path.exists() else 0
    seconds = max(0, size - WAV_HEADER) / WAV_BYTES_A_SECOND
    if seconds < talk - SHORT:
        made.short.append((number, f"{seconds:.1f} of {talk:.1f} s"))


def _written(run):
    first, end = run.numbers
    spelt = [f"+86{prefix}{at:08d}" for prefix in KINDS for at in (first, end - 1)]
    between = " OR ".join(
        f"caller BETWEEN :a{at} AND :b{at}" for at in range(len(KINDS))
    )
    bounds = {}
    for at in range(len(KINDS)):
        bounds[f"a{at}"], bounds[f"b{at}"] = spelt[2 * at], spelt[2 * at + 1]
    with run.floor.house.database() as session:
        rows = session.execute(text(f"SELECT id, caller, started_at, answered_at, ended_at, queue, agent, result, ended_by, cause, wait_seconds, talk_seconds, hold_seconds, recording, recording_failed, inferred FROM calls WHERE {between}"), bounds).all()
        lines = session.execute(
            text(
                "SELECT call, fact, kind, detail, at, inferred FROM call_events WHERE call IN"
                f" (SELECT id FROM calls WHERE {between})"
            ),
            bounds,
        ).all()
    return rows, lines


def _keep(run, rows, lines):
    """Leave what the product wrote beside what the witnesses saw."""
    for name, found in (("calls", rows), ("facts", lines)):
        with (run.folder / f"{name}.jsonl").open("w") as file:
            for one in found:
                file.write(json.dumps(one._asdict(), default=str, ensure_ascii=False) + "\n")


def _sound(made, run, calls):
    heard, ports = run.ears.heard(), ports_of_callers(run.wire.path)
    for one in calls:
        caller = one.caller
        port = ports.get(caller.caller)
        if kind_of(one) != "ear" or port is None or not caller.answered or not caller.ended:
            continue
        silence = longest_silence(heard.get(port), caller.answered, caller.ended)
        made.silences.append(silence)
