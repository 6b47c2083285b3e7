"""Calls that happened while no engine ran, read from Asterisk's CEL file (channel event logging).

Static configuration (asterisk-conf/cel_custom.conf) has Asterisk write the file with or without an
engine. Only its tail is read. Columns: eventtime (seconds since 1970), eventtype, uniqueid,
linkedid, channame, cid_num, exten, context, appname, appdata, extra (JSON), peer, accountcode. The
account code gives a leg's role and its call; `linkedid` does not, since Asterisk lets the oldest
win when legs of two calls meet.
"""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acd.queue import AgentId
from crm.calls.leg_sound import detail_of as detail_of_sound
from crm.calls.record import CallId, Detail, Kind
from cti.asterisk.rtcp import TOTALS_ROW, totals_of
from cti.asterisk.translate import FALLBACK_CONTEXT, read_account_code, read_fax
from cti.core.call import Call
from cti.core.calls import LINE_LOST, NO_LINE
from cti.core.commands import NoteCall
from cti.core.faxes import detail_of, kind_of
from cti.core.leg import LegId, LegRole
from cti.core.look import Hangup
from cti.core.seen import Dialect
from cti.core.times import AHEAD_SECONDS

TAIL_BYTES = 8_000_000
RECENT_BYTES = 500_000
FAX_ROW = "HOTLINE_FAX"  # the type of the line by which the dialplan reports a fax
ROTATE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class CELRow:
    """One line of CEL."""

    at: float
    type: str
    channel: str  # uniqueid
    linked: str
    name: str
    caller: str
    exten: str
    context: str
    app: str
    extra: str
    account: str = ""

    @property
    def call(self) -> str:
        """The call that the line belongs to."""
        code = read_account_code(self.account)
        return code[1] if code is not None and code[1] is not None else self.linked

    @property
    def ours(self) -> bool:
        """Whether it belongs to a leg that the engine made."""
        code = read_account_code(self.account)
        return code is not None and code[0] is not LegRole.CUSTOMER


def read_tail(path: Path, since: float = 0.0, most: int | None = None) -> list[CELRow]:
    """Give the rows of the file's last bytes from `since` on; none if there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            start = max(0, file.tell() - (most or TAIL_BYTES))
            file.seek(start)
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    lines = text.splitlines()[1 if start else 0 :]
    rows = [row for line in lines if (row := _row(_fields(line))) is not None]
    return [row for row in rows if row.at >= since]


def rotate(path: Path) -> None:
    """Rename a file that has grown large; Asterisk opens it anew for each line."""
    try:
        if path.stat().st_size > ROTATE_BYTES:
            path.replace(path.with_suffix(".old.csv"))
    except OSError:
        return


def read_hangups(path: Path, *, whole: bool = True) -> dict[str, Hangup]:
    """Give when and why channels ended, by channel; called in a thread.

    Without `whole`, only the last bytes are read: a busy installation's latest minutes.
    """
    rows = read_tail(path, most=TAIL_BYTES if whole else RECENT_BYTES)
    ends = (row for row in rows if row.type == "HANGUP")
    return {row.channel: _hangup(row) for row in ends}


def sounds(rows: Iterable[CELRow]) -> list[NoteCall]:
    """Give the sound quality of legs, as Asterisk counted it until their ends."""
    notes = []
    for row in rows:
        if row.type != TOTALS_ROW or read_account_code(row.account) is None:
            continue
        totals = totals_of(extra_of(row.extra, "extra"))
        if totals is not None:
            detail: Detail = {"leg": row.channel, **detail_of_sound(totals)}
            call = CallId(row.call)
            notes.append(NoteCall(call, Kind.LEG_SOUND, detail, row.at, inferred=True))
    return notes


def hangup_of(rows: Iterable[CELRow], channel: str) -> Hangup | None:
    """Give when and why a channel ended."""
    ends = [r for r in rows if r.channel == channel and r.type == "HANGUP"]
    return _hangup(ends[-1]) if ends else None


def _hangup(row: CELRow) -> Hangup:
    return Hangup(row.at, _cause(row.extra), row.call if row.ours else "")


OF_CALLERS = ("hotline-arrive", "hotline-guest-arrive", FALLBACK_CONTEXT)
"""Contexts with callers only; a caller who finds no agent there goes to the last one at once."""


def unseen_calls(
    rows: Iterable[CELRow],
    known: Callable[[Sequence[str]], set[str]],
    dialect: Dialect,
    agent_of: Callable[[str], tuple[AgentId, str] | None],
) -> list[NoteCall]:
    """Whole timelines of callers who came, talked and left while no engine was there."""
    by_call: dict[str, list[CELRow]] = {}
    for row in rows:
        by_call.setdefault(row.call, []).append(row)
    ended = {
        call: own
        for call, own in by_call.items()
        if any(r.type == "HANGUP" and r.channel == call for r in own)
        and any(r.channel == call and r.context.startswith(OF_CALLERS) for r in own)
    }
    heard_of = known(list(ended)) if ended else set[str]()
    notes: list[NoteCall] = []
    for call, own in ended.items():
        if call not in heard_of:
            notes += _timeline(CallId(call), own, dialect, agent_of)
    return notes


def ending(
    rows: Sequence[CELRow],
    call: CallId,
    last_known: float,
    agent_of: Callable[[str], tuple[AgentId, str] | None],
    *,
    talked: bool,
) -> list[NoteCall]:
    """Give the end of a call that was alive when the engine died and is gone now.

    Where CEL has nothing, the call ended with its last known fact. If no talk was noted, one with a
    leg of ours counts too: the engine may have died between the answer and its fact.
    """
    own = [r for r in rows if call in (r.call, r.channel)]
    end = hangup_of(own, call) or Hangup(last_known, 0)
    if own and own[0].at - end.at > AHEAD_SECONDS:
        end = replace(end, at=max(row.at for row in own))  # the clock was set back
    found = _middle(call, own, agent_of, legs_too=not talked)
    notes = [n for n in found if n.at is not None and n.at <= end.at]
    return [*notes, _ended(call, end)]


def outside_talk(
    rows: Iterable[CELRow], call: Call, agent_of: Callable[[str], tuple[AgentId, str] | None]
) -> list[NoteCall]:
    """Facts of a caller in the fallback queue: when an agent's phone was bridged to the caller.

    For a caller without a saved context, who arrived without an engine, the arrival is a fact too.
    """
    own = [r for r in rows if r.call == call.id]
    notes = _middle(call.id, own, agent_of)
    if call.run is None and own:
        notes.insert(
            0, _arrived(call.id, call.customer_number, call.own_number, call.via, own[0].at)
        )
    return notes


def _timeline(
    call: CallId,
    own: list[CELRow],
    dialect: Dialect,
    agent_of: Callable[[str], tuple[AgentId, str] | None],
) -> list[NoteCall]:
    # The dialplan goes on at `s` once it has stored the number.
    first = next((r for r in own if r.channel == call and r.exten not in ("", "s")), own[0])
    guest = any(r.context.startswith("hotline-guest") for r in own)
    gone = hangup_of(own, call)
    caller, called = dialect.number(first.caller), dialect.dialled(first.exten)
    via = "guest" if guest else "trunk"
    notes = [_arrived(call, caller, called, via, own[0].at), *_middle(call, own, agent_of)]
    if len(notes) == 1 and any(r.type == "HANGUP" and r.context == FALLBACK_CONTEXT for r in own):
        # The caller hung up in the music before the fallback queue, and has waited all the same.
        notes.append(NoteCall(call, Kind.FALLBACK, {}, own[0].at, inferred=True))
    if gone is not None:
        notes.append(_ended(call, gone))
    return notes


def _middle(
    call: CallId,
    own: Sequence[CELRow],
    agent_of: Callable[[str], tuple[AgentId, str] | None],
    *,
    legs_too: bool = False,
) -> list[NoteCall]:
    notes: list[NoteCall] = []
    queued = next((r for r in own if r.type == "APP_START" and r.app.lower() == "queue"), None)
    if queued is not None:
        notes.append(NoteCall(call, Kind.FALLBACK, {}, queued.at, inferred=True))
    for row in own:
        if row.type == FAX_ROW and row.channel == call:
            notes.append(_fax(call, row))
        if row.type != "BRIDGE_ENTER" or row.channel == call or (row.ours and not legs_too):
            continue
        agent = agent_of(row.name.partition("/")[2].rpartition("-")[0])
        if agent is not None:
            detail: Detail = {"agent": agent[0], "name": agent[1], "leg": row.channel}
            notes.append(NoteCall(call, Kind.CONNECTED, detail, row.at, inferred=True))
    return notes


def _fax(call: CallId, row: CELRow) -> NoteCall:
    fax = read_fax(LegId(row.channel), extra_of(row.extra, "extra"))
    return NoteCall(call, kind_of(fax), detail_of(fax), row.at, inferred=True)


def _arrived(call: CallId, caller: str, called: str, via: str, at: float) -> NoteCall:
    detail: Detail = {"caller": caller, "called": called, "direction": "in", "via": via}
    return NoteCall(call, Kind.ARRIVED, detail, at, inferred=True)


def _ended(call: CallId, gone: Hangup) -> NoteCall:
    detail: Detail = {"by": "caller", "cause": gone.cause}
    if gone.cause in LINE_LOST:
        detail = {"by": "system", "cause": gone.cause, "fault": NO_LINE}
    return NoteCall(call, Kind.ENDED, detail, gone.at, inferred=True)


def _fields(line: str) -> list[str]:
    """Split one line by itself: one that Asterisk has cut must not take the next ones with it."""
    return next(csv.reader([line]), [])


def _row(fields: list[str]) -> CELRow | None:
    if len(fields) < 11:  # noqa: PLR2004 - a torn line
        return None
    try:
        at = float(fields[0])
    except ValueError:
        return None
    kind, channel, linked, name, caller, exten, context, app = fields[1:9]
    account = fields[12] if len(fields) > 12 else ""  # noqa: PLR2004 - lines without an account code
    return CELRow(at, kind, channel, linked, name, caller, exten, context, app, fields[10], account)


def _cause(extra: str) -> int:
    try:
        return int(extra_of(extra, "hangupcause") or 0)
    except ValueError:
        return 0


def extra_of(extra: str, name: str) -> str:
    """Give a member of a line's extra; "" where there is none."""
    try:
        said = json.loads(extra)
    except ValueError:
        return ""
    found = said.get(name) if isinstance(said, dict) else None
    return "" if found is None else str(found)
