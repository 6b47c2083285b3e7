"""What the pages of the monitor know before the live connection delivers anything."""

from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.store import pause_reasons, queue_names
from crm.dictionary.item import one_of_two
from crm.parameters.store import parameters
from crm.people.groups.store import groups, groups_of
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.desk import actions
from web.kit.auth import reach_of
from web.kit.request import reader_of
from web.live.context import live_of
from web.live.schema import ItemKind
from web.live.scope import floor_of
from web.monitor.checks import last_reasons
from web.monitor.thresholds import thresholds


def floor_boot(session: Session, request: Request, who: SignedIn) -> dict[str, Any]:
    """Give the floor as far as a user sees it, and what they may do there."""
    reader, mirror = reader_of(request), live_of(request).mirror
    seen = reach_of(session, who, Right.FLOOR_SEE)
    known = pause_reasons(session, disabled_too=True)
    reasons = {one.key: one_of_two(one.name_en, one.name_zh, reader.language) for one in known}
    names = actions.queue_names(session, reader)
    agents = [one for one in mirror.values(ItemKind.AGENT) if seen.holds(one["id"])]
    # The number first: a change during the reading is then sent again by the socket.
    number = mirror.number
    return {
        "away": mirror.away,
        "number": number,
        "boot": mirror.boot,
        "items": mirror.visible_to(floor_of(seen.people)),
        "queue_names": names,
        "reason_names": reasons,
        "links": {
            "calls": who.may(Right.CALLS_SEE),
            "seats": True,
            "trunks": who.may(Right.LINES_MANAGE),
            "limits": who.may(Right.OUTBOUND_LIMIT),
        },
        "may": {
            "listen": _people(session, who, Right.CALLS_LISTEN),
            "control": _people(session, who, Right.MONITOR_CONTROL),
        },
        "queues": [
            {"key": key, "name": names.get(key, one.en)}
            for key, one in queue_names(session).items()
            if one.enabled
        ],
        "groups": _groups(session, sorted(one["id"] for one in agents)),
        "reasons": last_reasons(session, who.user.id),
        "thresholds": thresholds(parameters(session)),
    }


def _people(session: Session, who: SignedIn, right: Right) -> list[int] | None:
    """Give the users that a right reaches: None for everyone, nobody without the right."""
    if not who.may(right):
        return []
    people = reach_of(session, who, right).people
    return None if people is None else sorted(people)


def _groups(session: Session, agents: list[int]) -> list[dict[str, Any]]:
    """Give the active groups that some agents belong to."""
    theirs = groups_of(session, agents)
    found = []
    for one in groups(session):
        inside = [agent for agent in agents if one.id in theirs.get(agent, ())]
        if one.enabled and inside:
            found.append({"id": one.id, "name": one.name, "members": inside})
    return found
