"""What supervisors may do on the monitor: take part in calls, control agents, move callers."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from crm.people.person import SignedIn
from crm.people.rights import Right
from cti.core.requests import MonitorMode
from web.calls.shapes import CallPath
from web.desk import actions
from web.kit.auth import needs
from web.kit.bodies import Body, IdPath
from web.kit.i18n import N_
from web.kit.shapes import Done
from web.live.context import live_of
from web.monitor import checks
from web.monitor.checks import Told
from web.monitor.shapes import Reason

router = APIRouter(prefix="/floor")
Listener = Annotated[SignedIn, Depends(needs(Right.CALLS_LISTEN))]
Controller = Annotated[SignedIn, Depends(needs(Right.MONITOR_CONTROL))]

MADE_READY = N_("{name} set you to ready: {reason}")
MADE_NOT_READY = N_("{name} set you to not ready: {reason}")
SIGNED_OUT = N_("{name} signed you out: {reason}")
CALL_ENDED = N_("{name} ended your call: {reason}")


class MonitorBody(Body):
    """How to take part in a call; `stop` leaves it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"mode": "listen"}]})

    mode: MonitorMode


class ForcedState(StrEnum):
    """What an agent is set to."""

    READY = "ready"
    NOT_READY = "paused"
    SIGNED_OUT = "signed out"


class ForcedStateBody(Body):
    """The state an agent is set to, and why: the agent is told."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"state": "paused", "reason": "Team meeting"}]},
    )

    state: ForcedState
    reason: Reason


class ReasonBody(Body):
    """Why: the agent is told."""

    reason: Reason


class MoveBody(Body):
    """Where a waiting caller is to go, e.g. `queue:support`; empty for the front of the line."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"to": "agent:2", "reason": "knows her"}]}
    )

    to: Annotated[str, Field(max_length=150)] = ""
    reason: Reason


TOLD = {
    ForcedState.READY: MADE_READY,
    ForcedState.NOT_READY: MADE_NOT_READY,
    ForcedState.SIGNED_OUT: SIGNED_OUT,
}


@router.post("/calls/{call}/monitor")
async def monitor(request: Request, call: CallPath, body: MonitorBody, who: Listener) -> Done:
    """Listen to a call with your own phone, whisper, barge in, take over, or stop."""
    live = live_of(request)
    actions.own_agent(live.mirror, who)
    if body.mode is not MonitorMode.STOP:
        await run_in_threadpool(checks.check_call, request, who, call, Right.CALLS_LISTEN)
    fields = {"agent": who.user.id, "call": call, "mode": body.mode.value}
    answer = await live.link.ask("monitor", **fields)
    what = f"call.monitored.{body.mode}"
    await run_in_threadpool(checks.write, request, who, Told(what, "calls", call))
    return Done(value=dict(answer))


@router.post("/agents/{agent}/state")
async def set_agent_state(
    request: Request, agent: IdPath, body: ForcedStateBody, who: Controller
) -> Done:
    """Set an agent to ready or not ready, or sign the agent out."""
    await run_in_threadpool(checks.check_agent, request, who, agent)
    live = live_of(request)
    if body.state is ForcedState.SIGNED_OUT:
        answer = await live.link.ask("signout", agent=agent)
    else:
        fields = {"state": body.state.value, "reason": ""}
        answer = await live.link.ask("state", agent=agent, **fields)
    after = {"state": body.state.value}
    told = Told("agent.state_forced", "users", agent, after, body.reason, agent, TOLD[body.state])
    await run_in_threadpool(checks.write, request, who, told)
    return Done(value=dict(answer))


@router.post("/calls/{call}/hangup")
async def end_call(request: Request, call: CallPath, body: ReasonBody, who: Controller) -> Done:
    """End a call that an agent has."""
    agent = await run_in_threadpool(checks.check_agents_call, request, who, call)
    answer = await live_of(request).link.ask("hangup", agent=agent, call=call)
    told = Told("call.ended", "calls", call, {}, body.reason, agent, CALL_ENDED)
    await run_in_threadpool(checks.write, request, who, told)
    return Done(value=dict(answer))


@router.post("/calls/{call}/move")
async def move_call(request: Request, call: CallPath, body: MoveBody, who: Controller) -> Done:
    """Send a waiting caller to another destination, or to the front of the line.

    Agents are told: the one that the caller is sent to, and those that were ringing for the caller.
    """
    moved = await run_in_threadpool(checks.check_move, request, who, call, body.to)
    fields = {"call": call, "to": moved.to, "agent": who.user.id}
    answer = await live_of(request).link.ask("move", **fields)
    after = {"to": moved.to or "front"}
    told = Told("call.moved", "calls", call, after, body.reason, moved.agent, moved.sentence)
    await run_in_threadpool(checks.write, request, who, told)
    return Done(value=dict(answer))
