"""A supervisor listens to a call: a snoop of one of its legs, heard in a bridge of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from acd import events as floor_events
from acd import floor, seats
from acd.agent import AgentState
from acd.capacity import has_call
from acd.queue import AgentId, QueueKey
from acd.work import Medium, Work, WorkId, WorkState
from crm.calls.record import Kind
from crm.kernel.errors import ConflictError, MissingError
from cti.core import calls, offers, placement
from cti.core.call import Call
from cti.core.commands import SaveContext, Snoop
from cti.core.context import anchor_of
from cti.core.leg import Bridge, Leg, LegId, LegRole, LegStep, Purpose, bridge_id
from cti.core.requests import ListenAsked, StopListeningAsked
from cti.core.state import SwitchTransaction

LISTENERS = frozenset({LegRole.SUPERVISOR, LegRole.SNOOP})


def listen_work(call: Call, supervisor: AgentId) -> WorkId:
    """The id of what a supervisor does when listening to a call."""
    return WorkId(f"{call.id}/listen{supervisor}")


def listening(call: Call, supervisor: AgentId, now: float) -> Work:
    """What a supervisor does who listens to a call."""
    return Work(
        listen_work(call, supervisor),
        Medium.VOICE,
        QueueKey(""),
        now,
        call=call.id,
        state=WorkState.ASSIGNED,
        changed=now,
        agent=supervisor,
    )


def listen_bridge(call: Call, supervisor: AgentId) -> Bridge:
    """The bridge in which a supervisor hears a call."""
    return Bridge(bridge_id(call.id, Purpose.LISTEN, supervisor), call.id, Purpose.LISTEN)


def ask_listen(tx: SwitchTransaction, event: ListenAsked) -> None:
    """Ring the supervisor's phone; who may listen to whom is checked by the asker."""
    supervisor, call = seats.known(tx, event.agent), tx.calls.get(event.call)
    if call is None or call.ended is not None or _heard(tx, call) is None:
        raise MissingError("The call is over.")
    if supervisor.state is AgentState.SIGNED_OUT or not supervisor.reachable:
        raise ConflictError("Connect a phone first.")
    if has_call(supervisor):
        raise ConflictError("Finish your own call first.")
    floor.step(tx, floor_events.WorkBegun(listening(call, supervisor.id, tx.now)))
    offers.make_agent_leg(tx, call, supervisor, auto=True, role=LegRole.SUPERVISOR)
    tx.note(call.id, Kind.LISTENED, agent=supervisor.id, state="began")


def _heard(tx: SwitchTransaction, call: Call) -> Leg | None:
    """The leg by which a call is heard: the customer's, or that of the agent who called."""
    legs = (leg for leg in tx.call_legs(call.id) if leg.role not in LISTENERS)
    return anchor_of(legs)


def supervisor_up(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The supervisor's phone was picked up: make the snoop of the leg that is listened to."""
    heard = _heard(tx, call)
    if heard is None:
        placement.hang_up(tx, leg)
        return
    snoop = LegId(f"{leg.id}-snoop")
    if tx.legs.get(snoop) is not None:
        return  # a new engine heard of it before it heard of the supervisor's answer
    tx.legs.put(
        Leg(snoop, LegRole.SNOOP, leg.party, call.id, leg.node, since=tx.now, placed=tx.now)
    )
    tx.do(Snoop(snoop, heard.id))


def snoop_up(tx: SwitchTransaction, snoop: Leg) -> None:
    """The snoop is there: put it together with the supervisor."""
    call = tx.calls.get(snoop.call)
    leg = calls.agent_leg(tx, call, snoop.agent) if call is not None else None
    if call is None or leg is None or snoop.agent is None:
        placement.hang_up(tx, snoop)
        return
    tx.legs.put(snoop.stepped(LegStep.ANSWERED, tx.now))
    tx.do(SaveContext(snoop.id))
    placement.join(tx, listen_bridge(call, snoop.agent), snoop.id, leg.id)


def ask_stop(tx: SwitchTransaction, event: StopListeningAsked) -> None:
    """The supervisor has heard enough."""
    call = tx.calls.get(event.call)
    if call is None or tx.works.get(listen_work(call, event.agent)) is None:
        raise MissingError("You are not monitoring this call.")
    stop(tx, call, event.agent)


def stop(tx: SwitchTransaction, call: Call, supervisor: AgentId) -> None:
    """End listening, whoever ended it: the supervisor, the snoop, or the call."""
    for leg in list(tx.call_legs(call.id)):
        if leg.role in LISTENERS and leg.agent == supervisor:
            placement.hang_up(tx, leg)
    bridge = listen_bridge(call, supervisor)
    if tx.bridges.get(bridge.id) is not None:
        placement.drop_bridge(tx, bridge.id, ())
    tx.note(call.id, Kind.LISTENED, agent=supervisor, state="ended")
    work = listen_work(call, supervisor)
    floor.step(tx, floor_events.WorkEnded(work, "listening", wrap_up=False))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    ListenAsked: ask_listen,
    StopListeningAsked: ask_stop,
}
