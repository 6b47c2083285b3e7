"""Agents and calls in every state, for the page of components."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from acd.agent import AgentState, Presence, TaskState
from acd.queue import AgentId
from acd.work import Medium, WorkId, WorkState
from cti.core import live
from cti.core.leg import LegId, LegRole, LegState, Purpose
from cti.core.stage import Stage
from web.live.examples import AGENT, CALL

INSTANT = re.compile(r"[0-9-]{10}T[0-9:.]+\+00:00")
_CUSTOMER, _AGENT = CALL["legs"]
_TASK = AGENT["tasks"][0]
_BUSY: Mapping[AgentState, TaskState] = {
    AgentState.OFFERED: TaskState.OFFERED,
    AgentState.TALKING: TaskState.ACTIVE,
    AgentState.WRAP_UP: TaskState.WRAP_UP,
}
_HEARS: Mapping[Stage, live.PlacementKind] = {
    Stage.IVR: live.PlacementKind.PROMPTS,
    Stage.TALKING: live.PlacementKind.BRIDGE,
    Stage.IN_FALLBACK: live.PlacementKind.FALLBACK,
}


def live_examples(at: datetime) -> dict[str, list[Any]]:
    """Give agents and calls, one in each state, then some with more to show, at a time."""
    agents = [*map(_agent, AgentState), _with_two_tasks(), _of_tomorrow()]
    calls = [*map(_call, Stage), _muted(), _consulting(), _listened_to()]
    for number, agent in enumerate(agents, 1):
        agent["id"] = AgentId(number)
    later = at - datetime.fromisoformat(CALL["since"]) - timedelta(seconds=83)
    text = json.dumps({"agents": agents, "calls": calls})
    moved: dict[str, list[Any]] = json.loads(
        INSTANT.sub(lambda found: (datetime.fromisoformat(found[0]) + later).isoformat(), text)
    )
    return moved


def _agent(state: AgentState) -> live.AgentValue:
    busy = _BUSY.get(state)
    presence = Presence.READY if busy else Presence(state.value)
    task: live.TaskValue = {**_TASK, "state": busy or TaskState.ACTIVE}
    return {
        **AGENT,
        "state": state,
        "presence": presence,
        "tasks": [task] if busy else [],
        "reason": "lunch" if state is AgentState.PAUSED else "",
        "rest": "",
    }


def _with_two_tasks() -> live.AgentValue:
    held: live.TaskValue = {**_TASK, "work": WorkId("2"), "call": None, "state": TaskState.HELD}
    chat: live.TaskValue = {**held, "work": WorkId("3"), "medium": Medium.CHAT}
    chat["state"] = TaskState.ACTIVE
    capacity: live.CapacityValue = {"limits": {Medium.VOICE: 2, Medium.CHAT: 3}, "total": 4}
    return {**AGENT, "name": "王芳", "tasks": [held, chat, _TASK], "capacity": capacity}


def _of_tomorrow() -> live.AgentValue:
    """Give an agent in a state that only a newer server knows."""
    return {**_agent(AgentState.READY), "state": cast("AgentState", "coaching")}


def _call(stage: Stage) -> live.CallValue:
    placement = _HEARS.get(stage, live.PlacementKind.HOLD)
    legs: list[live.LegValue] = [{**_CUSTOMER, "placement": placement}]
    call: live.CallValue = {**CALL, "state": stage, "legs": legs, "since": CALL["started_at"]}
    if stage is Stage.OFFERED:
        ringing: live.LegValue = {**_AGENT, "state": LegState.RINGING, "placement": None}
        legs.append({**ringing, "purpose": None})
        call["work"] = {"state": WorkState.OFFERED, "since": CALL["since"], "offers": _offers()}
    elif stage in (Stage.TALKING, Stage.HELD):
        legs.append(_AGENT)
    elif stage in (Stage.IVR, Stage.WAITING):
        call |= {"agent": None, "agent_name": None}
        call["customer"] = None
    elif stage is Stage.ENDED:
        legs.clear()
    return call


def _offers() -> list[live.OfferValue]:
    """Give a ring-all to two agents."""
    names = {7: "Li Wei", 8: "Wang Fang"}
    until = CALL["since"]
    return [
        {"agent": AgentId(id_), "agent_name": name, "since": until, "until": until}
        for id_, name in names.items()
    ]


def _muted() -> live.CallValue:
    return {**CALL, "legs": [{**_CUSTOMER, "muted": True}, {**_AGENT, "holding": True}]}


def _consulting() -> live.CallValue:
    """Give a call in which the agent consults a number outside that is being dialled."""
    waits: live.LegValue = {**_CUSTOMER, "placement": live.PlacementKind.HOLD, "purpose": None}
    asks: live.LegValue = {**_AGENT, "purpose": Purpose.CONSULT}
    outside: live.LegValue = {
        **_AGENT,
        "id": LegId("outside"),
        "role": LegRole.OUTSIDE,
        "agent": None,
        "agent_name": None,
        "number": "+862151088888",
        "state": LegState.DIALLING,
        "placement": None,
        "purpose": None,
    }
    return {**CALL, "state": Stage.HELD, "legs": [waits, asks, outside]}


def _listened_to() -> live.CallValue:
    listens: live.LegValue = {
        **_AGENT,
        "id": LegId("supervisor"),
        "role": LegRole.SUPERVISOR,
        "agent": AgentId(9),
        "agent_name": "Chen Jing",
        "purpose": Purpose.LISTEN,
    }
    snoop: live.LegValue = {**listens, "id": LegId("snoop"), "role": LegRole.SNOOP}
    return {**CALL, "legs": [_CUSTOMER, _AGENT, listens, {**snoop, "agent": None}]}
