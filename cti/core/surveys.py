"""What a flow plans around the talk: the agent's number said before it, a survey after it; scores.

A survey is a flow. It begins when the agent is the first to hang up, and the customer is still
there: the agent wraps up meanwhile.
"""

from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.agent import Agent
from acd.queue import AgentId
from acd.work import Work, WorkState
from crm.calls.record import Kind
from crm.kernel.destination import Destination, DestinationKind
from cti.core import (
    announce,
    calls,
    destinations,
    flows,
    placement,
    recordings,
    ring_groups,
    supervise,
)
from cti.core.call import Call, Direction, Introducing
from cti.core.commands import StartRecording
from cti.core.leg import Leg, LegId, LegRole, OnHold, Prompted
from cti.core.stage import Situation, Stage, is_up, situation
from cti.core.state import SwitchTransaction
from cti.core.successors import successor_of
from ivr.flow import FlowId
from ivr.run import FlowRun
from ivr.speak.languages import speech_in
from ivr.step import AgentSaid, Scored, SurveyPlanned

DECLINED = "declined"


def carry_out(tx: SwitchTransaction, call: Call, run: FlowRun) -> tuple[Call, FlowRun]:
    """Apply to the call what the run's steps have changed of it; `call.run` is where it was."""
    asked = call.run or run
    for effect in run.effects:
        match effect:
            case SurveyPlanned(flow=flow):
                call = replace(call, survey=FlowId(flow))
            case AgentSaid():
                call = replace(call, introduction=effect)
            case Scored(question=question, score=score):
                tx.note(
                    call.id,
                    Kind.SCORED,
                    node=asked.at,
                    flow=asked.flow,
                    question=question,
                    score=score,
                )
    return call, replace(run, effects=())


# ---- before the talk


def introduce(  # noqa: PLR0913 - the call, both legs, the agent, and whether to record
    tx: SwitchTransaction, call: Call, customer: Leg, leg: Leg, agent: Agent, *, record: bool
) -> bool:
    """Say the agent's number to the customer; the agent hears it too, and knows when to speak.

    Gives whether the call's flow wants it said; the recording begins with it.
    """
    said = call.introduction
    if said is None:
        return False
    digits = speech_in(flows.language_of(tx, call)).digits(agent.extension)
    placement.lift(tx, customer.id)
    if record:
        tx.do(StartRecording(customer.id, call.id))
    begun = Introducing(said, call.talked == tx.now, agent.misses)
    call = replace(tx.calls.get(call.id) or call, introduction=None, introducing=begun)
    heard = announce.say(tx, call, customer.id, (*said.before, *digits, *said.after))
    placement.place(tx, leg.id, replace(heard, playback=f"{heard.playback}-agent"))
    return True


def is_introducing(tx: SwitchTransaction, call: Call) -> bool:
    """Whether the customer hears who has answered."""
    work, leg = tx.works.get(call.work), calls.customer_leg(tx, call)
    there = leg is not None and isinstance(leg.placement, Prompted)
    return there and work is not None and work.state is WorkState.ASSIGNED


def taken_back(tx: SwitchTransaction, call: Call, leg: Leg) -> bool:
    """The agent hangs up while the number is said: a missed call, the caller waits on in place.

    Gives whether it was so; else the agent ends a talk.
    """
    begun, work, customer = call.introducing, tx.works.get(call.work), calls.customer_leg(tx, call)
    if begun is None or work is None or customer is None or not is_introducing(tx, call):
        return False
    talked = None if begun.first else call.talked
    call = replace(call, introduction=begun.said, introducing=None, talked=talked)
    tx.calls.put(call)
    agent = leg.agent or AgentId(0)
    tx.note(call.id, Kind.MISSED, agent=agent, leg=leg.id, why=DECLINED)
    recordings.stop(tx, call, customer.id)
    released = floor_events.WorkReleased(work.id, agent, DECLINED, missed_before=begun.misses)
    floor.step(tx, released)
    _wait_on(tx, tx.calls.get(call.id) or call, customer.id, work, agent)
    return True


def _wait_on(tx: SwitchTransaction, call: Call, leg: LegId, work: Work, agent: AgentId) -> None:
    """Back into the line as it was; without one the ring group, or where the agent's calls go."""
    queue = tx.queues.get(successor_of(tx, work.queue))
    if call.ring_group is not None:
        floor.step(tx, floor_events.WorkEnded(work.id, DECLINED, wrap_up=False))
        ring_groups.ring(tx, tx.calls.get(call.id) or call, leg, call.ring_group)
    elif queue is None:
        destinations.agent_did_not(tx, call, agent)
    else:
        placement.place(tx, leg, OnHold(queue.music))
        tx.calls.put(replace(tx.calls.get(call.id) or call, queue=queue.key))
        timers = {"passed over": tx.now + floor.PASS_OVER_SECONDS}
        passed = frozenset((agent,))
        waits = replace(work.waiting_again(tx.now), passed_over=passed, timers=timers)
        floor.step(tx, floor_events.WorkArrived(replace(waits, queue=queue.key)))


def heard_by_agent(tx: SwitchTransaction, call: Call, leg: Leg) -> bool:
    """The agent has heard the number to its end, and waits for the customer in the bridge.

    Gives whether the prompts of this leg, which are over, were these.
    """
    seen = situation(tx, call)
    talks = seen.stage in {Stage.TALKING, Stage.HELD} and call.direction is not Direction.INTERNAL
    if not talks or seen.agent_leg is None or seen.agent_leg.id != leg.id:
        return False
    placement.join(tx, calls.talk_bridge(call), leg.id)
    return True


def introduced(tx: SwitchTransaction, call: Call) -> None:
    """The words are over: customer and agent talk."""
    seen = situation(tx, call)
    legs = [one.id for one in (seen.customer_leg, seen.agent_leg) if one is not None]
    placement.join(tx, calls.talk_bridge(call), *legs)


# ---- after the talk


def begin_survey(tx: SwitchTransaction, seen: Situation) -> bool:
    """The agent is done with the customer: the survey begins, if one is planned.

    Gives whether it does; else the call is to be ended.
    """
    call, leg = seen.call, seen.customer_leg
    talks = seen.stage in {Stage.TALKING, Stage.HELD} and call.direction is not Direction.INTERNAL
    if not talks or leg is None or not is_up(leg) or flows.newest(tx, call.survey) is None:
        return False
    flow = call.survey
    tx.note(call.id, Kind.SURVEY_BEGAN, flow=flow or 0, agent=seen.agent or 0)
    tx.calls.put(replace(call, survey=None, introduction=None, surveyed=True, hops=0))
    _let_go(tx, call)
    floor.step(tx, floor_events.WorkEnded(call.work, "survey", wrap_up=True))
    call = tx.calls.get(call.id) or call
    destinations.go(tx, call, leg.id, Destination(DestinationKind.FLOW, str(flow)))
    # Last of all: what a new engine needs is saved before it.
    recordings.stop(tx, tx.calls.get(call.id) or call, leg.id)
    return True


def _let_go(tx: SwitchTransaction, call: Call) -> None:
    """End the legs of all other agents, ringing ones too; supervisors go on listening."""
    supervise.only_listen(tx, call)
    legs = list(tx.call_legs(call.id))
    listeners = [one.agent for one in legs if one.role is LegRole.SUPERVISOR]
    listening = {supervise.listen_work(call, one) for one in listeners if one is not None}
    others = [one for one in tx.call_works(call.id) if one.id not in {call.work, *listening}]
    for offer in (offer for one in others for offer in one.offers):
        ringing = calls.agent_leg(tx, call, offer.agent)
        leg_id = ringing.id if ringing is not None else ""
        tx.note(call.id, Kind.WITHDRAWN, agent=offer.agent, leg=leg_id, why="talk over")
    for leg in legs:
        if leg.role in {LegRole.AGENT, LegRole.OUTSIDE}:
            placement.hang_up(tx, leg, calls.HANDED_OVER)
    for work in others:
        floor.step(tx, floor_events.WorkEnded(work.id, "survey", wrap_up=False))
