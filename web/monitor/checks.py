"""What supervisors may reach on the monitor, and how agents and the audit log are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.destination import DestinationKind
from crm.kernel.errors import MissingError
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.preferences.store import prefer, preference
from web.destinations.actions import read
from web.destinations.targets import targets_of
from web.kit.audit import note
from web.kit.auth import reach_of
from web.kit.i18n import N_
from web.kit.request import context_of
from web.live.context import live_of
from web.live.schema import Value, agents_of_call, line_of_call

REASONS = "monitor_reasons"
"""The preference with the reasons that a user gave last."""

REASONS_KEPT = 6
CALLER_SENT = N_("{name} sent a waiting caller to you: {reason}")
CALLER_TAKEN = N_("{name} sent the caller who rang at your phone elsewhere: {reason}")


@dataclass(frozen=True, slots=True)
class Told:
    """What a supervisor did: a line of the audit log, and what the agent is told of it."""

    action: str
    what: str
    which: str | int
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    agent: int | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a waiting caller goes, "" for the front; and the agent to tell."""

    to: str
    agent: int | None = None
    sentence: str = ""


def check_call(request: Request, who: SignedIn, call: str, right: Right) -> Value:
    """Give a live call of an agent within reach; MissingError for any other call."""
    value = live_of(request).mirror.value("call", call)
    with context_of(request).database.begin() as session:
        reach = reach_of(session, who, right)
    if value is None or not any(reach.holds(one) for one in _agents(value)):
        raise MissingError("There is no call {call}.", call=call)
    return value


def check_agents_call(request: Request, who: SignedIn, call: str) -> int:
    """Give the agent who has a call, if the user may control them; MissingError otherwise."""
    value = live_of(request).mirror.value("call", call)
    agent = value.get("agent") if value is not None else None
    with context_of(request).database.begin() as session:
        reach = reach_of(session, who, Right.MONITOR_CONTROL)
    if not isinstance(agent, int) or not reach.holds(agent):
        raise MissingError("There is no call {call}.", call=call)
    return agent


def check_move(request: Request, who: SignedIn, call: str, to: str) -> Move:
    """Give where a caller goes who waits in a queue of an agent within reach."""
    context, mirror = context_of(request), live_of(request).mirror
    value = mirror.value("call", call)
    queue = line_of_call(value) or (value or {}).get("queue")
    with context.database.begin() as session:
        reach = reach_of(session, who, Right.MONITOR_CONTROL)
        theirs = any(
            queue in one["queues"] for one in mirror.values("agent") if reach.holds(one["id"])
        )
        if value is None or not (reach.people is None or theirs):
            raise MissingError("There is no call {call}.", call=call)
        rung = value.get("agent")
        if not to.strip():
            return Move("")
        there = read(to, targets_of(session), context.settings.region, "to")
    if there.kind is DestinationKind.AGENT:
        return Move(str(there), int(there.key), CALLER_SENT)
    return Move(str(there), rung if isinstance(rung, int) else None, CALLER_TAKEN)


def check_agent(request: Request, who: SignedIn, agent: int) -> None:
    """Raise MissingError for an agent that the user may not control."""
    with context_of(request).database.begin() as session:
        reaches(session, who, Right.MONITOR_CONTROL, agent)


def reaches(session: Session, who: SignedIn, right: Right, agent: int) -> None:
    """Raise MissingError for an agent outside of a right's reach."""
    if not reach_of(session, who, right).holds(agent):
        raise MissingError("There is no agent {agent}.", agent=agent)


def write(request: Request, who: SignedIn, told: Told) -> None:
    """Tell the agent who did it and why, and note it in the audit log."""
    with context_of(request).database.begin() as session:
        write_in(session, request, who, told)


def write_in(session: Session, request: Request, who: SignedIn, told: Told) -> None:
    """Do the same in a transaction that is open already."""
    after = dict(told.after)
    if told.reason:
        after["reason"] = told.reason
        remember(session, who.user.id, told.reason)
    note(session, request, who, told.action, told.what, told.which, {}, after)
    if told.agent is not None and told.agent != who.user.id and told.sentence:
        values = {"name": who.user.name, "reason": told.reason}
        notify(session, [told.agent], NewNotice(told.sentence, values))


def last_reasons(session: Session, user: int) -> list[str]:
    """Give the reasons that a user gave last, the newest first."""
    known = preference(session, user, REASONS)
    return [str(one) for one in known] if isinstance(known, list) else []


def remember(session: Session, user: int, reason: str) -> None:
    """Keep a reason, to be offered the next time."""
    kept = [reason, *(one for one in last_reasons(session, user) if one != reason)]
    prefer(session, user, REASONS, kept[:REASONS_KEPT])


def _agents(value: Value) -> set[int]:
    return {value["agent"], *agents_of_call(value)} - {None}
