"""FakeAsterisk: takes the engine's orders and answers with Asterisk's events, in virtual time.

It stands in ari.py's place for tests and simulation. It knows channels, who is bridged with whom,
who hears music or prompts; phones answer, decline or stay silent as they are told.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallEvent, CallId, CallRecord, FactId, fold
from cti.core import events as e
from cti.core import switch
from cti.core.call import Call
from cti.core.commands import (
    Answer,
    Bridge,
    Command,
    DropBridge,
    Fact,
    HangUp,
    NoteAgent,
    NoteCall,
    Play,
    Remember,
    RingAgent,
    StartMusic,
    StartRecording,
    StopMusic,
    StopPlay,
    TakeOut,
    call_of,
)
from cti.core.context import memory_of, remembered
from cti.core.state import House

START = 1_770_000_000.0
"""Where virtual time begins: seconds since the epoch."""


@dataclass(slots=True)
class FakeAsterisk:
    """A house, the Asterisk under it, and a clock that moves when it is told."""

    house: House = field(default_factory=House)
    now: float = START
    channels: dict[str, str] = field(default_factory=dict)  # id -> "ring" | "up"
    bridges: dict[CallId, set[str]] = field(default_factory=dict)
    hearing: dict[str, str] = field(default_factory=dict)  # channel -> "music" | playback id
    playing: dict[str, tuple[str, ...]] = field(default_factory=dict)  # playback -> prompts
    recorded: set[CallId] = field(default_factory=set)
    facts: list[tuple[float, Fact]] = field(default_factory=list)
    refuse: set[type] = field(default_factory=set)  # kinds of orders that fail
    memory: dict[CallId, str] = field(default_factory=dict)  # the variable on a caller's channel
    recorder: bool = True
    unreachable: set[AgentId] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)  # callers whom somebody moved away from us

    def hear(self, *events: e.Event) -> None:
        """Let things happen, one after the other, each with all that follows from it."""
        inbox = list(events)
        while inbox:
            change = switch.step(self.house, inbox.pop(0), self.now)
            self.house.apply(change)
            self.facts.extend((f.at if f.at is not None else self.now, f) for f in change.facts)
            for command in change.commands:
                inbox.extend(self._do(command))

    def wait(self, seconds: float) -> None:
        """Let time pass; deadlines come in their order."""
        end = self.now + seconds
        while (until := switch.next_deadline(self.house)) is not None and until <= end:
            self.now = max(self.now, until)
            for kind, key in list(self.house.due(self.now)):
                self.hear(
                    e.Tick(call=CallId(str(key)))
                    if kind == "call"
                    else e.Tick(agent=AgentId(int(key)))
                )
        self.now = end

    # ---- what people do

    def dial(self, call: str, called: str = "100", caller: str = "+8613800138000") -> None:
        """A caller dials."""
        self.channels[call] = "ring"
        self.hear(e.CallArrived(CallId(call), caller, called, "trunk"))

    def press(self, call: str, digit: str) -> None:
        """A caller presses a key."""
        self.hear(e.DigitPressed(CallId(call), digit))

    def prompts_end(self, call: str) -> None:
        """What the caller hears comes to its end."""
        playback = self.hearing.pop(call)
        self.hear(e.PlaybackEnded(CallId(call), playback))

    def pick_up(self, call: str) -> None:
        """The ringing agent answers."""
        leg = self.house.calls[CallId(call)].leg
        self.channels[leg] = "up"
        self.hear(e.LegAnswered(CallId(call), leg))

    def leg_ends(self, call: str, cause: int = 16) -> None:
        """The agent's leg ends by itself: hung up, declined, lost."""
        leg = self.house.calls[CallId(call)].leg
        self.hear(*self._gone(leg, cause))

    def comes_back(self, call: str) -> None:
        """The fallback had the caller for a while and gives him back, with what he remembers."""
        self.elsewhere.discard(call)
        for bridge in self.bridges.values():
            bridge.discard(call)
        self.hearing.pop(call, None)
        memory = json.loads(self.memory.get(CallId(call), "{}"))
        unknown = Call(CallId(call), "+8613800138000", "100", "trunk", self.now, self.now)
        self.hear(e.CallReturned(remembered(CallId(call), memory) or unknown))

    def caller_hangs_up(self, call: str) -> None:
        """The caller hangs up."""
        self.hear(*self._gone(call, 16))

    # ---- what is to be seen

    def record(self, call: str) -> CallRecord:
        """The call's record as the database would show it."""
        timeline = [
            CallEvent(
                FactId(f"fake/1/{n}"),
                fact.call,
                datetime.fromtimestamp(at, UTC),
                fact.kind,
                fact.detail,
                fact.inferred,
            )
            for n, (at, fact) in enumerate(self.facts)
            if isinstance(fact, NoteCall) and fact.call == call
        ]
        return fold(timeline, datetime.fromtimestamp(self.now, UTC))

    def kinds(self, call: str) -> list[str]:
        """The kinds of the call's timeline, in order."""
        return [f.kind.value for _, f in self.facts if isinstance(f, NoteCall) and f.call == call]

    def states(self, agent: int) -> list[str]:
        """The states an agent came into, in order."""
        return [
            f.state.value for _, f in self.facts if isinstance(f, NoteAgent) and f.agent == agent
        ]

    def talking(self, call: str) -> bool:
        """Whether the caller shares a bridge with somebody."""
        return any(call in b and len(b) > 1 for b in self.bridges.values())

    def _do(self, command: Command) -> list[e.Event]:  # noqa: C901, PLR0911, PLR0912 - one line an order
        if type(command) in self.refuse:
            return [e.CommandFailed(command.call, command, "refused")]
        match command:
            case Answer(call=call):
                self.channels[call] = "up"
            case Play(call=call, playback=playback, prompts=prompts):
                self.hearing[call], self.playing[playback] = playback, prompts
            case StopPlay(call=call, playback=playback):
                self.hearing.pop(call, None)
                return [e.PlaybackEnded(call, playback)]
            case StartMusic(call=call):
                self.hearing[call] = "music"
            case StopMusic(call=call):
                self.hearing.pop(call, None)
            case RingAgent(call=call, leg=leg, agent=agent):
                if agent in self.unreachable:
                    return [e.CommandFailed(call, command, "no contact")]
                self.channels[leg] = "ring"
            case HangUp(channel=channel):
                return self._gone(channel, 16)
            case Bridge(call=call, leg=leg):
                if call in self.elsewhere:
                    why = "not in our hands"
                    return [e.CommandFailed(call, command, why, elsewhere=True)]
                if call not in self.channels or leg not in self.channels:
                    return [e.CommandFailed(call, command, "channel not found")]
                self.bridges.setdefault(call, set()).update({call, leg})
            case TakeOut(call=call):
                self.bridges.get(call, set()).discard(call)
            case DropBridge(call=call):
                self.bridges.pop(call, None)
            case Remember(call=call) if call in self.house.calls:
                self.memory[call] = memory_of(self.house.calls[call])
            case StartRecording(call=call):
                if not self.recorder:
                    return [e.RecordingFailed(call, "the recorder is away")]
                if self.talking(call):
                    return [e.RecordingFailed(call, "in a bridge")]
                self.recorded.add(call)
                return [e.RecordingBegan(call, f"2026/11/22/{call}")]
            case _:
                pass
        return []

    def _gone(self, channel: str, cause: int) -> list[e.Event]:
        if self.channels.pop(channel, None) is None:
            return []
        self.hearing.pop(channel, None)
        for bridge in self.bridges.values():
            bridge.discard(channel)
        call = call_of(channel)
        if channel == call:
            return [e.CallerGone(call, cause)]
        return [e.LegGone(call, channel, cause)]


def sign_in(fake: FakeAsterisk, *agents: int, phone: Phone = Phone.BROWSER) -> None:
    """Seat agents, register their phones and make them ready."""
    for agent in agents:
        fake.hear(
            e.SignedIn(AgentId(agent), phone, reachable=True),
            e.StateAsked(AgentId(agent), ready=True),
        )
        fake.wait(0.001)
