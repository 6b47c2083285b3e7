"""Whether a callback waits as long as a caller who stays: the floor's own rules in virtual time.

Callers come at random to ten agents on thirty days; a caller who waits half a minute is asked,
and one of five wants a callback. Both waits end when customer and agent speak: a callback's with
the ringing of both phones in it.
"""

import heapq
import itertools
import random
import statistics
import sys
from functools import partial

from load.report import Report, machine
from unit.acd.ground import SUPPORT, Ground

from acd import events as f
from acd.agent import Capacity
from acd.orders import Ring
from acd.queue import AgentId
from acd.settings import AgentEdited
from acd.work import Medium, Work, WorkId, WorkState

RUNS, DAY = 30, 8 * 3600.0
BOUND = 0.1
AGENTS, TALK, WRAP_UP, LOAD = 10, 180.0, 30.0, 0.95
OFFERED_AFTER, QUESTION, SHARE = 30.0, 12.0, 0.2
PICK_UP, RINGS = 3.0, 8.0  # the agent's phone; the customer's phone
BOTH = Capacity({Medium.VOICE: 1, Medium.CALLBACK: 1, Medium.OUTBOUND: 1}, 1)


class Day:
    """One day of one queue."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.ground = Ground(range(1, AGENTS + 1), (SUPPORT,), wrapup_seconds=WRAP_UP)
        for agent in range(1, AGENTS + 1):
            edited = AgentEdited(AgentId(agent), "", str(agent), enabled=True, capacity=BOTH)
            self.ground.step(edited)
        self.ground.ready(*range(1, AGENTS + 1))
        self.events, self.numbers = [], itertools.count()
        self.began = {}
        self.asked = set()  # callers who are asked, or have been
        self.stayed, self.called = [], []

    def play(self):
        between = (TALK + WRAP_UP) / AGENTS / LOAD
        at, callers = 0.0, itertools.count(1)
        while (at := at + self.dice.expovariate(1 / between)) < DAY:
            self.later(at, partial(self.arrive, f"c{next(callers)}"))
        while self.events:
            at, _, happen = heapq.heappop(self.events)
            self.until(at)
            happen()
        return self.stayed, self.called

    def later(self, at, happen):
        heapq.heappush(self.events, (at, next(self.numbers), happen))

    def until(self, at):
        """Let the timers of the floor fire, each in its time."""
        while (timer := self.ground.state.next_timer()) is not None and timer <= at:
            self.ground.wait(max(0.0, timer - self.ground.now))
            self.follow()
        self.ground.now = max(at, self.ground.now)

    def step(self, *events):
        self.ground.step(*events)
        self.follow()

    def follow(self):
        while self.ground.orders:
            order = self.ground.orders.pop(0)
            if isinstance(order, Ring):
                self.ring(order)

    def arrive(self, caller, since=None):
        now = self.ground.now
        self.began.setdefault(caller, now if since is None else since)
        self.step(f.WorkArrived(Work(WorkId(caller), Medium.VOICE, SUPPORT, self.began[caller])))
        if since is None:
            self.later(now + OFFERED_AFTER, partial(self.ask, caller))

    def ask(self, caller):
        work = self.ground.work(caller)
        if work is None or work.state is not WorkState.WAITING:
            return
        self.asked.add(caller)
        self.step(f.WorkEnded(work.id, "moved", wrap_up=False))
        self.later(self.ground.now + QUESTION, partial(self.choose, caller))

    def choose(self, caller):
        if self.dice.random() < SHARE:
            since, id_ = self.began[caller], WorkId(f"callback/{caller}")
            self.step(f.WorkArrived(Work(id_, Medium.CALLBACK, SUPPORT, since)))
        else:
            self.arrive(caller, self.began[caller])

    def ring(self, order):
        now = self.ground.now
        if order.work.startswith("callback/"):
            caller = order.work.removeprefix("callback/")
            made = Work(
                WorkId(f"made/{caller}"), Medium.OUTBOUND, SUPPORT, now,
                state=WorkState.ASSIGNED, agent=order.agent, changed=now,
            )  # fmt: skip
            self.ground.step(f.WorkBegun(made), f.WorkEnded(order.work, "callback", wrap_up=False))
            self.later(now + PICK_UP + RINGS, partial(self.talk, caller, made.id, self.called))
        else:
            self.later(now + PICK_UP, partial(self.answer, order))

    def answer(self, order):
        self.step(f.OfferAccepted(order.work, order.agent))
        self.talk(order.work, order.work, self.stayed)

    def talk(self, caller, work, waits):
        if caller in self.asked:
            waits.append(self.ground.now - self.began[caller])
        end = self.ground.now + self.dice.expovariate(1 / TALK)
        self.later(end, lambda: self.step(f.WorkEnded(work, "call", wrap_up=True)))


def main():
    """Compare the mean waits, and judge their ratio."""
    report = Report("callback_fairness")
    report.say(machine())
    pairs = [tuple(map(statistics.fmean, Day(seed).play())) for seed in range(1, RUNS + 1)]
    stayed, called = (statistics.fmean(column) for column in zip(*pairs, strict=True))
    ratios = [back / stay for stay, back in pairs]
    margin = 1.96 * statistics.stdev(ratios) / len(ratios) ** 0.5
    ratio = called / stayed
    heads = ("days", "stayed s", "called back s", "ratio", "of a day", "95 % ±")
    row = (RUNS, stayed, called, ratio, statistics.fmean(ratios), margin)
    report.table("Mean waits of those who stayed and of those called back", heads, [row])
    missed = abs(ratio - 1) > BOUND
    report.say("NOT REACHED" if missed else f"reached: within {BOUND:.0%}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
