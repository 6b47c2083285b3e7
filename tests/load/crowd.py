"""The people around a fake Asterisk: callers who dial, listen and press keys, agents who answer.

And the observer: it notes when an event was sent, and when the command that must follow it came. It
is outside the engine and knows nothing of it.
"""

import asyncio
import itertools
import math
import time
from collections import defaultdict
from random import Random

from load.exchange import Channel, Exchange

GREETING_SECONDS = 0.4
THINKING_SECONDS = 0.2  # from the menu's first word until the key
RINGING_SECONDS = 0.02
PICK_UP_SECONDS = 0.4
NORMAL = 16  # Q.850

# What is measured: the event, and the command that must follow it.
ARRIVED = "call arrives: answer"
PRESSED = "key: prompt stops"
PICKED_UP = "agent picks up: music stops"
HUNG_UP = "one side hangs up: so does the other"
STEPS = (ARRIVED, PRESSED, PICKED_UP, HUNG_UP)
RUNG = "key: agent's phone is rung"
JOINED = "agent picks up: both in the bridge"
WAYS = (RUNG, JOINED)  # several commands, each waiting for Asterisk's answer to the one before


class Witness:
    """Notes how long after an event each command came."""

    def __init__(self) -> None:
        """Nothing is expected yet."""
        self.delays: dict[str, list[float]] = defaultdict(list)
        self.late: dict[str, int] = defaultdict(int)
        self._expected: dict[str, dict[str, list[tuple[str, float]]]] = {}

    def expect(self, call: str, order: str, what: str) -> None:
        """Note that an event was just sent: this command of this call must follow."""
        orders = self._expected.setdefault(call, {})
        orders.setdefault(order, []).append((what, time.perf_counter()))

    def came(self, call: str, order: str, at: float) -> None:
        """Note that a command came."""
        expected = self._expected.get(call)
        for what, since in expected.pop(order, ()) if expected else ():
            self.delays[what].append(at - since)

    def forget(self, call: str) -> None:
        """Forget a call that is over; commands still expected of it never came."""
        for expected in self._expected.pop(call, {}).values():
            for what, _ in expected:
                self.late[what] += 1


class Crowd:
    """All callers and agents. `talk` is the length of talks; None: until told to stop."""

    def __init__(self, exchange: Exchange, numbers: list[str]) -> None:
        """`numbers` are dialled by callers, one after the other."""
        self.exchange = exchange
        self.witness = Witness()
        self.chance = Random(1)  # the same crowd each time
        self.numbers = numbers
        self.talk: float | None = 3.0
        self.arrived = self.talked = self.ended = self.failed = 0
        self.talking: set[str] = set()
        self._ids = itertools.count(1)
        self._boot = int(time.time())
        self._next_number = itertools.count()
        self._legs: dict[str, str] = {}  # call -> the leg that talks with its caller
        self._loop = asyncio.get_running_loop()

    # ---- what the program asks for

    async def call(self, rate: float, seconds: float) -> None:
        """Let calls come at random, so many a second on average."""
        due = self._loop.time()
        end = due + seconds
        while (due := due + self.chance.expovariate(rate)) < end:
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            self.dial(self.numbers[next(self._next_number) % len(self.numbers)])

    async def until_quiet(self, seconds: float = 60.0) -> bool:
        """Wait until every call has ended."""
        return await self._until(lambda: not self.exchange.channels, seconds)

    async def until_talking(self, calls: int, seconds: float) -> bool:
        """Wait until there are so many talks."""
        return await self._until(lambda: len(self.talking) >= calls, seconds)

    async def _until(self, there, seconds: float) -> bool:
        end = self._loop.time() + seconds
        while not there() and self._loop.time() < end:  # noqa: ASYNC110 - a hundred things end it
            await asyncio.sleep(0.02)
        return there()

    def dial(self, number: str) -> str:
        """Let one caller dial."""
        self.arrived += 1
        id_ = f"hotline-1-{self._boot}.{next(self._ids)}"
        caller = Channel(
            id_,
            f"PJSIP/trunk-{next(self._ids):08x}",
            f"1{self.chance.randrange(30, 99)}{self.chance.randrange(10**8):08d}",
            "hotline-arrive",
            number,
        )
        caller.set("HOTLINE_NUMBER", number)
        self.exchange.enter(caller, "in", number)
        self.witness.expect(id_, "answer", ARRIVED)
        return id_

    def end_talk(self, call: str) -> None:
        """Let one of the two hang up."""
        leg, caller = self._legs.get(call, ""), self.exchange.channels.get(call)
        if call not in self.talking or caller is None:
            return
        self.talking.discard(call)
        who = self.exchange.channels.get(leg) if self.chance.random() < 0.5 else caller
        self.exchange.hang_up(who or caller, NORMAL)
        self.witness.expect(call, "hang up", HUNG_UP)

    async def end_talks(self, rate: float) -> None:
        """Let the talks end, so many a second."""
        self.talk = 1 / rate
        for call in list(self.talking):
            self.end_talk(call)
            await asyncio.sleep(1 / rate)

    def hang_up_waiting(self) -> None:
        """Let every caller without an agent hang up."""
        for channel in list(self.exchange.channels.values()):
            if channel.id == channel.call and channel.id not in self.talking:
                self.exchange.hang_up(channel, NORMAL)
                self.gone(channel)

    # ---- what the exchange tells them

    def plays(self, caller: Channel, playback: str) -> None:
        """Play prompts to a caller: the greeting to its end, the menu until the key is chosen."""
        if playback.endswith("-p1"):
            self._later(GREETING_SECONDS, self._played, caller, playback)
        else:
            self._later(THINKING_SECONDS, self._presses, caller)

    def rings(self, leg: Channel) -> None:
        """Ring an agent's phone; the agent answers."""
        self._later(RINGING_SECONDS, self._alerts, leg)
        self._later(PICK_UP_SECONDS * (0.5 + self.chance.random()), self._picks_up, leg)

    def joined(self, call: str, leg: str) -> None:
        """Connect caller and agent."""
        if call in self.talking:
            return
        self.talked += 1
        self.talking.add(call)
        self._legs[call] = leg
        if self.talk is not None:
            length = -math.log(1.0 - self.chance.random()) * self.talk
            self._later(min(length, 5 * self.talk), self.end_talk, call)

    def gone(self, channel: Channel) -> None:
        """Note that a channel has ended by the engine's command."""
        call = channel.call
        if channel.id == call and call not in self._legs:
            self.failed += 1
        if channel.id == call or call not in self.exchange.channels:
            self.talking.discard(call)
            self._legs.pop(call, None)
            self.ended += 1
            self.witness.forget(call)

    def _played(self, caller: Channel, playback: str) -> None:
        if caller.playback == playback:
            self.exchange.playing(playback, caller, "sound:greeting", begins=False)

    def _presses(self, caller: Channel) -> None:
        if caller.id in self.exchange.channels:
            self.exchange.press(caller, "1")
            self.witness.expect(caller.id, "stop", PRESSED)
            self.witness.expect(caller.id, "ring", RUNG)

    def _alerts(self, leg: Channel) -> None:
        if leg.id in self.exchange.channels:
            leg.change(state="Ringing")
            self.exchange.tell("ChannelStateChange", leg)
            self.exchange.dial(leg, "RINGING")

    def _picks_up(self, leg: Channel) -> None:
        if leg.id in self.exchange.channels:
            self.exchange.up(leg)
            self.exchange.dial(leg, "ANSWER")
            call = leg.call
            self.witness.expect(call, "quiet", PICKED_UP)
            self.witness.expect(call, "add", JOINED)

    def _later(self, seconds: float, act, *about) -> None:
        self._loop.call_later(seconds, act, *about)
