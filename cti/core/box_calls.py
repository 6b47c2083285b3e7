"""Calls into a voicemail box: an agent's phone dials a code, a caller presses * in a greeting.

What follows from which key is said in `cti.core.box_menu`. The database is asked by questions,
whose answers are events; the caller is told when the database is slow or away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent
from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from crm.kernel.state import with_timer
from crm.voicemail.box import BoxId, VoicemailBox
from crm.voicemail.by_phone.access import BoxAnswer, PlayedMessage
from cti.core import announce, box_menu, calls, dialling, flows, outbound, placement, trunk_legs
from cti.core.answer_events import BoxAnswered
from cti.core.box_menu import (
    BoxSaid,
    BoxState,
    BoxVisit,
    CallBack,
    Goodbye,
    Heard,
    MarkIt,
    MenuOutcome,
    OpenWith,
    Pressed,
    PromptsEnded,
    SayPrompts,
    WaitedLong,
    WaitForKey,
)
from cti.core.call import BoxCall, Call, Dialled, DialledOut, Direction
from cti.core.commands import MarkMessage, OpenBox, SaveContext
from cti.core.events import PhoneDialled
from cti.core.leg import Leg, LegId, Prompted, Silent
from cti.core.state import SwitchTransaction
from cti.outbound.rule import Allowed

ENTER = "*"
"""The key that leads from a box's greeting to its PIN."""

NORMAL = 16  # Q.850

MESSAGE = "message:"
"""Begins the name of a prompt that is a message: the rest is its file."""


@dataclass(frozen=True, slots=True)
class BoxDialled:
    """A code for voicemail was dialled: for the own box, or for another with its number."""

    own: bool
    number: str = ""


def read_code(tx: SwitchTransaction, dialled: str) -> BoxDialled | None:
    """Read what was dialled as a code for voicemail; None if it is none."""
    codes, typed = tx.routes.box_codes, dialled.strip()
    if codes.own and typed == codes.own:
        return BoxDialled(own=True)
    number = typed.removeprefix(codes.other)
    if codes.other and typed.startswith(codes.other) and all(one in "0123456789" for one in number):
        return BoxDialled(own=False, number=number[: box_menu.MOST_DIGITS])
    return None


# ---- calls from an agent's phone


def begin(tx: SwitchTransaction, id_: CallId, agent: Agent, dialled: str, *, own: bool) -> Call:
    """Begin the call of an agent's phone; `own`: the agent is signed in at it, and is busy."""
    call = Call(
        id_,
        Direction.INTERNAL,
        BoxCall(agent.id, dialled.strip(), own),
        agent.extension,
        dialled.strip(),
        arrived=tx.now,
        agent=agent.id,
    )
    tx.calls.put(call)
    tx.note(
        call.id,
        Kind.ARRIVED,
        caller=call.customer_number,
        called=call.own_number,
        direction=call.direction.value,
        via=call.via,
    )
    if own:
        work = dialling.work_of(call, call.work, agent.id, tx.now)
        floor.step(tx, floor_events.WorkBegun(work))
    return call


def phone_dialled(tx: SwitchTransaction, event: PhoneDialled, agent: Agent, *, own: bool) -> None:
    """A phone dialled the code by its own keys."""
    call = begin(tx, CallId(event.leg), agent, event.dialled, own=own)
    answered(tx, call, outbound.adopt(tx, event, agent, call))


def answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The agent's phone is up: into the own box at once, into another by its PIN."""
    origin = call.origin
    if not isinstance(origin, BoxCall) or call.visit is not None:
        return
    call = replace(call, talked=tx.now)
    _follow(tx, call, leg.id, box_menu.begin(_visit(tx, origin)))


def _visit(tx: SwitchTransaction, origin: BoxCall) -> BoxVisit:
    code = read_code(tx, origin.dialled) or BoxDialled(own=True)
    own = _box_of(tx, origin.agent)
    box = own.id if own is not None else None
    if not code.own:
        box = BoxId(int(code.number)) if code.number else None
    mine = origin.own and own is not None and box == own.id
    return BoxVisit(BoxState.NUMBER, box, own=mine, granted=mine)


def _box_of(tx: SwitchTransaction, agent: AgentId) -> VoicemailBox | None:
    return next((one for one in tx.routes.boxes.values() if one.agent == agent), None)


# ---- callers in a greeting


def enter_from_greeting(tx: SwitchTransaction, call: Call, leg: Leg) -> bool:
    """Ask for the PIN of the box that greets the caller; False for a box without a PIN."""
    box = tx.routes.boxes.get(call.box) if call.box is not None else None
    if box is None or not box.has_pin or call.farewell or not isinstance(leg.placement, Prompted):
        return False
    _follow(tx, call, leg.id, box_menu.begin(BoxVisit(BoxState.PIN, box.id)))
    return True


# ---- what is heard


def press(tx: SwitchTransaction, call: Call, leg: Leg, digit: str) -> None:
    """A key; no key is noted, because it may be a part of a PIN."""
    _hear(tx, call, leg.id, Pressed(digit))


def prompts_over(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """The prompts, or the message, are over or could not be played."""
    _hear(tx, call, leg, PromptsEnded())


def due(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """No key and no answer came in time, or a playback's end was never told."""
    placement.ran_out(tx, leg.id)
    _hear(tx, call, leg.id, WaitedLong())


def take_answer(tx: SwitchTransaction, event: BoxAnswered) -> None:
    """A question is answered; the answer to an older one comes late and means nothing."""
    call = tx.calls.get(event.call)
    leg = calls.listener_leg(tx, call) if call is not None else None
    visit = call.visit if call is not None else None
    if call is None or leg is None or visit is None or event.question != _question(call):
        return
    _note_answer(tx, call, visit, event.answer)
    _hear(tx, call, leg.id, BoxSaid(event.answer, event.messages))


def _note_answer(tx: SwitchTransaction, call: Call, visit: BoxVisit, answer: BoxAnswer) -> None:
    box, message = visit.box or 0, visit.message
    if visit.state is BoxState.OPENING and answer is BoxAnswer.DONE:
        known = tx.routes.boxes.get(visit.box) if visit.box is not None else None
        tx.note(call.id, Kind.BOX_OPENED, box=box, name=known.name if known is not None else "")
    elif visit.state is BoxState.OPENING:
        tx.note(call.id, Kind.BOX_REFUSED, box=box, why=answer.value)
    elif visit.mark is not None and message is not None and answer is BoxAnswer.DONE:
        tx.note(call.id, Kind.BOX_MARKED, box=box, voicemail=message.id, mark=visit.mark.value)


def _hear(tx: SwitchTransaction, call: Call, leg: LegId, heard: Heard) -> None:
    if call.visit is None or call.farewell:
        return
    outcome = box_menu.hear(call.visit, heard)
    if outcome is not None:
        _follow(tx, call, leg, outcome)


# ---- what is done


def _follow(tx: SwitchTransaction, call: Call, leg: LegId, outcome: MenuOutcome) -> None:
    visit = outcome.visit
    call = replace(call, visit=visit)
    match outcome.order:
        case SayPrompts(prompts=prompts, message=message):
            _say(tx, call, leg, prompts, message)
        case WaitForKey(seconds=seconds):
            _wait(tx, call, leg, seconds)
        case OpenWith(pin=pin):
            call = _wait(tx, replace(call, plays=call.plays + 1), leg, box_menu.ANSWER_SECONDS)
            tx.ask(OpenBox(call.id, _question(call), visit.box or BoxId(0), pin))
        case MarkIt(message=message_id, mark=mark):
            call = _wait(tx, replace(call, plays=call.plays + 1), leg, box_menu.ANSWER_SECONDS)
            by, box = _listener(call, visit), visit.box or BoxId(0)
            tx.ask(MarkMessage(call.id, _question(call), box, message_id, mark, by))
        case CallBack(number=number):
            tx.calls.put(call)
            _call_back(tx, call, leg, number)
        case Goodbye(prompts=prompts):
            _say(tx, replace(call, farewell=True), leg, prompts, None)


def _question(call: Call) -> str:
    return f"{call.id}-q{call.plays}"


def _listener(call: Call, visit: BoxVisit) -> AgentId | None:
    """Who listens, as far as that is known: a PIN may be known to many."""
    return call.origin.agent if isinstance(call.origin, BoxCall) and visit.own else None


def _say(
    tx: SwitchTransaction,
    call: Call,
    leg: LegId,
    prompts: tuple[str, ...],
    message: PlayedMessage | None,
) -> None:
    longest = announce.PROMPT_SECONDS + (message.seconds if message is not None else 0.0)
    if message is not None:
        prompts = (*prompts, f"{MESSAGE}{message.file}")
    playback = f"{call.id}-p{call.plays + 1}"
    timers = with_timer(call.timers, "flow", tx.now + longest)
    tx.calls.put(replace(call, plays=call.plays + 1, timers=timers))
    placement.place(tx, leg, Prompted(playback, prompts, _language(tx, call)))


def _wait(tx: SwitchTransaction, call: Call, leg: LegId, seconds: float) -> Call:
    call = replace(call, timers=with_timer(call.timers, "flow", tx.now + seconds))
    tx.calls.put(call)
    placement.place(tx, leg, Silent())
    return call


def _language(tx: SwitchTransaction, call: Call) -> str:
    """The language of the box; before it is known, that of the agent's own box or the number."""
    box = tx.routes.boxes.get(call.visit.box) if call.visit and call.visit.box else None
    if box is None and isinstance(call.origin, BoxCall):
        box = _box_of(tx, call.origin.agent)
    return box.language.value if box is not None else flows.language_of(tx, call)


# ---- calling the sender back


def _call_back(tx: SwitchTransaction, call: Call, leg_id: LegId, number: str) -> None:
    """Leave the box and call its sender: the agent's leg goes on in a call of its own."""
    leg, origin = tx.legs.get(leg_id), call.origin
    agent = tx.agents.get(origin.agent) if isinstance(origin, BoxCall) else None
    if leg is None or agent is None or call.visit is None:
        return
    new = CallId(f"{call.id}-back{call.plays + 1}")
    colleague = tx.agents.first(tx.lines.extensions, number)
    decision = trunk_legs.decide(tx, number, trunk_legs.dialler_of(tx, agent.id))
    if colleague is not None and colleague.id != agent.id:
        made = dialling.begin(tx, new, agent, colleague)
    elif colleague is None and isinstance(decision, Allowed):
        made = outbound.begin(tx, new, DialledOut(agent.id, number), decision)
    else:
        _follow(tx, call, leg_id, box_menu.not_callable(call.visit))
        return
    placement.lift(tx, leg.id)
    moved = replace(tx.legs.get(leg.id) or leg, call=made.id)
    tx.legs.put(moved)
    calls.end(tx, call, by="agent", cause=NORMAL)
    if isinstance(made.origin, Dialled):
        dialling.answered(tx, made, moved)
    elif isinstance(decision, Allowed):
        outbound.reach(tx, made, moved, decision)
    tx.do(SaveContext(moved.id))  # it carried the call that has ended


# ---- an engine that died


def found(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """Go on with a call in the menu after an engine's death: the message begins again."""
    visit = call.visit
    if visit is None and isinstance(call.origin, BoxCall):
        visit = _visit(tx, call.origin)
    if visit is not None:
        _follow(tx, call, leg, box_menu.begin(visit))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {BoxAnswered: take_answer}
