"""FakeAsterisk: takes the engine's commands and answers with Asterisk's events, in virtual time.

For tests and simulation. It knows channels, bridges, and which leg hears music or prompts; phones
answer, decline or stay silent as the test orders.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from acd.agent import Agent, Phone
from acd.orders import NoteAgent
from acd.queue import AgentId
from crm.calls.leg import CallLeg, fold_legs
from crm.calls.record import LEG_KINDS, CallEvent, CallId, CallRecord, fold
from cti.core import events as e
from cti.core import requests as r
from cti.core import switch
from cti.core.call import Call, Direction, Inbound
from cti.core.commands import Fact, NoteCall, Question
from cti.core.leg import BridgeId, CustomerParty, Leg, LegId, LegRole, LegState
from cti.core.look import Hangup, Round
from cti.core.reconcile import compare
from cti.core.saved import read_context
from cti.core.seen import Dialect
from cti.core.stage import Situation, Stage, situation
from cti.core.state import SwitchState
from cti.fake_death import die
from cti.fake_facts import timeline_of
from cti.fake_lists import listed
from cti.fake_orders import do, gone, remove
from cti.trunks.trunk import TrunkId

START = 1_770_000_000.0  # virtual time begins: seconds since the epoch


@dataclass(slots=True)
class FakeAsterisk:
    """A live state, the Asterisk under it, and a clock that the test moves."""

    state: SwitchState = field(default_factory=SwitchState)
    now: float = START
    channels: dict[LegId, str] = field(default_factory=dict)  # id -> "down" | "ring" | "up"
    bridges: dict[BridgeId, set[LegId]] = field(default_factory=dict)
    hearing: dict[LegId, str] = field(default_factory=dict)  # "music" | "silence" | playback id
    playing: dict[str, tuple[str, ...]] = field(default_factory=dict)  # playback -> prompts
    muted: set[LegId] = field(default_factory=set)
    declined: list[LegId] = field(default_factory=list)  # legs whose REFER was refused
    referred: list[LegId] = field(default_factory=list)  # legs whose REFER was carried out
    snoops: dict[LegId, LegId] = field(default_factory=dict)  # listener -> leg it hears
    recorded: set[CallId] = field(default_factory=set)  # calls that are being recorded
    facts: list[tuple[float, Fact]] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    refuse: set[type] = field(default_factory=set)  # kinds of commands that fail
    saved: dict[LegId, str] = field(default_factory=dict)  # the context on a channel
    born: dict[LegId, float] = field(default_factory=dict)  # when each channel was made
    ended_with: dict[str, Hangup] = field(default_factory=dict)  # as CEL tells it
    recorder: bool = True
    unreachable: set[AgentId] = field(default_factory=set)
    dead_trunks: set[TrunkId] = field(default_factory=set)  # over which no leg can be made
    dialled: dict[LegId, tuple[TrunkId, str, str]] = field(default_factory=dict)  # over trunks
    called: set[LegId] = field(default_factory=set)  # legs that were dialled
    early: bool = False  # carriers send their own sound, which changes no channel's state
    elsewhere: set[str] = field(default_factory=set)  # legs moved away from the engine

    def hear(self, *events: e.Event) -> None:
        """Handle events one after the other, each with everything that follows from it."""
        inbox = list(events)
        while inbox:
            change = switch.step(self.state, inbox.pop(0), self.now)
            self.state.apply(change)
            self.asked.extend(change.questions)
            self.facts.extend((f.at if f.at is not None else self.now, f) for f in change.facts)
            for command in change.commands:
                inbox.extend(do(self, command))

    def wait(self, seconds: float) -> None:
        """Let time pass; timers fire in their order."""
        end = self.now + seconds
        while (until := self.state.next_timer()) is not None and until <= end:
            self.now = max(self.now, until)
            for timer in list(self.state.due(self.now)):
                self.hear(e.TimerDue(timer))
        self.now = end

    # ---- an engine that dies, and the next one

    def engine_dies(self, seconds: float = 0.5) -> None:
        """A new engine finds what Asterisk carries; use `unheard` for what happens meanwhile."""
        die(self, seconds)

    def unheard(self, leg: str, state: str = "") -> None:
        """A leg is answered ("up") or ends ("") while no engine listens."""
        if state:
            self.channels[LegId(leg)] = state
        else:
            remove(self, LegId(leg))

    def look(self, *, first: bool) -> None:
        """Compare the state with Asterisk, as the reconciler does."""
        look = Round(
            state=self.state,
            seen=listed(
                self.channels,
                self.born,
                self.saved,
                self.bridges,
                self.state.legs,
                {leg for leg, heard in self.hearing.items() if heard.startswith("fax ")},
                self.called,
            ),
            now=self.now,
            first=first,
            dialect=Dialect(number=str, dialled=str, sound=lambda p, _: p),
            agent_of=lambda _: None,
            hangup_of=self.ended_with.get,
        )
        for event in compare(look).events:
            self.hear(event)

    # ---- what people do

    def dial(self, call: str, called: str = "100", caller: str = "+8613800138000") -> None:
        """A caller dials. The call's id is that of the caller's leg."""
        self.channels[LegId(call)] = "ring"
        self.born[LegId(call)] = self.now
        self.hear(e.CallArrived(LegId(call), caller, called, "trunk"))

    def press(self, leg: str, digit: str) -> None:
        """A caller presses a key."""
        self.hear(e.DigitPressed(LegId(leg), digit))

    def prompts_end(self, leg: str) -> None:
        """The prompts that a caller hears come to their end."""
        playback = self.hearing.pop(LegId(leg))
        self.hear(e.PlaybackEnded(LegId(leg), playback))

    def pick_up(self, call: str) -> None:
        """The ringing agent answers."""
        self.answers(self.agent_leg(call))

    def answers(self, leg: str) -> None:
        """A phone is picked up."""
        self.channels[LegId(leg)] = "up"
        self.hear(e.LegAnswered(LegId(leg)))

    def leg_ends(self, call: str, cause: int = 16) -> None:
        """The agent's leg ends by itself: hung up, declined, lost."""
        self.hear(*gone(self, LegId(self.agent_leg(call)), cause))

    def ends(self, leg: str, cause: int = 16) -> None:
        """A leg ends by itself."""
        self.hear(*gone(self, LegId(leg), cause))

    def comes_back(self, call: str) -> None:
        """The fallback returns a caller with the saved context."""
        leg = LegId(call)
        self.elsewhere.discard(call)
        for bridge in self.bridges.values():
            bridge.discard(leg)
        self.hearing.pop(leg, None)
        saved = read_context(call, json.loads(self.saved.get(leg, "{}")))
        known = Call(CallId(call), Direction.IN, Inbound(), "+8613800138000", "100", self.now)
        if saved is not None and saved.anchor is not None:
            known = saved.anchor.call
        party = CustomerParty(known.customer_number)
        back = Leg(leg, LegRole.CUSTOMER, party, CallId(call), state=LegState.UP, since=self.now)
        self.hear(e.CallReturned(known, back))

    def caller_hangs_up(self, call: str) -> None:
        """The caller hangs up."""
        self.hear(*gone(self, LegId(call), 16))

    def tell_answered(self, leg: str) -> None:
        """Send the event that a leg is answered: late if the leg is gone, or once more."""
        if leg in self.channels:
            self.channels[LegId(leg)] = "up"
            self.hear(e.LegAnswered(LegId(leg)))

    def tell_ended(self, leg: str, cause: int) -> None:
        """Send the event that a leg has ended, whether it is there or not."""
        remove(self, LegId(leg))
        self.hear(e.LegEnded(LegId(leg), cause))

    def tell_held(self, leg: str, held: bool) -> None:  # noqa: FBT001 - the two states of a hold
        """Send the event that an agent pressed hold on the phone itself."""
        self.hear(e.LegHeld(LegId(leg), held))

    # ---- what a test asks for

    def call(self, call: str) -> Call:
        """Give a call, which must exist."""
        return self.state.calls[CallId(call)]

    def agent(self, agent: int) -> Agent:
        """Give an agent, who must exist."""
        return self.state.agents[AgentId(agent)]

    def situation(self, call: str) -> Situation:
        """Give a call with its stage and everything that the stage is derived from."""
        return situation(self.state, self.call(call))

    def stage(self, call: str) -> Stage:
        """Give a call's stage."""
        return self.situation(call).stage

    def agent_leg(self, call: str) -> str:
        """Give the leg of the agent who has the call or is offered it, or ""."""
        known = self.state.calls.get(CallId(call))
        leg = situation(self.state, known).agent_leg if known is not None else None
        return leg.id if leg is not None else ""

    def recipient_leg(self, call: str) -> str:
        """Give the leg of the agent who is consulted, or ""."""
        known = self.state.calls.get(CallId(call))
        transfer = known.transfer if known is not None else None
        if known is None or transfer is None:
            return ""
        legs = (one.id for one in self.state.call_legs(known.id) if one.agent == transfer.recipient)
        return next(legs, "")

    def agent_of(self, call: str) -> AgentId | None:
        """Give the agent who has the call or is offered it."""
        known = self.state.calls.get(CallId(call))
        return situation(self.state, known).agent if known is not None else None

    def work_of(self, agent: int) -> str | None:
        """Give the call that an agent has, wraps up, or is offered."""
        task = self.agent(agent).main_task
        return task.work if task is not None else None

    def rings_or_is_up(self, leg: str) -> bool:
        """Whether a channel exists."""
        return leg in self.channels

    def hears_prompts(self, leg: str) -> bool:
        """Whether prompts are playing to a leg."""
        return self.hearing.get(LegId(leg), "music") not in ("music", "silence")

    def record(self, call: str) -> CallRecord:
        """Give the call's record as the database would show it."""
        return fold(self.timeline(call), datetime.fromtimestamp(self.now, UTC))

    def legs(self, call: str) -> list[CallLeg]:
        """Give the call's legs as the database would show them."""
        return fold_legs(self.timeline(call), datetime.fromtimestamp(self.now, UTC))

    def timeline(self, call: str) -> list[CallEvent]:
        """Give the call's facts as the database would hold them."""
        return timeline_of(self.facts, call)

    def kinds(self, call: str) -> list[str]:
        """Give the kinds of the call's timeline, in order; facts of single legs are left out."""
        notes = (f for _, f in self.facts if isinstance(f, NoteCall) and f.call == call)
        return [note.kind.value for note in notes if note.kind not in LEG_KINDS]

    def states(self, agent: int) -> list[str]:
        """Give the states that an agent went through, in order."""
        return [
            f.state.value for _, f in self.facts if isinstance(f, NoteAgent) and f.agent == agent
        ]

    def together(self, *legs: str) -> bool:
        """Whether legs share a bridge."""
        return any({*map(LegId, legs)} <= members for members in self.bridges.values())

    def talking(self, call: str) -> bool:
        """Whether the caller shares a bridge with another leg."""
        known = self.state.calls.get(CallId(call))
        leg = situation(self.state, known).customer_leg if known is not None else None
        id_ = leg.id if leg is not None else LegId(call)
        return any(id_ in b and len(b) > 1 for b in self.bridges.values())


def sign_in(fake: FakeAsterisk, *agents: int, phone: Phone = Phone.BROWSER) -> None:
    """Sign agents in, register their phones and make them ready."""
    for agent in agents:
        fake.hear(
            r.SignInAsked(AgentId(agent), phone, reachable=True),
            r.StateAsked(AgentId(agent), ready=True),
        )
        fake.wait(0.001)
