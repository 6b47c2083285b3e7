"""Emergency calls that the dialplan made by itself while no engine ran, found in CEL.

The dialplan writes a line of its own (`hotline-phone-dial` in extensions.conf) when it dials.
"""

from collections.abc import Callable, Iterable, Sequence

from acd.queue import AgentId
from crm.calls.record import CallId, Detail, Kind
from cti.asterisk.cel import CELRow, extra_of, hangup_of
from cti.core.commands import NoteCall
from cti.core.leg import LegRole
from cti.core.look import Hangup
from cti.outbound.numbers import NumberClass

EMERGENCY_ROW = "HOTLINE_EMERGENCY"
LONGEST_SECONDS = 7200.0
"""A call without an end in CEL is over after so long: Asterisk has died meanwhile."""

AgentOf = Callable[[str], tuple[AgentId, str] | None]


def emergency_calls(
    rows: Sequence[CELRow], known: Callable[[Sequence[str]], set[str]], agent_of: AgentOf
) -> list[NoteCall]:
    """Give the facts of the calls that are not `known`; of one that goes on, all but its end."""
    dialled = _dialled(rows)
    heard_of = known(list(dialled)) if dialled else set[str]()
    return [
        note
        for call, row in dialled.items()
        if call not in heard_of
        for note in _timeline(CallId(call), row, rows, agent_of)
    ]


def is_emergency(rows: Iterable[CELRow], call: str) -> bool:
    """Whether the dialplan made this call."""
    return call in _dialled(rows)


def rest_of(call: CallId, rows: Sequence[CELRow], agent_of: AgentOf) -> list[NoteCall]:
    """Give the answer and the end of a call that went on when it was found."""
    row = _dialled(rows)[call]
    later = (Kind.CONNECTED, Kind.ENDED)
    return [one for one in _timeline(call, row, rows, agent_of) if one.kind in later]


def going_on(rows: Sequence[CELRow], now: float) -> set[str]:
    """Give the emergency calls that have not ended."""
    return {
        call
        for call, row in _dialled(rows).items()
        if row.at > now - LONGEST_SECONDS and hangup_of(rows, call) is None
    }


def _dialled(rows: Iterable[CELRow]) -> dict[str, CELRow]:
    found: dict[str, CELRow] = {}
    for row in rows:
        if row.type == EMERGENCY_ROW:
            found.setdefault(row.channel, row)
    return found


def _timeline(
    call: CallId, row: CELRow, rows: Sequence[CELRow], agent_of: AgentOf
) -> list[NoteCall]:
    number = "".join(one for one in extra_of(row.extra, "extra") if one.isascii() and one.isdigit())
    agent = agent_of(row.name.partition("/")[2].rpartition("-")[0])
    arrived: Detail = {"caller": row.caller, "called": number, "direction": "out", "via": "phone"}
    whose = {"agent": agent[0]} if agent is not None else {}
    leg: Detail = {"leg": call, "role": LegRole.AGENT.value, "called": number, **whose}
    dialled: Detail = {
        "number": number,
        "number_class": NumberClass.EMERGENCY.value,
        "away": True,
    }
    notes = [
        NoteCall(call, Kind.ARRIVED, arrived, row.at, inferred=True),
        NoteCall(call, Kind.LEG_BEGAN, leg, row.at, inferred=True),
        NoteCall(call, Kind.DIALLED, dialled, row.at, inferred=True),
    ]
    answered = next((one for one in rows if _answers(one, row)), None)
    if answered is not None and agent is not None:
        talk: Detail = {"agent": agent[0], "name": agent[1], "leg": call}
        notes.append(NoteCall(call, Kind.CONNECTED, talk, answered.at, inferred=True))
    gone = hangup_of(rows, call)
    if gone is None and row.at < rows[-1].at - LONGEST_SECONDS:
        gone = Hangup(row.at, 0)
    if gone is not None:
        ended: Detail = {"by": "agent", "cause": gone.cause}
        notes.append(NoteCall(call, Kind.ENDED, ended, gone.at, inferred=True))
    return notes


def _answers(one: CELRow, dialled: CELRow) -> bool:
    """Whether a line tells that the phone was connected with the one that it called."""
    return one.type == "BRIDGE_ENTER" and one.channel == dialled.channel and one.at >= dialled.at
